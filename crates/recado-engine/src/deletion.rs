//! Taking messages and conversations out of the inbox. What is gone here stays on the customer's phone.

use recado_db::Tx;
use recado_jobs::{Job, New, Outcome};
use recado_model::activity::What;
use recado_model::{
    AccountId, Actor, AuditAction, ConversationId, DeletedBy, MediaId, MessageId, MessageStatus, Time,
};
use recado_store::contacts::Contact;
use recado_store::messages::{self, Message};
use recado_store::{conversations, deletion, media, notes, notifications, search};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::events::{CONVERSATION_REMOVED, ConversationEvent, draft};
use crate::ingest::statuses::updated;
use crate::{Ctx, Error, Result, activities, audit};

/// The job that erases what was in a conversation.
pub const ERASE_CONVERSATION: &str = "erase_conversation";

/// The job that erases the bytes of files whose rows are gone.
pub const ERASE_FILES: &str = "erase_files";

/// Messages that go in one transaction: few enough for others not to wait.
const STEP: i64 = 200;

#[derive(Debug, Serialize, Deserialize)]
struct EraseConversation {
    conversation: ConversationId,
}

#[derive(Debug, Serialize, Deserialize)]
struct EraseFiles {
    files: Vec<MediaId>,
}

/// Empties a message for the team. One that is deleted already is answered as it is.
///
/// # Errors
/// `NotFound`; `Conflict` with `message_leaving` for one that is on its way out.
pub async fn delete_message(ctx: &Ctx, actor: &Actor, id: MessageId) -> Result<Message> {
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    // Locked, so that it is not sent again or answered to meanwhile.
    messages::lock(&mut tx, actor.account, id).await?;
    let message = messages::get(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("message"))?;
    // One whose conversation is gone is about to be.
    conversations::row(&mut tx, actor.account, message.conversation_id)
        .await?
        .ok_or(Error::NotFound("message"))?;
    if message.status == MessageStatus::Queued {
        return Err(Error::conflict(
            "message_leaving",
            "This message is on its way out. Wait until it was sent or has failed.",
        ));
    }
    let Some(after) = empty(ctx, &mut tx, actor.account, &message, DeletedBy::Team, now).await? else {
        return Ok(message);
    };
    conversations::reworded(&mut tx, actor.account, &after).await?;
    let mut drafts = updated(&mut tx, actor.account, vec![after.clone()]).await?;
    let what = What::MessageDeleted { message_id: id };
    drafts.extend(activities::record(ctx, &mut tx, actor.account, actor, after.conversation_id, what).await?);
    let thread = conversations::get(&mut tx, actor.account, after.conversation_id).await?;
    let summary = thread.map_or_else(|| json!({}), |thread| called(&thread.contact));
    audit::record(ctx, &mut tx, actor, AuditAction::MessageDeleted, id.0, summary).await?;
    ctx.journal.append(&mut tx, actor.account, drafts).await?;
    tx.commit().await?;
    Ok(after)
}

/// With whom it was, for the audit log; never what was said.
fn called(contact: &Contact) -> serde_json::Value {
    json!({ "name": contact.name.as_ref().or(contact.phone.as_ref()) })
}

/// Takes from a message what it held, its file too unless others carry it. None if it is deleted already.
pub(crate) async fn empty(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    message: &Message,
    by: DeletedBy,
    at: Time,
) -> Result<Option<Message>> {
    let Some(after) = messages::delete(tx, account, message.id, by, at).await? else {
        return Ok(None);
    };
    deletion::reactions(tx, account, message.id).await?;
    let file = message.media.as_ref().map(|media| media.0.id);
    detach(ctx, tx, account, file.into_iter().collect()).await?;
    Ok(Some(after))
}

/// Takes a conversation away from everybody, at once; what was in it is erased by a job.
///
/// # Errors
/// `NotFound`.
pub async fn delete_conversation(ctx: &Ctx, actor: &Actor, id: ConversationId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    let conversation = conversations::get(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("conversation"))?;
    let summary = called(&conversation.contact);
    audit::record(
        ctx,
        &mut tx,
        actor,
        AuditAction::ConversationDeleted,
        id.0,
        summary,
    )
    .await?;
    // While it is known what is part of it.
    notifications::remove_of_conversation(&mut tx, actor.account, id).await?;
    if !deletion::conversation(&mut tx, actor.account, id).await? {
        return Err(Error::NotFound("conversation"));
    }
    let erase = EraseConversation { conversation: id };
    let job = New::of(ERASE_CONVERSATION, &erase).map_err(Error::internal)?;
    ctx.jobs.enqueue(&mut tx, actor.account, job).await?;
    let event = draft(CONVERSATION_REMOVED, &ConversationEvent { conversation })?;
    ctx.journal.append(&mut tx, actor.account, vec![event]).await?;
    tx.commit().await?;
    Ok(())
}

/// The handler of [`ERASE_CONVERSATION`].
pub async fn erase_conversation(ctx: &Ctx, job: &Job) -> Outcome {
    let conversation = match job.payload::<EraseConversation>() {
        Ok(payload) => payload.conversation,
        Err(error) => return Outcome::fail(error),
    };
    loop {
        match erase_some(ctx, job.account, conversation).await {
            Ok(true) => {}
            Ok(false) => return Outcome::Done,
            Err(error) => return Outcome::retry(error),
        }
    }
}

/// Erases a step of it; false when nothing is left.
async fn erase_some(ctx: &Ctx, account: AccountId, conversation: ConversationId) -> Result<bool> {
    let mut tx = ctx.db.begin().await?;
    let some = deletion::next(&mut tx, account, conversation, STEP).await?;
    if some.is_empty() {
        let notes = notes::in_thread(&mut tx, account, conversation).await?;
        let notes: Vec<Uuid> = notes.into_iter().map(|note| note.0).collect();
        search::remove(&mut tx, account, &notes).await?;
        deletion::timeline(&mut tx, account, conversation).await?;
        tx.commit().await?;
        return Ok(false);
    }
    let ids: Vec<MessageId> = some.iter().map(|one| one.id).collect();
    let files = some.iter().filter_map(|one| Some(one.media.as_ref()?.0.id));
    detach(ctx, &mut tx, account, files.collect()).await?;
    deletion::messages(&mut tx, account, &ids).await?;
    let subjects: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    search::remove(&mut tx, account, &subjects).await?;
    tx.commit().await?;
    Ok(true)
}

/// Messages that carried these files are gone; the bytes of those that nothing carries any more go by a job, once
/// their rows are certainly gone.
pub(crate) async fn detach(ctx: &Ctx, tx: &mut Tx, account: AccountId, files: Vec<MediaId>) -> Result<()> {
    let mut gone = Vec::new();
    for file in files {
        if media::detach(tx, account, file).await? {
            gone.push(file);
        }
    }
    if !gone.is_empty() {
        let job = New::of(ERASE_FILES, &EraseFiles { files: gone }).map_err(Error::internal)?;
        ctx.jobs.enqueue(tx, account, job).await?;
    }
    Ok(())
}

/// The handler of [`ERASE_FILES`].
pub async fn erase_files(ctx: &Ctx, job: &Job) -> Outcome {
    let files = match job.payload::<EraseFiles>() {
        Ok(payload) => payload.files,
        Err(error) => return Outcome::fail(error),
    };
    for file in files {
        if let Err(error) = ctx.blobs.erase(job.account, file).await {
            return Outcome::retry(error);
        }
    }
    Outcome::Done
}
