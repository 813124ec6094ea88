//! What files are.
