//! What the commands share that are clients of a running Recado: where it is, the key, and how it is asked.

use std::io::Read as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::Refusal;
use crate::Failure;

/// Where `recado serve` listens unless it is told otherwise.
const USUAL_URL: &str = "http://127.0.0.1:8080";

#[derive(Debug, Args)]
#[command(next_help_heading = "The server")]
pub struct Server {
    /// Its address [default: http://127.0.0.1:8080] [env: RECADO_URL]
    #[arg(long)]
    url: Option<String>,
    /// An API key. Others on this machine can see it while the command runs: rather use the variable or a file [env:
    /// RECADO_API_KEY]
    #[arg(long)]
    key: Option<String>,
    /// A file with the API key on its first line; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    key_file: Option<PathBuf>,
}

/// Asks one Recado as one key.
pub struct Client {
    http: reqwest::Client,
    url: String,
    key: SecretString,
}

/// Why there is no answer that helps.
#[derive(Debug)]
pub enum NoAnswer {
    /// The server says no, and why.
    Refused {
        status: StatusCode,
        code: String,
        message: String,
    },
    /// It may answer later.
    Later { why: String, after: Option<Duration> },
}

impl Server {
    pub fn reads_standard_input(&self) -> bool {
        self.key_file.as_ref().is_some_and(|file| file.as_os_str() == "-")
    }
}

impl Client {
    pub fn new(server: &Server) -> Result<Self, Failure> {
        let given = |flag: &Option<String>, variable: &str| {
            let text = flag.clone().or_else(|| std::env::var(variable).ok());
            text.map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        let url = given(&server.url, "RECADO_URL").unwrap_or_else(|| USUAL_URL.to_owned());
        let parsed = reqwest::Url::parse(&url).ok();
        if !parsed.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            return Err(Refusal::usage(format!(
                "{url:?} is no address of a server; expected one such as https://recado.example"
            )));
        }
        let key = match &server.key_file {
            Some(file) => Some(first_line(file)?),
            None => given(&server.key, "RECADO_API_KEY"),
        };
        let key = key.ok_or_else(|| {
            Refusal::usage(
                "an API key is needed: set RECADO_API_KEY or give --key-file; `recado keys create` makes one",
            )
        })?;
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) || key.is_empty() {
            return Err(Refusal::usage("what is given as the API key is none"));
        }
        Ok(Self {
            // No redirects and short times to connect, as for providers.
            http: recado_whatsapp::http_client()?,
            url: url.trim_end_matches('/').to_owned(),
            key: key.into(),
        })
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}/api/v1{path}", self.url))
            .bearer_auth(self.key.expose_secret())
    }

    /// What is under `data` of a success.
    pub async fn ask(&self, request: RequestBuilder) -> Result<Value, NoAnswer> {
        let answer = request.send().await.map_err(|error| self.not_reached(error))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.map_err(|error| self.not_reached(error))?;
        let mut body: Value = serde_json::from_slice(&body).unwrap_or_default();
        if status.is_success() && is_json(&headers) {
            return Ok(body["data"].take());
        }
        Err(self.refusal(status, &headers, &body))
    }

    /// What an answer means that is no success.
    pub fn refusal(&self, status: StatusCode, headers: &HeaderMap, body: &Value) -> NoAnswer {
        let text = |name: &str| body["error"][name].as_str().map(str::to_owned);
        let (Some(code), Some(message)) = (text("code"), text("message")) else {
            let why = format!("{} answers {status}, which is no answer of a Recado's", self.url);
            return if status.is_server_error() {
                NoAnswer::Later { why, after: None }
            } else {
                NoAnswer::Refused {
                    status,
                    code: "not_recado".to_owned(),
                    message: why,
                }
            };
        };
        if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() && code != "meta_error" {
            let after = headers
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok()?.parse().ok());
            return NoAnswer::Later {
                why: message,
                after: after.map(Duration::from_secs),
            };
        }
        NoAnswer::Refused {
            status,
            code,
            message,
        }
    }

    pub fn not_reached(&self, error: reqwest::Error) -> NoAnswer {
        let why = crate::told(&error.without_url());
        NoAnswer::Later {
            why: format!("{} cannot be reached: {why}", self.url),
            after: None,
        }
    }
}

impl std::fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused { code, message, .. } => write!(f, "{message} ({code})"),
            Self::Later { why, .. } => f.write_str(why),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

fn first_line(file: &PathBuf) -> Result<String, Failure> {
    let text = if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    let text = text.map_err(|error| {
        Refusal::usage(format!("the key file {} cannot be read: {error}", file.display()))
    })?;
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}
