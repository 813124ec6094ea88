//! `recado doctor`: what is well, what is not, and what to do.

use std::os::unix::fs::PermissionsExt as _;

use recado_testkit::{ENGINES, Engine, Installation};
use serde_json::Value;

use super::{lines, run};
use crate::RECADO;

fn of<'a>(findings: &'a [Value], check: &str) -> Vec<&'a Value> {
    findings.iter().filter(|one| one["check"] == check).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_sees_what_is_well_and_what_is_not() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let (code, out, told) = run(
            &installation,
            "doctor",
            &["--json", "--public-url", "https://r.example"],
        )
        .await;
        let findings = lines(&out);
        assert_eq!(code, 0, "{out}{told}");
        for check in [
            "configuration",
            "public url",
            "data folder",
            "disk",
            "secret key",
            "open files",
            "database",
            "migrations",
            "clock",
            "journal",
            "queue",
            "webhooks in",
            "dead jobs",
            "channels",
        ] {
            let found = of(&findings, check);
            assert!(!found.is_empty(), "{check} is not looked at: {out}");
            for one in found {
                assert!(one["verdict"] == "ok" || one["advice"].is_string(), "{one}");
            }
        }
        assert!(
            of(&findings, "data folder")
                .iter()
                .any(|one| one["message"].as_str().unwrap().contains("a server is using it"))
        );
        assert!(
            of(&findings, "channels")
                .iter()
                .any(|one| one["message"].as_str().unwrap().contains("takes its credentials")),
            "the provider was asked: {out}"
        );

        // A hole in the journal, folders that others look into, an address in the open.
        installation
            .rows()
            .change("DELETE FROM events WHERE seq = 3")
            .await;
        let folder = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(installation.data(), folder).unwrap();
        let (code, out, _) = run(
            &installation,
            "doctor",
            &["--json", "--offline", "--public-url", "http://r.example"],
        )
        .await;
        assert_eq!(code, 1, "{out}");
        let findings = lines(&out);
        for (check, verdict, words) in [
            ("journal", "fail", "has a hole"),
            ("data folder", "warn", "others of this machine"),
            ("public url", "fail", "not encrypted"),
        ] {
            let found = of(&findings, check)
                .into_iter()
                .find(|one| one["verdict"] == verdict);
            let found = found.unwrap_or_else(|| panic!("{check}: {out}"));
            assert!(found["message"].as_str().unwrap().contains(words), "{found}");
        }
        recado.terminate().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_nothing_it_makes_nothing() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let (code, out, _) = run(&installation, "doctor", &[]).await;
    assert_eq!(code, 1);
    assert!(
        out.contains("FAIL  data folder") && out.contains("there is no database at"),
        "{out}"
    );
    assert!(!installation.data().exists());
    let (code, out, _) = run(&installation, "doctor", &["--limits-connections", "many"]).await;
    assert!(
        code == 1 && out.contains("FAIL  configuration") && out.contains("limits.connections"),
        "{out}"
    );
}
