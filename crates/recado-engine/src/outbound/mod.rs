//! Replies on their way out: accepted and queued by [`send()`], handed to the provider by a job.

mod dispatch;
mod send;

use recado_jobs::New;
use recado_model::{ConversationId, MessageId};
use serde::{Deserialize, Serialize};

pub use dispatch::dispatch;
pub use send::{NewContent, NewMessage, retry, send};

use crate::{Error, Result};

/// The job that hands one message to its provider.
pub const SEND_MESSAGE: &str = "send_message";

/// Provider errors that may pass are tried this often before the message is shown as failed.
const MAX_TRIES: i64 = 8;

#[derive(Debug, Serialize, Deserialize)]
struct SendMessage {
    message: MessageId,
}

/// Messages of a conversation go out one at a time, in the order they were written.
fn job(message: MessageId, conversation: ConversationId) -> Result<New> {
    let job = New::of(SEND_MESSAGE, &SendMessage { message }).map_err(Error::internal)?;
    Ok(job
        .lane(format!("conversation:{conversation}"))
        .max_attempts(MAX_TRIES))
}
