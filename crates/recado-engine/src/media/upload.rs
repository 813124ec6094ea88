//! Files that members attach: checked, made fit for WhatsApp where that can be done, kept until they are sent.

use bytes::Bytes;
use recado_media::Refusal;
use recado_model::{Actor, Media, MediaId, MediaKind, MediaState};
use recado_store::media::{self, MediaRow};
use sha2::{Digest, Sha256};

use crate::blobs::Part;
use crate::{Ctx, Error, Result};

/// The longest name of a file, in characters.
const MAX_FILENAME: usize = 240;

/// A file as it came.
#[derive(Clone, Debug)]
pub struct Upload {
    pub bytes: Bytes,
    pub filename: Option<String>,
    /// What whoever sent it says it is.
    pub mime_type: Option<String>,
    /// It was recorded to be sent as a voice note.
    pub voice: bool,
    /// As whoever recorded it measured.
    pub duration_ms: Option<i64>,
    /// Send it as this, though it would fit better as something else: a picture as a document, a WebP as a sticker.
    pub kind: Option<MediaKind>,
}

/// What a file is once it was looked at.
struct Looked {
    bytes: Bytes,
    mime_type: String,
    kind: MediaKind,
    voice: bool,
    animated: bool,
    duration_ms: Option<i64>,
    picture: Option<recado_media::Picture>,
}

/// Keeps a file to be sent.
///
/// # Errors
/// `TooLarge` and `UnsupportedMedia` say what WhatsApp takes.
pub async fn upload(ctx: &Ctx, actor: &Actor, file: Upload) -> Result<Media> {
    if file.bytes.is_empty() {
        return Err(Error::bad_input("file", "The file is empty."));
    }
    let filename = file.filename.as_deref().and_then(clean_name);
    let named = filename.clone();
    // Few at once: a picture takes many times its size in memory while it is looked at.
    let turn = ctx.pictures.acquire().await;
    let looked = tokio::task::spawn_blocking(move || look(file, named.as_deref()))
        .await
        .map_err(Error::internal)??;
    drop(turn);
    let id: MediaId = ctx.ids.next();
    let row = MediaRow {
        id,
        message_id: None,
        number_id: None,
        kind: looked.kind,
        state: MediaState::Stored,
        mime_type: looked.mime_type,
        filename,
        size: i64::try_from(looked.bytes.len()).ok(),
        sha256: Some(Sha256::digest(&looked.bytes).to_vec()),
        voice: looked.voice,
        animated: looked.animated,
        width: looked.picture.as_ref().map(|picture| i64::from(picture.width)),
        height: looked.picture.as_ref().map(|picture| i64::from(picture.height)),
        duration_ms: looked.duration_ms,
        thumbnail: looked.picture.is_some(),
        error: None,
        provider_id: None,
        url: None,
    };
    // The bytes before the row: a row promises that they are there.
    ctx.blobs
        .put(actor.account, id, Part::Whole, looked.bytes)
        .await
        .map_err(Error::internal)?;
    if let Some(picture) = looked.picture {
        ctx.blobs
            .put(actor.account, id, Part::Thumbnail, picture.thumbnail.into())
            .await
            .map_err(Error::internal)?;
    }
    let mut tx = ctx.db.begin().await?;
    media::insert(
        &mut tx,
        actor.account,
        std::slice::from_ref(&row),
        actor.member(),
        ctx.clock.now(),
    )
    .await?;
    tx.commit().await?;
    Ok(row.media())
}

/// Runs on a blocking thread: pictures are decoded here.
fn look(file: Upload, filename: Option<&str>) -> Result<Looked> {
    let head = &file.bytes[..file.bytes.len().min(4096)];
    let mut mime_type = recado_media::sniff(head, file.mime_type.as_deref(), filename);
    let mut bytes = file.bytes;
    let mut duration_ms = file.duration_ms.filter(|ms| (1..=4 * 3600 * 1000).contains(ms));
    let mut voice = false;
    if file.voice {
        match recado_media::voice_note(bytes.to_vec(), &mime_type) {
            Ok(note) => {
                voice = true;
                duration_ms = Some(note.duration_ms);
                note.mime_type.clone_into(&mut mime_type);
                bytes = note.bytes.into();
            }
            // Another codec goes as plain audio, if WhatsApp takes it.
            Err(error) => tracing::debug!(%error, mime_type, "a recording is no voice note"),
        }
    }
    let kind = file.kind.unwrap_or_else(|| recado_media::kind_of(&mime_type));
    let animated = kind == MediaKind::Sticker && recado_media::is_animated_webp(&bytes);
    recado_media::check(kind, &mime_type, bytes.len() as u64, animated)
        .map_err(|refusal| refused(&refusal))?;
    let is_shown = matches!(kind, MediaKind::Image | MediaKind::Sticker);
    let picture = is_shown.then(|| recado_media::picture(&bytes));
    let picture = match picture {
        Some(Ok(picture)) => Some(picture),
        Some(Err(_)) if kind == MediaKind::Image => {
            return Err(Error::Unsupported {
                field: "file",
                message: "This picture cannot be read. Save it as a JPEG or a PNG, then attach it again."
                    .to_owned(),
            });
        }
        _ => None,
    };
    Ok(Looked {
        bytes,
        mime_type,
        kind,
        voice,
        animated,
        duration_ms,
        picture,
    })
}

/// A name without any path; none if nothing is left.
fn clean_name(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_FILENAME)
        .collect();
    let name = name.trim();
    (!name.is_empty() && name != "." && name != "..").then(|| name.to_owned())
}

fn refused(refusal: &Refusal) -> Error {
    let message = refusal.to_string();
    match refusal {
        Refusal::TooLarge { .. } => Error::TooLarge {
            field: "file",
            message,
        },
        Refusal::WrongType { .. } => Error::Unsupported {
            field: "file",
            message,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_path_and_nothing_odd() {
        assert_eq!(
            clean_name("C:\\fakepath\\price list.pdf").as_deref(),
            Some("price list.pdf")
        );
        assert_eq!(clean_name("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(clean_name("a\r\nb\0.txt").as_deref(), Some("ab.txt"));
        assert_eq!(clean_name(".."), None);
        assert_eq!(clean_name("  "), None);
    }
}
