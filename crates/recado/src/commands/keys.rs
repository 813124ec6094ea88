//! `recado keys`: API keys made, listed and revoked by whoever runs the server. It works on the store, so that somebody
//! who is locked out of the pages gets in again.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Subcommand};
use recado_engine::{Ctx, Error, api_keys};
use recado_model::{AccountId, Actor, ApiKeyId, Permission, Permissions, Time};
use recado_store::accounts::Account;
use recado_store::api_keys::ApiKey;
use serde_json::json;

use super::{Refusal, store};
use crate::Failure;
use crate::config::{Place, Sources};

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a key and print it: this once, and nothing else on standard output
    #[command(after_help = EXAMPLES)]
    Create(Create),
    /// List keys, revoked ones too
    List(List),
    /// Revoke a key; it is refused from the next request on
    Revoke(Revoke),
}

const EXAMPLES: &str = "\
Examples:
  recado keys create --name Shop --scopes messages:send,messages:read --expires 90d
  RECADO_API_KEY=$(recado keys create --name Backfill --scopes all --expires 1d) recado tail
  recado keys create --account 'Café Luna' --name CI --scopes contacts:write --json";

#[derive(Debug, Args)]
struct Create {
    /// The account it belongs to, by id or name [default: the only one there is]
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// What it is for
    #[arg(long)]
    name: String,
    /// What it may do: words with commas between, or `all`
    #[arg(long, value_name = "SCOPES", required = true, value_delimiter = ',')]
    scopes: Vec<Scope>,
    /// How long it holds, at most 365 days: 90d, 12h, or `never`
    #[arg(long, value_name = "TIME", default_value = "never")]
    expires: Expiry,
    /// Print one line of JSON: the key as `key`, and what it is
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct List {
    /// Only this account's, by id or name
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// Print each as a line of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct Revoke {
    /// The key's id or its beginning, as `recado keys list` shows them; not the whole key
    key: String,
    #[command(flatten)]
    place: Place,
}

/// One word of `--scopes`.
#[derive(Clone, Copy, Debug)]
enum Scope {
    All,
    One(Permission),
}

#[derive(Clone, Copy, Debug)]
enum Expiry {
    Never,
    After(Duration),
}

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    match options.what {
        What::Create(options) => create(options),
        What::List(options) => list(options),
        What::Revoke(options) => revoke(options),
    }
}

fn create(options: Create) -> Result<ExitCode, Failure> {
    let config = super::configure(&Sources::of_process(options.place.0))?;
    let scopes: Permissions = options
        .scopes
        .iter()
        .flat_map(|scope| scope.permissions())
        .collect();
    super::run(async move {
        let ctx = store::open(&config).await?;
        let account = store::account(&ctx, options.account.as_deref()).await?;
        let form = api_keys::NewApiKey {
            name: options.name,
            scopes,
            expires_at: options.expires.after(ctx.clock.now()),
            rate_limit: None,
        };
        let made = api_keys::create(&ctx, &Actor::system(account.id), form).await;
        ctx.db.close().await;
        let made = made.map_err(refused)?;
        if options.json {
            return super::print(&format!("{}\n", serde_json::to_string(&made)?));
        }
        let Account { name, id, .. } = account;
        super::tell(&format!(
            "{} for {name} ({id}), {}",
            made.details.id,
            until(&made.details)
        ));
        super::print(&format!("{}\n", made.key))
    })
}

fn list(options: List) -> Result<ExitCode, Failure> {
    let config = super::configure(&Sources::of_process(options.place.0))?;
    super::run(async move {
        let ctx = store::open(&config).await?;
        let accounts = match &options.account {
            Some(asked) => vec![store::account(&ctx, Some(asked)).await?],
            None => store::all_accounts(&ctx).await?,
        };
        let mut text = String::new();
        for account in accounts {
            for key in api_keys::list(&ctx, &Actor::system(account.id)).await? {
                if options.json {
                    let mut line = json!(key);
                    line["account"] = json!({ "id": account.id, "name": account.name });
                    writeln!(text, "{line}")?;
                } else {
                    let scopes: Vec<&str> = key.scopes.iter().map(Permission::as_str).collect();
                    writeln!(
                        text,
                        "{}  {}…  {}  {}  {}  {}",
                        key.id,
                        key.key_prefix,
                        account.name,
                        key.name,
                        until(&key),
                        scopes.join(",")
                    )?;
                }
            }
        }
        ctx.db.close().await;
        super::print(&text)
    })
}

fn revoke(options: Revoke) -> Result<ExitCode, Failure> {
    let config = super::configure(&Sources::of_process(options.place.0))?;
    super::run(async move {
        let ctx = store::open(&config).await?;
        let (account, id) = find(&ctx, &options.key).await?;
        let revoked = api_keys::revoke(&ctx, &Actor::system(account), id).await;
        ctx.db.close().await;
        revoked.map_err(refused)?;
        super::print(&format!("{id} is revoked\n"))
    })
}

/// The key of this id or beginning, whosever it is.
async fn find(ctx: &Ctx, asked: &str) -> Result<(AccountId, ApiKeyId), Failure> {
    let id: Option<ApiKeyId> = asked.parse().ok();
    let beginning = asked.trim_end_matches('…');
    for account in store::all_accounts(ctx).await? {
        let keys = api_keys::list(ctx, &Actor::system(account.id)).await?;
        let found = keys
            .iter()
            .find(|key| Some(key.id) == id || key.key_prefix == beginning);
        if let Some(key) = found {
            return Ok((account.id, key.id));
        }
    }
    Err(Refusal::usage(
        "there is no such key; `recado keys list` shows the ids and beginnings of all",
    ))
}

/// What the engine says no to is the caller's to mend.
fn refused(error: Error) -> Failure {
    match error {
        Error::BadInput { message, .. } => Refusal::usage(message),
        error => error.into(),
    }
}

fn until(key: &ApiKey) -> String {
    match (key.revoked_at, key.expires_at) {
        (Some(at), _) => format!("revoked {at}"),
        (None, Some(at)) => format!("until {at}"),
        (None, None) => "until revoked".to_owned(),
    }
}

impl Scope {
    fn permissions(self) -> Vec<Permission> {
        match self {
            Self::All => Permission::ALL.to_vec(),
            Self::One(permission) => vec![permission],
        }
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "all" => Ok(Self::All),
            word => word.parse().map(Self::One).map_err(|_| {
                let all: Vec<&str> = Permission::ALL.iter().map(|one| one.as_str()).collect();
                format!("there is no such scope; there are {}, and `all`", all.join(", "))
            }),
        }
    }
}

impl Expiry {
    fn after(self, now: Time) -> Option<Time> {
        match self {
            Self::Never => None,
            Self::After(duration) => Some(now.plus(duration)),
        }
    }
}

impl FromStr for Expiry {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "never" {
            return Ok(Self::Never);
        }
        let span: Option<jiff::Span> = text.parse().ok();
        let length = span.and_then(|span| span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok());
        let length = length.and_then(|length| Duration::try_from(length).ok());
        length
            .filter(|length| !length.is_zero())
            .map(Self::After)
            .ok_or_else(|| "expected a time such as 90d or 12h, or `never`".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_scopes_read_what_people_write() {
        let hours = |text: &str| match text.parse() {
            Ok(Expiry::After(length)) => Some(length.as_secs() / 3600),
            Ok(Expiry::Never) => None,
            Err(why) => panic!("{text}: {why}"),
        };
        assert_eq!(hours("90d"), Some(90 * 24));
        assert_eq!(hours("1w 1d"), Some(8 * 24));
        assert_eq!(hours("12h"), Some(12));
        assert_eq!(hours("never"), None);
        for bad in ["", "90", "-1d", "0d", "soon", "1 month"] {
            assert!(bad.parse::<Expiry>().is_err(), "{bad:?}");
        }
        assert_eq!("all".parse::<Scope>().unwrap().permissions(), Permission::ALL);
        assert_eq!(
            " notes:read".parse::<Scope>().unwrap().permissions(),
            [Permission::NotesRead]
        );
        assert!("notes".parse::<Scope>().unwrap_err().contains("notes:write"));
    }
}
