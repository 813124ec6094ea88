//! Executing statements on a SQLite connection, on the async task: each takes microseconds.

use recado_model::Stored;
use rusqlite::{Connection, ErrorCode, ffi};
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::value::{Bound, Source};
use crate::{Error, Record, Result, Row, Sql, Statement};

pub(crate) fn all<R: Record>(
    conn: &Connection,
    sql: &Sql<R>,
    params: &[&dyn Stored],
    limit: usize,
) -> Result<Vec<R>> {
    execute(conn, sql.statement(), params, |statement| {
        let mut rows = statement.raw_query();
        let mut records = Vec::new();
        while records.len() < limit {
            let Some(row) = rows.next().map_err(error)? else {
                break;
            };
            records.push(R::from_row(&Row(Source::Sqlite(row)))?);
        }
        Ok(records)
    })
}

pub(crate) fn run(conn: &Connection, sql: &Sql<()>, params: &[&dyn Stored]) -> Result<u64> {
    execute(conn, sql.statement(), params, |statement| {
        let changed = statement.raw_execute().map_err(error)?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    })
}

pub(crate) fn batch(conn: &Connection, text: &str) -> Result<()> {
    conn.execute_batch(text).map_err(error)
}

/// What SQLite's error means to a caller.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(crate) fn error(error: rusqlite::Error) -> Error {
    let (code, message) = match &error {
        rusqlite::Error::SqliteFailure(code, message) => (*code, message.as_deref().unwrap_or_default()),
        rusqlite::Error::SqlInputError { error: code, msg, .. } => (*code, msg.as_str()),
        _ => return Error::other(error.to_string()),
    };
    match (code.extended_code, code.code) {
        (
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID,
            _,
        ) => Error::Conflict {
            constraint: violated_key(message),
        },
        (ffi::SQLITE_CONSTRAINT_FOREIGNKEY, _) => Error::Conflict {
            constraint: "foreign key".to_owned(),
        },
        (_, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Retry(error.to_string()),
        (
            _,
            ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::OutOfMemory
            | ErrorCode::OperationInterrupted
            | ErrorCode::FileLockingProtocolFailed,
        ) => Error::unavailable(error.to_string()),
        _ => Error::other(error.to_string()),
    }
}

fn execute<T>(
    conn: &Connection,
    statement: &Statement,
    params: &[&dyn Stored],
    work: impl FnOnce(&mut rusqlite::Statement<'_>) -> Result<T>,
) -> Result<T> {
    let body = || {
        let mut prepared = conn.prepare_cached(statement.sqlite).map_err(error)?;
        bind(&mut prepared, params)?;
        work(&mut prepared)
    };
    let result = if statement.scan.is_some() && may_block() {
        tokio::task::block_in_place(body)
    } else {
        body()
    };
    result.map_err(|error| error.in_statement(statement.name))
}

/// To SQLite `$2` is a name, not a number: without this the first one met in the text would be the first value.
fn bind(prepared: &mut rusqlite::Statement<'_>, params: &[&dyn Stored]) -> Result<()> {
    for slot in 1..=prepared.parameter_count() {
        let number = prepared
            .parameter_name(slot)
            .and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = number
            .and_then(|number| params.get(number.checked_sub(1)?))
            .ok_or_else(|| {
                let name = prepared.parameter_name(slot).unwrap_or("?");
                Error::other(format!("no value for parameter {name} among {}", params.len()))
            })?;
        prepared
            .raw_bind_parameter(slot, Bound::new(*value))
            .map_err(error)?;
    }
    Ok(())
}

/// A statement that scans would hold up every task on this thread; a runtime with several threads can move them.
fn may_block() -> bool {
    Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread)
}

/// `UNIQUE constraint failed: contacts.account_id, contacts.phone`, or `… failed: index 'contacts_name'`.
fn violated_key(message: &str) -> String {
    let key = message.split_once("failed: ").map_or(message, |(_, key)| key);
    key.strip_prefix("index '")
        .and_then(|index| index.strip_suffix('\''))
        .unwrap_or(key)
        .to_owned()
}
