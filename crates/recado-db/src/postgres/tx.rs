//! A transaction on a pooled connection.
//!
//! Two things a pool does not do: a connection goes back only when its transaction has ended ([`Held`]), and
//! `BEGIN` travels together with the first statement, because requests are sent in the order their futures are
//! polled. Sets of parameters travel together the same way.

use std::collections::HashMap;
use std::future::poll_fn;
use std::ops::Deref;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use deadpool_postgres::Object;
use futures_util::future::{join, join_all, maybe_done, try_join_all};
use futures_util::{TryStreamExt, pin_mut};
use recado_model::Stored;
use tokio::runtime::Handle;

use super::error::error;
use super::rows::{self, Many};
use crate::tx::{Note, deliver};
use crate::value::{Bound, Kept, Source};
use crate::{Error, Record, Result, Row, Sql, Statement};

/// How long a rollback in the background may take before the connection is given up.
const ROLLBACK: Duration = Duration::from_secs(5);

/// Rows answered and rows changed.
type Answer = (Vec<tokio_postgres::Row>, u64);

/// A text and the sets of parameters it is executed with.
struct Part<'a> {
    name: &'static str,
    text: Text,
    sets: Vec<Vec<Bound<'a>>>,
}

#[derive(Clone)]
enum Text {
    Whole(&'static str),
    Many(Arc<Many>),
}

/// One that is sent together with what comes next.
struct Soon {
    name: &'static str,
    text: Text,
    sets: Vec<Vec<Kept>>,
    /// Whose answer is waited for.
    asked: Option<Ticket>,
}

/// Tells questions of one transaction apart.
pub(crate) type Ticket = usize;

pub(crate) struct PgTx {
    client: Option<Held>,
    access: Access,
    begun: bool,
    soon: Vec<Soon>,
    questions: Ticket,
    answered: HashMap<Ticket, Vec<tokio_postgres::Row>>,
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
            soon: Vec::new(),
            questions: 0,
            answered: HashMap::new(),
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
        let answers = self.exchange(vec![Part::whole(statement, sets)]).await?;
        self.read(
            sql,
            answers.iter().map(|(rows, _)| &rows[..limit.min(rows.len())]),
        )
    }

    fn read<'r, R: Record>(
        &mut self,
        sql: &Sql<R>,
        answers: impl Iterator<Item = &'r [tokio_postgres::Row]>,
    ) -> Result<Vec<Vec<R>>> {
        let read = |rows: &[tokio_postgres::Row]| {
            rows.iter()
                .map(|row| R::from_row(&Row(Source::Postgres(row))))
                .collect()
        };
        let records: Result<Vec<Vec<R>>> = answers.map(read).collect();
        self.sound = records.is_ok();
        records.map_err(|error| error.in_statement(sql.statement().name))
    }

    /// Sent with the next statement.
    pub(crate) fn ask<R: Record>(&mut self, sql: &Sql<R>, params: &[&dyn Stored]) -> Result<Ticket> {
        if !self.sound {
            return Err(spent());
        }
        self.questions += 1;
        let question = Part::whole(sql.statement(), &[params]);
        self.soon.push(question.kept(Some(self.questions)));
        Ok(self.questions)
    }

    pub(crate) async fn answer<R: Record>(&mut self, sql: &Sql<R>, ticket: Ticket) -> Result<Vec<R>> {
        if !self.answered.contains_key(&ticket) {
            self.exchange(Vec::new()).await?;
        }
        let rows = self.answered.remove(&ticket).ok_or_else(spent)?;
        let mut answers = self.read(sql, std::iter::once(rows.as_slice()))?;
        Ok(answers.pop().unwrap_or_default())
    }

    pub(crate) async fn run(&mut self, sql: &Sql<()>, sets: &[&[&dyn Stored]]) -> Result<Vec<u64>> {
        let statement = sql.statement();
        if is_plain_insert(statement, sets) {
            self.exchange(chunks(statement, sets)).await?;
            // An INSERT of a row that is not refused adds it.
            return Ok(vec![1; sets.len()]);
        }
        let answers = self.exchange(vec![Part::whole(statement, sets)]).await?;
        Ok(answers.into_iter().map(|(_, changed)| changed).collect())
    }

    /// Sent with the next statement, or with the commit.
    pub(crate) fn run_soon(&mut self, sql: &Sql<()>, sets: &[&[&dyn Stored]]) -> Result<()> {
        if !self.sound {
            return Err(spent());
        }
        if sets.is_empty() {
            return Ok(());
        }
        let statement = sql.statement();
        let parts = if is_plain_insert(statement, sets) {
            chunks(statement, sets)
        } else {
            vec![Part::whole(statement, sets)]
        };
        self.soon.extend(parts.into_iter().map(|part| part.kept(None)));
        Ok(())
    }

    /// Rows of one INSERT, several in a statement where its text allows; what they answer, in any order.
    pub(crate) async fn insert_each<R: Record>(
        &mut self,
        sql: &Sql<R>,
        sets: &[&[&dyn Stored]],
    ) -> Result<Vec<R>> {
        let statement = sql.statement();
        let answers = self.exchange(chunks(statement, sets)).await?;
        let records = self.read(sql, answers.iter().map(|(rows, _)| rows.as_slice()))?;
        Ok(records.into_iter().flatten().collect())
    }

    pub(crate) async fn batch(&mut self, text: &str) -> Result<()> {
        if !self.soon.is_empty() {
            self.exchange(Vec::new()).await?;
        }
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
        let soon = std::mem::take(&mut self.soon);
        if !self.begun && soon.is_empty() {
            client.give_back();
            deliver(notes);
            return Ok(());
        }
        let begin = (!self.begun).then_some(self.access.begin());
        let commit = async move {
            let parts: Vec<Part<'_>> = soon.iter().map(Soon::part).collect();
            let (begun, done) = join(client.execute_if(begin), client.last(&parts)).await;
            begun.map_err(|cause| error(&cause)).and(done)?;
            client.give_back();
            deliver(notes);
            Ok(())
        };
        tokio::spawn(commit)
            .await
            .unwrap_or_else(|_| Err(Error::unavailable("the commit did not end")))
    }

    /// Executes what waits to be sent and `parts`, all in one round trip once they are prepared. Answers the parts.
    async fn exchange(&mut self, parts: Vec<Part<'_>>) -> Result<Vec<Answer>> {
        let soon = std::mem::take(&mut self.soon);
        let mut all: Vec<Part<'_>> = soon.iter().map(Soon::part).collect();
        all.extend(parts);
        let (client, begin) = self.start()?;
        let done = async {
            let prepared = client.prepare(&all).await?;
            try_join_all(client.executions(&all, &prepared)).await
        };
        let (begun, done) = join(client.execute_if(begin), done).await;
        let mut answers = begun.map_err(|cause| error(&cause)).and(done)?;
        for one in &soon {
            let rest = answers.split_off(one.sets.len());
            let rows = std::mem::replace(&mut answers, rest)
                .into_iter()
                .flat_map(|(rows, _)| rows);
            if let Some(ticket) = one.asked {
                self.answered.insert(ticket, rows.collect());
            }
        }
        self.sound = true;
        Ok(answers)
    }

    /// The connection, and what is to be sent before anything else.
    fn start(&mut self) -> Result<(&Held, Option<&'static str>)> {
        let Some(client) = self.client.as_ref().filter(|_| self.sound) else {
            return Err(spent());
        };
        self.sound = false;
        let begin = (!self.begun).then_some(self.access.begin());
        self.begun = true;
        Ok((client, begin))
    }
}

impl Access {
    const fn begin(self) -> &'static str {
        match self {
            Self::Write => "BEGIN ISOLATION LEVEL READ COMMITTED",
            Self::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }
}

impl<'a> Part<'a> {
    /// The text as it is, once for each set.
    fn whole(statement: &Statement, sets: &[&[&'a dyn Stored]]) -> Self {
        Self {
            name: statement.name,
            text: Text::Whole(statement.postgres),
            sets: sets.iter().map(|set| bound(set)).collect(),
        }
    }
}

impl Part<'_> {
    fn kept(self, asked: Option<Ticket>) -> Soon {
        let keep = |set: Vec<Bound<'_>>| set.into_iter().map(Bound::kept).collect();
        Soon {
            name: self.name,
            text: self.text,
            sets: self.sets.into_iter().map(keep).collect(),
            asked,
        }
    }
}

impl Soon {
    fn part(&self) -> Part<'_> {
        Part {
            name: self.name,
            text: self.text.clone(),
            sets: self
                .sets
                .iter()
                .map(|set| set.iter().map(Kept::bound).collect())
                .collect(),
        }
    }
}

impl Text {
    fn as_str(&self) -> &str {
        match self {
            Self::Whole(text) => text,
            Self::Many(many) => &many.text,
        }
    }
}

fn bound<'a>(set: &[&'a dyn Stored]) -> Vec<Bound<'a>> {
    set.iter().map(|value| Bound::new(*value)).collect()
}

/// Whether each of many rows is added or the statement fails.
fn is_plain_insert(statement: &Statement, sets: &[&[&dyn Stored]]) -> bool {
    rows::several(statement.postgres, sets).is_some_and(|many| many.plain)
}

/// As many rows in one statement as its text allows.
fn chunks<'a>(statement: &Statement, sets: &[&[&'a dyn Stored]]) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let mut rest = sets;
    for size in rows::ROWS {
        let (whole, left) = rest.split_at(rest.len() / size * size);
        if let Some(many) = whole
            .first()
            .and_then(|first| rows::many(statement.postgres, first.len(), size))
        {
            parts.push(Part {
                name: statement.name,
                text: Text::Many(many),
                sets: whole.chunks(size).map(|rows| bound(&rows.concat())).collect(),
            });
            rest = left;
        }
    }
    if !rest.is_empty() {
        parts.push(Part::whole(statement, rest));
    }
    parts
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

    async fn prepare(&self, parts: &[Part<'_>]) -> Result<Vec<tokio_postgres::Statement>> {
        let mut prepared = Vec::with_capacity(parts.len());
        for part in parts {
            let statement = self.prepare_cached(part.text.as_str()).await;
            prepared.push(statement.map_err(|cause| error(&cause).in_statement(part.name))?);
        }
        Ok(prepared)
    }

    /// What is sent in this order once it is polled. The first that fails is the one that failed: those behind it are
    /// refused for that reason.
    fn executions<'a>(
        &'a self,
        parts: &'a [Part<'_>],
        prepared: &'a [tokio_postgres::Statement],
    ) -> impl Iterator<Item = impl Future<Output = Result<Answer>> + 'a> {
        parts.iter().zip(prepared).flat_map(move |(part, prepared)| {
            part.sets.iter().map(move |set| async move {
                let answer = answer(self, prepared, set).await;
                answer.map_err(|cause| error(&cause).in_statement(part.name))
            })
        })
    }

    /// Executes the last statements and commits, in one round trip. Where one of them is refused, so is the commit.
    async fn last(&self, parts: &[Part<'_>]) -> Result<()> {
        let prepared = self.prepare(parts).await?;
        let mut executions: Vec<_> = self
            .executions(parts, &prepared)
            .map(|execution| Box::pin(maybe_done(execution)))
            .collect();
        // What cannot even be sent fails at once. The server would not know of it, and commit the rest.
        poll_fn(|cx| {
            for execution in &mut executions {
                // Whether it is done already is looked at below.
                let _ = execution.as_mut().poll(cx);
            }
            Poll::Ready(())
        })
        .await;
        for execution in &mut executions {
            if matches!(execution.as_mut().output_mut(), Some(Err(_))) {
                return execution
                    .as_mut()
                    .take_output()
                    .map_or(Ok(()), |answer| answer.map(drop));
            }
        }
        let commit = async { self.batch_execute("COMMIT").await.map_err(|cause| error(&cause)) };
        let (_, committed) = join(join_all(&mut executions), commit).await;
        for execution in &mut executions {
            execution.as_mut().take_output().unwrap_or_else(|| Err(spent()))?;
        }
        committed
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
    set: &[Bound<'_>],
) -> Result<Answer, tokio_postgres::Error> {
    let stream = client.query_raw(prepared, set).await?;
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
