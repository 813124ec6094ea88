//! Values on their way to and from an engine: [`Scalar`]s bound to parameters and read from columns.

use recado_model::{Scalar, Stored};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};

use crate::{Error, Result};

/// A row as a record reads it.
#[derive(Debug)]
pub struct Row<'a>(pub(crate) Source<'a>);

#[derive(Debug)]
pub(crate) enum Source<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
}

impl Row<'_> {
    /// The value of the column at this position, counted from 0.
    pub fn get<T: Stored>(&self, index: usize) -> Result<T> {
        let scalar = self
            .scalar(index)
            .map_err(|error| Error::other(format!("column {index}: {error}")))?;
        T::from_scalar(scalar).map_err(|error| Error::other(format!("column {index}: {error}")))
    }

    fn scalar(&self, index: usize) -> Result<Scalar<'_>, Box<dyn std::error::Error>> {
        match self.0 {
            Source::Sqlite(row) => Ok(match row.get_ref(index)? {
                ValueRef::Null => Scalar::Null,
                ValueRef::Integer(value) => Scalar::Int(value),
                ValueRef::Real(_) => return Err("a floating-point number is not a value of ours".into()),
                ValueRef::Text(text) => Scalar::Text(std::str::from_utf8(text)?.into()),
                ValueRef::Blob(bytes) => Scalar::Bytes(bytes.into()),
            }),
        }
    }
}

/// A value bound to a parameter.
#[derive(Debug)]
pub(crate) struct Bound<'a>(Scalar<'a>);

impl<'a> Bound<'a> {
    pub(crate) fn new(value: &'a dyn Stored) -> Self {
        Self(value.to_scalar())
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
