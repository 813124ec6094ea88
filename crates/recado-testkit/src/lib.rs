//! recado-testkit
