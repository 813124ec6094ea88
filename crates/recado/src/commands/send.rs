//! `recado send`: one message through a running Recado, and what became of it, for scripts.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use recado_model::{Clock, Ids, MessageId};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

use super::Refusal;
use super::client::{Client, NoAnswer, Server};
use crate::Failure;
use crate::config::Span;

/// The message will not leave: the server or WhatsApp refused it.
const REFUSED: u8 = 3;
/// Accepted, and not known yet whether it left.
const NOT_KNOWN: u8 = 4;
/// The header under which a request is known again.
const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Between looks at what became of it, and between tries to be heard.
const FIRST_LOOK: Duration = Duration::from_millis(200);
const LAST_LOOK: Duration = Duration::from_secs(3);
/// Of a file, which may be 100 MB on a slow line.
const UPLOAD: Duration = Duration::from_mins(10);
/// Between the parts of the upload. The same each time, so that the same file is the same request.
const BOUNDARY: &str = "recado-Yb3bYz5mQ0xJ6n8w";

#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Options {
    /// The customer's phone, `+` and country code first
    #[arg(long, value_name = "PHONE")]
    to: String,
    /// The text, or the caption of a file; `-` reads it from standard input
    #[arg(long, required_unless_present_any = ["media", "template"], conflicts_with = "template")]
    text: Option<String>,
    /// A file of this machine, or the public address of one; with --template, the one in its header
    #[arg(long, value_name = "FILE|URL")]
    media: Option<String>,
    /// Send the file as this [default: what fits it best]
    #[arg(
        long = "as",
        value_name = "KIND",
        requires = "media",
        conflicts_with = "template"
    )]
    kind: Option<Kind>,
    /// A template that WhatsApp approved; needed when the customer has not written for 24 hours
    #[arg(long, value_name = "NAME", requires = "language")]
    template: Option<String>,
    /// The template's language, such as `de` or `en_US`
    #[arg(long, value_name = "LANGUAGE", requires = "template")]
    language: Option<String>,
    /// What stands in the template's body, once for each variable: VALUE in their order, or NAME=VALUE
    #[arg(long = "param", value_name = "VALUE", requires = "template")]
    params: Vec<String>,
    /// The same for the variable in its header
    #[arg(long = "header-param", value_name = "VALUE", requires = "template")]
    header_params: Vec<String>,
    /// The same for its buttons, by their place counted from 0: 0=CODE
    #[arg(long = "button-param", value_name = "PLACE=VALUE", requires = "template")]
    button_params: Vec<String>,
    /// The channel to write from, by id [default: the account's default one]
    #[arg(long, value_name = "ID")]
    channel: Option<Uuid>,
    /// The name of a contact that is new
    #[arg(long)]
    name: Option<String>,
    /// Any text. Another try with the same one and the same message sends nothing twice [default: a new one each time]
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// How long to wait until it is known whether the message left; 0s does not wait
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = wait)]
    wait: Duration,
    /// Print the message as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

const AFTER: &str = "\
The key needs the scope messages:send, and messages:read to tell what became of the message.
Prints the status and the message's id. Exit codes:
  0  it left: sent, delivered or read (with --wait 0s: it was accepted)
  1  the server was not reached or could not answer; try again with the same --idempotency-key
  2  wrong usage
  3  it was refused or failed, and will not leave
  4  it was accepted, and is not known to have left

Examples:
  recado send --to +4915112345678 --text 'Your order is on its way' --idempotency-key order-1234
  recado send --to +4915112345678 --template order_shipped --language de --param Ana --param 1234
  df -h | recado send --to +4915112345678 --text -";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Image,
    Video,
    Audio,
    Document,
    Sticker,
}

/// A message that the server has.
struct Accepted {
    conversation: String,
    message: Value,
}

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    if options.server.reads_standard_input() && options.text.as_deref() == Some("-") {
        return Err(Refusal::usage(
            "--key-file - and --text - cannot both read standard input",
        ));
    }
    let client = Client::new(&options.server)?;
    let text = match options.text.as_deref() {
        Some("-") => Some(standard_input()?),
        text => text.map(str::to_owned),
    };
    let key = match &options.idempotency_key {
        Some(text) => key_of(text),
        None => Ids::new(Clock::System).next::<MessageId>().0,
    };
    super::run(async move {
        let until = Instant::now() + options.wait.max(Duration::from_secs(10));
        let message = message(&client, &options, text, key, until).await?;
        let accepted = accept(&client, &options, message, key, until).await?;
        let waited = Instant::now() + options.wait;
        let message = outcome(&client, accepted, options.wait, waited).await?;
        tell(&message, &options)
    })
}

/// The message as the API takes it. A file of this machine goes there first.
async fn message(
    client: &Client,
    options: &Options,
    text: Option<String>,
    key: Uuid,
    until: Instant,
) -> Result<Value, Failure> {
    let media = match &options.media {
        Some(url) if url.starts_with("https://") || url.starts_with("http://") => {
            let kind = options.kind.unwrap_or_else(|| kind_of(url));
            Some((kind.word().to_owned(), "media_url", json!(url)))
        }
        Some(file) => {
            let media = upload(client, Path::new(file), options.kind, key, until).await?;
            let kind = media["kind"].as_str().unwrap_or("document").to_owned();
            Some((kind, "media_id", media["id"].clone()))
        }
        None => None,
    };
    if let (Some(name), Some(language)) = (&options.template, &options.language) {
        let mut values = json!({
            "body": values(&options.params),
            "header": values(&options.header_params),
            "buttons": values(&options.button_params),
        });
        if let Some((_, field, value)) = media {
            values[format!("header_{field}")] = value;
        }
        let template = json!({ "name": name, "language": language, "values": values });
        return Ok(json!({ "type": "template", "template": template }));
    }
    let mut message = Map::new();
    message.insert("type".to_owned(), json!("text"));
    if let Some((kind, field, value)) = media {
        message.insert("type".to_owned(), json!(kind));
        message.insert(field.to_owned(), value);
    }
    if let Some(text) = text {
        message.insert("text".to_owned(), json!(text));
    }
    Ok(Value::Object(message))
}

async fn accept(
    client: &Client,
    options: &Options,
    message: Value,
    key: Uuid,
    until: Instant,
) -> Result<Accepted, Failure> {
    let mut form = json!({ "to": options.to, "message": message });
    if let Some(channel) = options.channel {
        form["channel_id"] = json!(channel);
    }
    if let Some(name) = &options.name {
        form["name"] = json!(name);
    }
    let body = form.to_string();
    let request = || {
        let request = client.request(Method::POST, "/conversations");
        let request = request.header(CONTENT_TYPE, "application/json");
        request
            .header(IDEMPOTENCY_KEY, key.to_string())
            .body(body.clone())
    };
    let mut answer = patiently(client, request, until).await?;
    Ok(Accepted {
        conversation: answer["conversation"]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        message: answer["message"].take(),
    })
}

/// Looks until the message has left or failed, as long as there is time.
async fn outcome(
    client: &Client,
    accepted: Accepted,
    wait: Duration,
    until: Instant,
) -> Result<Value, Failure> {
    let Accepted {
        conversation,
        message,
    } = accepted;
    let id = message["id"].as_str().unwrap_or_default();
    let path = format!("/conversations/{conversation}/messages?around={id}&limit=3");
    let mut known = message.clone();
    let mut pause = FIRST_LOOK;
    while !wait.is_zero() && !is_settled(&known) && Instant::now() < until {
        sleep(pause.min(until.duration_since(Instant::now()))).await;
        pause = (pause * 2).min(LAST_LOOK);
        match timeout_at(until, client.ask(client.request(Method::GET, &path))).await {
            Ok(Ok(page)) => {
                let found = page.as_array().into_iter().flatten().find(|one| one["id"] == id);
                known = found.cloned().unwrap_or(known);
            }
            Ok(Err(NoAnswer::Later { after, .. })) => pause = after.unwrap_or(pause),
            Ok(Err(no)) => {
                super::tell(&format!(
                    "the message was accepted, and what became of it cannot be seen: {no}"
                ));
                return Ok(known);
            }
            Err(_) => {}
        }
    }
    Ok(known)
}

fn is_settled(message: &Value) -> bool {
    !matches!(message["status"].as_str(), Some("queued" | "unknown"))
}

fn tell(message: &Value, options: &Options) -> Result<ExitCode, Failure> {
    let status = message["status"].as_str().unwrap_or("queued");
    let id = message["id"].as_str().unwrap_or_default();
    if options.json {
        super::print(&format!("{message}\n"))?;
    } else {
        super::print(&format!("{status} {id}\n"))?;
    }
    match status {
        "failed" => {
            let why = message["error"]["message"]
                .as_str()
                .unwrap_or("the provider did not say why");
            super::tell(&format!("the message failed: {why}"));
            Ok(ExitCode::from(REFUSED))
        }
        "queued" if options.wait.is_zero() => Ok(ExitCode::SUCCESS),
        "queued" => {
            super::tell("the message was accepted and has not left yet; it goes on by itself");
            Ok(ExitCode::from(NOT_KNOWN))
        }
        "unknown" => {
            super::tell(
                "the provider did not answer: the message may have left or not, and is not sent twice",
            );
            Ok(ExitCode::from(NOT_KNOWN))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Asks again what may be answered later, as long as there is time. Only for what changes nothing when repeated.
async fn patiently(
    client: &Client,
    request: impl Fn() -> reqwest::RequestBuilder,
    until: Instant,
) -> Result<Value, Failure> {
    let mut pause = FIRST_LOOK;
    loop {
        match client.ask(request()).await {
            Ok(answer) => return Ok(answer),
            Err(NoAnswer::Later { why, after }) => {
                let next = after.unwrap_or(pause);
                if Instant::now() + next >= until {
                    return Err(why.into());
                }
                if pause == FIRST_LOOK {
                    super::tell(&format!("{why}; trying again"));
                }
                sleep(next).await;
                pause = (pause * 2).min(LAST_LOOK);
            }
            Err(no @ NoAnswer::Refused { status, .. }) => {
                let code = match status.as_u16() {
                    400 | 422 => 2,
                    401 | 403 | 404 | 405 => 1,
                    _ => REFUSED,
                };
                return Err(Refusal::with(code, no.to_string()));
            }
        }
    }
}

/// Under a key of its own that follows from the message's: the same file twice is one file.
async fn upload(
    client: &Client,
    file: &Path,
    kind: Option<Kind>,
    key: Uuid,
    until: Instant,
) -> Result<Value, Failure> {
    let unreadable = |error: std::io::Error| {
        Refusal::usage(format!("the file {} cannot be read: {error}", file.display()))
    };
    let bytes = tokio::fs::read(file).await.map_err(unreadable)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let name = name.replace('\\', "_").replace('"', "%22");
    let mut head = String::new();
    if let Some(kind) = kind {
        let word = kind.word();
        write!(
            head,
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n{word}\r\n"
        )?;
    }
    write!(
        head,
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )?;
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    let body = [head.as_bytes(), &bytes, tail.as_bytes()].concat();
    let key = key_of(&format!("{key} file"));
    let request = || {
        client
            .request(Method::POST, "/media")
            .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .header(IDEMPOTENCY_KEY, key.to_string())
            .timeout(UPLOAD)
            .body(body.clone())
    };
    patiently(client, request, until).await
}

/// The key as the server takes it: a UUID as it is, any other text by its hash.
fn key_of(text: &str) -> Uuid {
    text.parse().unwrap_or_else(|_| {
        let digest = Sha256::digest(text);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    })
}

/// By name where they are named, else by their place counted from 1.
fn values(params: &[String]) -> Map<String, Value> {
    let mut values = Map::new();
    let mut place = 0;
    for param in params {
        if let Some((name, value)) = param.split_once('=').filter(|(name, _)| is_name(name)) {
            values.insert(name.to_owned(), json!(value));
        } else {
            place += 1;
            values.insert(place.to_string(), json!(param));
        }
    }
    values
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// By the end of an address, as nothing else is known of the file yet.
fn kind_of(url: &str) -> Kind {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let end = path.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    match end.as_deref() {
        Some("jpg" | "jpeg" | "png") => Kind::Image,
        Some("mp4" | "3gp") => Kind::Video,
        Some("ogg" | "oga" | "opus" | "mp3" | "m4a" | "aac" | "amr") => Kind::Audio,
        Some("webp") => Kind::Sticker,
        _ => Kind::Document,
    }
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Sticker => "sticker",
        }
    }
}

fn wait(text: &str) -> Result<Duration, String> {
    if matches!(text, "0" | "0s") {
        return Ok(Duration::ZERO);
    }
    Span::try_from(text.to_owned()).map(Span::duration)
}

/// All of it, without the line break that `echo` puts at the end.
fn standard_input() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .read_to_string(&mut text)
        .map_err(|error| Refusal::usage(format!("standard input is no text: {error}")))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_named_or_counted() {
        let given = ["Ana", "code=7", "https://a.example/?b=c", "2=x=y"].map(str::to_owned);
        assert_eq!(
            Value::Object(values(&given)),
            json!({ "1": "Ana", "code": "7", "2": "x=y" })
        );
    }

    #[test]
    fn any_text_is_a_key_and_the_same_one_each_time() {
        let id = "0192e4a0-0000-7000-8000-000000000001";
        assert_eq!(key_of(id).to_string(), id);
        assert_eq!(key_of("order-1234"), key_of("order-1234"));
        assert_ne!(key_of("order-1234"), key_of("order-1235"));
    }
}
