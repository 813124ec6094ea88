//! The line to PostgreSQL, which a test can cut or hold.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;

/// A socket that leads to a PostgreSQL server's, as long as the test lets it.
#[derive(Debug)]
pub struct Line {
    folder: TempDir,
    server: Arc<Path>,
    database: String,
    state: watch::Sender<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Through,
    /// Connections are taken and nothing is passed on, as when a machine hangs or a firewall drops packets.
    Held,
    Cut,
}

impl Line {
    /// To the database at `url`, whose server listens on a socket in the file system.
    pub fn to(url: &str) -> Self {
        let (host, database) = url
            .strip_prefix("postgres://postgres@")
            .and_then(|rest| rest.split_once('/'))
            .expect("the address of a private server");
        let server = PathBuf::from(host.replace("%2F", "/")).join(".s.PGSQL.5432");
        let line = Self {
            folder: tempfile::tempdir().expect("a folder for the test"),
            server: server.into(),
            database: database.to_owned(),
            state: watch::Sender::new(State::Through),
        };
        line.listen();
        line
    }

    /// The address of the database by this line.
    pub fn url(&self) -> String {
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}/{}", self.database)
    }

    /// Ends all connections; new ones are refused.
    pub fn cut(&self) {
        std::fs::remove_file(self.socket()).expect("the line was there");
        self.state.send_replace(State::Cut);
    }

    /// Connections stay, and new ones are taken, but nothing comes through.
    pub fn hold(&self) {
        self.state.send_replace(State::Held);
    }

    /// As if nothing had been.
    pub fn mend(&self) {
        if self.state.send_replace(State::Through) == State::Cut {
            self.listen();
        }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join(".s.PGSQL.5432")
    }

    fn listen(&self) {
        let listener = UnixListener::bind(self.socket()).expect("a socket for the test");
        let (server, state) = (Arc::clone(&self.server), self.state.subscribe());
        tokio::spawn(async move {
            let mut ending = state.clone();
            loop {
                let stream = tokio::select! {
                    _ = ending.wait_for(|state| *state == State::Cut) => return,
                    accepted = listener.accept() => accepted.expect("a connection").0,
                };
                tokio::spawn(carry(stream, Arc::clone(&server), state.clone()));
            }
        });
    }
}

/// One connection, both ways, until the line is cut.
async fn carry(near: UnixStream, server: Arc<Path>, mut state: watch::Receiver<State>) {
    let mut cut = state.clone();
    let both = async {
        drop(state.wait_for(|state| *state == State::Through).await);
        let Ok(far) = UnixStream::connect(&*server).await else {
            return;
        };
        let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
        // Either end closing ends both.
        tokio::select! {
            () = pass(near_in, far_out, state.clone()) => {}
            () = pass(far_in, near_out, state.clone()) => {}
        }
    };
    tokio::select! {
        _ = cut.wait_for(|state| *state == State::Cut) => {}
        () = both => {}
    }
}

async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut state: watch::Receiver<State>,
) {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let Ok(read @ 1..) = from.read(&mut buffer).await else {
            return;
        };
        if state.wait_for(|state| *state == State::Through).await.is_err() {
            return;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
