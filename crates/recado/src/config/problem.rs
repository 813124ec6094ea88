//! What is wrong with the configuration, in words: which source, which setting, what was expected.

use std::fmt;
use std::path::Path;

use figment::Figment;
use figment::error::Kind;

use super::load::origin;
use super::settings;

/// A configuration that cannot be used. Its text is complete; it never repeats a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `environment variable RECADO_LISTEN`, `recado.toml`, `flag --listen`
    source: String,
    words: String,
}

impl Problem {
    pub(super) fn file(path: &Path, error: &std::io::Error) -> Self {
        Self {
            source: path.display().to_string(),
            words: format!("the configuration file cannot be read: {error}"),
        }
    }

    /// A value of which serde or one of our types said no.
    pub(super) fn value(figment: &Figment, error: &figment::Error) -> Self {
        let path = error.path.join(".");
        let source = match &error.metadata {
            Some(metadata) if metadata.source.is_none() => metadata.name.to_string(),
            _ => origin(figment, &path),
        };
        let words = match &error.kind {
            Kind::UnknownField(name, known) => {
                let section = path
                    .strip_suffix(name.as_str())
                    .unwrap_or(&path)
                    .trim_end_matches('.');
                let place = if section.is_empty() {
                    String::new()
                } else {
                    format!(" in [{section}]")
                };
                format!("there is no setting `{name}`{place}; there are {}", list(known))
            }
            Kind::UnknownVariant(found, known) => {
                explain(&path, &format!("expected {}, found {found:?}", list(known)))
            }
            Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
                explain(&path, &format!("expected {expected}, found {found}"))
            }
            Kind::Message(words) if path.is_empty() => words.trim_end().to_owned(),
            kind => explain(&path, &kind.to_string()),
        };
        Self { source, words }
    }

    /// A value that is well-formed and still not right.
    pub(super) fn refused(figment: &Figment, path: &str, words: &str) -> Self {
        Self {
            source: origin(figment, path),
            words: explain(path, words),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.words)
    }
}

impl std::error::Error for Problem {}

fn explain(path: &str, words: &str) -> String {
    match settings::at(path) {
        Some(setting) => format!(
            "`{path}`: {words}\n  {path}: {} Default: {}",
            setting.doc, setting.default
        ),
        None => format!("`{path}`: {words}"),
    }
}

fn list(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
