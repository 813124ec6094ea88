//! Input that comes as a JSON value, already parsed.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::explain::explain;
use crate::error::Result;

/// The value as a type that cannot hold nonsense, refused as a body of a request is.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        explain(&path, &error.into_inner().to_string())
    })
}
