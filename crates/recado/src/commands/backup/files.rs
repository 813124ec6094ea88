//! Files of a backup: copied, hashed, and on disk when a call returns.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Hashed at once.
const CHUNK: usize = 1 << 20;

/// Copies a folder of files and folders; how many files, and their bytes. One that is not there is an empty one.
pub async fn copy_tree(from: &Path, to: &Path) -> io::Result<(u64, u64)> {
    let (from, to) = (from.to_owned(), to.to_owned());
    blocking(move || {
        let mut count = (0, 0);
        private_folder(&to)?;
        if from.exists() {
            copy(&from, &to, &mut count)?;
        }
        Ok(count)
    })
    .await
}

fn copy(from: &Path, to: &Path, count: &mut (u64, u64)) -> io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            private_folder(&target)?;
            copy(&entry.path(), &target, count)?;
        } else if kind.is_file() && !is_unfinished(&entry.path()) {
            match std::fs::copy(entry.path(), &target) {
                Ok(bytes) => {
                    File::open(&target)?.sync_all()?;
                    count.0 += 1;
                    count.1 += bytes;
                }
                // Deleted since the folder was listed.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    sync(to)
}

/// What is still being written has `#` and a number behind its name, and no row yet.
fn is_unfinished(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().contains('#'))
}

/// Bytes and SHA-256 of a file.
pub async fn hash(path: &Path) -> io::Result<(u64, String)> {
    let path: PathBuf = path.to_owned();
    blocking(move || {
        let mut file = File::open(path)?;
        let (mut hash, mut bytes, mut chunk) = (Sha256::new(), 0, vec![0; CHUNK]);
        loop {
            let read = file.read(&mut chunk)?;
            if read == 0 {
                return Ok((bytes, hex::encode(hash.finalize())));
            }
            bytes += u64::try_from(read).unwrap_or_default();
            hash.update(&chunk[..read]);
        }
    })
    .await
}

pub async fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (path, bytes) = (path.to_owned(), bytes.to_owned());
    blocking(move || {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        file.write_all(&bytes)?;
        file.sync_all()
    })
    .await
}

/// The names in a folder are on disk when this returns.
pub fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}
