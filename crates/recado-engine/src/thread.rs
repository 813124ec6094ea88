//! Reading a conversation's messages: from the newest back, or from one in the middle to both sides.

use recado_db::Tx;
use recado_journal::Journal;
use recado_model::{AccountId, Actor, ConversationId, Cursor, MessageId, Snapshot};
use recado_store::conversations;
use recado_store::messages::{self, Message};

use crate::{Ctx, Error, Result};

/// Which part of a thread.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// What comes after the cursor in the list, whose beginning is the newest.
    Older(Cursor),
    /// What comes before it.
    Newer(Cursor),
    /// A message with as many on either side.
    Around(MessageId),
}

/// Messages, newest first, and where those begin that stand before and after them.
#[derive(Debug)]
pub struct Stretch {
    pub items: Vec<Message>,
    pub older: Option<Cursor>,
    pub newer: Option<Cursor>,
}

/// Part of a conversation's messages, at most `limit` of them.
///
/// # Errors
/// `NotFound` for a conversation that is not there, and for a message that is not in it.
pub async fn messages(
    ctx: &Ctx,
    actor: &Actor,
    conversation: ConversationId,
    part: Part,
    limit: i64,
) -> Result<Snapshot<Stretch>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    conversations::row(&mut tx, actor.account, conversation)
        .await?
        .ok_or(Error::NotFound("conversation"))?;
    let value = match part {
        Part::Older(cursor) => {
            let (items, older) = older(&mut tx, actor.account, conversation, cursor, limit).await?;
            let newer = items.first().map(place).filter(|_| cursor != Cursor::START);
            Stretch { items, older, newer }
        }
        Part::Newer(cursor) => {
            let (items, newer) = newer(&mut tx, actor.account, conversation, cursor, limit).await?;
            Stretch {
                older: items.first().map(place),
                items: items.into_iter().rev().collect(),
                newer,
            }
        }
        Part::Around(id) => {
            let message = messages::get(&mut tx, actor.account, id)
                .await?
                .filter(|message| message.conversation_id == conversation)
                .ok_or(Error::NotFound("message"))?;
            let (at, half) = (place(&message), limit / 2);
            let (before, newer) = newer(&mut tx, actor.account, conversation, at, half).await?;
            let rest = (limit - half - 1).max(0);
            let (after, older) = older(&mut tx, actor.account, conversation, at, rest).await?;
            let mut items: Vec<Message> = before.into_iter().rev().collect();
            items.push(message);
            items.extend(after);
            Stretch { items, older, newer }
        }
    };
    Ok(Snapshot { seq, value })
}

/// Newest first, and where more begin.
async fn older(
    tx: &mut Tx,
    account: AccountId,
    conversation: ConversationId,
    from: Cursor,
    limit: i64,
) -> Result<(Vec<Message>, Option<Cursor>)> {
    let rows = messages::page(tx, account, conversation, from, limit + 1).await?;
    Ok(cut(rows, limit, from))
}

/// Oldest first, and where more begin.
async fn newer(
    tx: &mut Tx,
    account: AccountId,
    conversation: ConversationId,
    from: Cursor,
    limit: i64,
) -> Result<(Vec<Message>, Option<Cursor>)> {
    let rows = messages::newer(tx, account, conversation, from, limit + 1).await?;
    Ok(cut(rows, limit, from))
}

/// The row too many tells that there are more. A limit of none is allowed.
fn cut(mut rows: Vec<Message>, limit: i64, from: Cursor) -> (Vec<Message>, Option<Cursor>) {
    let limit = usize::try_from(limit).unwrap_or(0);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = more.then(|| rows.last().map_or(from, place));
    (rows, next)
}

fn place(message: &Message) -> Cursor {
    Cursor {
        at: message.created_at,
        id: message.id.0,
    }
}
