//! The data folder: made when missing, readable by its owner only, used by one process at a time.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A data folder that is ours until this is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub struct DataFolder {
    _lock: File,
}

#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    #[error("another Recado is using the data folder {}; stop it, or choose another folder with --data", .0.display())]
    InUse(PathBuf),
    #[error("the data folder {} cannot be used: {error}", .path.display())]
    Unusable { path: PathBuf, error: io::Error },
}

/// Takes the folder. Two processes on one SQLite file would not tell each other what they changed.
///
/// # Errors
/// When another process has it, or it cannot be made or written.
pub fn take(path: &Path) -> Result<DataFolder, DataFolderError> {
    let unusable = |error| DataFolderError::Unusable {
        path: path.to_owned(),
        error,
    };
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(unusable)?;
    let lock = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path.join("recado.lock"))
        .map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => Ok(DataFolder { _lock: lock }),
        Err(TryLockError::WouldBlock) => Err(DataFolderError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/data");
        let first = take(&path).unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o700
        );
        assert!(
            take(&path)
                .unwrap_err()
                .to_string()
                .starts_with("another Recado is using the data folder")
        );
        drop(first);
        take(&path).unwrap();
    }

    #[test]
    fn a_file_in_its_place_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        std::fs::write(&path, "").unwrap();
        assert!(take(&path).unwrap_err().to_string().contains("cannot be used"));
    }
}
