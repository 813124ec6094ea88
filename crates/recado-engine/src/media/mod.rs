//! The files of messages: told of by a webhook and fetched by a job, uploaded by a member, or named by an address.

mod fetch;
mod serve;
mod upload;

use recado_db::Tx;
use recado_jobs::New;
use recado_journal::Journal;
use recado_model::inbound::InboundMedia;
use recado_model::{
    AccountId, Actor, ConversationId, Cursor, MediaId, MediaKind, MediaState, MessageId, NumberId, Page,
    Snapshot, Time,
};
use recado_store::conversations;
use recado_store::media::{self, MediaRow};
use recado_store::messages::{self, Message};
use serde::{Deserialize, Serialize};

pub(crate) use fetch::{NotFetched, bytes, fetch, fetch_now, rejected};
pub use serve::{File, Which, open, open_shared, share_path, share_path_for};
pub use upload::{Upload, upload};

use crate::{Ctx, Error, Result};

/// The job that fetches one file.
pub const FETCH_MEDIA: &str = "fetch_media";

/// A file that cannot be fetched is tried for some hours: providers have bad hours, too.
const MAX_TRIES: i64 = 12;

#[derive(Debug, Serialize, Deserialize)]
struct FetchMedia {
    media: MediaId,
}

/// One page of the messages of a conversation that carry a file of one of these kinds, or any, newest first.
///
/// # Errors
/// `NotFound` for the conversation.
pub async fn of_conversation(
    ctx: &Ctx,
    actor: &Actor,
    conversation: ConversationId,
    kinds: &[MediaKind],
    cursor: Cursor,
    limit: i64,
) -> Result<Snapshot<Page<Message>>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    conversations::row(&mut tx, actor.account, conversation)
        .await?
        .ok_or(Error::NotFound("conversation"))?;
    let rows = messages::with_media(&mut tx, actor.account, conversation, kinds, cursor, limit + 1).await?;
    let value = Page::from_rows(rows, limit, |message| Cursor {
        at: message.created_at,
        id: message.id.0,
    });
    Ok(Snapshot { seq, value })
}

/// Where a file's bytes are, below this server's address.
pub(crate) fn path(id: MediaId) -> String {
    format!("/api/v1/media/{id}")
}

/// A file that a webhook tells of.
pub(crate) fn told(ctx: &Ctx, message: MessageId, number: NumberId, media: &InboundMedia) -> MediaRow {
    MediaRow {
        id: ctx.ids.next(),
        message_id: Some(message),
        number_id: Some(number),
        kind: media.kind,
        state: MediaState::Pending,
        mime_type: media.mime_type.clone(),
        filename: media.filename.clone(),
        size: None,
        sha256: media.sha256.map(|digest| digest.to_vec()),
        voice: media.voice,
        animated: media.animated,
        width: None,
        height: None,
        duration_ms: None,
        thumbnail: false,
        error: None,
        provider_id: media.provider_id.clone(),
        url: media.url.clone(),
    }
}

/// Keeps files that are still at the provider, with a job that fetches each.
pub(crate) async fn expect(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    files: &[MediaRow],
    now: Time,
) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    media::insert(tx, account, files, None, now).await?;
    let jobs = files
        .iter()
        .map(|file| {
            let job = New::of(FETCH_MEDIA, &FetchMedia { media: file.id }).map_err(Error::internal)?;
            Ok(job.max_attempts(MAX_TRIES))
        })
        .collect::<Result<_>>()?;
    ctx.jobs.enqueue_many(tx, account, jobs).await?;
    Ok(())
}
