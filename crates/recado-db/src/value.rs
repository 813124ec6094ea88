//! Values on their way to and from an engine: [`Scalar`]s bound to parameters and read from columns.

use recado_model::{Scalar, Stored};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type};
use uuid::Uuid;

use crate::{Error, Result};

/// A row as a record reads it.
#[derive(Debug)]
pub struct Row<'a>(pub(crate) Source<'a>);

#[derive(Debug)]
pub(crate) enum Source<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The value of the column at this position, counted from 0.
    pub fn get<T: Stored>(&self, index: usize) -> Result<T> {
        let scalar = self
            .scalar(index)
            .map_err(|error| Error::other(format!("column {index}: {error}")))?;
        T::from_scalar(scalar).map_err(|error| Error::other(format!("column {index}: {error}")))
    }

    fn scalar(&self, index: usize) -> Result<Scalar<'_>, Refusal> {
        match self.0 {
            Source::Sqlite(row) => Ok(match row.get_ref(index)? {
                ValueRef::Null => Scalar::Null,
                ValueRef::Integer(value) => Scalar::Int(value),
                ValueRef::Real(_) => return Err("a floating-point number is not a value of ours".into()),
                ValueRef::Text(text) => Scalar::Text(std::str::from_utf8(text)?.into()),
                ValueRef::Blob(bytes) => Scalar::Bytes(bytes.into()),
            }),
            Source::Postgres(row) => match row.try_get::<_, Column<'_>>(index) {
                Ok(Column(scalar)) => Ok(scalar),
                Err(error) => Err(error.into_source().unwrap_or_else(|| "no such column".into())),
            },
        }
    }
}

/// Why a value does not go through.
type Refusal = Box<dyn std::error::Error + Sync + Send>;

/// A value bound to a parameter.
#[derive(Debug)]
pub(crate) struct Bound<'a>(Scalar<'a>);

impl<'a> Bound<'a> {
    pub(crate) fn new(value: &'a dyn Stored) -> Self {
        Self(value.to_scalar())
    }

    pub(crate) fn kept(self) -> Kept {
        Kept(match self.0 {
            Scalar::Null => Scalar::Null,
            Scalar::Bool(value) => Scalar::Bool(value),
            Scalar::Int(value) => Scalar::Int(value),
            Scalar::Text(text) => Scalar::Text(text.into_owned().into()),
            Scalar::Uuid(uuid) => Scalar::Uuid(uuid),
            Scalar::Bytes(bytes) => Scalar::Bytes(bytes.into_owned().into()),
        })
    }
}

/// A value kept until its statement is sent.
#[derive(Debug)]
pub(crate) struct Kept(Scalar<'static>);

impl Kept {
    pub(crate) fn bound(&self) -> Bound<'_> {
        Bound(match &self.0 {
            Scalar::Null => Scalar::Null,
            Scalar::Bool(value) => Scalar::Bool(*value),
            Scalar::Int(value) => Scalar::Int(*value),
            Scalar::Text(text) => Scalar::Text(text.as_ref().into()),
            Scalar::Uuid(uuid) => Scalar::Uuid(*uuid),
            Scalar::Bytes(bytes) => Scalar::Bytes(bytes.as_ref().into()),
        })
    }
}

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match &self.0 {
            Scalar::Null => ToSqlOutput::Owned(Value::Null),
            Scalar::Bool(value) => ToSqlOutput::Owned(Value::Integer(i64::from(*value))),
            Scalar::Int(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Scalar::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Scalar::Uuid(uuid) => ToSqlOutput::Borrowed(ValueRef::Blob(uuid.as_bytes())),
            Scalar::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, target: &Type, out: &mut BytesMut) -> Result<IsNull, Refusal> {
        match (&self.0, target) {
            (Scalar::Null, _) => Ok(IsNull::Yes),
            (Scalar::Bool(value), &Type::BOOL) => value.to_sql(target, out),
            (Scalar::Int(value), &Type::INT8) => value.to_sql(target, out),
            (Scalar::Int(value), &Type::INT4) => i32::try_from(*value)?.to_sql(target, out),
            (Scalar::Int(value), &Type::INT2) => i16::try_from(*value)?.to_sql(target, out),
            (
                Scalar::Text(text),
                &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR | &Type::NAME | &Type::UNKNOWN,
            ) => text.as_ref().to_sql(target, out),
            (Scalar::Text(text), &Type::JSON) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            (Scalar::Text(text), &Type::JSONB) => {
                out.extend_from_slice(&[JSONB_VERSION]);
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            (Scalar::Uuid(uuid), &Type::UUID) => uuid.to_sql(target, out),
            (Scalar::Bytes(bytes), &Type::BYTEA) => bytes.as_ref().to_sql(target, out),
            (value, _) => Err(format!("{} is bound where the statement takes {target}", kind(value)).into()),
        }
    }

    /// What fits depends on the value and is checked with it.
    fn accepts(_target: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

/// A column of a PostgreSQL row.
struct Column<'a>(Scalar<'a>);

impl<'a> FromSql<'a> for Column<'a> {
    fn from_sql(source: &Type, raw: &'a [u8]) -> Result<Self, Refusal> {
        Ok(Self(match *source {
            Type::BOOL => Scalar::Bool(bool::from_sql(source, raw)?),
            Type::INT8 => Scalar::Int(i64::from_sql(source, raw)?),
            Type::INT4 => Scalar::Int(i32::from_sql(source, raw)?.into()),
            Type::INT2 => Scalar::Int(i16::from_sql(source, raw)?.into()),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::JSON | Type::UNKNOWN => {
                Scalar::Text(std::str::from_utf8(raw)?.into())
            }
            Type::JSONB => {
                Scalar::Text(std::str::from_utf8(raw.strip_prefix(&[JSONB_VERSION]).unwrap_or(raw))?.into())
            }
            Type::UUID => Scalar::Uuid(Uuid::from_sql(source, raw)?),
            Type::BYTEA => Scalar::Bytes(raw.into()),
            _ => {
                return Err(
                    format!("{source} is not among the types of ours; cast it in the statement").into(),
                );
            }
        }))
    }

    fn from_sql_null(_source: &Type) -> Result<Self, Refusal> {
        Ok(Self(Scalar::Null))
    }

    fn accepts(_source: &Type) -> bool {
        true
    }
}

/// The first byte of a JSONB value on the wire.
const JSONB_VERSION: u8 = 1;

fn kind(value: &Scalar<'_>) -> &'static str {
    match value {
        Scalar::Null => "NULL",
        Scalar::Bool(_) => "a boolean",
        Scalar::Int(_) => "an integer",
        Scalar::Text(_) => "a text",
        Scalar::Uuid(_) => "a UUID",
        Scalar::Bytes(_) => "bytes",
    }
}
