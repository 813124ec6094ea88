//! What comes in, checked: bodies, parameters and headers as types that cannot hold nonsense. Whatever does not fit
//! is answered 400 with the input named and a sentence a person understands.

mod body;
mod explain;
mod header;
mod page;
mod param;
mod query;
mod value;

pub use body::{Json, read_body};
pub use header::{IdempotencyKey, MessageKey};
pub use page::{Paging, foreign_cursor};
pub use param::{Param, Params};
pub use query::{Query, searched};
pub use value::from_value;

use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer};

/// For a field where null means something: absent is the outer `None`, null the inner one. Use with `default`.
#[expect(clippy::option_option, reason = "absent and null are two things")]
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// For a parameter that is a list with commas between: `open,pending`. Use with `default`.
pub fn separated<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let text = String::deserialize(deserializer)?;
    text.split(',')
        .map(|part| T::deserialize(part.to_owned().into_deserializer()))
        .collect()
}
