//! `recado dev`: Recado, the sandbox and a demo account in one process, on this machine only.
//!
//! Scripts rely on what is printed with `--json`; see [`Ready`].

use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use recado_fetch::Allow;
use recado_model::Time;
use recado_sandbox::Sandbox;
use serde::Serialize;

use crate::Failure;
use crate::app::{App, Listeners};
use crate::config::{Config, Flags, RateLimits, Sources};
use crate::demo;
use crate::demo::account::Credentials;
use crate::demo::sandboxes::Sandboxes;
use crate::lifecycle::{self, Lifecycle, Outcome, Stage};

/// Scripts that try things out ask more often than a program in earnest.
const API_PER_MINUTE: NonZeroU32 = NonZeroU32::new(6000).unwrap();

#[derive(Debug, Args)]
#[command(after_help = super::serve::EXIT_CODES)]
pub struct Options {
    /// Once ready, print one line of JSON on standard output; everything else goes to standard error
    #[arg(long)]
    json: bool,
    /// Where the sandbox listens [default: the port after Recado's, else a free one]
    #[arg(long, value_name = "ADDRESS")]
    sandbox_listen: Option<SocketAddr>,
    #[command(flatten)]
    flags: Flags,
}

/// What `--json` prints, one line, once everything answers. Keys are only ever added.
#[derive(Debug, Serialize)]
struct Ready {
    url: String,
    sandbox_url: String,
    /// Login of the demo account's owner.
    email: String,
    password: String,
    /// A key with all scopes.
    api_key: String,
    account_id: String,
    meta: Meta,
    /// Missing where somebody put real credentials in place of the demo's.
    #[serde(skip_serializing_if = "Option::is_none")]
    twilio: Option<Twilio>,
}

/// The demo number, as Meta's dashboard would show it.
#[derive(Debug, Serialize)]
struct Meta {
    /// Path on `url` that takes webhooks.
    webhook_path: String,
    app_secret: String,
    verify_token: String,
    phone_number_id: String,
    waba_id: String,
}

/// The second demo number, as Twilio's console would show it.
#[derive(Debug, Serialize)]
struct Twilio {
    /// Path on `url` that takes webhooks.
    webhook_path: String,
    /// What webhooks are signed over begins with this, not with the address they are posted to.
    public_url: String,
    account_sid: String,
    auth_token: String,
    /// `+` and digits.
    number: String,
}

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    let mut config = super::configure(&Sources::without_default_file(options.flags))?;
    let rates = &mut config.rate_limits;
    if rates.api_per_minute == RateLimits::default().api_per_minute {
        rates.api_per_minute = API_PER_MINUTE;
    }
    let sandbox = options.sandbox_listen;
    for address in [Some(config.listen), sandbox].into_iter().flatten() {
        if !address.ip().is_loopback() {
            return Err(format!(
                "recado dev has a demo account whose password everyone knows, so it listens on this machine only, not on {address}; use recado serve"
            )
            .into());
        }
    }
    super::run(dev(config, sandbox, options.json)).map(ExitCode::from)
}

async fn dev(config: Config, sandbox: Option<SocketAddr>, json: bool) -> Result<Outcome, Failure> {
    let signals = lifecycle::signals()?;
    let life = Lifecycle::new();
    let listeners = Listeners::bind(&config).await?;
    let beside = listeners.main.address;
    let grace = config.shutdown.grace.duration();
    let app = App::start(&config, listeners, &life, Allow::Loopback).await?;

    let mut credentials = Credentials::load_or_create(&config.data)?;
    let now = app.ctx.clock.now();
    let sandbox = start_sandbox(&config, &credentials, sandbox, beside, now).await?;
    let sandbox_url = sandbox.url().to_owned();
    let account = demo::account::ensure(&app.ctx, &config.data, &mut credentials, &sandbox_url, now).await?;
    sandbox
        .connect(&format!("http://{beside}{}", account.webhook_path))
        .await?;
    if let Some(path) = &account.twilio_webhook_path {
        sandbox
            .connect_twilio(&format!("{}{path}", app.public_url()))
            .await?;
    }
    let others = Arc::new(Sandboxes::new(&config.data));
    others.resume(&app.ctx).await?;
    let starting = Arc::clone(&others);
    app.ctx.sandboxes.start_by(Box::new(move |account| {
        let starting = Arc::clone(&starting);
        Box::pin(async move { starting.start(account).await.map_err(|error| error.to_string()) })
    }));
    // After the jobs: a message that is being sent then still arrives.
    let stop = life.stopping(Stage::Background);
    life.spawn(Stage::Background, "sandbox", async move {
        stop.cancelled().await;
        sandbox.stop().await;
        others.stop().await;
        Ok::<_, Infallible>(())
    });
    let ready = Ready {
        url: app.public_url().to_owned(),
        sandbox_url,
        email: demo::SHOP.team[0].email.to_owned(),
        password: demo::PASSWORD.to_owned(),
        api_key: account.api_key,
        account_id: account.id.to_string(),
        meta: Meta {
            webhook_path: account.webhook_path,
            app_secret: credentials.app_secret.clone(),
            verify_token: credentials.verify_token.clone(),
            phone_number_id: demo::SHOP.phone_number_id.to_owned(),
            waba_id: demo::SHOP.waba_id.to_owned(),
        },
        twilio: account.twilio_webhook_path.map(|webhook_path| Twilio {
            webhook_path,
            public_url: app.public_url().to_owned(),
            account_sid: credentials.twilio_account_sid.clone(),
            auth_token: credentials.twilio_auth_token.clone(),
            number: demo::account::second_phone(),
        }),
    };
    super::print(&if json {
        format!("{}\n", serde_json::to_string(&ready)?)
    } else {
        banner(&ready)
    })?;
    Ok(life.run(signals, grace, app.close()).await)
}

/// The other side of the wire, with the demo shop's numbers and customers. When nobody said where it shall listen it
/// takes the port after Recado's, as a known port is easier to come back to, else any free one.
async fn start_sandbox(
    config: &Config,
    credentials: &Credentials,
    wanted: Option<SocketAddr>,
    recado: SocketAddr,
    now: Time,
) -> Result<Sandbox, Failure> {
    let mut sandbox = recado_sandbox::Config::new(
        config.data.join("sandbox.db"),
        credentials.business(),
        recado_whatsapp::http_client()?,
    );
    sandbox.twilio = Some(credentials.twilio());
    sandbox.seed = demo::account::phones(now);
    if let Some(address) = wanted {
        sandbox.listen = address;
        return Ok(Sandbox::start(sandbox).await?);
    }
    sandbox.listen = SocketAddr::new(recado.ip(), recado.port().checked_add(1).unwrap_or(0));
    match Sandbox::start(sandbox.clone()).await {
        Err(recado_sandbox::Error::Listen(..)) => {
            sandbox.listen.set_port(0);
            Ok(Sandbox::start(sandbox).await?)
        }
        started => Ok(started?),
    }
}

fn banner(ready: &Ready) -> String {
    let Ready {
        url,
        sandbox_url,
        password,
        api_key,
        ..
    } = ready;
    let mut text = format!(
        "\n  Recado is ready, with the demo account of {}.\n\n  \
         The inbox            {url}\n  \
         A customer's phone   {sandbox_url}/sandbox   (type here, it arrives there)\n  \
         The API              {url}/docs\n\n",
        demo::SHOP.name
    );
    for person in demo::SHOP.team {
        let _ = writeln!(
            text,
            "  {:<8} {:<24} {password}",
            person.role.to_string(),
            person.email
        );
    }
    let _ = write!(
        text,
        "  {:<8} {api_key}\n\n  Ctrl-C stops it; what happened is kept.\n\n",
        "API key"
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready() -> Ready {
        let text = |text: &str| text.to_owned();
        Ready {
            url: text("http://127.0.0.1:8080"),
            sandbox_url: text("http://127.0.0.1:8081"),
            email: text("a"),
            password: text(demo::PASSWORD),
            api_key: text("wacrm_live_x"),
            account_id: text("c"),
            meta: Meta {
                webhook_path: text("/hooks/meta/d"),
                app_secret: text("e"),
                verify_token: text("f"),
                phone_number_id: text("g"),
                waba_id: text("h"),
            },
            twilio: Some(Twilio {
                webhook_path: text("/hooks/twilio/i"),
                public_url: text("http://127.0.0.1:8080"),
                account_sid: text("j"),
                auth_token: text("k"),
                number: text("l"),
            }),
        }
    }

    #[test]
    fn the_line_has_exactly_the_keys_that_scripts_know() {
        let line = serde_json::to_string(&ready()).unwrap();
        assert!(!line.contains('\n'));
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let mut top = keys(&value);
        top.sort();
        assert_eq!(
            top,
            [
                "account_id",
                "api_key",
                "email",
                "meta",
                "password",
                "sandbox_url",
                "twilio",
                "url"
            ]
        );
        let mut meta = keys(&value["meta"]);
        meta.sort();
        assert_eq!(
            meta,
            [
                "app_secret",
                "phone_number_id",
                "verify_token",
                "waba_id",
                "webhook_path"
            ]
        );
        let mut twilio = keys(&value["twilio"]);
        twilio.sort();
        assert_eq!(
            twilio,
            [
                "account_sid",
                "auth_token",
                "number",
                "public_url",
                "webhook_path"
            ]
        );
    }

    #[test]
    fn the_banner_tells_where_to_go_and_how_to_sign_in() {
        let text = banner(&ready());
        for known in [
            "http://127.0.0.1:8080\n",
            "http://127.0.0.1:8081/sandbox",
            demo::PASSWORD,
            "wacrm_live_x",
        ] {
            assert!(text.contains(known), "{text}");
        }
        for person in demo::SHOP.team {
            assert!(text.contains(person.email), "{text}");
        }
    }
}
