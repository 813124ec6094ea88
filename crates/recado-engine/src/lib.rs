//! recado-engine
