//! Files of messages: what they are and where they come from. The bytes are in the blob store, by account and id.

use recado_db::{Result, Tx, record, sql};
use recado_model::{
    AccountId, Media, MediaId, MediaKind, MediaState, MemberId, MessageId, NumberId, Stored, Time,
};

use crate::slices;

record! {
    pub struct MediaRow {
        pub id: MediaId,
        pub message_id: Option<MessageId>,
        pub number_id: Option<NumberId>,
        pub kind: MediaKind,
        pub state: MediaState,
        pub mime_type: String,
        pub filename: Option<String>,
        pub size: Option<i64>,
        pub sha256: Option<Vec<u8>>,
        pub voice: bool,
        pub animated: bool,
        pub width: Option<i64>,
        pub height: Option<i64>,
        pub duration_ms: Option<i64>,
        pub thumbnail: bool,
        pub error: Option<String>,
        pub provider_id: Option<String>,
        pub url: Option<String>,
    }
}

impl MediaRow {
    /// As the apps see it.
    pub fn media(&self) -> Media {
        Media {
            id: self.id,
            kind: self.kind,
            state: self.state,
            mime_type: self.mime_type.clone(),
            filename: self.filename.clone(),
            size: self.size,
            voice: self.voice,
            animated: self.animated,
            width: self.width,
            height: self.height,
            duration_ms: self.duration_ms,
            thumbnail: self.thumbnail,
            error: self.error.clone(),
        }
    }
}

macro_rules! columns {
    () => {
        "id, message_id, number_id, kind, state, mime_type, filename, size, sha256, voice, animated, width, height, \
         duration_ms, thumbnail, error, provider_id, url"
    };
}

sql!(INSERT -> () = "INSERT INTO media (account_id, id, message_id, number_id, kind, state, mime_type, filename, size,
        sha256, voice, animated, width, height, duration_ms, thumbnail, error, provider_id, url, created_by, created_at,
        uses)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)");

pub async fn insert(
    tx: &mut Tx,
    account: AccountId,
    rows: &[MediaRow],
    by: Option<MemberId>,
    now: Time,
) -> Result<()> {
    let uses: Vec<i64> = rows
        .iter()
        .map(|row| i64::from(row.message_id.is_some()))
        .collect();
    let sets: Vec<[&dyn Stored; 22]> = rows
        .iter()
        .zip(&uses)
        .map(|(row, uses)| {
            let set: [&dyn Stored; 22] = [
                &account,
                &row.id,
                &row.message_id,
                &row.number_id,
                &row.kind,
                &row.state,
                &row.mime_type,
                &row.filename,
                &row.size,
                &row.sha256,
                &row.voice,
                &row.animated,
                &row.width,
                &row.height,
                &row.duration_ms,
                &row.thumbnail,
                &row.error,
                &row.provider_id,
                &row.url,
                &by,
                &now,
                uses,
            ];
            set
        })
        .collect();
    tx.run_each(&INSERT, &slices(&sets)).await?;
    Ok(())
}

sql!(GET -> MediaRow = concat!("SELECT ", columns!(), " FROM media WHERE account_id = $1 AND id = $2"));

pub async fn get(tx: &mut Tx, account: AccountId, id: MediaId) -> Result<Option<MediaRow>> {
    tx.first(&GET, &[&account, &id]).await
}

record! {
    /// A file whose bytes are in the blob store.
    pub struct Kept {
        pub id: MediaId,
        pub size: Option<i64>,
        pub thumbnail: bool,
    }
}

sql!(KEPT -> Kept = "SELECT id, size, thumbnail FROM media
    WHERE account_id = $1 AND id > $2 AND state = 'stored' ORDER BY id LIMIT $3");

/// Files after `id` whose bytes are promised to be there, in the order of their ids.
pub async fn kept(tx: &mut Tx, account: AccountId, after: MediaId, limit: i64) -> Result<Vec<Kept>> {
    tx.all(&KEPT, &[&account, &after, &limit]).await
}

sql!(ATTACH -> () = "UPDATE media SET message_id = COALESCE(message_id, $3), uses = uses + 1
    WHERE account_id = $1 AND id = $2");

/// An upload goes with a message. What goes with one already can go with more: it keeps its first.
pub async fn attach(tx: &mut Tx, account: AccountId, id: MediaId, message: MessageId) -> Result<()> {
    tx.run(&ATTACH, &[&account, &id, &message]).await?;
    Ok(())
}

sql!(DETACH -> (i64,) = "UPDATE media SET uses = uses - 1 WHERE account_id = $1 AND id = $2 RETURNING uses");
sql!(REMOVE -> () = "DELETE FROM media WHERE account_id = $1 AND id = $2");
sql!(REMOVE_HANDLES -> () = "DELETE FROM media_handles WHERE account_id = $1 AND media_id = $2");

/// A message that carried it is gone. True if it was the last one: then so is the file, but for its bytes.
pub async fn detach(tx: &mut Tx, account: AccountId, id: MediaId) -> Result<bool> {
    let uses = tx.first(&DETACH, &[&account, &id]).await?;
    if uses.is_none_or(|(uses,)| uses > 0) {
        return Ok(false);
    }
    tx.run(&REMOVE_HANDLES, &[&account, &id]).await?;
    tx.run(&REMOVE, &[&account, &id]).await?;
    Ok(true)
}

/// What became known of a file by fetching it.
#[derive(Clone, Debug)]
pub struct Fetched {
    pub mime_type: String,
    pub filename: Option<String>,
    pub size: i64,
    pub sha256: Vec<u8>,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub thumbnail: bool,
}

sql!(STORED -> MediaRow = concat!("UPDATE media SET state = 'stored', mime_type = $3, filename = COALESCE(filename, $4),
        size = $5, sha256 = $6, width = $7, height = $8, thumbnail = $9, error = NULL
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

/// The bytes are in the blob store.
pub async fn stored(
    tx: &mut Tx,
    account: AccountId,
    id: MediaId,
    fetched: &Fetched,
) -> Result<Option<MediaRow>> {
    let params: [&dyn Stored; 9] = [
        &account,
        &id,
        &fetched.mime_type,
        &fetched.filename,
        &fetched.size,
        &fetched.sha256,
        &fetched.width,
        &fetched.height,
        &fetched.thumbnail,
    ];
    tx.first(&STORED, &params).await
}

sql!(FAILED -> MediaRow = concat!("UPDATE media SET state = 'failed', error = $3
    WHERE account_id = $1 AND id = $2 AND state = 'pending' RETURNING ", columns!()));

/// It could not be fetched, for good.
pub async fn failed(tx: &mut Tx, account: AccountId, id: MediaId, error: &str) -> Result<Option<MediaRow>> {
    tx.first(&FAILED, &[&account, &id, &error]).await
}

sql!(HANDLE -> (String,) = "SELECT handle FROM media_handles
    WHERE account_id = $1 AND media_id = $2 AND number_id = $3 AND expires_at > $4");

/// What the number's provider calls this file, if it still keeps it.
pub async fn handle(
    tx: &mut Tx,
    account: AccountId,
    id: MediaId,
    number: NumberId,
    now: Time,
) -> Result<Option<String>> {
    Ok(tx
        .first(&HANDLE, &[&account, &id, &number, &now])
        .await?
        .map(|(handle,)| handle))
}

sql!(SET_HANDLE -> () = "INSERT INTO media_handles (account_id, media_id, number_id, handle, expires_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account_id, media_id, number_id) DO UPDATE
        SET handle = excluded.handle, expires_at = excluded.expires_at");

pub async fn set_handle(
    tx: &mut Tx,
    account: AccountId,
    id: MediaId,
    number: NumberId,
    handle: &str,
    expires_at: Time,
) -> Result<()> {
    tx.run(&SET_HANDLE, &[&account, &id, &number, &handle, &expires_at])
        .await?;
    Ok(())
}

sql!(FORGET_UNSENT -> (MediaId,) = "DELETE FROM media WHERE account_id = $1 AND message_id IS NULL
    AND id IN (SELECT id FROM media WHERE account_id = $1 AND message_id IS NULL AND created_at < $2
        ORDER BY created_at LIMIT $3) RETURNING id");

/// Forgets up to `limit` files from before a time that no message carries; their bytes are the caller's to remove.
pub async fn forget_unsent(
    tx: &mut Tx,
    account: AccountId,
    before: Time,
    limit: i64,
) -> Result<Vec<MediaId>> {
    let gone = tx.all(&FORGET_UNSENT, &[&account, &before, &limit]).await?;
    Ok(gone.into_iter().map(|(id,)| id).collect())
}
