//! Secrets at rest: provider tokens and the like, sealed with XChaCha20-Poly1305 before they reach a column.
//!
//! A sealed value is `version (1) | key id (4) | nonce (24) | ciphertext and tag`. The key id lets old values be
//! opened after a rotation; the value's place (table, column, row) is authenticated with it, so that a ciphertext
//! copied into another row or column does not open there.

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretBox, SecretSlice, SecretString};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const VERSION: u8 = 1;
const NONCE_AT: usize = 1 + size_of::<KeyId>();
const SEALED_AT: usize = NONCE_AT + size_of::<XNonce>();

#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    #[error("the key file {path} cannot be used")]
    File { path: PathBuf, source: std::io::Error },
    #[error("there is no key")]
    NoKey,
    #[error("key {number} is not 32 bytes in base64")]
    BadKey { number: usize },
    #[error("the operating system gave no random numbers")]
    NoRandom,
    #[error("the plaintext is too long")]
    TooLong,
    #[error("this is not a sealed secret")]
    Malformed,
    #[error("sealed with key {key_id}, which is not in the key ring")]
    UnknownKey { key_id: String },
    #[error("the secret was changed, or moved here from {table}.{column} of another row or column")]
    Refused {
        table: &'static str,
        column: &'static str,
    },
    #[error("the secret is not UTF-8")]
    NotText,
}

impl From<SecretsError> for crate::error::Error {
    fn from(error: SecretsError) -> Self {
        Self::internal(error)
    }
}

/// Where a secret is kept. A value sealed for one place does not open in another.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub table: &'static str,
    pub column: &'static str,
    pub row: Uuid,
}

/// 256 bits, and the id that is derived from them.
pub struct Key {
    id: KeyId,
    bytes: SecretBox<[u8; 32]>,
}

type KeyId = [u8; 4];

/// The keys of this installation: the current one seals, all of them open.
#[derive(Clone)]
pub struct Keyring {
    keys: Arc<[Key]>,
}

impl Key {
    pub fn generate() -> Result<Self, SecretsError> {
        random().map(Self::from_bytes)
    }

    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let digest = Sha256::new()
            .chain_update("recado key id")
            .chain_update(bytes)
            .finalize();
        Self {
            id: [digest[0], digest[1], digest[2], digest[3]],
            bytes: SecretBox::new(Box::new(bytes)),
        }
    }

    fn to_base64(&self) -> SecretString {
        STANDARD.encode(self.bytes.expose_secret()).into()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.bytes.expose_secret().into())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", hex::encode(self.id))
    }
}

impl Keyring {
    pub fn new(current: Key, older: Vec<Key>) -> Self {
        Self {
            keys: std::iter::once(current).chain(older).collect(),
        }
    }

    /// Reads the key file; makes it, readable by its owner only, when there is none.
    ///
    /// One key a line, 32 bytes in base64; the first is the current one; `#` begins a comment. To rotate, put a new
    /// key above the others (`openssl rand -base64 32`) and restart.
    pub fn load_or_create(path: &Path) -> Result<Self, SecretsError> {
        let failed = |source| SecretsError::File {
            path: path.to_owned(),
            source,
        };
        match std::fs::read_to_string(path) {
            Ok(text) => {
                warn_if_others_may_read(path);
                text.parse()
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = Key::generate()?;
                match create_file(path, &key) {
                    Ok(()) => Ok(Self::new(key, Vec::new())),
                    // Another process was first: its key is the one.
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                        std::fs::read_to_string(path).map_err(failed)?.parse()
                    }
                    Err(error) => Err(failed(error)),
                }
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// What the keys are called in what they sealed; they tell nothing of the keys themselves.
    pub fn ids(&self) -> Vec<String> {
        self.keys.iter().map(|key| hex::encode(key.id)).collect()
    }

    pub fn seal(&self, place: &Place, plaintext: &[u8]) -> Result<Vec<u8>, SecretsError> {
        let key = self.current()?;
        let nonce = XNonce::from(random()?);
        let aad = place.aad();
        let ciphertext = key
            .cipher()
            .encrypt(
                &nonce,
                Payload {
                    msg: plaintext,
                    aad: aad.as_bytes(),
                },
            )
            .map_err(|_| SecretsError::TooLong)?;
        let mut sealed = Vec::with_capacity(SEALED_AT + ciphertext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&key.id);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        Ok(sealed)
    }

    pub fn open(&self, place: &Place, sealed: &[u8]) -> Result<SecretSlice<u8>, SecretsError> {
        let (key_id, nonce, ciphertext) = split(sealed)?;
        let key = self.keys.iter().find(|key| key.id == key_id);
        let key = key.ok_or_else(|| SecretsError::UnknownKey {
            key_id: hex::encode(key_id),
        })?;
        let aad = place.aad();
        key.cipher()
            .decrypt(
                &nonce,
                Payload {
                    msg: ciphertext,
                    aad: aad.as_bytes(),
                },
            )
            .map(SecretSlice::from)
            .map_err(|_| SecretsError::Refused {
                table: place.table,
                column: place.column,
            })
    }

    /// [`Keyring::open`] for a secret that is text.
    pub fn open_text(&self, place: &Place, sealed: &[u8]) -> Result<SecretString, SecretsError> {
        let bytes = self.open(place, sealed)?;
        let text = std::str::from_utf8(bytes.expose_secret()).map_err(|_| SecretsError::NotText)?;
        Ok(text.into())
    }

    /// Whether a value was sealed with the current key; one that was not should be sealed anew before its key is
    /// taken out of the file.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        matches!((split(sealed), self.current()), (Ok((key_id, ..)), Ok(current)) if key_id == current.id)
    }

    fn current(&self) -> Result<&Key, SecretsError> {
        self.keys.first().ok_or(SecretsError::NoKey)
    }
}

/// The text of a key file.
impl FromStr for Keyring {
    type Err = SecretsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lines = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim());
        let keys = lines
            .filter(|line| !line.is_empty())
            .enumerate()
            .map(|(index, line)| {
                let bytes = STANDARD.decode(line).ok().and_then(|bytes| bytes.try_into().ok());
                bytes
                    .map(Key::from_bytes)
                    .ok_or(SecretsError::BadKey { number: index + 1 })
            });
        let keys: Arc<[Key]> = keys.collect::<Result<_, _>>()?;
        if keys.is_empty() {
            Err(SecretsError::NoKey)
        } else {
            Ok(Self { keys })
        }
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keyring").field(&self.keys).finish()
    }
}

impl Place {
    fn aad(&self) -> String {
        format!("{}/{}/{}", self.table, self.column, self.row)
    }
}

fn split(sealed: &[u8]) -> Result<(KeyId, XNonce, &[u8]), SecretsError> {
    let (header, ciphertext) = sealed
        .split_at_checked(SEALED_AT)
        .ok_or(SecretsError::Malformed)?;
    let key_id = header[1..NONCE_AT]
        .try_into()
        .map_err(|_| SecretsError::Malformed)?;
    let nonce = header[NONCE_AT..]
        .try_into()
        .map_err(|_| SecretsError::Malformed)?;
    if header[0] == VERSION {
        Ok((key_id, nonce, ciphertext))
    } else {
        Err(SecretsError::Malformed)
    }
}

fn random<const N: usize>() -> Result<[u8; N], SecretsError> {
    use rand::TryRng as _;
    let mut bytes = [0; N];
    rand::rngs::SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|_| SecretsError::NoRandom)?;
    Ok(bytes)
}

/// The whole file or none, also after a crash: written beside its place, then linked into it unless one is there.
fn create_file(path: &Path, key: &Key) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file()
            .set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    writeln!(
        file,
        "# Recado seals provider secrets with the first key and opens them with any. Keep a copy apart from the\n\
         # database's: without this file those secrets are lost. A new key goes above the old ones.\n{}",
        key.to_base64().expose_secret()
    )?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    std::fs::File::open(folder)?.sync_all()
}

fn warn_if_others_may_read(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0) {
            tracing::warn!(path = %path.display(), "the key file can be read by other users of this machine");
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(row: u128) -> Place {
        Place {
            table: "meta_apps",
            column: "app_secret",
            row: Uuid::from_u128(row),
        }
    }

    fn key(n: u8) -> Key {
        Key::from_bytes([n; 32])
    }

    #[test]
    fn a_sealed_secret_opens_in_its_place_only() {
        let ring = Keyring::new(key(1), Vec::new());
        let sealed = ring.seal(&place(1), b"EAAG-token").unwrap();
        assert!(!sealed.windows(4).any(|window| window == b"EAAG"));
        assert_eq!(
            ring.open_text(&place(1), &sealed).unwrap().expose_secret(),
            "EAAG-token"
        );

        let refused = |place: &Place| matches!(ring.open(place, &sealed), Err(SecretsError::Refused { .. }));
        assert!(refused(&place(2)));
        assert!(refused(&Place {
            column: "verify_token",
            ..place(1)
        }));
        assert!(refused(&Place {
            table: "numbers",
            ..place(1)
        }));
    }

    #[test]
    fn the_same_secret_never_looks_the_same() {
        let ring = Keyring::new(key(1), Vec::new());
        assert_ne!(
            ring.seal(&place(1), b"s").unwrap(),
            ring.seal(&place(1), b"s").unwrap()
        );
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let ring = Keyring::new(key(1), Vec::new());
        let sealed = ring.seal(&place(1), b"secret").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(ring.open(&place(1), &changed).is_err(), "byte {at}");
        }
        for length in 0..sealed.len() {
            assert!(ring.open(&place(1), &sealed[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_rotated_ring_opens_what_the_old_key_sealed_and_seals_with_the_new_one() {
        let old = Keyring::new(key(1), Vec::new());
        let sealed = old.seal(&place(1), b"secret").unwrap();
        let rotated = Keyring::new(key(2), vec![key(1)]);
        assert_eq!(
            rotated.open(&place(1), &sealed).unwrap().expose_secret(),
            b"secret"
        );
        assert!(old.is_current(&sealed) && !rotated.is_current(&sealed));

        let again = rotated.seal(&place(1), b"secret").unwrap();
        assert!(rotated.is_current(&again));
        assert!(matches!(
            old.open(&place(1), &again),
            Err(SecretsError::UnknownKey { .. })
        ));
        let retired = Keyring::new(key(2), Vec::new());
        assert!(retired.open(&place(1), &again).is_ok());
        assert!(matches!(
            retired.open(&place(1), &sealed),
            Err(SecretsError::UnknownKey { .. })
        ));
    }

    #[test]
    fn the_key_file_is_made_once_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let sealed = Keyring::load_or_create(&path)
            .unwrap()
            .seal(&place(1), b"secret")
            .unwrap();
        let again = Keyring::load_or_create(&path).unwrap();
        assert_eq!(again.open(&place(1), &sealed).unwrap().expose_secret(), b"secret");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(
                std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

        let rotated = format!(
            "{} # new\n{}",
            key(9).to_base64().expose_secret(),
            std::fs::read_to_string(&path).unwrap()
        );
        std::fs::write(&path, rotated).unwrap();
        let rotated = Keyring::load_or_create(&path).unwrap();
        assert!(rotated.open(&place(1), &sealed).is_ok() && !rotated.is_current(&sealed));
    }

    #[test]
    fn a_bad_key_file_is_refused_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        for (text, wanted) in [
            ("", "there is no key"),
            ("# nothing\n", "there is no key"),
            ("c2hvcnQ=", "key 1 is not 32 bytes in base64"),
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(Keyring::load_or_create(&path).unwrap_err().to_string(), wanted);
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", Keyring::new(key(7), Vec::new()));
        assert_eq!(shown, format!("Keyring([Key({})])", hex::encode(key(7).id)));
    }
}
