//! The shape of the house: which crate may know which.

use std::collections::BTreeMap;
use std::path::Path;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// What each crate of ours may depend on, from the bottom up. Tests may reach anywhere.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("recado-model", &[]),
    ("recado-web", &[]),
    ("recado-media", &["recado-model"]),
    ("recado-fetch", &[]),
    ("recado-db", &["recado-model"]),
    ("recado-journal", &["recado-db", "recado-model"]),
    ("recado-jobs", &["recado-db", "recado-model"]),
    (
        "recado-store",
        &["recado-db", "recado-journal", "recado-jobs", "recado-model"],
    ),
    ("recado-whatsapp", &["recado-model"]),
    (
        "recado-engine",
        &[
            "recado-db",
            "recado-journal",
            "recado-jobs",
            "recado-fetch",
            "recado-media",
            "recado-model",
            "recado-store",
            "recado-whatsapp",
        ],
    ),
    ("recado-sandbox", &["recado-web"]),
    (
        "recado-api",
        &[
            "recado-db",
            "recado-engine",
            "recado-journal",
            "recado-jobs",
            "recado-media",
            "recado-model",
            "recado-store",
            "recado-web",
            "recado-whatsapp",
        ],
    ),
    (
        "recado",
        &[
            "recado-api",
            "recado-db",
            "recado-engine",
            "recado-fetch",
            "recado-journal",
            "recado-jobs",
            "recado-model",
            "recado-sandbox",
            "recado-store",
            "recado-whatsapp",
        ],
    ),
    ("recado-testkit", &["recado-db", "recado-model"]),
    ("recado-bench", &["recado-db", "recado-model", "recado-whatsapp"]),
];

/// Crates whose statements reach the database.
const HOLD_SQL: &[&str] = &["recado-db", "recado-journal", "recado-jobs", "recado-store"];

#[test]
fn arrows_point_down() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let known: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let may = known
            .get(name)
            .unwrap_or_else(|| panic!("{name} has no place in the house yet"));
        for dependency in &package.dependencies {
            let ours = dependency.name.starts_with("recado");
            if ours && dependency.kind == DependencyKind::Normal {
                assert!(
                    may.contains(&dependency.name.as_str()),
                    "{name} must not know {}",
                    dependency.name
                );
            }
        }
    }
    assert_eq!(metadata.packages.len(), MAY_KNOW.len());
}

#[test]
fn the_model_does_no_io_and_only_the_store_and_the_machinery_hold_sql() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    for package in &metadata.packages {
        let name = package.name.as_str();
        if name == "recado-model" {
            for banned in ["tokio", "reqwest", "rusqlite", "tokio-postgres", "axum"] {
                assert!(
                    !package.dependencies.iter().any(|one| one.name == banned),
                    "{name} must not know {banned}"
                );
            }
        }
        let folder = package.manifest_path.parent().unwrap().join("src");
        for file in rust_files(folder.as_std_path()) {
            let text = std::fs::read_to_string(&file).unwrap();
            let holds = text.contains("sql!(");
            assert!(!holds || HOLD_SQL.contains(&name), "{} holds SQL", file.display());
        }
    }
}

fn rust_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
