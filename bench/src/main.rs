//! recado-bench
fn main() {}
