//! Writing the log back into the file beside those who write, so that no commit waits for it.
//!
//! SQLite does it within a commit, every 4 MiB: under load each such commit kept everybody waiting for many times as
//! long as the others. Here a thread with a connection of its own does it shortly after there was something to do; the
//! writer only starts the log from its beginning again, once it has grown long, and finds it written back.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

/// How long changes are gathered before they are written back.
const PAUSE: Duration = Duration::from_millis(100);

/// Ends its thread when dropped.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    changed: SyncSender<()>,
}

impl Checkpointer {
    /// Of the file at `path`, which has a log already.
    pub(super) fn start(path: PathBuf) -> std::io::Result<Self> {
        let (changed, changes) = sync_channel(1);
        std::thread::Builder::new()
            .name("sqlite-checkpoint".to_owned())
            .spawn(move || work(&path, &changes))?;
        Ok(Self { changed })
    }

    /// Something was committed. Never blocks.
    pub(super) fn wake(&self) {
        // Full: it has been told already.
        let _ = self.changed.try_send(());
    }
}

fn work(path: &PathBuf, changes: &Receiver<()>) {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = match Connection::open_with_flags(path, flags) {
        Ok(conn) => conn,
        Err(error) => {
            tracing::warn!(%error, "the log is written back by the writer alone");
            return;
        }
    };
    while changes.recv().is_ok() {
        let until = Instant::now() + PAUSE;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            if let Err(std::sync::mpsc::RecvTimeoutError::Disconnected) = changes.recv_timeout(left) {
                return;
            }
        }
        // What cannot be written back now, as somebody still reads it, is written back the next time.
        if let Err(error) = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            tracing::debug!(%error, "the log was not written back");
        }
    }
}
