//! Waiting for what the provider says of a message, for callers who want to know before they go on.

use std::time::Duration;

use recado_journal::Next;
use recado_model::{Actor, MessageStatus};
use recado_store::messages::{self, Message};

use crate::events::MESSAGE_UPDATED;
use crate::{Ctx, Error, Result};

/// The message once the provider has taken or refused it; as it is after `patience` if neither has happened.
pub async fn wait(ctx: &Ctx, actor: &Actor, message: Message, patience: Duration) -> Result<Message> {
    // Listening begins before the first look, so that nothing falls in between.
    let mut news = ctx.journal.subscribe(actor.account, None).await?;
    let settled = async {
        loop {
            let mut tx = ctx.db.read().await?;
            let found = messages::get(&mut tx, actor.account, message.id).await?;
            drop(tx);
            let found = found.ok_or(Error::NotFound("message"))?;
            if found.status != MessageStatus::Queued {
                return Ok(found);
            }
            while let Next::Frames(frames) = news.next().await {
                if frames.iter().any(|frame| frame.kind == MESSAGE_UPDATED) {
                    break;
                }
            }
        }
    };
    match tokio::time::timeout(patience, settled).await {
        Ok(settled) => settled,
        Err(_) => Ok(message),
    }
}
