//! The transaction: one type on both engines, for reading and writing.

use std::fmt;
use std::pin::Pin;

use recado_model::Stored;

use crate::postgres::PgTx;
use crate::{Engine, Error, Record, Result, Sql, sqlite, witness};

/// What a transaction leaves to be done right after its commit.
pub(crate) type Note = Box<dyn FnOnce() + Send>;

/// A transaction. Dropped without [`commit`](Tx::commit), it leaves nothing behind.
///
/// Keep it short and await nothing but its own methods in it: on SQLite all writers share one connection. After an
/// error other than [`Error::Missing`] it is spent and can only be dropped.
pub struct Tx {
    inner: Inner,
    notes: Vec<Note>,
}

/// A question and, where it is known already, its answer.
#[derive(Debug)]
#[must_use]
pub enum Asked<R> {
    #[doc(hidden)]
    Here(Vec<R>),
    #[doc(hidden)]
    Waits(usize),
}

pub(crate) enum Inner {
    SqliteWrite(sqlite::WriteTx),
    SqliteRead(sqlite::ReadTx),
    Postgres(PgTx),
}

impl Tx {
    pub(crate) fn new(inner: Inner) -> Self {
        Self {
            inner,
            notes: Vec::new(),
        }
    }

    /// All rows the statement answers.
    pub async fn all<R: Record>(&mut self, sql: &Sql<R>, params: &[&dyn Stored]) -> Result<Vec<R>> {
        match &mut self.inner {
            Inner::SqliteWrite(tx) => tx.work(|conn| sqlite::all(conn, sql, params, usize::MAX)),
            Inner::SqliteRead(tx) => tx.work(|conn| sqlite::all(conn, sql, params, usize::MAX)),
            Inner::Postgres(tx) => tx.all(sql, &[params], usize::MAX).await.map(only),
        }
    }

    /// The first row the statement answers, if it answers any.
    pub async fn first<R: Record>(&mut self, sql: &Sql<R>, params: &[&dyn Stored]) -> Result<Option<R>> {
        match &mut self.inner {
            Inner::SqliteWrite(tx) => tx
                .work(|conn| sqlite::all(conn, sql, params, 1))
                .map(|mut rows| rows.pop()),
            Inner::SqliteRead(tx) => tx
                .work(|conn| sqlite::all(conn, sql, params, 1))
                .map(|mut rows| rows.pop()),
            Inner::Postgres(tx) => tx.all(sql, &[params], 1).await.map(|rows| only(rows).pop()),
        }
    }

    /// The first row the statement answers; [`Error::Missing`] when it answers none.
    pub async fn one<R: Record>(&mut self, sql: &Sql<R>, params: &[&dyn Stored]) -> Result<R> {
        self.first(sql, params).await?.ok_or(Error::Missing)
    }

    /// Runs a statement that answers no rows; returns how many rows it changed.
    pub async fn run(&mut self, sql: &Sql<()>, params: &[&dyn Stored]) -> Result<u64> {
        match &mut self.inner {
            Inner::SqliteWrite(tx) => tx.work(|conn| sqlite::run(conn, sql, &[params])).map(only),
            Inner::SqliteRead(tx) => tx.work(|conn| sqlite::run(conn, sql, &[params])).map(only),
            Inner::Postgres(tx) => tx.run(sql, &[params]).await.map(only),
        }
    }

    /// The same statement with many sets of parameters, executed in their order; one answer per set.
    ///
    /// On PostgreSQL they travel together and cost one round trip.
    pub async fn each<R: Record>(&mut self, sql: &Sql<R>, sets: &[&[&dyn Stored]]) -> Result<Vec<Vec<R>>> {
        match &mut self.inner {
            Inner::SqliteWrite(tx) => tx.work(|conn| sqlite::each(conn, sql, sets)),
            Inner::SqliteRead(tx) => tx.work(|conn| sqlite::each(conn, sql, sets)),
            Inner::Postgres(tx) => tx.all(sql, sets, usize::MAX).await,
        }
    }

    /// [`run`](Tx::run) with many sets of parameters, like [`each`](Tx::each).
    pub async fn run_each(&mut self, sql: &Sql<()>, sets: &[&[&dyn Stored]]) -> Result<Vec<u64>> {
        match &mut self.inner {
            Inner::SqliteWrite(tx) => tx.work(|conn| sqlite::run(conn, sql, sets)),
            Inner::SqliteRead(tx) => tx.work(|conn| sqlite::run(conn, sql, sets)),
            Inner::Postgres(tx) => tx.run(sql, sets).await,
        }
    }

    /// [`run_each`](Tx::run_each) for what nothing that follows depends on: it is done before the next statement of this
    /// transaction or before its commit, and an error comes from there.
    ///
    /// On PostgreSQL it travels with that and costs no round trip of its own.
    pub fn run_each_soon(&mut self, sql: &Sql<()>, sets: &[&[&dyn Stored]]) -> Result<()> {
        match &mut self.inner {
            Inner::SqliteWrite(tx) => tx.work(|conn| sqlite::run(conn, sql, sets)).map(drop),
            Inner::SqliteRead(tx) => tx.work(|conn| sqlite::run(conn, sql, sets)).map(drop),
            Inner::Postgres(tx) => tx.run_soon(sql, sets),
        }
    }

    /// [`all`](Tx::all) whose rows are wanted later: [`answer`](Tx::answer) has them. An error may come from there or from
    /// the next statement.
    ///
    /// On PostgreSQL it travels with the next statement and costs no round trip of its own.
    pub async fn ask<R: Record>(&mut self, sql: &Sql<R>, params: &[&dyn Stored]) -> Result<Asked<R>> {
        match &mut self.inner {
            Inner::Postgres(tx) => tx.ask(sql, params).map(Asked::Waits),
            Inner::SqliteWrite(_) | Inner::SqliteRead(_) => self.all(sql, params).await.map(Asked::Here),
        }
    }

    /// The rows of a question of this transaction's.
    pub async fn answer<R: Record>(&mut self, sql: &Sql<R>, asked: Asked<R>) -> Result<Vec<R>> {
        match (asked, &mut self.inner) {
            (Asked::Here(rows), _) => Ok(rows),
            (Asked::Waits(ticket), Inner::Postgres(tx)) => tx.answer(sql, ticket).await,
            (Asked::Waits(_), _) => Err(Error::other("this was asked in another transaction")),
        }
    }

    /// An INSERT with many rows: what it answers for those it adds, in any order.
    ///
    /// On PostgreSQL many rows make one statement, where the text is parameters and constants.
    pub async fn insert_each<R: Record>(&mut self, sql: &Sql<R>, sets: &[&[&dyn Stored]]) -> Result<Vec<R>> {
        match &mut self.inner {
            Inner::Postgres(tx) => tx.insert_each(sql, sets).await,
            Inner::SqliteWrite(_) | Inner::SqliteRead(_) => {
                Ok(self.each(sql, sets).await?.into_iter().flatten().collect())
            }
        }
    }

    /// Does `note` after the commit, in the order they were left, also when the task that commits goes away
    /// meanwhile. Never done when the transaction does not commit. Notes must be quick and must not block.
    pub fn on_commit(&mut self, note: impl FnOnce() + Send + 'static) {
        self.notes.push(Box::new(note));
    }

    /// Returns when the changes are on disk and the notes are done.
    ///
    /// Once polled it runs to its end even if the future is dropped. On [`Error::Unavailable`] nobody can say
    /// whether a PostgreSQL that was lost meanwhile has committed; on SQLite it has not.
    pub async fn commit(self) -> Result<()> {
        let writes = self.writes();
        let committed = match self.inner {
            Inner::SqliteWrite(tx) => tx.commit(self.notes).await,
            Inner::SqliteRead(tx) => tx.commit(self.notes),
            Inner::Postgres(tx) => tx.commit(self.notes).await,
        };
        if writes && matches!(committed, Ok(()) | Err(Error::Unavailable(_))) {
            witness::left_something();
        }
        committed
    }

    /// [`commit`](Tx::commit) for one who has more to write while the disk is busy with this: gives what is to be
    /// waited for before anybody is told of the changes. The next transaction sees them already.
    ///
    /// On SQLite it blocks while the log is written; on PostgreSQL the whole commit happens while that is waited for.
    pub fn submit(self) -> Result<Pin<Box<dyn Future<Output = Result<()>> + Send>>> {
        if self.writes() {
            witness::left_something();
        }
        match self.inner {
            Inner::SqliteWrite(tx) => Ok(Box::pin(tx.submit(self.notes)?)),
            Inner::SqliteRead(tx) => {
                let done = tx.commit(self.notes);
                Ok(Box::pin(std::future::ready(done)))
            }
            Inner::Postgres(tx) => Ok(Box::pin(tx.commit(self.notes))),
        }
    }

    fn writes(&self) -> bool {
        match &self.inner {
            Inner::SqliteWrite(_) => true,
            Inner::SqliteRead(_) => false,
            Inner::Postgres(tx) => tx.writes(),
        }
    }

    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::SqliteWrite(_) | Inner::SqliteRead(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Several statements in one text, without parameters: for migrations.
    pub(crate) async fn batch(&mut self, text: &str) -> Result<()> {
        match &mut self.inner {
            Inner::SqliteWrite(tx) => tx.work(|conn| sqlite::batch(conn, text)),
            Inner::SqliteRead(tx) => tx.work(|conn| sqlite::batch(conn, text)),
            Inner::Postgres(tx) => tx.batch(text).await,
        }
    }
}

/// The answer to the only set of parameters there was.
fn only<T: Default>(mut answers: Vec<T>) -> T {
    answers.pop().unwrap_or_default()
}

/// Does the notes of a committed transaction. One that panics does not keep the others from being done.
pub(crate) fn deliver(notes: Vec<Note>) {
    for note in notes {
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(note)).is_err() {
            tracing::error!("a note left for after the commit panicked");
        }
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("engine", &self.engine())
            .finish_non_exhaustive()
    }
}
