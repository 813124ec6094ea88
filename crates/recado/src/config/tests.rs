//! Precedence of the sources, and the words of what is refused.

use std::path::PathBuf;

use super::*;

fn environment(values: &[(&str, &str)]) -> Vec<(String, String)> {
    values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recado.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn refusal(sources: &Sources) -> String {
    sources.load().unwrap_err().to_string()
}

#[test]
fn without_sources_the_defaults_hold() {
    let config = Sources::default().load().unwrap().config;
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.public_url(config.listen), "http://127.0.0.1:8080");
    assert_eq!(config.database_url(), "sqlite:./data/recado.db");
    assert_eq!(config.key_file(), PathBuf::from("./data/secret.key"));
    assert_eq!(config.limits.webhook_body.bytes(), 3 * 1024 * 1024);
    assert_eq!(config.meta.base_url.as_str(), "https://graph.facebook.com");
    assert_eq!(config.shutdown.grace.duration().as_secs(), 30);
}

#[test]
fn flags_win_over_environment_over_file_over_defaults() {
    let (_folder, path) =
        file("listen = '127.0.0.1:1'\ndata = '/file'\n[jobs]\nconcurrency = 3\n[log]\nfilter = 'warn'\n");
    let loaded = Sources {
        file: Some(path.clone()),
        environment: environment(&[("RECADO_LISTEN", "127.0.0.1:2"), ("RECADO_DATA", "/variable")]),
        flags: vec![("listen".to_owned(), "127.0.0.1:3".to_owned())],
    }
    .load()
    .unwrap();
    assert_eq!(loaded.config.listen.port(), 3);
    assert_eq!(loaded.origin("listen"), "flag --listen");
    assert_eq!(loaded.config.data, PathBuf::from("/variable"));
    assert_eq!(loaded.origin("data"), "environment variable RECADO_DATA");
    assert_eq!(loaded.config.jobs.concurrency.get(), 3);
    assert_eq!(loaded.origin("jobs.concurrency"), path.display().to_string());
    assert_eq!(loaded.origin("shutdown.grace"), "default");
}

#[test]
fn the_plain_database_url_counts_less_than_ours() {
    let plain = ("DATABASE_URL", "postgres://plain/recado");
    let ours = ("RECADO_DATABASE__URL", "postgres://ours/recado");
    let url = |values: &[(&str, &str)]| {
        Sources {
            environment: environment(values),
            ..Sources::default()
        }
        .load()
        .unwrap()
        .config
        .database_url()
    };
    assert_eq!(url(&[plain]), "postgres://plain/recado");
    assert_eq!(url(&[plain, ours]), "postgres://ours/recado");
    assert_eq!(url(&[("DATABASE_URL", "")]), "sqlite:./data/recado.db");
}

#[test]
fn text_stays_text_even_when_it_looks_like_a_number() {
    let sources = Sources {
        environment: environment(&[("RECADO_SECRETS__KEY", "0123")]),
        ..Sources::default()
    };
    assert_eq!(
        sources.load().unwrap().config.secrets.key.unwrap().expose(),
        "0123"
    );
}

#[test]
fn a_foreign_variable_is_told_and_ignored() {
    let sources = Sources {
        environment: environment(&[
            ("RECADO_SERVICE_HOST", "10.0.0.1"),
            ("RECADO_CONFIG", "x"),
            ("PATH", "/bin"),
        ]),
        ..Sources::default()
    };
    let warnings = sources.load().unwrap().warnings;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("RECADO_SERVICE_HOST"));
}

#[test]
fn refusals_name_the_source_and_the_setting() {
    let sources = Sources {
        environment: environment(&[("RECADO_LISTEN", "here")]),
        ..Sources::default()
    };
    let words = refusal(&sources);
    assert!(
        words.starts_with("environment variable RECADO_LISTEN: `listen`: "),
        "{words}"
    );

    let (_folder, path) = file("[limits]\nwebhook_body = 'lots'\n");
    let words = refusal(&Sources {
        file: Some(path.clone()),
        ..Sources::default()
    });
    let expected = format!(
        "{}: `limits.webhook_body`: expected a size such as 3MiB, found \"lots\"",
        path.display()
    );
    assert!(words.starts_with(&expected), "{words}");

    let sources = Sources {
        flags: vec![("jobs.concurrency".to_owned(), "many".to_owned())],
        ..Sources::default()
    };
    let words = refusal(&sources);
    assert!(
        words.starts_with("flag --jobs-concurrency: `jobs.concurrency`: expected"),
        "{words}"
    );
    assert!(
        words.contains("many") && words.contains("Jobs running at once"),
        "{words}"
    );

    let sources = Sources {
        flags: vec![("jobs.concurrency".to_owned(), "0".to_owned())],
        ..Sources::default()
    };
    assert!(refusal(&sources).contains("`jobs.concurrency`"));

    let sources = Sources {
        environment: environment(&[("RECADO_LOG__FORMAT", "xml")]),
        ..Sources::default()
    };
    let words = refusal(&sources);
    assert!(
        words.contains("RECADO_LOG__FORMAT") && words.contains("`pretty`, `json`"),
        "{words}"
    );

    let sources = Sources {
        flags: vec![("public_url".to_owned(), "https://a.example/b".to_owned())],
        ..Sources::default()
    };
    assert!(
        refusal(&sources).starts_with("flag --public-url: `public_url`: expected an address without a path")
    );
}

#[test]
fn a_setting_that_does_not_exist_is_refused_in_the_file() {
    let (_folder, path) = file("[limits]\nwebhook_bodi = '1MiB'\n");
    let words = refusal(&Sources {
        file: Some(path.clone()),
        ..Sources::default()
    });
    assert!(words.starts_with(&path.display().to_string()), "{words}");
    assert!(
        words.contains("no setting `webhook_bodi` in [limits]") && words.contains("`webhook_body`"),
        "{words}"
    );

    let (_folder, path) = file("listne = '127.0.0.1:1'\n");
    let words = refusal(&Sources {
        file: Some(path),
        ..Sources::default()
    });
    assert!(
        words.contains("no setting `listne`; there are `listen`"),
        "{words}"
    );
}

#[test]
fn a_broken_or_missing_file_is_told() {
    let (folder, path) = file("listen = \n");
    let words = refusal(&Sources {
        file: Some(path.clone()),
        ..Sources::default()
    });
    assert!(
        words.starts_with(&path.display().to_string()) && words.contains("line 1"),
        "{words}"
    );

    let missing = folder.path().join("none.toml");
    let words = refusal(&Sources {
        file: Some(missing.clone()),
        ..Sources::default()
    });
    assert!(
        words.starts_with(&format!(
            "{}: the configuration file cannot be read",
            missing.display()
        )),
        "{words}"
    );
}

#[test]
fn no_refusal_repeats_a_password() {
    let sources = Sources {
        environment: environment(&[("DATABASE_URL", "mysql://me:sesame@db/x")]),
        ..Sources::default()
    };
    let words = refusal(&sources);
    assert!(
        words.starts_with("environment variable DATABASE_URL: `database.url`: expected sqlite:PATH"),
        "{words}"
    );
    assert!(!words.contains("sesame"), "{words}");
}
