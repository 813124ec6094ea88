//! The statements themselves: they exist, answer what their rows expect, and use indexes.
