//! recado-store
