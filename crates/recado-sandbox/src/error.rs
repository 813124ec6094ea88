//! What can go wrong for the program or the test that holds a sandbox. What goes wrong for a caller of the played
//! API is refused in Meta's own shape.

use std::{io, net::SocketAddr, path::PathBuf};

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the sandbox asks nobody who they are, so it listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
    #[error("cannot make the folder of {0}: {1}")]
    Folder(PathBuf, #[source] io::Error),
    #[error("the sandbox's store: {0}")]
    Store(#[from] rusqlite::Error),
    #[error("a webhook body: {0}")]
    Body(#[from] serde_json::Error),
    #[error("{field}: {message}")]
    Invalid { field: &'static str, message: String },
    #[error("no phone {0} here")]
    UnknownPhone(String),
    #[error("there is nothing by the id {0}")]
    NotFound(String),
    #[error("there is no Twilio line here")]
    NoTwilio,
    #[error("there already is a {0}")]
    Taken(String),
    #[error("the phone {0} is offline")]
    Offline(String),
    #[error("no webhook URL is connected")]
    NotConnected,
    #[error("{url} did not pass the handshake: {reason}")]
    Handshake { url: String, reason: String },
    #[error("the webhook was not answered: {0}")]
    Unanswered(String),
    #[error("waited in vain for {0}")]
    Late(&'static str),
    #[error("the sandbox is stopping")]
    Stopping,
}
