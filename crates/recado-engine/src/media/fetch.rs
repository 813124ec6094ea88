//! Fetching a file from its provider, or from the address a member gave, into the blob store.

use bytes::{Bytes, BytesMut};
use recado_db::Tx;
use recado_fetch::{Body, FetchError};
use recado_jobs::{Job, Outcome};
use recado_model::content::ContactCard;
use recado_model::failure::{Failure, FailureReason, Retry};
use recado_model::{AccountId, ContentType, InboundContent, Json, MediaState, Provider};
use recado_store::media::{self, Fetched, MediaRow};
use recado_store::{conversations, messages};
use recado_whatsapp::{CallError, Download};
use sha2::{Digest, Sha256};

use super::FetchMedia;
use crate::blobs::Part;
use crate::deletion;
use crate::ingest::content;
use crate::ingest::statuses::updated;
use crate::line::Line;
use crate::{Ctx, Error, Result};

/// The most that WhatsApp carries.
const MOST: u64 = 100 * 1024 * 1024;

/// Larger pictures get no thumbnail: they would have to be held in memory whole.
const LARGEST_PICTURE: usize = 16 * 1024 * 1024;

/// Larger files of contact cards stay files; cards with a portrait are some hundred kilobytes.
const LARGEST_CARDS: usize = 2 * 1024 * 1024;

/// How many bytes tell the type of a file.
const HEAD: usize = 4096;

/// Why a file is not here.
#[derive(Debug)]
pub(crate) enum NotFetched {
    /// It may come yet.
    Later(String),
    /// The address that a member gave does not answer, or not now. Most of these are mistyped.
    NoAnswer(String),
    /// It will not, for this reason.
    Never(Failure),
}

impl From<Error> for NotFetched {
    fn from(error: Error) -> Self {
        Self::Later(error.to_string())
    }
}

impl From<recado_db::Error> for NotFetched {
    fn from(error: recado_db::Error) -> Self {
        Self::Later(error.to_string())
    }
}

impl From<CallError> for NotFetched {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(failure) if failure.retry.pause_after(1).is_none() => Self::Never(failure),
            CallError::TooLong => Self::Never(rejected("the provider's answer is too long")),
            // Also an id that the provider does not know yet: the webhook can be faster than the file.
            other => Self::Later(other.to_string()),
        }
    }
}

/// The handler of [`super::FETCH_MEDIA`].
pub(crate) async fn fetch(ctx: &Ctx, job: &Job) -> Outcome {
    let id = match job.payload::<FetchMedia>() {
        Ok(payload) => payload.media,
        Err(error) => return Outcome::fail(error),
    };
    let row = async {
        let mut tx = ctx.db.read().await?;
        Ok::<_, Error>(media::get(&mut tx, job.account, id).await?)
    };
    let row = match row.await {
        Ok(Some(row)) if row.state == MediaState::Pending => row,
        Ok(_) => return Outcome::Done,
        Err(error) => return Outcome::retry(error),
    };
    let ended = match fetch_now(ctx, job.account, &row).await {
        Ok(_) => return Outcome::Done,
        Err(NotFetched::Later(why) | NotFetched::NoAnswer(why)) if !job.is_last_attempt() => {
            return Outcome::retry(why);
        }
        Err(NotFetched::Later(why) | NotFetched::NoAnswer(why)) => why,
        Err(NotFetched::Never(failure)) => failure.message,
    };
    match give_up(ctx, job.account, &row, &ended).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::retry(error),
    }
}

/// Fetches a file into the blob store and shows it with its message.
pub(crate) async fn fetch_now(
    ctx: &Ctx,
    account: AccountId,
    row: &MediaRow,
) -> std::result::Result<MediaRow, NotFetched> {
    let mut holds = Holds::of(row);
    let source = match row.number_id {
        Some(number) => {
            let mut tx = ctx.db.read().await?;
            let line = Line::of(ctx, &mut tx, account, number).await?;
            drop(tx);
            if line.provider() == Provider::Twilio && recado_media::is_contact_card(&row.mime_type) {
                holds = Holds::Cards;
            }
            Source::Provider(
                line.download(ctx, row.provider_id.as_deref(), row.url.as_deref())
                    .await?,
            )
        }
        None => Source::Outside(
            ctx.outside
                .get(row.url.as_deref().unwrap_or_default())
                .await
                .map_err(of_fetch)?,
        ),
    };
    let (fetched, cards) = keep(ctx, account, row, source, holds).await?;
    Ok(record(ctx, account, row, &fetched, cards).await?)
}

/// What is made of a file beyond keeping it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// A thumbnail is made of it.
    Picture,
    /// Meta tells what is on a card; Twilio sends the card.
    Cards,
    Bytes,
}

impl Holds {
    fn of(row: &MediaRow) -> Self {
        // What an address leads to is known when it is here.
        if row.mime_type.starts_with("image/") || row.number_id.is_none() {
            Self::Picture
        } else {
            Self::Bytes
        }
    }

    /// How much of the file has to be in memory.
    fn needs(self) -> usize {
        match self {
            Self::Cards => LARGEST_CARDS,
            // Pictures are read again when it is their turn to be looked at.
            Self::Picture | Self::Bytes => HEAD,
        }
    }
}

enum Source {
    Provider(Download),
    Outside(Body),
}

impl Source {
    fn told(&self) -> (Option<&str>, Option<&str>) {
        match self {
            Self::Provider(download) => (download.mime_type.as_deref(), download.filename.as_deref()),
            Self::Outside(body) => (body.content_type.as_deref(), body.filename.as_deref()),
        }
    }

    async fn chunk(&mut self) -> std::result::Result<Option<Bytes>, NotFetched> {
        match self {
            Self::Provider(download) => Ok(download.chunk().await?),
            Self::Outside(body) => body.chunk().await.map_err(of_fetch),
        }
    }
}

/// Writes the file down as it comes, counting and hashing.
async fn keep(
    ctx: &Ctx,
    account: AccountId,
    row: &MediaRow,
    mut source: Source,
    holds: Holds,
) -> std::result::Result<(Fetched, Vec<ContactCard>), NotFetched> {
    let disk = |error: crate::blobs::BlobError| NotFetched::Later(error.to_string());
    let most = if row.number_id.is_some() {
        MOST
    } else {
        recado_media::max_bytes(row.kind)
    };
    let mut writer = ctx.blobs.writer(account, row.id).await.map_err(disk)?;
    let mut hash = Sha256::new();
    let mut size: u64 = 0;
    let mut beginning = BytesMut::new();
    let result = loop {
        match source.chunk().await {
            Ok(Some(chunk)) => {
                size += chunk.len() as u64;
                if size > most {
                    break Err(NotFetched::Never(rejected(format!(
                        "the file is larger than {} MB",
                        most / 1024 / 1024
                    ))));
                }
                hash.update(&chunk);
                let room = (holds.needs() + 1).saturating_sub(beginning.len());
                beginning.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if let Err(error) = writer.wait_for_capacity(4).await {
                    break Err(disk(error));
                }
                writer.put(chunk);
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    if let Err(error) = result {
        // What cannot be taken away is written over at the next try.
        drop(writer.abort().await);
        return Err(error);
    }
    writer.finish().await.map_err(disk)?;
    let (told, filename) = source.told();
    let told = Some(row.mime_type.as_str())
        .filter(|mime| *mime != "application/octet-stream")
        .or(told);
    let head = &beginning[..beginning.len().min(HEAD)];
    let filename = row.filename.as_deref().or(filename).map(str::to_owned);
    let mime_type = recado_media::sniff(head, told, filename.as_deref());
    let cards = if holds == Holds::Cards && beginning.len() as u64 == size {
        recado_media::contact_cards(&beginning)
    } else {
        Vec::new()
    };
    let is_picture = holds == Holds::Picture
        && mime_type.starts_with("image/")
        && usize::try_from(size).is_ok_and(|size| size <= LARGEST_PICTURE);
    let picture = if is_picture {
        picture(ctx, account, row).await?
    } else {
        None
    };
    let fetched = Fetched {
        mime_type,
        filename,
        size: i64::try_from(size).unwrap_or(i64::MAX),
        sha256: hash.finalize().to_vec(),
        width: picture.map(|(width, _)| i64::from(width)),
        height: picture.map(|(_, height)| i64::from(height)),
        thumbnail: picture.is_some(),
    };
    Ok((fetched, cards))
}

/// Makes the thumbnail of a picture that is one; answers width and height. In turn, so that however many pictures come at
/// once, only a few of them are in memory.
async fn picture(
    ctx: &Ctx,
    account: AccountId,
    row: &MediaRow,
) -> std::result::Result<Option<(u32, u32)>, NotFetched> {
    let disk = |error: crate::blobs::BlobError| NotFetched::Later(error.to_string());
    let _turn = ctx.pictures.acquire().await;
    let bytes = ctx.blobs.get(account, row.id, Part::Whole).await.map_err(disk)?;
    let read = tokio::task::spawn_blocking(move || recado_media::picture(&bytes)).await;
    let Ok(Ok(picture)) = read else { return Ok(None) };
    let size = (picture.width, picture.height);
    ctx.blobs
        .put(account, row.id, Part::Thumbnail, picture.thumbnail.into())
        .await
        .map_err(disk)?;
    Ok(Some(size))
}

async fn record(
    ctx: &Ctx,
    account: AccountId,
    row: &MediaRow,
    fetched: &Fetched,
    cards: Vec<ContactCard>,
) -> Result<MediaRow> {
    let mut tx = ctx.db.begin().await?;
    let Some(kept) = media::stored(&mut tx, account, row.id, fetched).await? else {
        // Its message was deleted while it was on its way.
        drop(tx);
        ctx.blobs.erase(account, row.id).await.map_err(Error::internal)?;
        return Err(Error::NotFound("file"));
    };
    // In a box, as few files hold cards and every send waits for files.
    if cards.is_empty() || !Box::pin(show_cards(ctx, &mut tx, account, &kept, cards)).await? {
        show(ctx, &mut tx, account, &kept).await?;
    }
    tx.commit().await?;
    Ok(kept)
}

/// A file that will not come is shown as such.
async fn give_up(ctx: &Ctx, account: AccountId, row: &MediaRow, why: &str) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    if let Some(kept) = media::failed(&mut tx, account, row.id, why).await? {
        show(ctx, &mut tx, account, &kept).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn show(ctx: &Ctx, tx: &mut Tx, account: AccountId, row: &MediaRow) -> Result<()> {
    let Some(message) = row.message_id else {
        return Ok(());
    };
    let changed = messages::set_media(tx, account, message, &Json(row.media())).await?;
    let drafts = updated(tx, account, changed.into_iter().collect()).await?;
    if !drafts.is_empty() {
        ctx.journal.append(tx, account, drafts).await?;
    }
    Ok(())
}

/// Shows what is on the cards in place of their file, unless somebody wrote words beside it: then false, and it stays a
/// file.
async fn show_cards(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    row: &MediaRow,
    cards: Vec<ContactCard>,
) -> Result<bool> {
    let Some(id) = row.message_id else {
        return Ok(false);
    };
    let Some(message) = messages::get(tx, account, id).await? else {
        return Ok(false);
    };
    if message.content_text.is_some() || message.content_type != ContentType::Document {
        return Ok(false);
    }
    let kept = content::of(&InboundContent::Contacts(cards));
    let mut details = message.content.clone().unwrap_or_default();
    details.0.contacts = kept.details.contacts;
    let changed = messages::become_cards(tx, account, id, kept.text.as_deref(), &details).await?;
    let Some(changed) = changed else {
        return Ok(false);
    };
    // All that was in it stands in the message now.
    deletion::detach(ctx, tx, account, vec![row.id]).await?;
    conversations::reworded(tx, account, &changed).await?;
    let drafts = updated(tx, account, vec![changed]).await?;
    ctx.journal.append(tx, account, drafts).await?;
    Ok(true)
}

/// A stored file, whole.
pub(crate) async fn bytes(
    ctx: &Ctx,
    account: AccountId,
    row: &MediaRow,
) -> std::result::Result<Bytes, NotFetched> {
    ctx.blobs
        .get(account, row.id, Part::Whole)
        .await
        .map_err(|error| match error {
            crate::blobs::BlobError::NotFound { .. } => {
                NotFetched::Never(rejected("the file is not there any more"))
            }
            other => NotFetched::Later(other.to_string()),
        })
}

fn of_fetch(error: FetchError) -> NotFetched {
    match error {
        FetchError::NotReached(_) => NotFetched::NoAnswer(error.to_string()),
        FetchError::Status(status) if status >= 500 || status == 429 => {
            NotFetched::NoAnswer(error.to_string())
        }
        other => NotFetched::Never(rejected(other.to_string())),
    }
}

pub(crate) fn rejected(message: impl Into<String>) -> Failure {
    Failure {
        reason: FailureReason::MediaRejected,
        code: None,
        message: message.into(),
        retry: Retry::Never,
    }
}
