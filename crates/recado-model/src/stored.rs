//! How a value of ours is kept in a column: one of a few scalars both database engines know.
//!
//! `recado-db` binds and reads [`Scalar`]s; every type that appears in a statement or a row implements
//! [`Stored`]. Living here, below the database, it lets the words of this crate be stored without this crate
//! knowing a database.

use std::borrow::Cow;

use uuid::Uuid;

/// What a column can hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Text(Cow<'a, str>),
    Uuid(Uuid),
    Bytes(Cow<'a, [u8]>),
}

/// A column held something its type does not allow.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{found} cannot be read as {wanted}")]
pub struct StoredError {
    pub wanted: &'static str,
    pub found: String,
}

impl StoredError {
    pub fn new(wanted: &'static str, found: impl std::fmt::Debug) -> Self {
        Self {
            wanted,
            found: format!("{found:?}"),
        }
    }
}

/// A value that can be bound to a statement and read from a row.
pub trait Stored: Send + Sync {
    fn to_scalar(&self) -> Scalar<'_>;

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError>
    where
        Self: Sized;
}

impl Stored for i64 {
    fn to_scalar(&self) -> Scalar<'_> {
        Scalar::Int(*self)
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
        match scalar {
            Scalar::Int(value) => Ok(value),
            other => Err(StoredError::new("an integer", other)),
        }
    }
}

impl Stored for bool {
    fn to_scalar(&self) -> Scalar<'_> {
        Scalar::Bool(*self)
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
        match scalar {
            Scalar::Bool(value) => Ok(value),
            // SQLite has no booleans of its own.
            Scalar::Int(0) => Ok(false),
            Scalar::Int(1) => Ok(true),
            other => Err(StoredError::new("a boolean", other)),
        }
    }
}

impl Stored for String {
    fn to_scalar(&self) -> Scalar<'_> {
        Scalar::Text(Cow::Borrowed(self))
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
        match scalar {
            Scalar::Text(value) => Ok(value.into_owned()),
            other => Err(StoredError::new("a text", other)),
        }
    }
}

/// For binding only: a row owns its texts.
impl Stored for &str {
    fn to_scalar(&self) -> Scalar<'_> {
        Scalar::Text(Cow::Borrowed(self))
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
        Err(StoredError::new("a borrowed text", scalar))
    }
}

impl Stored for Vec<u8> {
    fn to_scalar(&self) -> Scalar<'_> {
        Scalar::Bytes(Cow::Borrowed(self))
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
        match scalar {
            Scalar::Bytes(value) => Ok(value.into_owned()),
            other => Err(StoredError::new("bytes", other)),
        }
    }
}

impl Stored for Uuid {
    fn to_scalar(&self) -> Scalar<'_> {
        Scalar::Uuid(*self)
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
        match scalar {
            Scalar::Uuid(value) => Ok(value),
            // SQLite keeps a UUID as its sixteen bytes.
            Scalar::Bytes(bytes) => Uuid::from_slice(&bytes).map_err(|_| StoredError::new("a UUID", bytes)),
            other => Err(StoredError::new("a UUID", other)),
        }
    }
}

impl<T: Stored> Stored for Option<T> {
    fn to_scalar(&self) -> Scalar<'_> {
        self.as_ref().map_or(Scalar::Null, Stored::to_scalar)
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
        match scalar {
            Scalar::Null => Ok(None),
            other => T::from_scalar(other).map(Some),
        }
    }
}

/// Declares an enum whose values are words: the same word in JSON, in a column and in a log line.
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] #[schema(rename = $word)] $variant,)+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::StoredError;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    other => Err($crate::StoredError::new(stringify!($name), other)),
                }
            }
        }

        impl $crate::Stored for $name {
            fn to_scalar(&self) -> $crate::Scalar<'_> {
                $crate::Scalar::Text(std::borrow::Cow::Borrowed(self.as_str()))
            }

            fn from_scalar(scalar: $crate::Scalar<'_>) -> Result<Self, $crate::StoredError> {
                match scalar {
                    $crate::Scalar::Text(word) => word.parse(),
                    other => Err($crate::StoredError::new(stringify!($name), other)),
                }
            }
        }
    };
}

/// A value kept as JSON text in a column. The databases never look inside.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T: serde::Serialize + serde::de::DeserializeOwned + Send + Sync> Stored for Json<T> {
    fn to_scalar(&self) -> Scalar<'_> {
        // Our own types serialise; one that did not would be stored as null and fail to read back, loudly.
        Scalar::Text(serde_json::to_string(&self.0).unwrap_or_default().into())
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
        let text = String::from_scalar(scalar)?;
        serde_json::from_str(&text)
            .map(Self)
            .map_err(|error| StoredError::new("JSON", error))
    }
}

impl<T: utoipa::PartialSchema> utoipa::PartialSchema for Json<T> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        T::schema()
    }
}

impl<T: utoipa::ToSchema> utoipa::ToSchema for Json<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        T::name()
    }

    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        T::schemas(schemas);
    }
}
