//! Puts the configuration together: defaults < file < environment < flags. Each value remembers where it came from.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::settings::{self, Setting};
use super::{Config, Problem};

/// The file that is read when none is named and it is there.
const DEFAULT_FILE: &str = "recado.toml";
/// Names the file; the one `RECADO_` variable that is no setting.
const FILE_VARIABLE: &str = "RECADO_CONFIG";
const CONFIG_FLAG: &str = "config";
/// Read by the commands that are clients of a server; no settings either.
const CLIENT_VARIABLES: [&str; 2] = ["RECADO_URL", "RECADO_API_KEY"];
/// The settings that say where the store is, and what is told.
const PLACE: [&str; 5] = [
    "data",
    "database.url",
    "secrets.key_file",
    "log.filter",
    "log.format",
];

/// The settings given as flags, and the file named by `--config`. One flag for each setting, made from the list of them.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub file: Option<PathBuf>,
    /// Path of the setting and the text given.
    pub values: Vec<(String, String)>,
}

/// The few of them that commands take which work on the store. The others still count where the environment or the file
/// has them.
#[derive(Debug, Clone, Default)]
pub struct Place(pub Flags);

/// Everything the configuration is made from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    pub file: Option<PathBuf>,
    pub environment: Vec<(String, String)>,
    pub flags: Vec<(String, String)>,
}

/// The configuration, where each value came from, and what should be told about it.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub config: Config,
    /// Worth a line in the log; nothing that stops the program.
    pub warnings: Vec<String>,
    figment: Figment,
}

impl Sources {
    /// The sources of this process: `--config` or `RECADO_CONFIG` or `recado.toml`, its environment, its flags.
    pub fn of_process(flags: Flags) -> Self {
        // A variable that is not text cannot be one of ours.
        let environment: Vec<_> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let named = flags
            .file
            .or_else(|| lookup(&environment, FILE_VARIABLE).map(PathBuf::from));
        let file = named.or_else(|| {
            Path::new(DEFAULT_FILE)
                .exists()
                .then(|| PathBuf::from(DEFAULT_FILE))
        });
        Self {
            file,
            environment,
            flags: flags.values,
        }
    }

    /// As [`Sources::of_process`], but a `recado.toml` that nobody named is left alone.
    pub fn without_default_file(flags: Flags) -> Self {
        let named = flags.file.is_some();
        let mut sources = Self::of_process(flags);
        if !named && lookup(&sources.environment, FILE_VARIABLE).is_none() {
            sources.file = None;
        }
        sources
    }

    /// # Errors
    /// A value that cannot be used, a setting in the file that does not exist, a file that cannot be read.
    pub fn load(&self) -> Result<Loaded, Problem> {
        let mut figment = Figment::from(Serialized::defaults(Config::default()));
        if let Some(path) = &self.file {
            // Read here: figment takes a file that is not there for an empty one.
            let text = std::fs::read_to_string(path).map_err(|error| Problem::file(path, &error))?;
            figment = figment.merge(InFile {
                name: path.display().to_string(),
                text,
            });
        }
        for setting in settings::all() {
            let plain = (setting.path == "database.url").then_some("DATABASE_URL".to_owned());
            for variable in plain.into_iter().chain([setting.variable()]) {
                if let Some(text) = lookup(&self.environment, &variable) {
                    figment = figment.merge(Given::new(
                        setting,
                        format!("environment variable {variable}"),
                        text,
                    ));
                }
            }
        }
        for (path, text) in &self.flags {
            if let Some(setting) = settings::at(path) {
                figment = figment.merge(Given::new(setting, format!("flag --{}", setting.flag()), text));
            }
        }
        let config = figment
            .extract::<Config>()
            .map_err(|error| Problem::value(&figment, &error))?;
        check(&config).map_err(|(path, words)| Problem::refused(&figment, path, words))?;
        Ok(Loaded {
            config,
            warnings: self.unknown_variables(),
            figment,
        })
    }

    /// Variables that look like settings and are none. Told, not refused: an orchestrator may put its own there, as
    /// Kubernetes does (`RECADO_SERVICE_HOST`) for a service called recado.
    fn unknown_variables(&self) -> Vec<String> {
        let known: Vec<_> = settings::all()
            .iter()
            .map(Setting::variable)
            .chain([FILE_VARIABLE.to_owned()])
            .chain(CLIENT_VARIABLES.map(str::to_owned))
            .collect();
        self.environment
            .iter()
            .filter(|(name, _)| name.starts_with("RECADO_") && !known.contains(name))
            .map(|(name, _)| {
                format!("environment variable {name} is no setting of Recado and changes nothing")
            })
            .collect()
    }
}

impl Loaded {
    /// Where the value of a setting came from: `default`, a file, a variable or a flag.
    pub fn origin(&self, path: &str) -> String {
        origin(&self.figment, path)
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let command = command
            .next_help_heading("Settings (flags win over the environment, the environment over the file)");
        with_flags(command, |_| true)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.file = matches.get_one::<PathBuf>(CONFIG_FLAG).cloned();
        self.values = settings::all()
            .iter()
            .filter_map(|setting| {
                // Not every command has every flag.
                let given = matches.try_get_one::<String>(&setting.path).ok()?;
                Some((setting.path.clone(), given?.clone()))
            })
            .collect();
        Ok(())
    }
}

impl Args for Place {
    fn augment_args(command: Command) -> Command {
        let command = command
            .next_help_heading("Where the store is (from flags, environment or file, as for `recado serve`)");
        with_flags(command, |setting| PLACE.contains(&setting.path.as_str()))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Place {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Flags::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// One flag for each of these settings, and the one for the file.
fn with_flags(command: Command, wanted: impl Fn(&Setting) -> bool) -> Command {
    let file = Arg::new(CONFIG_FLAG)
        .long(CONFIG_FLAG)
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help(format!(
            "Configuration file [default: {DEFAULT_FILE}, when it is there] [env: {FILE_VARIABLE}]"
        ));
    let settings = settings::all()
        .iter()
        .filter(|setting| setting.has_flag && wanted(setting));
    settings.fold(command.arg(file), |command, setting| {
        command.arg(
            Arg::new(setting.path.as_str())
                .long(setting.flag())
                .value_name(if setting.is_number { "NUMBER" } else { "TEXT" })
                .help(format!(
                    "{} [default: {}] [env: {}]",
                    setting.doc,
                    setting.default,
                    setting.variable()
                )),
        )
    })
}

pub(super) fn origin(figment: &Figment, path: &str) -> String {
    match figment.find_metadata(path) {
        // Only the defaults carry a source, namely the line of code they stand on.
        Some(metadata) if metadata.source.is_none() => metadata.name.to_string(),
        _ => "default".to_owned(),
    }
}

/// What the types of the fields cannot say.
fn check(config: &Config) -> Result<(), (&'static str, &'static str)> {
    if config.public_url.as_ref().is_some_and(super::HttpUrl::has_path) {
        return Err((
            "public_url",
            "expected an address without a path: Recado is served at the root of its host",
        ));
    }
    if config
        .proxy_header
        .as_ref()
        .is_some_and(|name| name.parse::<axum::http::HeaderName>().is_err())
    {
        return Err((
            "proxy_header",
            "expected the name of a header, such as X-Forwarded-For",
        ));
    }
    if config
        .log
        .filter
        .parse::<tracing_subscriber::EnvFilter>()
        .is_err()
    {
        return Err(("log.filter", "expected a level such as info, or levels by module"));
    }
    Ok(())
}

/// Empty counts as not set, as it does in compose files.
fn lookup<'a>(environment: &'a [(String, String)], name: &str) -> Option<&'a str> {
    environment
        .iter()
        .find(|(key, value)| key == name && !value.is_empty())
        .map(|(_, value)| value.as_str())
}

/// One value with the name of its source.
struct Given {
    source: String,
    path: String,
    value: Value,
}

impl Given {
    fn new(setting: &Setting, source: String, text: &str) -> Self {
        // Text that is no number stays text, so that the error can show it.
        let number = setting
            .is_number
            .then(|| text.trim().parse::<i64>().ok())
            .flatten();
        let value = number.map_or_else(|| Value::from(text), Value::from);
        Self {
            source,
            path: setting.path.clone(),
            value,
        }
    }
}

impl Provider for Given {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source.clone())
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        let dict = figment::util::nest(&self.path, self.value.clone())
            .into_dict()
            .unwrap_or_default();
        Ok(Profile::Default.collect(dict))
    }
}

/// The text of a configuration file.
struct InFile {
    name: String,
    text: String,
}

impl Provider for InFile {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Toml::string(&self.text).data()
    }
}
