//! Replies on their way out: accepted and queued by [`send()`], handed to the provider by a job.

mod content;
mod dispatch;
mod pace;
mod parts;
mod reactions;
mod receipts;
mod restored;
mod send;
mod session;
mod start;
mod wait;

use recado_jobs::New;
use recado_model::{ConversationId, MessageId};
use serde::{Deserialize, Serialize};

pub use content::{NewContent, NewMedia};
pub use dispatch::dispatch;
pub(crate) use dispatch::recipient;
pub use pace::Pace;
pub use reactions::{SEND_REACTION, react, send_reaction};
pub use receipts::{MARK_READ, mark_read_later, tell, typing};
pub use restored::hold_back;
pub use send::{NewMessage, retry, send};
pub use start::{Started, To, start};
pub use wait::wait;

use crate::{Ctx, Error, Result};

/// The job that hands one message to its provider.
pub const SEND_MESSAGE: &str = "send_message";

/// Provider errors that may pass are tried this often before the message is shown as failed.
const MAX_TRIES: i64 = 12;

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

/// Waits until the provider takes one more message of this number to this customer.
async fn wait_for_turn(ctx: &Ctx, number: recado_model::NumberId, conversation: ConversationId) {
    ctx.pace.wait(number, conversation).await;
}
