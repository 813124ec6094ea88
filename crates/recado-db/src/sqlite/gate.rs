//! Writing: one connection, handed from transaction to transaction in the order they asked, and group commit.
//!
//! A transaction of ours is a savepoint inside an outer transaction; the first of a group needs none, as it can be
//! undone with the whole. `commit()` releases the savepoint, joins the group of those that wait for the disk, and
//! passes the connection on. When nobody waits for the connection any more, or the group is full, the outer
//! transaction is committed on a blocking thread. Then the log is flushed, by us and not by SQLite, so that the
//! connection serves the next group meanwhile; the group is woken after it. So many small transactions share one
//! flush, and each still returns only after it.
//!
//! Flushing ourselves takes nothing from what a commit promises: the log is read in order and each frame carries a
//! checksum over all before it, so what survives a power cut is whole commits, all those that were flushed and
//! perhaps some after them. SQLite still flushes the log before it writes any of it back into the database.
//!
//! The connection is never lost: whoever holds it holds a [`Lease`], and dropping that passes it on.

use std::collections::VecDeque;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::hooks::Wal;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::{run, write_back};
use crate::tx::{Note, deliver};
use crate::{Error, Result};

/// How many transactions share a commit at most, so that the first of them does not wait for ever.
const GROUP: usize = 64;

/// How often another process that is writing is asked again.
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// Where writers queue up.
pub(crate) struct Gate {
    queue: Mutex<Queue>,
    flushes: Mutex<Flushes>,
    log: Log,
    /// The thread that writes the log back, until the gate is closed.
    write_back: Mutex<Option<JoinHandle<()>>>,
    /// Commits run on its blocking threads.
    runtime: Handle,
}

struct Queue {
    /// Here while nobody writes; then `waiting` is empty.
    idle: Option<Box<Writer>>,
    waiting: VecDeque<oneshot::Sender<Lease>>,
    closed: bool,
}

/// Groups whose commits are written but not yet on the disk, in their order.
#[derive(Default)]
struct Flushes {
    waiting: Vec<Member>,
    /// Somebody is flushing, and will look again afterwards.
    running: bool,
}

/// The write-ahead log as a file. It is there from the first commit on, and stays the same file while the connection is
/// open.
struct Log {
    path: PathBuf,
    file: OnceLock<File>,
}

/// The connection that writes, and the group whose changes are in its outer transaction.
struct Writer {
    conn: Connection,
    /// Whether we have begun an outer transaction. SQLite may end it by itself, see [`Writer::notice_loss`].
    open: bool,
    group: Vec<Member>,
}

/// A transaction that is done but for the disk.
struct Member {
    notes: Vec<Note>,
    done: oneshot::Sender<Result<()>>,
}

/// The right to use the writer.
struct Lease {
    gate: Arc<Gate>,
    writer: Option<Box<Writer>>,
}

/// A commit on its way to a blocking thread. Dropping it does it: a runtime that is shutting down drops what it
/// will not run, and those who wait would never hear of it.
struct Commit {
    gate: Arc<Gate>,
    writer: Option<Box<Writer>>,
}

/// A transaction that writes.
pub(crate) struct WriteTx {
    lease: Lease,
    /// False after an error: what the savepoint holds then is not what was asked for.
    sound: bool,
    /// True while there is something to be undone.
    open: bool,
}

impl Gate {
    pub(crate) fn new(mut conn: Connection) -> Result<Arc<Self>> {
        // SQLite's own idea of where its file is: symbolic links are resolved.
        let log = Log {
            path: format!("{}-wal", conn.path().unwrap_or_default()).into(),
            file: OnceLock::new(),
        };
        let path = conn.path().unwrap_or_default().into();
        let write_back = write_back::start(&mut conn, path)?;
        let writer = Box::new(Writer {
            conn,
            open: false,
            group: Vec::new(),
        });
        let queue = Queue {
            idle: Some(writer),
            waiting: VecDeque::new(),
            closed: false,
        };
        Ok(Arc::new(Self {
            queue: Mutex::new(queue),
            flushes: Mutex::default(),
            log,
            write_back: Mutex::new(Some(write_back)),
            runtime: Handle::current(),
        }))
    }

    /// Lets the running transactions end, then closes the file, which writes the log back into it.
    pub(crate) async fn close(self: &Arc<Self>, timeout: Duration) {
        let Ok(mut lease) = self.acquire(timeout).await else {
            tracing::warn!("the database is still being written to and was not closed");
            return;
        };
        self.lock().closed = true;
        let writer = lease.writer.take();
        // Those who queued up behind hear that it is closed.
        self.lock().waiting.clear();
        let gate = Arc::clone(self);
        let closing = super::blocking(move || {
            let Some(mut writer) = writer else { return Ok(()) };
            gate.flush(writer.commit());
            gate.end_writing_back(&mut writer.conn)?;
            writer
                .conn
                .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
                .map_err(run::error)
        });
        if let Err(error) = closing.await {
            tracing::warn!(%error, "the log was not written back; the next start does it");
        }
    }

    fn end_writing_back(&self, conn: &mut Connection) -> Result<()> {
        conn.wal_hook(None::<fn(&mut Wal, i32) -> rusqlite::Result<()>>)
            .map_err(run::error)?;
        let thread = self
            .write_back
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that writes the log back has panicked");
        }
        Ok(())
    }

    async fn acquire(self: &Arc<Self>, timeout: Duration) -> Result<Lease> {
        let turn = {
            let mut queue = self.lock();
            if queue.closed {
                return Err(Error::unavailable("the database is closed"));
            }
            if let Some(writer) = queue.idle.take() {
                return Ok(Lease {
                    gate: Arc::clone(self),
                    writer: Some(writer),
                });
            }
            let (sender, turn) = oneshot::channel();
            queue.waiting.push_back(sender);
            turn
        };
        match tokio::time::timeout(timeout, turn).await {
            Ok(Ok(lease)) => Ok(lease),
            Ok(Err(_)) => Err(Error::unavailable("the database is closed")),
            Err(_) => Err(Error::unavailable(format!(
                "other writers took longer than {timeout:?}"
            ))),
        }
    }

    /// Hands the writer to the next who waits, or commits what it holds, or lays it by.
    fn pass_on(self: &Arc<Self>, mut writer: Box<Writer>) {
        loop {
            writer.notice_loss();
            if writer.group.len() < GROUP {
                let Some(back) = self.offer(writer) else { return };
                writer = back;
            }
            if !writer.group.is_empty() {
                let commit = Commit {
                    gate: Arc::clone(self),
                    writer: Some(writer),
                };
                self.runtime.spawn_blocking(move || drop(commit));
                return;
            }
            // Only transactions that were dropped: nothing to keep.
            writer.roll_back();
        }
    }

    /// Brings the log to the disk and wakes the group, together with all that come meanwhile. Blocks, unless somebody
    /// else is flushing, who then does it.
    fn flush(&self, group: Vec<Member>) {
        let flushes = || self.flushes.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut flushes = flushes();
            flushes.waiting.extend(group);
            if std::mem::replace(&mut flushes.running, true) {
                return;
            }
        }
        loop {
            let group = {
                let mut flushes = flushes();
                if flushes.waiting.is_empty() {
                    flushes.running = false;
                    return;
                }
                std::mem::take(&mut flushes.waiting)
            };
            let result = self.log.flush();
            if let Err(error) = &result {
                tracing::error!(%error, transactions = group.len(), "the log could not be flushed; nothing is written until the next start");
                // The system may have dropped what it could not write, and would call the next flush a success.
                let mut queue = self.lock();
                queue.closed = true;
                queue.waiting.clear();
            }
            end(group, &result);
        }
    }

    /// Gives the writer back if nobody waits and there is something to be done with it first.
    fn offer(self: &Arc<Self>, mut writer: Box<Writer>) -> Option<Box<Writer>> {
        let mut queue = self.lock();
        while let Some(next) = queue.waiting.pop_front() {
            match next.send(Lease {
                gate: Arc::clone(self),
                writer: Some(writer),
            }) {
                Ok(()) => return None,
                // That one has given up waiting. Its lease must not pass the writer on a second time.
                Err(mut lease) => writer = lease.writer.take()?,
            }
        }
        if writer.open {
            return Some(writer);
        }
        queue.idle = Some(writer);
        None
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    /// Begins a transaction of ours, and the outer one if there is none.
    fn enter(&mut self) -> Result<()> {
        self.notice_loss();
        if !self.open {
            if !self.conn.is_autocommit() {
                // Could not be undone when it failed.
                self.command("ROLLBACK")?;
            }
            self.command("BEGIN IMMEDIATE")?;
            self.open = true;
        }
        // A savepoint makes SQLite keep the old state of every page: the first of a group does without.
        if self.group.is_empty() {
            return Ok(());
        }
        self.command("SAVEPOINT member")
    }

    /// After a full disk or an I/O error SQLite may roll back the outer transaction by itself. A savepoint set
    /// after that would be a transaction of its own, and the group's changes are gone: they must hear of it.
    fn notice_loss(&mut self) {
        if self.open && self.conn.is_autocommit() {
            self.open = false;
            self.end_group(&Err(Error::unavailable(
                "the disk failed while transactions waited for their commit",
            )));
        }
    }

    /// Ends the outer transaction for all. Those whose changes are in the log now wait for it to be flushed.
    fn commit(&mut self) -> Vec<Member> {
        self.notice_loss();
        if !self.open {
            return Vec::new();
        }
        // Whatever the reason, it is not one that each of the group could do something about.
        let result = self
            .command("COMMIT")
            .map_err(|error| Error::unavailable(format!("the shared commit failed: {error}")));
        if let Err(error) = &result {
            tracing::error!(%error, transactions = self.group.len(), "a shared commit failed");
            self.roll_back();
            self.end_group(&result);
        }
        self.open = false;
        std::mem::take(&mut self.group)
    }

    /// Undoes the outer transaction. If that fails too, the next to enter tries again and fails with the reason.
    fn roll_back(&mut self) {
        self.open = false;
        if !self.conn.is_autocommit()
            && let Err(error) = self.command("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }

    fn end_group(&mut self, result: &Result<()>) {
        end(std::mem::take(&mut self.group), result);
    }

    fn command(&self, text: &str) -> Result<()> {
        self.conn
            .prepare_cached(text)
            .and_then(|mut statement| statement.raw_execute())
            .map(drop)
            .map_err(run::error)
    }
}

impl Log {
    fn flush(&self) -> Result<()> {
        let flushed = match self.file.get() {
            Some(file) => file.sync_data(),
            None => File::open(&self.path).and_then(|file| self.file.get_or_init(|| file).sync_data()),
        };
        flushed.map_err(|error| {
            Error::unavailable(format!(
                "the shared commit failed: {}: {error}",
                self.path.display()
            ))
        })
    }
}

async fn ended(done: oneshot::Receiver<Result<()>>) -> Result<()> {
    done.await
        .unwrap_or_else(|_| Err(Error::unavailable("the commit did not end")))
}

/// Tells a group how its commit went.
fn end(group: Vec<Member>, result: &Result<()>) {
    for Member { notes, done } in group {
        if result.is_ok() {
            deliver(notes);
        }
        // Nobody listens when the task that committed has gone away.
        let _ = done.send(result.clone());
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            self.gate.pass_on(writer);
        }
    }
}

impl Drop for Commit {
    fn drop(&mut self) {
        if let Some(mut writer) = self.writer.take() {
            let group = writer.commit();
            self.gate.pass_on(writer);
            if !group.is_empty() {
                self.gate.flush(group);
            }
        }
    }
}

impl WriteTx {
    pub(crate) async fn begin(gate: &Arc<Gate>, timeout: Duration) -> Result<Self> {
        let deadline = Instant::now() + timeout;
        let mut lease = gate.acquire(timeout).await?;
        loop {
            let entered = match &mut lease.writer {
                Some(writer) => writer.enter(),
                None => Err(Error::unavailable("the database is closed")),
            };
            match entered {
                Ok(()) => {
                    return Ok(Self {
                        lease,
                        sound: true,
                        open: true,
                    });
                }
                // Another process, such as an admin command, is writing.
                Err(Error::Retry(_)) if Instant::now() < deadline => tokio::time::sleep(BUSY_PAUSE).await,
                Err(Error::Retry(message)) => return Err(Error::Unavailable(message)),
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn work<T>(&mut self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let Some(writer) = self.lease.writer.as_ref().filter(|_| self.sound) else {
            return Err(Error::other(
                "this transaction failed before and can only be dropped",
            ));
        };
        if writer.conn.is_autocommit() {
            // What ran now would be a transaction of its own.
            self.sound = false;
            return Err(Error::unavailable("the disk failed during the transaction"));
        }
        self.sound = false;
        let result = work(&writer.conn);
        self.sound = result.is_ok();
        result
    }

    pub(crate) async fn commit(mut self, notes: Vec<Note>) -> Result<()> {
        let done = self.join_group(notes)?;
        if self.lease.gate.lock().waiting.is_empty() {
            // Those whom the last commit woke may be about to ask: better together than alone now and they after.
            tokio::task::yield_now().await;
        }
        drop(self);
        ended(done).await
    }

    /// Commits here and now; the future is done when the changes are on the disk.
    pub(crate) fn submit(
        mut self,
        notes: Vec<Note>,
    ) -> Result<impl Future<Output = Result<()>> + Send + use<>> {
        let done = self.join_group(notes)?;
        let gate = Arc::clone(&self.lease.gate);
        if let Some(mut writer) = self.lease.writer.take() {
            let group = writer.commit();
            gate.pass_on(writer);
            let flushing = Arc::clone(&gate);
            gate.runtime.spawn_blocking(move || flushing.flush(group));
        }
        Ok(ended(done))
    }

    /// After this the commit happens, whether or not anybody waits for it: at the latest when this is dropped.
    fn join_group(&mut self, notes: Vec<Note>) -> Result<oneshot::Receiver<Result<()>>> {
        let first = self.is_first();
        self.work(|conn| {
            if first {
                return Ok(());
            }
            let mut release = conn.prepare_cached("RELEASE member").map_err(run::error)?;
            release.raw_execute().map(drop).map_err(run::error)
        })?;
        self.open = false;
        let (done, receiver) = oneshot::channel();
        if let Some(writer) = &mut self.lease.writer {
            writer.group.push(Member { notes, done });
        }
        Ok(receiver)
    }

    /// Whether nobody else's changes are in the outer transaction, and so there is no savepoint.
    fn is_first(&self) -> bool {
        self.lease
            .writer
            .as_ref()
            .is_some_and(|writer| writer.group.is_empty())
    }
}

impl Drop for WriteTx {
    fn drop(&mut self) {
        // The lease is dropped after this and passes the writer on.
        let Some(writer) = self.lease.writer.as_mut().filter(|_| self.open) else {
            return;
        };
        if writer.conn.is_autocommit() {
            return;
        }
        if writer.group.is_empty() {
            return writer.roll_back();
        }
        let undone = writer
            .command("ROLLBACK TO member")
            .and_then(|()| writer.command("RELEASE member"));
        if let Err(error) = undone {
            // Half of this transaction must not be committed with the group.
            tracing::error!(%error, "a transaction could not be undone alone; the group is rolled back");
            writer.roll_back();
            writer.end_group(&Err(Error::unavailable(
                "the disk failed while transactions waited for their commit",
            )));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// A gate whose log is somewhere else, so that it cannot be flushed.
    fn broken(folder: &std::path::Path) -> Arc<Gate> {
        let conn = Connection::open(folder.join("recado.db")).unwrap();
        conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE rows (id INTEGER)")
            .unwrap();
        let mut gate = Gate::new(conn).unwrap();
        Arc::get_mut(&mut gate).unwrap().log.path = folder.join("nowhere/recado.db-wal");
        gate
    }

    async fn write(gate: &Arc<Gate>, note: Note) -> Result<()> {
        let mut tx = WriteTx::begin(gate, Duration::from_secs(5)).await?;
        tx.work(|conn| {
            conn.execute("INSERT INTO rows (id) VALUES (1)", [])
                .map_err(run::error)
        })?;
        tx.commit(vec![note]).await
    }

    #[tokio::test]
    async fn what_did_not_reach_the_disk_is_not_committed_and_nothing_is_written_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let gate = broken(folder.path());
        let told = Arc::new(AtomicBool::new(false));
        let note = Arc::clone(&told);
        let result = write(&gate, Box::new(move || note.store(true, Ordering::Relaxed))).await;
        assert!(matches!(result, Err(Error::Unavailable(_))), "{result:?}");
        assert!(!told.load(Ordering::Relaxed), "nobody is told");
        let result = write(&gate, Box::new(|| ())).await;
        assert!(matches!(result, Err(Error::Unavailable(_))), "{result:?}");
    }
}
