//! Configuration on paper: the page `docs/configuration.md`, the JSON Schema, and the effective values of this process.

use std::fmt::Write as _;

use toml::{Table, Value};

use super::Loaded;
use super::settings::{self, Setting};

/// The reference page, in Markdown. `docs/configuration.md` is this text.
pub fn markdown() -> String {
    let mut page = String::from(INTRODUCTION);
    for setting in settings::all()
        .iter()
        .filter(|setting| setting.section().is_empty())
    {
        entry(&mut page, setting);
    }
    for section in settings::sections() {
        let _ = write!(page, "\n## `[{}]`\n\n{}\n", section.name, section.doc);
        for setting in settings::all()
            .iter()
            .filter(|setting| setting.section() == section.name)
        {
            entry(&mut page, setting);
        }
    }
    page
}

/// JSON Schema of the configuration file, for editors.
pub fn json_schema() -> String {
    format!("{:#}\n", settings::schema())
}

/// The values in force, as a configuration file whose comments tell where each came from. Secrets are left out.
pub fn effective(loaded: &Loaded) -> String {
    let values = Table::try_from(&loaded.config).unwrap_or_default();
    let mut page = String::from("# The configuration in force. Secrets are hidden.\n");
    let mut section = "";
    for setting in settings::all() {
        if setting.section() != section {
            section = setting.section();
            let _ = write!(page, "\n[{section}]\n");
        }
        let origin = loaded.origin(&setting.path);
        let _ = match find(&values, &setting.path) {
            Some(value) => writeln!(page, "{} = {value} # {origin}", setting.name()),
            None => writeln!(page, "# {} = {}", setting.name(), setting.default),
        };
    }
    page
}

const INTRODUCTION: &str = "\
<!-- Written by `recado config reference`. Change crates/recado/src/config.rs, then run `make generate`. -->

# Configuration

Recado runs without any. What it can be told comes from four places, later ones win:

1. the defaults below;
2. a file in TOML, `recado.toml` in the working directory or the one named by `--config` or `RECADO_CONFIG`;
3. environment variables: `RECADO_`, then the setting in capitals with `__` between section and name. An empty variable
   counts as not set, an unknown one is told and ignored. `DATABASE_URL` is understood too; `RECADO_DATABASE__URL` wins
   over it;
4. flags of `recado serve`, `recado dev`, `recado replay`, `recado reindex`, `recado doctor` and `recado config`; [other
   commands](cli.md) on the store have those that say where it is.

`recado config` prints the values in force and where each came from; `recado config schema` prints a JSON Schema for
editors. A setting in the file that does not exist, or a value that cannot be used, stops the program with a message that
names it. `recado dev` reads `recado.toml` only when `--config` names it, so that a demo never meets real data by accident.

```toml
# recado.toml
public_url = \"https://inbox.example\"
listen = \"0.0.0.0:8080\"

[database]
url = \"postgres://recado@localhost/recado\"

[log]
format = \"json\"
```

Sizes are written `3MiB` or `500kB`, times `30s` or `2m`. All of these settings belong to the process; what belongs to one
account, such as its numbers and members, is kept in the database and changed in the browser.

## At the top
";

fn entry(page: &mut String, setting: &Setting) {
    let _ = write!(page, "\n### `{}`\n\n{}\n\n", setting.path, setting.doc);
    if !setting.choices.is_empty() {
        let words: Vec<_> = setting.choices.iter().map(|word| format!("`{word}`")).collect();
        let _ = writeln!(page, "- One of: {}", words.join(", "));
    }
    let default = if setting.default == "none" {
        "none".to_owned()
    } else {
        format!("`{}`", setting.default)
    };
    let _ = write!(
        page,
        "- Default: {default}\n- Environment: `{}`\n",
        setting.variable()
    );
    if setting.has_flag {
        let _ = writeln!(page, "- Flag: `--{}`", setting.flag());
    }
}

fn find<'a>(values: &'a Table, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        Some((section, rest)) => find(values.get(section)?.as_table()?, rest),
        None => values.get(path),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Sources;

    #[test]
    fn the_page_in_the_repository_is_current() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            page == markdown(),
            "docs/configuration.md is not current: run `make generate`"
        );
    }

    #[test]
    fn effective_values_are_a_file_that_reads_back_and_holds_no_secret() {
        let sources = Sources {
            environment: vec![
                (
                    "DATABASE_URL".to_owned(),
                    "postgres://me:sesame@db/recado".to_owned(),
                ),
                ("RECADO_SECRETS__KEY".to_owned(), "sesame".to_owned()),
            ],
            flags: vec![("jobs.concurrency".to_owned(), "7".to_owned())],
            file: None,
        };
        let page = effective(&sources.load().unwrap());
        assert!(!page.contains("sesame"), "{page}");
        assert!(
            page.contains("concurrency = 7 # flag --jobs-concurrency"),
            "{page}"
        );
        assert!(
            page.contains("url = \"postgres://me:(hidden)@db/recado\" # environment variable DATABASE_URL"),
            "{page}"
        );
        let read: super::super::Config = toml::from_str(&page).unwrap();
        assert_eq!(read.jobs.concurrency.get(), 7);
    }
}
