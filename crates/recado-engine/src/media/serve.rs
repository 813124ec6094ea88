//! Handing files out: to members by id, to a provider by an address that ends and that nobody can guess.

use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use recado_model::{AccountId, Actor, MediaId, MediaState};
use recado_store::media::{self, MediaRow};

use crate::blobs::Part;
use crate::secrets::Place;
use crate::{Ctx, Error, Result};

/// How long a provider may fetch a file by its address; it retries for a while.
const SHARED_FOR: Duration = Duration::from_hours(6);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Whole,
    Thumbnail,
}

/// A file that is there.
#[derive(Clone, Debug)]
pub struct File {
    account: AccountId,
    part: Part,
    pub row: MediaRow,
    /// In bytes.
    pub size: u64,
    /// What it is to be served as.
    pub mime_type: String,
}

impl File {
    /// Some of its bytes; the range must lie within [`File::size`].
    pub async fn range(&self, ctx: &Ctx, range: Range<u64>) -> Result<Bytes> {
        ctx.blobs
            .range(self.account, self.row.id, self.part, range)
            .await
            .map_err(Error::internal)
    }
}

/// # Errors
/// `NotFound` for an unknown id, another account's, and a file that is not here (yet).
pub async fn open(ctx: &Ctx, actor: &Actor, id: MediaId, which: Which) -> Result<File> {
    find(ctx, actor.account, id, which).await
}

async fn find(ctx: &Ctx, account: AccountId, id: MediaId, which: Which) -> Result<File> {
    let mut tx = ctx.db.read().await?;
    let row = media::get(&mut tx, account, id)
        .await?
        .filter(|row| row.state == MediaState::Stored)
        .ok_or(Error::NotFound("file"))?;
    drop(tx);
    let part = match which {
        Which::Whole => Part::Whole,
        Which::Thumbnail if row.thumbnail => Part::Thumbnail,
        Which::Thumbnail => return Err(Error::NotFound("thumbnail")),
    };
    let size = ctx
        .blobs
        .size(account, id, part)
        .await
        .map_err(Error::internal)?
        .ok_or(Error::NotFound("file"))?;
    let mime_type = match which {
        Which::Whole => row.mime_type.clone(),
        // JPEG, or WebP where the picture is transparent.
        Which::Thumbnail => {
            let head = ctx.blobs.range(account, id, part, 0..size.min(32)).await;
            recado_media::sniff(&head.map_err(Error::internal)?, None, None)
        }
    };
    Ok(File {
        account,
        part,
        row,
        size,
        mime_type,
    })
}

/// An address, below ours, by which a provider fetches a file without signing in. It says which file, whose and until
/// when, sealed, and ends with the file's name, which some customers get to see.
pub fn share_path(ctx: &Ctx, account: AccountId, row: &MediaRow) -> Result<String> {
    share_path_for(ctx, account, row, SHARED_FOR)
}

/// The same, for as long as the caller says.
pub fn share_path_for(ctx: &Ctx, account: AccountId, row: &MediaRow, lasts: Duration) -> Result<String> {
    let until = ctx.clock.now().plus(lasts).millis();
    let text = format!("{account} {} {until}", row.id);
    let sealed = ctx
        .keyring
        .seal(&SHARED, text.as_bytes())
        .map_err(Error::internal)?;
    let token = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, sealed);
    Ok(format!("/files/{token}"))
}

/// A seal for the addresses of files fits nothing else.
const SHARED: Place = Place {
    table: "media",
    column: "shared",
    row: uuid::Uuid::nil(),
};

/// The file behind a token of [`share_path`].
///
/// # Errors
/// `NotFound` for what is no such token, or one that has ended.
pub async fn open_shared(ctx: &Ctx, token: &str) -> Result<File> {
    let (account, id) = read_token(ctx, token).ok_or(Error::NotFound("file"))?;
    find(ctx, account, id, Which::Whole).await
}

fn read_token(ctx: &Ctx, token: &str) -> Option<(AccountId, MediaId)> {
    let sealed = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, token).ok()?;
    let text = ctx.keyring.open_text(&SHARED, &sealed).ok()?;
    let mut parts = secrecy::ExposeSecret::expose_secret(&text).split(' ');
    let account = parts.next()?.parse().ok()?;
    let id = parts.next()?.parse().ok()?;
    let until: i64 = parts.next()?.parse().ok()?;
    (ctx.clock.now().millis() < until).then_some((account, id))
}
