//! Addresses: what opens, and what the errors say.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use recado_db::{Db, Engine, Error, Options};

async fn refused(url: &str) -> Error {
    let options = Options {
        acquire_timeout: Duration::from_secs(2),
        ..Options::default()
    };
    let error = Db::open(url, &options).await.unwrap_err();
    assert!(!error.to_string().contains("s3cret"), "{error}");
    error
}

#[tokio::test]
async fn a_file_is_created_with_its_folders() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/deeper/recado.db");
    let db = Db::open(&format!("sqlite:{}", path.display()), &Options::default())
        .await
        .unwrap();
    assert_eq!(db.engine(), Engine::Sqlite);
    db.ping().await.unwrap();
    assert!(path.is_file());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    // The other way to write it.
    Db::open(&format!("sqlite://{}", path.display()), &Options::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn what_is_refused() {
    for url in [
        "mysql://u:s3cret@h/d",
        "s3cret",
        "",
        "sqlite:",
        "sqlite::memory:",
        "postgres://u:s3cret@h:port/d",
    ] {
        assert!(matches!(refused(url).await, Error::Other(_)), "{url}");
    }
    assert!(matches!(
        refused("sqlite:/proc/nowhere/recado.db").await,
        Error::Unavailable(_)
    ));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("text"),
        "this is a letter, not a database, and long enough to show it".repeat(9),
    )
    .unwrap();
    let error = refused(&format!("sqlite:{}/text", folder.path().display())).await;
    assert!(
        matches!(&error, Error::Other(message) if message.contains("not a database")),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    // A port nobody listens on any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = refused(&format!("postgres://u:s3cret@127.0.0.1:{port}/d")).await;
    assert!(
        matches!(&error, Error::Unavailable(message) if message.contains("refused")),
        "{error:?}"
    );
}
