//! Passwords: Argon2id, off the async threads, never more at once than there are cores.
//!
//! Each hash takes 19 MiB and tens of milliseconds on purpose; without the bound a burst of sign-ins would be an
//! attack on memory.

use std::sync::{Arc, LazyLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Characters.
pub const MIN_LENGTH: usize = 10;
pub const MAX_LENGTH: usize = 200;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Verified in place of the hash of a user who does not exist, so that the time taken tells nothing. No password is
/// known for it: its output was drawn at random.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$MqAd+kLhXrfkXBC3KdD5Xw$KiBqX+rvaIUTqvfH/HJ/g//0jSDr1PMNNtkmtZ4zVx4";

static CORES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Arc::new(Semaphore::new(cores))
});

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, but hashed with weaker parameters than today's: hash it again.
    RightButWeak,
}

/// Refuses a password nobody should choose. Only its length is judged.
pub fn check(password: &SecretString) -> Result<()> {
    check_as("password", password)
}

/// The same for an input of another name.
pub fn check_as(field: &'static str, password: &SecretString) -> Result<()> {
    let length = password.expose_secret().chars().count();
    if (MIN_LENGTH..=MAX_LENGTH).contains(&length) {
        Ok(())
    } else {
        let message = format!("A password has {MIN_LENGTH} to {MAX_LENGTH} characters.");
        Err(Error::bad_input(field, message))
    }
}

/// As a PHC string, with its parameters and salt in it.
pub async fn hash(password: &SecretString) -> Result<String> {
    let password = password.clone();
    on_a_core(move || hash_with(&password, MEMORY_KIB, PASSES)).await?
}

/// `kept` is the user's hash; none, if there is no such user, takes as long.
pub async fn verify(password: &SecretString, kept: Option<&str>) -> Result<Verdict> {
    let password = password.clone();
    let exists = kept.is_some();
    let kept = kept.unwrap_or(NOBODY).to_owned();
    let verdict = on_a_core(move || verify_with(&password, &kept)).await??;
    Ok(if exists { verdict } else { Verdict::Wrong })
}

fn hash_with(password: &SecretString, memory_kib: u32, passes: u32) -> Result<String> {
    let params = Params::new(memory_kib, passes, LANES, None).map_err(Error::internal)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(password.expose_secret().as_bytes())
        .map(|hash| hash.to_string())
        .map_err(Error::internal)
}

fn verify_with(password: &SecretString, kept: &str) -> Result<Verdict> {
    let kept = PasswordHash::new(kept).map_err(Error::internal)?;
    let params = Params::try_from(&kept).map_err(Error::internal)?;
    match Argon2::default().verify_password(password.expose_secret().as_bytes(), &kept) {
        Ok(()) if params.m_cost() < MEMORY_KIB || params.t_cost() < PASSES => Ok(Verdict::RightButWeak),
        Ok(()) => Ok(Verdict::Right),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(Verdict::Wrong),
        Err(error) => Err(Error::internal(error)),
    }
}

/// The permit goes with the work: a caller who gives up does not free the core early.
async fn on_a_core<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let permit = CORES.clone().acquire_owned().await.map_err(Error::internal)?;
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    });
    done.await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_names_its_parameters_and_knows_its_password() {
        let kept = hash(&"correct horse".into()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_eq!(
            verify(&"correct horse".into(), Some(&kept)).await.unwrap(),
            Verdict::Right
        );
        assert_eq!(
            verify(&"Correct horse".into(), Some(&kept)).await.unwrap(),
            Verdict::Wrong
        );
        assert_ne!(kept, hash(&"correct horse".into()).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_no_password_but_costs_the_same() {
        assert_eq!(
            verify(&"correct horse".into(), None).await.unwrap(),
            Verdict::Wrong
        );
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&nobody).unwrap();
        assert_eq!(
            (params.m_cost(), params.t_cost(), params.p_cost()),
            (MEMORY_KIB, PASSES, LANES)
        );
        assert_eq!(params.output_len(), Some(Params::DEFAULT_OUTPUT_LEN));
    }

    #[tokio::test]
    async fn a_weaker_hash_is_told_apart() {
        let kept = hash_with(&"correct horse".into(), 1024, 1).unwrap();
        assert_eq!(
            verify(&"correct horse".into(), Some(&kept)).await.unwrap(),
            Verdict::RightButWeak
        );
        assert_eq!(
            verify(&"wrong".into(), Some(&kept)).await.unwrap(),
            Verdict::Wrong
        );
        assert!(verify(&"x".into(), Some("not a hash")).await.is_err());
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(check(&"señoritas!".into()).is_ok());
        assert!(check(&"señoritas".into()).is_err());
        assert!(check(&"ñ".repeat(200).into()).is_ok());
        assert!(check(&"n".repeat(201).into()).is_err());
    }
}
