//! A kept message in the words of the provider's side, its file where the provider can find it.

use std::time::Duration;

use recado_db::Tx;
use recado_model::{AccountId, ContentType, MediaId, MediaState};
use recado_store::media::{self, MediaRow};
use recado_store::messages::Message;
use recado_store::templates;
use recado_whatsapp::{MediaSource, OutgoingContent, Recipient};

use super::session;
use crate::line::Line;
use crate::media::{NotFetched, bytes, fetch_now, share_path};
use crate::{Ctx, Result};

/// Meta keeps an upload for 30 days.
const UPLOAD_LASTS: Duration = Duration::from_hours(29 * 24);

/// What a message is made of, before its file is where it must be.
pub(super) struct Parts {
    to: Recipient,
    quoted: Option<String>,
    message: Message,
    file: Option<MediaRow>,
    /// The provider's id of the template, and whether its variables have names.
    template: Option<(String, bool)>,
}

impl Parts {
    pub(super) async fn of(
        tx: &mut Tx,
        account: AccountId,
        line: &Line,
        message: &Message,
        to: Recipient,
        quoted: Option<String>,
    ) -> Result<Self> {
        let file: Option<MediaId> = message.media.as_ref().map(|media| media.0.id);
        let file = match file {
            Some(id) => media::get(tx, account, id).await?,
            None => None,
        };
        let filled = message
            .content
            .as_ref()
            .and_then(|content| content.0.template.as_ref());
        let template = match (filled, &line.sender.business_id) {
            (Some(filled), Some(business)) => {
                templates::by_name(tx, account, business, &filled.name, &filled.language).await?
            }
            _ => None,
        };
        Ok(Self {
            to,
            quoted,
            message: message.clone(),
            file,
            template: template.map(|template| (template.provider_id, template.named)),
        })
    }

    /// Whom it goes to, what it holds, and the provider's id of what it quotes.
    pub(super) async fn outgoing(
        self,
        ctx: &Ctx,
        account: AccountId,
        line: &Line,
    ) -> std::result::Result<(Recipient, OutgoingContent, Option<String>), NotFetched> {
        let source = match &self.file {
            Some(file) => Some(source(ctx, account, line, file).await?),
            None => None,
        };
        let Message {
            content_type,
            content_text: text,
            content,
            media,
            ..
        } = self.message;
        let details = content.map(|content| content.0).unwrap_or_default();
        let made = match (&details.interactive, line.twilio()) {
            (Some(interactive), Some(twilio)) => {
                Some(session::content(ctx, account, twilio, interactive).await?)
            }
            _ => None,
        };
        let content = match (content_type, source) {
            (ContentType::Template, header) => details.template.map(|template| {
                let (provider_id, named) = self
                    .template
                    .map_or((None, false), |(id, named)| (Some(id), named));
                OutgoingContent::Template {
                    template: Box::new(template),
                    provider_id,
                    named,
                    header,
                }
            }),
            (ContentType::Interactive, header) => {
                details
                    .interactive
                    .map(|interactive| OutgoingContent::Interactive {
                        interactive,
                        header,
                        provider_id: made,
                    })
            }
            (ContentType::Location, _) => details.location.map(OutgoingContent::Location),
            (ContentType::Contacts, _) => Some(OutgoingContent::Contacts(details.contacts)),
            (_, Some(source)) => media.map(|media| OutgoingContent::Media {
                kind: media.0.kind,
                source,
                caption: text.clone(),
                filename: media.0.filename,
                voice: media.0.voice,
            }),
            _ => None,
        };
        let content = content.unwrap_or_else(|| OutgoingContent::Text {
            text: text.unwrap_or_default(),
        });
        Ok((self.to, content, self.quoted))
    }
}

/// Puts a file where the number's provider finds it: with Meta by an upload, for Twilio at an address of ours.
async fn source(
    ctx: &Ctx,
    account: AccountId,
    line: &Line,
    file: &MediaRow,
) -> std::result::Result<MediaSource, NotFetched> {
    let fetched;
    let file = if file.state == MediaState::Stored {
        file
    } else {
        fetched = fetch_now(ctx, account, file).await?;
        &fetched
    };
    let size = file
        .size
        .and_then(|size| u64::try_from(size).ok())
        .unwrap_or_default();
    recado_media::check(file.kind, &file.mime_type, size, file.animated)
        .map_err(|refusal| NotFetched::Never(crate::media::rejected(refusal.to_string())))?;
    let Some(meta) = line.meta() else {
        let path = share_path(ctx, account, file)?;
        return Ok(MediaSource::Link(format!("{}{path}", ctx.public_url)));
    };
    let (number, now) = (line.sender.id, ctx.clock.now());
    let mut tx = ctx.db.read().await?;
    let known = media::handle(&mut tx, account, file.id, number, now).await?;
    drop(tx);
    if let Some(handle) = known {
        return Ok(MediaSource::Id(handle));
    }
    let body = bytes(ctx, account, file).await?;
    let filename = file.filename.clone().unwrap_or_else(|| format!("{}", file.kind));
    let mime_type = if file.voice {
        "audio/ogg; codecs=opus"
    } else {
        &file.mime_type
    };
    let handle = ctx.meta.upload(meta, mime_type, &filename, body).await?;
    let record = async {
        let mut tx = ctx.db.begin().await?;
        media::set_handle(&mut tx, account, file.id, number, &handle, now.plus(UPLOAD_LASTS)).await?;
        tx.commit().await
    };
    if let Err(error) = record.await {
        // It is only uploaded once more than it need be.
        tracing::warn!(%error, "an upload's id was not kept");
    }
    Ok(MediaSource::Id(handle))
}
