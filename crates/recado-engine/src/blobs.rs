//! Files: in a folder of the data folder, or wherever else the object store leads. Found by account and id, so that
//! no file is reached with another account's.

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use recado_model::{AccountId, AvatarId, MediaId};

pub use object_store::Error as BlobError;

/// Where files are kept. Clones share it.
#[derive(Clone)]
pub struct Blobs(Arc<dyn ObjectStore>);

impl fmt::Debug for Blobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blobs({})", self.0)
    }
}

/// Which of the files of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// As it was sent.
    Whole,
    Thumbnail,
}

impl Blobs {
    /// In a folder, which is made if it is missing. Files are on disk when a call returns.
    pub fn folder(path: &Path) -> Result<Self, BlobError> {
        std::fs::create_dir_all(path).map_err(|source| BlobError::Generic {
            store: "the media folder",
            source: Box::new(source),
        })?;
        let store = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
        Ok(Self(Arc::new(store)))
    }

    /// Keeps a file that is at hand. What is there under the same name is replaced.
    pub async fn put(
        &self,
        account: AccountId,
        id: MediaId,
        part: Part,
        bytes: Bytes,
    ) -> Result<(), BlobError> {
        self.0.put(&key(account, id, part), bytes.into()).await?;
        Ok(())
    }

    /// Keeps a file that comes bit by bit; it is there once the writer has finished, and not at all if it is aborted.
    pub async fn writer(&self, account: AccountId, id: MediaId) -> Result<WriteMultipart, BlobError> {
        let upload = self.0.put_multipart(&key(account, id, Part::Whole)).await?;
        Ok(WriteMultipart::new(upload))
    }

    /// The whole of a file that is known to be small enough.
    pub async fn get(&self, account: AccountId, id: MediaId, part: Part) -> Result<Bytes, BlobError> {
        self.0.get(&key(account, id, part)).await?.bytes().await
    }

    /// A part of a file.
    pub async fn range(
        &self,
        account: AccountId,
        id: MediaId,
        part: Part,
        range: Range<u64>,
    ) -> Result<Bytes, BlobError> {
        self.0.get_range(&key(account, id, part), range).await
    }

    /// Forgets a file. One that is not there is forgotten already.
    pub async fn remove(&self, account: AccountId, id: MediaId, part: Part) -> Result<(), BlobError> {
        match self.0.delete(&key(account, id, part)).await {
            Ok(()) | Err(BlobError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Forgets a file and its thumbnail.
    pub async fn erase(&self, account: AccountId, id: MediaId) -> Result<(), BlobError> {
        self.remove(account, id, Part::Whole).await?;
        self.remove(account, id, Part::Thumbnail).await
    }

    /// Keeps the picture of a person, who is of no account.
    pub async fn put_avatar(&self, id: AvatarId, bytes: Bytes) -> Result<(), BlobError> {
        self.0.put(&avatar_key(id), bytes.into()).await?;
        Ok(())
    }

    pub async fn avatar(&self, id: AvatarId) -> Result<Option<Bytes>, BlobError> {
        match self.0.get(&avatar_key(id)).await {
            Ok(found) => found.bytes().await.map(Some),
            Err(BlobError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// One that is not there is gone already.
    pub async fn remove_avatar(&self, id: AvatarId) -> Result<(), BlobError> {
        match self.0.delete(&avatar_key(id)).await {
            Ok(()) | Err(BlobError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Bytes of a file; none if it is not there.
    pub async fn size(&self, account: AccountId, id: MediaId, part: Part) -> Result<Option<u64>, BlobError> {
        match self.0.head(&key(account, id, part)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(BlobError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn key(account: AccountId, id: MediaId, part: Part) -> Key {
    let end = match part {
        Part::Whole => "",
        Part::Thumbnail => ".thumbnail",
    };
    Key::from(format!("{account}/{id}{end}"))
}

fn avatar_key(id: AvatarId) -> Key {
    Key::from(format!("avatars/{id}"))
}
