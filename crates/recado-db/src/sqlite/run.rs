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
    execute(conn, sql.statement(), |prepared| {
        let slots = slots(prepared)?;
        rows(prepared, &slots, params, limit)
    })
}

/// The same for many sets of parameters: prepared once.
pub(crate) fn each<R: Record>(
    conn: &Connection,
    sql: &Sql<R>,
    sets: &[&[&dyn Stored]],
) -> Result<Vec<Vec<R>>> {
    execute(conn, sql.statement(), |prepared| {
        let slots = slots(prepared)?;
        sets.iter()
            .map(|set| rows(prepared, &slots, set, usize::MAX))
            .collect()
    })
}

pub(crate) fn run(conn: &Connection, sql: &Sql<()>, sets: &[&[&dyn Stored]]) -> Result<Vec<u64>> {
    execute(conn, sql.statement(), |prepared| {
        let slots = slots(prepared)?;
        sets.iter()
            .map(|set| {
                bind(prepared, &slots, set)?;
                let changed = prepared.raw_execute().map_err(error)?;
                Ok(u64::try_from(changed).unwrap_or(u64::MAX))
            })
            .collect()
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
    work: impl FnOnce(&mut rusqlite::Statement<'_>) -> Result<T>,
) -> Result<T> {
    let body = || {
        let mut prepared = conn.prepare_cached(statement.sqlite).map_err(error)?;
        work(&mut prepared)
    };
    let result = if statement.scan.is_some() && may_block() {
        tokio::task::block_in_place(body)
    } else {
        body()
    };
    result.map_err(|error| error.in_statement(statement.name))
}

fn rows<R: Record>(
    prepared: &mut rusqlite::Statement<'_>,
    slots: &[usize],
    params: &[&dyn Stored],
    limit: usize,
) -> Result<Vec<R>> {
    bind(prepared, slots, params)?;
    let mut rows = prepared.raw_query();
    let mut records = Vec::new();
    while records.len() < limit {
        let Some(row) = rows.next().map_err(error)? else {
            break;
        };
        records.push(R::from_row(&Row(Source::Sqlite(row)))?);
    }
    Ok(records)
}

/// Which parameter goes into each of SQLite's slots: to it `$2` is a name, not a number, and without this the first
/// one met in the text would be the first value.
fn slots(prepared: &rusqlite::Statement<'_>) -> Result<Vec<usize>> {
    (1..=prepared.parameter_count())
        .map(|slot| {
            let name = prepared.parameter_name(slot);
            name.and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok()?.checked_sub(1))
                .ok_or_else(|| Error::other(format!("{} is no parameter", name.unwrap_or("?"))))
        })
        .collect()
}

fn bind(prepared: &mut rusqlite::Statement<'_>, slots: &[usize], params: &[&dyn Stored]) -> Result<()> {
    for (at, number) in slots.iter().enumerate() {
        let value = params.get(*number).ok_or_else(|| {
            Error::other(format!(
                "no value for parameter ${} among {}",
                number + 1,
                params.len()
            ))
        })?;
        prepared
            .raw_bind_parameter(at + 1, Bound::new(*value))
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
