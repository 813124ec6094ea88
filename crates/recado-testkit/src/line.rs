//! The line to PostgreSQL, which a test can cut or hold.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio_postgres::config::Host;

/// The one in the name of our own socket.
const PORT: u16 = 5432;

/// A socket that leads to a PostgreSQL server's, as long as the test lets it.
#[derive(Debug)]
pub struct Line {
    folder: TempDir,
    server: Arc<Path>,
    user: String,
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
        let config: tokio_postgres::Config = url.parse().expect("an address");
        let port = config.get_ports().first().copied().unwrap_or(PORT);
        let Some(Host::Unix(folder)) = config.get_hosts().first() else {
            panic!("{url} is not of a private server");
        };
        let line = Self {
            folder: tempfile::tempdir().expect("a folder for the test"),
            server: folder.join(format!(".s.PGSQL.{port}")).into(),
            user: config.get_user().expect("a user").to_owned(),
            database: config.get_dbname().expect("a database").to_owned(),
            state: watch::Sender::new(State::Through),
        };
        line.listen();
        line
    }

    /// The address of the database by this line.
    pub fn url(&self) -> String {
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        let Self { user, database, .. } = self;
        format!("postgres://{user}@{folder}:{PORT}/{database}?sslmode=disable")
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
        self.folder.path().join(format!(".s.PGSQL.{PORT}"))
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

#[cfg(test)]
mod tests {
    use recado_db::testing::TestDb;
    use recado_db::{Db, Engine, Options};

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_line_carries_and_is_cut_and_mended() {
        let test = TestDb::new(Engine::Postgres, &[]).await.unwrap();
        let line = Line::to(test.url());
        let db = Db::open(&line.url(), &Options::default()).await.unwrap();
        db.ping().await.unwrap();
        line.cut();
        assert!(db.ping().await.is_err());
        line.mend();
        db.ping().await.unwrap();
        line.hold();
        let held = tokio::spawn({
            let db = db.clone();
            async move { db.ping().await }
        });
        line.mend();
        held.await.unwrap().unwrap();
    }
}
