//! recado-api
