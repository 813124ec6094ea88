//! One set of statements over two engines: a typed facade over rusqlite and tokio-postgres.
//!
//! A statement is declared once with [`sql!`], a row type with [`record!`], and both are used through [`Tx`],
//! which is the same type on SQLite and PostgreSQL, for reading and for writing. It rolls back when dropped.
//!
//! ```no_run
//! use recado_db::{record, sql, Result, Tx};
//! use recado_model::{AccountId, ContactId};
//!
//! record! { pub struct Contact { pub id: ContactId, pub name: Option<String> } }
//!
//! sql!(PAGE -> Contact = "SELECT id, name FROM contacts
//!     WHERE account_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
//!
//! pub async fn page(tx: &mut Tx, account: AccountId, before: ContactId, limit: i64) -> Result<Vec<Contact>> {
//!     tx.all(&PAGE, &[&account, &before, &limit]).await
//! }
//! ```
//!
//! What keeps one text good for both engines:
//! - Parameters are `$1`, `$2`, …, each used at least once and each with a type the server can infer: no
//!   `$3 IS NULL` (page with a sentinel instead), and `CAST($2 AS BIGINT)` in arithmetic.
//! - Integers are 64 bits wide on both sides, times are Unix milliseconds, JSON is opaque text, and a `SUM` is
//!   `CAST(… AS BIGINT)`, because PostgreSQL widens it to `NUMERIC`.
//! - An `IN` list is a JSON array in one text parameter and two texts that take it apart
//!   (`json_each($1)`, `json_array_elements_text(CAST($1 AS JSON))`), or [`Tx::each`].
//! - After an error other than [`Error::Missing`] a transaction is spent: it can only be dropped. PostgreSQL
//!   works like that; the SQLite side follows, so that code tried on one engine holds on the other.
//! - No constraint is `DEFERRABLE`: transactions share a commit on SQLite, and a violation must not be found there.

mod about;
mod db;
mod error;
mod migrate;
mod postgres;
mod record;
mod sqlite;
mod statement;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod value;
mod witness;

pub use about::About;
pub use db::{Db, Engine, Options, sqlite_file};
pub use error::{Error, Result};
pub use migrate::Migration;
pub use record::{Columns, Record};
pub use sqlite::{check_sqlite, copy_sqlite};
pub use statement::{Sql, Statement, statements};
pub use tx::{Asked, Tx};
pub use value::Row;
pub use witness::{left_something, witnessed};

/// For the macros only.
#[doc(hidden)]
pub mod internal {
    pub use crate::record::column_name;
    pub use crate::statement::Registered;
    pub use inventory::submit;
    pub use recado_model::Stored;
}
