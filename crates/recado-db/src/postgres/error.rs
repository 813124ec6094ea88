//! What PostgreSQL's errors mean to a caller.

use std::error::Error as _;

use tokio_postgres::error::{DbError, SqlState};

use crate::Error;

pub(crate) fn error(error: &tokio_postgres::Error) -> Error {
    let Some(db) = error.as_db_error() else {
        let lost = error.is_closed()
            || error
                .source()
                .is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
        let message = with_causes(error);
        return if lost {
            Error::Unavailable(message)
        } else {
            Error::Other(message)
        };
    };
    // Without the detail, which quotes the row.
    let message = format!("{} ({})", db.message(), db.code().code());
    let code = db.code();
    if *code == SqlState::UNIQUE_VIOLATION {
        Error::Conflict {
            constraint: violated_key(db),
        }
    } else if *code == SqlState::FOREIGN_KEY_VIOLATION {
        Error::Conflict {
            constraint: "foreign key".to_owned(),
        }
    } else if *code == SqlState::T_R_SERIALIZATION_FAILURE
        || *code == SqlState::T_R_DEADLOCK_DETECTED
        || *code == SqlState::LOCK_NOT_AVAILABLE
    {
        Error::Retry(message)
    } else if matches!(code.code().get(..2), Some("08" | "53" | "57" | "58")) {
        // Connection, resources (disk, memory, connections), operator intervention (shutdown), system.
        Error::Unavailable(message)
    } else {
        Error::Other(message)
    }
}

/// The message with those of its causes, which hold what happened. None of them knows the password.
pub(crate) fn with_causes(error: &tokio_postgres::Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message = format!("{message}: {error}");
        cause = error.source();
    }
    message
}

/// `contacts.account_id, contacts.phone`, the words SQLite uses, from `Key (account_id, phone)=(…) already exists.`
fn violated_key(db: &DbError) -> String {
    let name = db.constraint().unwrap_or_default();
    let columns = db
        .detail()
        .and_then(|detail| detail.split_once(")=(")?.0.split_once('(').map(|(_, key)| key));
    match (db.table(), columns) {
        // A key with an expression is told by its index, as SQLite does.
        (Some(table), Some(columns)) if !columns.contains('(') => {
            let columns = columns
                .split(", ")
                .map(|column| format!("{table}.{}", column.trim_matches('"')));
            columns.collect::<Vec<_>>().join(", ")
        }
        _ => name.to_owned(),
    }
}
