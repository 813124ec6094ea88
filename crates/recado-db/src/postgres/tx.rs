//! A transaction on a pooled connection.
//!
//! Two things a pool does not do: a connection goes back only when its transaction has ended ([`Held`]), and
//! `BEGIN` travels together with the first statement, because requests are sent in the order their futures are
//! polled. Sets of parameters travel together the same way.

use std::ops::Deref;
use std::time::Duration;

use deadpool_postgres::Object;
use futures_util::future::{join, join_all};
use futures_util::{TryStreamExt, pin_mut};
use recado_model::Stored;
use tokio::runtime::Handle;

use super::error::error;
use super::rows;
use crate::tx::{Note, deliver};
use crate::value::{Bound, Source};
use crate::{Error, Record, Result, Row, Sql, Statement};

/// How long a rollback in the background may take before the connection is given up.
const ROLLBACK: Duration = Duration::from_secs(5);

/// Rows answered and rows changed.
type Answer = (Vec<tokio_postgres::Row>, u64);

/// A text and the sets of parameters it is executed with.
type Part<'a> = (&'a str, &'a [&'a [&'a dyn Stored]]);

pub(crate) struct PgTx {
    client: Option<Held>,
    access: Access,
    begun: bool,
    /// False after an error, and while a statement is on its way: a caller that gives up waiting for one does not
    /// know how it ended.
    sound: bool,
}

#[derive(Clone, Copy)]
pub(crate) enum Access {
    Read,
    Write,
}

/// A connection that may be in the middle of something. Dropped, it is closed; only [`Held::give_back`] returns it
/// to the pool.
pub(crate) struct Held(Option<Object>);

impl PgTx {
    pub(crate) fn new(client: Object, access: Access) -> Self {
        Self {
            client: Some(Held::new(client)),
            access,
            begun: false,
            sound: true,
        }
    }

    pub(crate) async fn all<R: Record>(
        &mut self,
        sql: &Sql<R>,
        sets: &[&[&dyn Stored]],
        limit: usize,
    ) -> Result<Vec<Vec<R>>> {
        let statement = sql.statement();
        let answers = self
            .exchange(statement.name, &[(statement.postgres, sets)])
            .await?;
        let read = |(rows, _): Answer| {
            rows.iter()
                .take(limit)
                .map(|row| R::from_row(&Row(Source::Postgres(row))))
                .collect()
        };
        let records: Result<Vec<Vec<R>>> = answers.into_iter().map(read).collect();
        self.sound = records.is_ok();
        records.map_err(|error| error.in_statement(statement.name))
    }

    pub(crate) async fn run(&mut self, sql: &Sql<()>, sets: &[&[&dyn Stored]]) -> Result<Vec<u64>> {
        let statement = sql.statement();
        if rows::several(statement.postgres, sets).is_some_and(|many| many.plain) {
            self.in_chunks(statement, sets).await?;
            // An INSERT of a row that is not refused adds it.
            return Ok(vec![1; sets.len()]);
        }
        let answers = self
            .exchange(statement.name, &[(statement.postgres, sets)])
            .await?;
        Ok(answers.into_iter().map(|(_, changed)| changed).collect())
    }

    /// Rows of one INSERT, several in a statement where its text allows; what they answer, in any order.
    pub(crate) async fn insert_each<R: Record>(
        &mut self,
        sql: &Sql<R>,
        sets: &[&[&dyn Stored]],
    ) -> Result<Vec<R>> {
        let statement = sql.statement();
        let answers = self.in_chunks(statement, sets).await?;
        let records: Result<Vec<R>> = answers
            .iter()
            .flat_map(|(rows, _)| rows)
            .map(|row| R::from_row(&Row(Source::Postgres(row))))
            .collect();
        self.sound = records.is_ok();
        records.map_err(|error| error.in_statement(statement.name))
    }

    async fn in_chunks(&mut self, statement: &Statement, sets: &[&[&dyn Stored]]) -> Result<Vec<Answer>> {
        let mut chunks: Vec<(String, Vec<Vec<&dyn Stored>>)> = Vec::new();
        let mut rest = sets;
        for size in rows::ROWS {
            let (whole, left) = rest.split_at(rest.len() / size * size);
            if let Some(many) = whole
                .first()
                .and_then(|first| rows::many(statement.postgres, first.len(), size))
            {
                chunks.push((many.text, whole.chunks(size).map(<[_]>::concat).collect()));
                rest = left;
            }
        }
        let slices: Vec<Vec<&[&dyn Stored]>> = chunks
            .iter()
            .map(|(_, sets)| sets.iter().map(Vec::as_slice).collect())
            .collect();
        let mut parts: Vec<Part<'_>> = chunks
            .iter()
            .zip(&slices)
            .map(|((text, _), sets)| (text.as_str(), sets.as_slice()))
            .collect();
        if !rest.is_empty() {
            parts.push((statement.postgres, rest));
        }
        self.exchange(statement.name, &parts).await
    }

    pub(crate) async fn batch(&mut self, text: &str) -> Result<()> {
        let (client, begin) = self.start()?;
        let (begun, done) = join(client.execute_if(begin), client.batch_execute(text)).await;
        begun.and(done).map_err(|cause| error(&cause))?;
        self.sound = true;
        Ok(())
    }

    pub(crate) const fn writes(&self) -> bool {
        matches!(self.access, Access::Write)
    }

    /// Runs on its own task, so that it ends, and the notes are done, also when the caller goes away.
    pub(crate) async fn commit(mut self, notes: Vec<Note>) -> Result<()> {
        if !self.sound {
            return Err(spent());
        }
        if matches!(self.access, Access::Read) {
            // There is nothing to wait for.
            drop(self);
            deliver(notes);
            return Ok(());
        }
        let Some(client) = self.client.take() else {
            return Err(spent());
        };
        let begun = self.begun;
        let commit = async move {
            if begun {
                client
                    .batch_execute("COMMIT")
                    .await
                    .map_err(|cause| error(&cause))?;
            }
            client.give_back();
            deliver(notes);
            Ok(())
        };
        if !begun {
            return commit.await;
        }
        tokio::spawn(commit)
            .await
            .unwrap_or_else(|_| Err(Error::unavailable("the commit did not end")))
    }

    /// Executes texts with their sets of parameters, all in one round trip once they are prepared.
    async fn exchange(&mut self, name: &str, parts: &[Part<'_>]) -> Result<Vec<Answer>> {
        let (client, begin) = self.start()?;
        let done = async {
            let mut prepared = Vec::with_capacity(parts.len());
            for (text, _) in parts {
                prepared.push(client.prepare_cached(text).await?);
            }
            let executions = parts
                .iter()
                .zip(&prepared)
                .flat_map(|((_, sets), prepared)| sets.iter().map(move |set| (prepared, *set)));
            let answers = join_all(executions.map(|(prepared, set)| answer(client, prepared, set))).await;
            answers.into_iter().collect::<Result<Vec<_>, _>>()
        };
        let (begun, done) = join(client.execute_if(begin), done).await;
        let answers = begun
            .and(done)
            .map_err(|cause| error(&cause).in_statement(name))?;
        self.sound = true;
        Ok(answers)
    }

    /// The connection, and what is to be sent before anything else.
    fn start(&mut self) -> Result<(&Held, Option<&'static str>)> {
        let Some(client) = self.client.as_ref().filter(|_| self.sound) else {
            return Err(spent());
        };
        self.sound = false;
        let begin = match self.access {
            _ if self.begun => None,
            Access::Write => Some("BEGIN ISOLATION LEVEL READ COMMITTED"),
            Access::Read => Some("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        };
        self.begun = true;
        Ok((client, begin))
    }
}

impl Drop for PgTx {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if !self.begun {
            client.give_back();
        } else if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(client.roll_back());
        }
    }
}

impl Held {
    pub(crate) fn new(client: Object) -> Self {
        Self(Some(client))
    }

    pub(crate) fn give_back(mut self) {
        drop(self.0.take());
    }

    async fn roll_back(self) {
        match tokio::time::timeout(ROLLBACK, self.batch_execute("ROLLBACK")).await {
            Ok(Ok(())) => self.give_back(),
            Ok(Err(error)) => tracing::debug!(%error, "a connection was given up at rollback"),
            Err(_) => tracing::warn!("a rollback took longer than {ROLLBACK:?}; its connection is given up"),
        }
    }

    async fn execute_if(&self, text: Option<&str>) -> Result<(), tokio_postgres::Error> {
        match text {
            Some(text) => self.batch_execute(text).await,
            None => Ok(()),
        }
    }
}

impl Deref for Held {
    type Target = Object;

    fn deref(&self) -> &Object {
        self.0
            .as_ref()
            .expect("a connection is taken out only by what consumes its holder")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Object::take(client));
        }
    }
}

async fn answer(
    client: &Held,
    prepared: &tokio_postgres::Statement,
    set: &[&dyn Stored],
) -> Result<Answer, tokio_postgres::Error> {
    let stream = client
        .query_raw(prepared, set.iter().map(|value| Bound::new(*value)))
        .await?;
    pin_mut!(stream);
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await? {
        rows.push(row);
    }
    Ok((rows, stream.rows_affected().unwrap_or_default()))
}

fn spent() -> Error {
    Error::other("this transaction failed before and can only be dropped")
}
