//! Accepting a reply: checked, kept as queued together with its job, answered.

use recado_db::Tx;
use recado_journal::Draft;
use recado_model::activity::What;
use recado_model::content::{Details, InteractiveHeader};
use recado_model::conversation::window_is_open;
use recado_model::message::preview;
use recado_model::template::FilledTemplate;
use recado_model::{
    AccountId, Actor, ContactId, ContentType, ConversationId, ConversationStatus, Json, MediaId, MediaKind,
    MediaState, MessageId, NumberStatus, SenderType, TemplateCategory, TemplateStatus, Time, Who,
};
use recado_store::conversations::{self, ConversationRow};
use recado_store::media::{self, MediaRow};
use recado_store::messages::{self, Message, NewOutbound};
use recado_store::numbers::{self, Sender};
use recado_store::{opt_outs, templates};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::content::{NewContent, NewMedia};
use super::{job, mark_read_later};
use crate::events::{MESSAGE_CREATED, MESSAGE_UPDATED, MessageEvent, draft};
use crate::ingest::content::place;
use crate::{Ctx, Error, Result, activities, notifications};

/// A reply to be sent.
#[derive(Clone, Debug)]
pub struct NewMessage {
    pub content: NewContent,
    /// The message it quotes, of the same conversation.
    pub reply_to: Option<MessageId>,
    /// The same key sends once, however often it is asked for.
    pub idempotency_key: Option<Uuid>,
}

/// Not a code for the outside: two requests with one key met.
pub(super) const RACE: &str = "idempotency_race";

/// Accepts a reply. What it answers is durable and will be sent once, or be shown as failed or unknown.
///
/// # Errors
/// `BadInput` for the content or the quoted message, `NotFound` for the conversation, `Conflict` with `window_closed`,
/// `channel_inactive`, `not_offered`, `template_unavailable` or `contact_opted_out`, `TooLarge` and `Unsupported` for the file,
/// `IdempotencyMismatch`.
pub async fn send(
    ctx: &Ctx,
    actor: &Actor,
    conversation: ConversationId,
    new: NewMessage,
) -> Result<Message> {
    new.content.check()?;
    let hash = request_hash(conversation.0, &new)?;
    match queue(ctx, actor, conversation, &new, &hash).await {
        // A concurrent request with the same key was faster: now its message is there.
        Err(Error::Conflict { code: RACE, .. }) => queue(ctx, actor, conversation, &new, &hash).await,
        result => result,
    }
}

async fn queue(
    ctx: &Ctx,
    actor: &Actor,
    conversation: ConversationId,
    new: &NewMessage,
    hash: &[u8],
) -> Result<Message> {
    let mut tx = ctx.db.begin().await?;
    if let Some(message) = before(&mut tx, actor, new, hash).await? {
        return Ok(message);
    }
    let row = conversations::row(&mut tx, actor.account, conversation).await?;
    let row = row.ok_or(Error::NotFound("conversation"))?;
    let kept = keep(ctx, &mut tx, actor, &row, new, hash).await?;
    commit(ctx, actor, tx, MESSAGE_CREATED, kept).await
}

/// The message that the same request was answered with before.
pub(super) async fn before(
    tx: &mut Tx,
    actor: &Actor,
    new: &NewMessage,
    hash: &[u8],
) -> Result<Option<Message>> {
    let Some(key) = new.idempotency_key else {
        return Ok(None);
    };
    let Some((id, kept)) = messages::by_key(tx, actor.account, key).await? else {
        return Ok(None);
    };
    if kept != hash {
        return Err(Error::IdempotencyMismatch);
    }
    let message = messages::get(tx, actor.account, id).await?;
    message.ok_or(Error::NotFound("message")).map(Some)
}

/// A reply, its conversation as it left it, and what else the journal is to be told.
pub(super) struct Kept {
    pub message: Message,
    pub row: Option<ConversationRow>,
    pub drafts: Vec<Draft>,
}

/// Checks a reply against the conversation it goes to, and keeps it as queued. Who answers has read: the conversation is
/// read for the whole team, but whose it is stays as it was. A program's message reads nothing.
pub(super) async fn keep(
    ctx: &Ctx,
    tx: &mut Tx,
    actor: &Actor,
    row: &ConversationRow,
    new: &NewMessage,
    hash: &[u8],
) -> Result<Kept> {
    let now = ctx.clock.now();
    let sender = check_may_send(tx, actor.account, row, new.content.is_free_form(), now).await?;
    new.content
        .check_offered(sender.kind.provider(), new.reply_to.is_some())?;
    if let Some(quoted) = new.reply_to {
        messages::provider_id(tx, actor.account, quoted, row.id)
            .await?
            .ok_or_else(|| {
                Error::bad_input(
                    "reply_to_message_id",
                    "There is no such message in this conversation.",
                )
            })?;
    }
    let id: MessageId = ctx.ids.next();
    let kept = columns(ctx, tx, actor, &sender, row.contact_id, &new.content, now).await?;
    if let Some(file) = &kept.file {
        media::attach(tx, actor.account, file.id, id).await?;
    }
    let outbound = NewOutbound {
        id,
        conversation: row.id,
        number: row.number_id,
        sender_type: match actor.who {
            Who::Member { .. } => SenderType::Agent,
            Who::Key { .. } | Who::System => SenderType::System,
        },
        sender: actor.member(),
        content_type: kept.content_type,
        text: kept.text,
        details: (!kept.details.is_empty()).then_some(Json(kept.details)),
        media_url: kept.file.as_ref().map(|file| crate::media::path(file.id)),
        media: kept.file.map(|file| Json(file.media())),
        template_name: kept.template_name,
        reply_to: new.reply_to,
        idempotency_key: new.idempotency_key,
        request_hash: hash.to_vec(),
        created_at: now,
    };
    let message = match messages::insert_outbound(tx, actor.account, &outbound).await {
        Err(recado_db::Error::Conflict { .. }) if new.idempotency_key.is_some() => {
            return Err(Error::conflict(RACE, "Two requests with one key met."));
        }
        result => result?,
    };
    let text = message.content_text.as_deref().map(preview);
    let closed = row.status == ConversationStatus::Closed;
    let mut row = conversations::replied(tx, actor.account, &message, text.as_deref()).await?;
    let mut drafts = Vec::new();
    if actor.member().is_some() {
        if let Some(read) = conversations::mark_read(tx, actor.account, message.conversation_id, now).await? {
            mark_read_later(ctx, tx, actor.account, message.conversation_id).await?;
            row = Some(read);
        }
        drafts = notifications::looked_at(ctx, tx, actor, message.conversation_id).await?;
    }
    // A template is how a conversation begins anew; a last word within the window leaves it as closed as it was.
    if closed && !new.content.is_free_form() {
        let (thread, open) = (message.conversation_id, ConversationStatus::Open);
        row = conversations::set_status(tx, actor.account, thread, open, now).await?;
        let from = ConversationStatus::Closed;
        let happened = vec![(thread, What::StatusChanged { from, to: open })];
        drafts.extend(activities::record_each(ctx, tx, actor.account, actor, happened, now).await?);
    }
    Ok(Kept { message, row, drafts })
}

/// A reply's content as it is kept.
struct Columns {
    content_type: ContentType,
    text: Option<String>,
    details: Details,
    file: Option<MediaRow>,
    template_name: Option<String>,
}

async fn columns(
    ctx: &Ctx,
    tx: &mut Tx,
    actor: &Actor,
    sender: &Sender,
    contact: ContactId,
    content: &NewContent,
    now: Time,
) -> Result<Columns> {
    let mut kept = Columns {
        content_type: ContentType::Text,
        text: None,
        details: Details::default(),
        file: None,
        template_name: None,
    };
    match content {
        NewContent::Text { text } => kept.text = Some(text.clone()),
        NewContent::Media {
            kind,
            source,
            caption,
            filename,
            voice,
        } => {
            kept.content_type = kind.content_type();
            kept.text = caption.clone().filter(|caption| !caption.trim().is_empty());
            let mut file = match source {
                NewMedia::Uploaded(id) => uploaded(tx, actor, *id, *kind, "media_id").await?,
                NewMedia::Url(url) => named_by_address(ctx, tx, actor, *kind, url, now).await?,
            };
            if filename.is_some() {
                file.filename.clone_from(filename);
            }
            file.kind = *kind;
            file.voice = file.voice || (*voice && *kind == MediaKind::Audio && file.mime_type == "audio/ogg");
            kept.file = Some(file);
        }
        NewContent::Location(location) => {
            kept.content_type = ContentType::Location;
            kept.text = place(location);
            kept.details.location = Some(location.clone());
        }
        NewContent::Contacts(cards) => {
            kept.content_type = ContentType::Contacts;
            let names: Vec<&str> = cards.iter().filter_map(|card| card.name.as_deref()).collect();
            kept.text = Some(names.join(", "));
            kept.details.contacts.clone_from(cards);
        }
        NewContent::Interactive(interactive) => {
            kept.content_type = ContentType::Interactive;
            kept.text = Some(interactive.body.clone());
            let header = match &interactive.header {
                Some(InteractiveHeader::Image { media_id }) => Some((*media_id, MediaKind::Image)),
                Some(InteractiveHeader::Video { media_id }) => Some((*media_id, MediaKind::Video)),
                Some(InteractiveHeader::Document { media_id }) => Some((*media_id, MediaKind::Document)),
                _ => None,
            };
            if let Some((id, kind)) = header {
                kept.file = Some(uploaded(tx, actor, id, kind, "interactive.header.media_id").await?);
            }
            kept.details.interactive = Some(interactive.clone());
        }
        NewContent::Template {
            name,
            language,
            values,
        } => {
            let business = sender.business_id.as_deref().unwrap_or_default();
            let template = templates::by_name(tx, actor.account, business, name, language)
                .await?
                .ok_or_else(|| {
                    Error::bad_input(
                        "template.name",
                        "This number has no template with this name and language.",
                    )
                })?;
            if template.status != TemplateStatus::Approved {
                return Err(Error::conflict(
                    "template_unavailable",
                    format!("This template cannot be sent: it is {}.", template.status),
                ));
            }
            if template.category == Some(TemplateCategory::Marketing) {
                check_takes_promotions(tx, actor.account, contact).await?;
            }
            let filled = template
                .body
                .0
                .fill(name, language, values)
                .map_err(|error| Error::bad_input("template.values", error.to_string()))?;
            kept.content_type = ContentType::Template;
            kept.text = Some(filled.body.clone());
            kept.template_name = Some(name.clone());
            kept.file = match (
                template_header(&template.body.0),
                values.header_media_id,
                &values.header_media_url,
            ) {
                (Some(kind), Some(id), _) => {
                    Some(uploaded(tx, actor, id, kind, "template.values.header_media_id").await?)
                }
                (Some(kind), None, Some(url)) => {
                    Some(named_by_address(ctx, tx, actor, kind, url, now).await?)
                }
                _ => None,
            };
            kept.details.template = Some(filled);
        }
    }
    Ok(kept)
}

fn template_header(template: &recado_model::template::TemplateBody) -> Option<MediaKind> {
    use recado_model::template::TemplateHeader as H;
    match template.header.as_ref()? {
        H::Image => Some(MediaKind::Image),
        H::Video => Some(MediaKind::Video),
        H::Document => Some(MediaKind::Document),
        H::Text { .. } | H::Location => None,
    }
}

/// A file that was uploaded before, fit to go as `kind`.
async fn uploaded(
    tx: &mut Tx,
    actor: &Actor,
    id: MediaId,
    kind: MediaKind,
    field: &'static str,
) -> Result<MediaRow> {
    let row = media::get(tx, actor.account, id)
        .await?
        .filter(|row| row.state == MediaState::Stored)
        .ok_or_else(|| Error::bad_input(field, "There is no such file."))?;
    let size = row
        .size
        .and_then(|size| u64::try_from(size).ok())
        .unwrap_or_default();
    recado_media::check(kind, &row.mime_type, size, row.animated)
        .map_err(|refusal| Error::bad_input(field, refusal.to_string()))?;
    Ok(row)
}

/// A file at a public address: fetched before the message leaves, by its job.
async fn named_by_address(
    ctx: &Ctx,
    tx: &mut Tx,
    actor: &Actor,
    kind: MediaKind,
    url: &str,
    now: Time,
) -> Result<MediaRow> {
    let row = MediaRow {
        id: ctx.ids.next(),
        message_id: None,
        number_id: None,
        kind,
        state: MediaState::Pending,
        mime_type: "application/octet-stream".to_owned(),
        filename: None,
        size: None,
        sha256: None,
        voice: false,
        animated: false,
        width: None,
        height: None,
        duration_ms: None,
        thumbnail: false,
        error: None,
        provider_id: None,
        url: Some(url.to_owned()),
    };
    media::insert(tx, actor.account, std::slice::from_ref(&row), actor.member(), now).await?;
    Ok(row)
}

/// Queues a failed message again, on a person's word.
///
/// # Errors
/// `NotFound`, `Conflict` unless the message failed, and what [`send()`] refuses.
pub async fn retry(ctx: &Ctx, actor: &Actor, id: MessageId) -> Result<Message> {
    let mut tx = ctx.db.begin().await?;
    let message = messages::get(&mut tx, actor.account, id)
        .await?
        .filter(|message| message.deleted_at.is_none())
        .ok_or(Error::NotFound("message"))?;
    let row = conversations::row(&mut tx, actor.account, message.conversation_id).await?;
    let row = row.ok_or(Error::NotFound("conversation"))?;
    let free_form = message.content_type != ContentType::Template;
    let sender = check_may_send(&mut tx, actor.account, &row, free_form, ctx.clock.now()).await?;
    let filled = message
        .content
        .as_ref()
        .and_then(|content| content.0.template.as_ref());
    if let Some(FilledTemplate { name, language, .. }) = filled {
        let business = sender.business_id.as_deref().unwrap_or_default();
        let template = templates::by_name(&mut tx, actor.account, business, name, language).await?;
        if template.is_some_and(|template| template.category == Some(TemplateCategory::Marketing)) {
            check_takes_promotions(&mut tx, actor.account, row.contact_id).await?;
        }
    }
    let requeued = messages::requeue(&mut tx, actor.account, id).await?;
    let message =
        requeued.ok_or_else(|| Error::conflict("conflict", "Only a failed message can be sent again."))?;
    conversations::ticked(&mut tx, actor.account, std::slice::from_ref(&message)).await?;
    let row = conversations::row(&mut tx, actor.account, message.conversation_id).await?;
    let kept = Kept {
        message,
        row,
        drafts: Vec::new(),
    };
    commit(ctx, actor, tx, MESSAGE_UPDATED, kept).await
}

/// Journal and job go with the message in one transaction.
async fn commit(ctx: &Ctx, actor: &Actor, mut tx: Tx, kind: &'static str, kept: Kept) -> Result<Message> {
    let Kept {
        message,
        row,
        mut drafts,
    } = kept;
    let rows = row.into_iter().collect();
    let conversation = conversations::with_contacts(&mut tx, actor.account, rows)
        .await?
        .pop();
    let conversation = conversation.ok_or(Error::NotFound("conversation"))?;
    ctx.jobs
        .enqueue(&mut tx, actor.account, job(message.id, message.conversation_id)?)
        .await?;
    let event = MessageEvent {
        message,
        conversation,
    };
    drafts.insert(0, draft(kind, &event)?);
    ctx.journal.append(&mut tx, actor.account, drafts).await?;
    tx.commit().await?;
    Ok(event.message)
}

/// The number a reply leaves from, if it may leave.
async fn check_may_send(
    tx: &mut Tx,
    account: AccountId,
    row: &ConversationRow,
    free_form: bool,
    now: Time,
) -> Result<Sender> {
    if free_form && !window_is_open(row.window_expires_at, now) {
        return Err(window_closed());
    }
    let sender = numbers::sender(tx, account, row.number_id)
        .await?
        .ok_or(Error::NotFound("channel"))?;
    if sender.status != NumberStatus::Connected {
        return Err(channel_inactive());
    }
    Ok(sender)
}

/// Utility and authentication templates go to everybody.
async fn check_takes_promotions(tx: &mut Tx, account: AccountId, contact: ContactId) -> Result<()> {
    if opt_outs::opted_out_at(tx, account, contact).await?.is_some() {
        return Err(Error::conflict(
            "contact_opted_out",
            "This customer has stopped promotions, so they cannot be sent a marketing template.",
        ));
    }
    Ok(())
}

pub(super) fn window_closed() -> Error {
    Error::conflict(
        "window_closed",
        "The customer has not written in the last 24 hours, so WhatsApp takes only template messages.",
    )
}

pub(super) fn channel_inactive() -> Error {
    Error::conflict(
        "channel_inactive",
        "The number of this conversation is switched off or was taken away.",
    )
}

/// What tells a repeated request from another one under the same key.
pub(super) fn request_hash(scope: Uuid, new: &NewMessage) -> Result<Vec<u8>> {
    let quoted = new.reply_to.map_or(Uuid::nil(), |id| id.0);
    let content = serde_json::to_vec(&new.content).map_err(Error::internal)?;
    Ok(Sha256::new()
        .chain_update(scope)
        .chain_update(quoted)
        .chain_update(content)
        .finalize()
        .to_vec())
}
