//! Writing the log back into the database, on a thread and a connection of its own.
//!
//! Left alone, SQLite does it in whichever commit finds the log long, while everybody waits for a thousand pages and two
//! flushes. Beside the commits of a flood it is never done with all of it, so SQLite cannot begin the log anew: when
//! the log is very long, the writer itself does the little that is left, and then flushes the database. That everybody
//! waits for, so the thread has flushed nearly all of it shortly before.

use std::fs::File;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread::JoinHandle;

use rusqlite::hooks::Wal;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, OpenFlags};

use super::run;
use crate::{Error, Result};

/// Pages in the log that are worth a visit: 4 MiB.
const SOME: i32 = 1000;
/// In a log that has to be begun anew: 64 MiB.
const MANY: i32 = 16 * SOME;
/// In one that soon will have to be.
const NEARLY: i32 = MANY - 2 * SOME;

/// Takes the writing back over from the only connection that writes. The thread ends when that is closed or its hook
/// is taken away.
pub(super) fn start(writer: &mut Connection, path: PathBuf) -> Result<JoinHandle<()>> {
    let pages = Arc::new(AtomicI32::new(0));
    let counted = Arc::clone(&pages);
    let (wake, woken) = mpsc::sync_channel(1);
    let hook = move |log: &mut Wal, now: i32| {
        counted.store(now, Ordering::Relaxed);
        if now >= MANY {
            // The commit stands, whatever becomes of this. While the thread is still at it, the next commit asks again.
            drop(log.checkpoint());
        } else if now >= SOME {
            // It is awake, or will look.
            let _ = wake.try_send(());
        }
        Ok(())
    };
    writer.wal_hook(Some(hook)).map_err(run::error)?;
    std::thread::Builder::new()
        .name("write-back".to_owned())
        .spawn(move || {
            if let Err(error) = follow(&path, &woken, &pages) {
                tracing::error!(%error, "the log is written back by the commits from now on");
            }
        })
        .map_err(|error| Error::unavailable(format!("no thread to write the log back: {error}")))
}

fn follow(path: &Path, woken: &Receiver<()>, pages: &AtomicI32) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(run::error)?;
    // The log is flushed before it is written back, as by the writer.
    conn.execute_batch("PRAGMA synchronous = NORMAL")
        .map_err(run::error)?;
    // Never closed: that would end the locks that the connections of this process hold on the same file.
    let database =
        ManuallyDrop::new(File::open(path).map_err(|error| Error::unavailable(error.to_string()))?);
    let mut done = 0;
    while woken.recv().is_ok() {
        let now = pages.load(Ordering::Relaxed);
        if now < done {
            done = 0;
        }
        if now - done < SOME || now >= MANY {
            continue;
        }
        match conn.wal_checkpoint_v2(Some(c"main"), CheckpointMode::PASSIVE) {
            Ok((_, written)) => {
                done = written.max(0);
                if now >= NEARLY
                    && let Err(error) = database.sync_data()
                {
                    // The writer flushes it again and is told.
                    tracing::warn!(%error, "the database could not be flushed ahead of time");
                }
            }
            // Another process, such as a backup, is at it.
            Err(error) => tracing::debug!(%error, "the log was not written back"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_begun_anew_however_much_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("recado.db");
        let mut writer = Connection::open(&path).unwrap();
        writer
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE rows (bytes BLOB)")
            .unwrap();
        let thread = start(&mut writer, path.clone()).unwrap();
        for _ in 0..48 {
            writer
                .execute("INSERT INTO rows (bytes) VALUES (zeroblob(4194304))", [])
                .unwrap();
        }
        let page = 4096;
        let log = folder.path().join("recado.db-wal").metadata().unwrap().len();
        assert!(
            log < 2 * page * u64::try_from(MANY).unwrap(),
            "{log} bytes of log"
        );
        assert!(path.metadata().unwrap().len() > page * u64::try_from(SOME).unwrap());

        drop(writer);
        thread.join().unwrap();
        let reader = Connection::open(&path).unwrap();
        let kept = "SELECT count(*) FROM rows WHERE length(bytes) = 4194304";
        assert_eq!(
            reader.query_row(kept, [], |row| row.get::<_, i64>(0)).unwrap(),
            48
        );
    }
}
