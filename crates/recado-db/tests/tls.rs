//! TLS to PostgreSQL, with the words every client knows.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use recado_db::testing::PrivatePostgres;
use recado_db::{Db, Error, Options, Result, sql};

sql!(ENCRYPTED -> (bool,) = {
    sqlite: "SELECT false",
    postgres: "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
});

fn authority(folder: &Path, name: &str) -> (CertifiedIssuer<'static, KeyPair>, PathBuf) {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let file = folder.join(name);
    std::fs::write(&file, issuer.pem()).unwrap();
    (issuer, file)
}

/// Gives the server a certificate for `localhost` and turns TLS on.
async fn turn_on_tls(server: &PrivatePostgres, authority: &CertifiedIssuer<'static, KeyPair>) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let owner = std::fs::metadata(server.folder()).unwrap();
    for (name, text) in [
        ("server.crt", certificate.pem()),
        ("server.key", key.serialize_pem()),
    ] {
        let file = server.folder().join("data").join(name);
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
        chown(
            &file,
            Some(owner.uid()),
            Some(std::fs::metadata(server.folder().join("data")).unwrap().gid()),
        )
        .unwrap();
    }
    let (client, connection) = tokio_postgres::connect(&server.url("postgres"), tokio_postgres::NoTls)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    client.simple_query("ALTER SYSTEM SET ssl = on").await.unwrap();
    client.simple_query("SELECT pg_reload_conf()").await.unwrap();
    while client.query_one("SHOW ssl", &[]).await.unwrap().get::<_, &str>(0) != "on" {}
    drop(client);
    connection.await.unwrap().unwrap();
}

async fn encrypted(url: &str) -> Result<bool> {
    let db = Db::open(url, &Options::default()).await?;
    let (encrypted,) = db.read().await?.one(&ENCRYPTED, &[]).await?;
    Ok(encrypted)
}

#[tokio::test]
async fn the_words_mean_what_they_mean_elsewhere() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let server = tokio::task::spawn_blocking(move || PrivatePostgres::start_on_port(false, port))
        .await
        .unwrap()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (trusted, trusted_file) = authority(folder.path(), "trusted.pem");
    let (_, stranger_file) = authority(folder.path(), "stranger.pem");
    let url = |host: &str, query: &str| format!("postgres://postgres@{host}:{port}/postgres?{query}");
    let with_root = |host: &str, file: &Path| {
        url(
            host,
            &format!(
                "hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={}",
                file.display()
            ),
        )
    };

    let error = encrypted(&url("127.0.0.1", "sslmode=require")).await.unwrap_err();
    assert!(error.to_string().contains("does not support TLS"), "{error}");
    assert!(!encrypted(&url("127.0.0.1", "")).await.unwrap());

    turn_on_tls(&server, &trusted).await;
    assert!(!encrypted(&url("127.0.0.1", "sslmode=disable")).await.unwrap());
    assert!(
        encrypted(&url("127.0.0.1", "")).await.unwrap(),
        "where it is offered"
    );
    assert!(encrypted(&url("127.0.0.1", "sslmode=require")).await.unwrap());
    assert!(encrypted(&with_root("localhost", &trusted_file)).await.unwrap());
    for refused in [
        with_root("localhost", &stranger_file),
        with_root("example.org", &trusted_file),
        url("localhost", "hostaddr=127.0.0.1&sslmode=verify-full"),
    ] {
        let error = encrypted(&refused).await.unwrap_err();
        assert!(
            matches!(&error, Error::Unavailable(message) if message.contains("certificate")),
            "{refused}: {error}"
        );
    }
    let error = encrypted(&with_root("localhost", Path::new("/nowhere/ca.pem")))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
}
