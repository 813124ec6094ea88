//! `recado tail`: the live socket of a running Recado, one event a line. A connection that breaks is made again from the
//! last number that was seen, so nothing is missed and nothing told twice.

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::Method;
use reqwest::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::{client::generate_key, derive_accept_key};
use tokio_tungstenite::tungstenite::protocol::Role;

use super::client::{Client, NoAnswer, Server};
use crate::Failure;

/// The server says something every 20 seconds: after so long without a word the connection is dead.
const SILENCE: Duration = Duration::from_mins(1);
const HANDSHAKE: Duration = Duration::from_secs(20);
/// Between tries, doubled from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LAST_PAUSE: Duration = Duration::from_secs(15);
/// The server's close code for a key that holds no longer.
const SIGNED_OUT: u16 = 4401;
/// How often is looked whether anybody still reads.
const LOOK: Duration = Duration::from_secs(1);
/// Of a text on a line for people.
const SHOWN: usize = 120;

#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Options {
    /// Begin after this event, as far as events are kept; without it, with what happens from now on
    #[arg(long, value_name = "SEQ", value_parser = clap::value_parser!(i64).range(0..))]
    since: Option<i64>,
    /// Only these kinds, with commas between: `message.created`, `conversation.*`
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    types: Vec<String>,
    /// Print each event as the JSON it came as
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

const AFTER: &str = "\
The key needs the scope conversations:read, and those of what is to be seen.
Ends by Ctrl-C, and when nobody reads any more. A connection that breaks is made again from the last event seen.
Exit codes: 0 ended, 1 the server refused or was never reached, 2 wrong usage.

Examples:
  recado tail --types message.created
  recado tail --json --since 0 | jq -r 'select(.event==\"message.created\") | .data.message.content_text'";

/// What the socket says, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Frame {
    r#type: String,
    seq: Option<i64>,
    event: Option<String>,
}

/// How a connection ended.
enum End {
    /// It broke, or the server restarts.
    Broken(String),
    /// Another try would end the same.
    Refused(String),
    /// Nobody reads what is printed.
    NobodyReads,
}

type Socket = WebSocketStream<reqwest::Upgraded>;

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    let client = Client::new(&options.server)?;
    super::run(async move {
        let reader_gone = reader_gone();
        tokio::select! {
            ended = follow(&client, &options) => ended,
            _ = tokio::signal::ctrl_c() => Ok(ExitCode::SUCCESS),
            () = reader_gone => Ok(ExitCode::SUCCESS),
        }
    })
}

async fn follow(client: &Client, options: &Options) -> Result<ExitCode, Failure> {
    let mut seen = options.since;
    let mut was_there = false;
    let mut pause = FIRST_PAUSE;
    loop {
        let mut heard = false;
        let end = match connect(client, seen).await {
            Ok(socket) => {
                was_there = true;
                listen(socket, options, &mut seen, &mut heard).await
            }
            Err(NoAnswer::Later { why, .. }) if was_there => End::Broken(why),
            // Somebody is there who can mend the address.
            Err(no) => End::Refused(no.to_string()),
        };
        match end {
            End::NobodyReads => return Ok(ExitCode::SUCCESS),
            End::Refused(why) => return Err(why.into()),
            End::Broken(why) => {
                if heard {
                    pause = FIRST_PAUSE;
                }
                super::tell(&format!("{why}; trying again"));
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LAST_PAUSE);
            }
        }
    }
}

/// The live socket through the same client as every other request, so that TLS and proxies are the same.
async fn connect(client: &Client, since: Option<i64>) -> Result<Socket, NoAnswer> {
    let path = since.map_or_else(|| "/live".to_owned(), |seq| format!("/live?since={seq}"));
    let key = generate_key();
    let request = client
        .request(Method::GET, &path)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key)
        .timeout(HANDSHAKE);
    let answer = request.send().await.map_err(|error| client.not_reached(error))?;
    let accepted = answer.headers().get(SEC_WEBSOCKET_ACCEPT);
    let is_live = answer.status() == reqwest::StatusCode::SWITCHING_PROTOCOLS
        && accepted
            .is_some_and(|accepted| accepted.as_bytes() == derive_accept_key(key.as_bytes()).as_bytes());
    if !is_live {
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.unwrap_or_default();
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        return Err(client.refusal(status, &headers, &body));
    }
    let upgraded = answer
        .upgrade()
        .await
        .map_err(|error| client.not_reached(error))?;
    Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, None).await)
}

async fn listen(mut socket: Socket, options: &Options, seen: &mut Option<i64>, heard: &mut bool) -> End {
    let broken = |why: &str| End::Broken(format!("the connection broke: {why}"));
    loop {
        let message = match timeout(SILENCE, socket.next()).await {
            Err(_) => return broken("nothing was heard for a minute"),
            Ok(None) => return broken("the server closed it"),
            Ok(Some(Err(error))) => return broken(&error.to_string()),
            Ok(Some(Ok(message))) => message,
        };
        *heard = true;
        match message {
            Message::Text(text) => {
                if let Err(end) = take(&text, options, seen) {
                    return end;
                }
            }
            Message::Close(frame) => {
                let code = frame.as_ref().map(|frame| u16::from(frame.code));
                // Answers the goodbye, as far as anybody still listens.
                drop(socket.close(None).await);
                return match code {
                    Some(SIGNED_OUT) => End::Refused("the API key holds no longer".to_owned()),
                    Some(1012) => broken("the server restarts"),
                    _ => broken("the server closed it"),
                };
            }
            Message::Ping(_) => {
                // The answer is queued already.
                if let Err(error) = socket.flush().await {
                    return broken(&error.to_string());
                }
            }
            _ => {}
        }
    }
}

/// Prints what a frame tells, unless it was told before.
fn take(text: &str, options: &Options, seen: &mut Option<i64>) -> Result<(), End> {
    let Ok(Frame { r#type, seq, event }) = serde_json::from_str::<Frame>(text) else {
        return Ok(());
    };
    let Some(seq) = seq else { return Ok(()) };
    match r#type.as_str() {
        // Without a number to begin from, this is it.
        "hello" => {
            seen.get_or_insert(seq);
            return Ok(());
        }
        "reset" => {
            let from = seen.replace(seq).unwrap_or_default();
            super::tell(&format!(
                "events {} to {seq} are not kept any more, or there are too many of them; going on after them",
                from + 1
            ));
            return if options.json { print_line(text) } else { Ok(()) };
        }
        "event" | "skip" => {}
        _ => return Ok(()),
    }
    if seen.is_some_and(|last| seq <= last) {
        return Ok(());
    }
    if let Some(kind) = event.filter(|kind| wanted(&options.types, kind)) {
        if options.json {
            print_line(text)?;
        } else {
            print_line(&for_people(seq, &kind, text))?;
        }
    }
    // Only now: what was not printed is asked for again.
    *seen = Some(seq);
    Ok(())
}

fn wanted(types: &[String], kind: &str) -> bool {
    types.is_empty()
        || types.iter().any(|wanted| {
            let wanted = wanted.trim();
            wanted
                .strip_suffix('*')
                .map_or(wanted == kind, |beginning| kind.starts_with(beginning))
        })
}

/// Number, time, kind, and of messages who and what.
fn for_people(seq: i64, kind: &str, text: &str) -> String {
    let frame: Value = serde_json::from_str(text).unwrap_or_default();
    let at = frame["at"].as_str().unwrap_or_default();
    let (data, mut line) = (&frame["data"], format!("{seq}  {at}  {kind}"));
    let contact = [&data["conversation"]["contact"], &data["contact"]]
        .into_iter()
        .find(|contact| contact.is_object());
    let message = &data["message"];
    let mut add = |value: &Value| {
        if let Some(words) = value.as_str().filter(|words| !words.is_empty()) {
            line.push_str("  ");
            line.push_str(&one_line(words));
        }
    };
    if let Some(contact) = contact {
        add(&contact["phone"]);
        add(&contact["name"]);
    }
    add(&message["direction"]);
    add(&message["status"]);
    add(&message["content_text"]);
    line
}

/// What customers write must not move the cursor of whoever watches.
fn one_line(words: &str) -> String {
    let mut line: String = words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(SHOWN)
        .collect();
    if words.chars().nth(SHOWN).is_some() {
        line.push('…');
    }
    line
}

fn print_line(line: &str) -> Result<(), End> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(End::NobodyReads),
        Err(error) => Err(End::Refused(format!(
            "standard output cannot be written: {error}"
        ))),
    }
}

/// Ready when standard output is a pipe that nobody reads any more: otherwise only a line more would show it.
async fn reader_gone() {
    let mut looks = tokio::time::interval(LOOK);
    loop {
        looks.tick().await;
        let out = std::io::stdout();
        let mut asked = [PollFd::new(&out, PollFlags::empty())];
        if poll(&mut asked, Some(&Timespec::default())).is_ok() && asked[0].revents().contains(PollFlags::ERR)
        {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_named_or_begun() {
        let types = ["message.created".to_owned(), " conversation.*".to_owned()];
        assert!(wanted(&types, "message.created") && wanted(&types, "conversation.updated"));
        assert!(!wanted(&types, "message.updated"));
        assert!(wanted(&[], "anything"));
    }

    #[test]
    fn a_line_says_who_and_what_and_stays_one() {
        let event = r#"{"type":"event","seq":7,"event":"message.created","at":"2026-07-01T12:00:00.000Z","data":{
            "message":{"direction":"inbound","status":"received","content_text":"Hi\n\u001b[2Jthere"},
            "conversation":{"contact":{"phone":"+4915112345678","name":"Ana"}}}}"#;
        assert_eq!(
            for_people(7, "message.created", event),
            "7  2026-07-01T12:00:00.000Z  message.created  +4915112345678  Ana  inbound  received  Hi  [2Jthere"
        );
    }
}
