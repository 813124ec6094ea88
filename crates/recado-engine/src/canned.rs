//! Canned replies: texts the team keeps, found by a shortcut.

use recado_db::Tx;
use recado_journal::Journal;
use recado_model::text::fold;
use recado_model::{AccountId, Actor, AuditAction, CannedReplyId, Snapshot};
use recado_store::canned_replies::{self, CannedReply};
use serde_json::json;

use crate::events::{
    CANNED_REPLY_CREATED, CANNED_REPLY_REMOVED, CANNED_REPLY_UPDATED, CannedReplyEvent, draft,
};
use crate::{Ctx, Error, Result, audit};

const MAX_SHORTCUT: usize = 32;
/// What WhatsApp takes as a text.
const MAX_TEXT: usize = 4096;
/// A list of them is always whole.
const MAX_REPLIES: i64 = 500;

/// All of the account, by shortcut.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Snapshot<Vec<CannedReply>>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let value = canned_replies::all(&mut tx, actor.account).await?;
    Ok(Snapshot { seq, value })
}

/// # Errors
/// `Conflict` if another one has this shortcut.
pub async fn create(ctx: &Ctx, actor: &Actor, shortcut: &str, text: &str) -> Result<CannedReply> {
    let now = ctx.clock.now();
    let reply = CannedReply {
        id: ctx.ids.next(),
        shortcut: shortcut_of(shortcut)?,
        text: text_of(text)?,
        created_by: actor.member(),
        created_at: now,
        updated_at: now,
    };
    let mut tx = ctx.db.begin().await?;
    room_for_one(&mut tx, actor.account).await?;
    if !canned_replies::insert(&mut tx, actor.account, &reply).await? {
        return Err(taken(&reply.shortcut));
    }
    let event = CannedReplyEvent { canned_reply: reply };
    ctx.journal
        .append(&mut tx, actor.account, vec![draft(CANNED_REPLY_CREATED, &event)?])
        .await?;
    tx.commit().await?;
    Ok(event.canned_reply)
}

/// What to change; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub shortcut: Option<String>,
    pub text: Option<String>,
}

/// # Errors
/// `NotFound` for the reply, `Conflict` if another one has this shortcut.
pub async fn change(ctx: &Ctx, actor: &Actor, id: CannedReplyId, change: Change) -> Result<CannedReply> {
    let shortcut = change.shortcut.as_deref().map(shortcut_of).transpose()?;
    let text = change.text.as_deref().map(text_of).transpose()?;
    let mut tx = ctx.db.begin().await?;
    let before = canned_replies::get(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("canned reply"))?;
    let shortcut = shortcut.unwrap_or_else(|| before.shortcut.clone());
    let text = text.unwrap_or_else(|| before.text.clone());
    if shortcut == before.shortcut && text == before.text {
        return Ok(before);
    }
    let now = ctx.clock.now();
    let changed = canned_replies::change(&mut tx, actor.account, id, &shortcut, &text, now).await;
    let canned_reply = match changed {
        Err(recado_db::Error::Conflict { .. }) => return Err(taken(&shortcut)),
        changed => changed?.ok_or(Error::NotFound("canned reply"))?,
    };
    let event = CannedReplyEvent { canned_reply };
    ctx.journal
        .append(&mut tx, actor.account, vec![draft(CANNED_REPLY_UPDATED, &event)?])
        .await?;
    tx.commit().await?;
    Ok(event.canned_reply)
}

pub async fn remove(ctx: &Ctx, actor: &Actor, id: CannedReplyId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    let canned_reply = canned_replies::remove(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("canned reply"))?;
    let summary = json!({ "name": format!("/{}", canned_reply.shortcut) });
    audit::record(
        ctx,
        &mut tx,
        actor,
        AuditAction::CannedReplyDeleted,
        id.0,
        summary,
    )
    .await?;
    let event = CannedReplyEvent { canned_reply };
    ctx.journal
        .append(&mut tx, actor.account, vec![draft(CANNED_REPLY_REMOVED, &event)?])
        .await?;
    tx.commit().await?;
    Ok(())
}

async fn room_for_one(tx: &mut Tx, account: AccountId) -> Result<()> {
    if canned_replies::count(tx, account).await? >= MAX_REPLIES {
        return Err(Error::conflict(
            "too_many",
            format!("An account has at most {MAX_REPLIES} canned replies. Delete some that are not used."),
        ));
    }
    Ok(())
}

/// One word, so that what comes after the next space is text again.
fn shortcut_of(text: &str) -> Result<String> {
    let text = text.trim();
    let shortcut = text.strip_prefix('/').unwrap_or(text).to_lowercase();
    let fits = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let length = shortcut.chars().count();
    if length == 0 || length > MAX_SHORTCUT || !shortcut.chars().all(fits) || fold(&shortcut).is_empty() {
        return Err(Error::bad_input(
            "shortcut",
            format!("A shortcut is one word of up to {MAX_SHORTCUT} letters, digits, - and _."),
        ));
    }
    Ok(shortcut)
}

fn text_of(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_TEXT {
        return Err(Error::bad_input(
            "text",
            format!("The text has 1 to {MAX_TEXT} characters."),
        ));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Error::bad_input(
            "text",
            "The text has characters that cannot be sent.",
        ));
    }
    Ok(text.to_owned())
}

fn taken(shortcut: &str) -> Error {
    Error::conflict(
        "shortcut_exists",
        format!("There is a canned reply /{shortcut} already."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortcut_is_one_word() {
        for (typed, kept) in [
            ("/Hours", "hours"),
            (" menú-2 ", "menú-2"),
            ("營業_時間", "營業_時間"),
        ] {
            assert_eq!(shortcut_of(typed).unwrap(), kept);
        }
        for typed in ["", "/", "two words", "a/b", "a.b", &"n".repeat(33)] {
            assert!(shortcut_of(typed).is_err(), "{typed:?}");
        }
    }

    #[test]
    fn a_text_can_be_sent() {
        assert_eq!(text_of(" Hi,\nwe open at 9 ").unwrap(), "Hi,\nwe open at 9");
        for typed in ["", " \n", "a\u{0}b", &"n".repeat(4097)] {
            assert!(text_of(typed).is_err());
        }
    }
}
