//! Idempotency keys: a request that is made again is answered as it was, and not carried out again.
//!
//! A key is taken before its request is carried out, and its answer is kept afterwards. A process that dies in between
//! leaves a key that is taken and has no answer: then nobody can say what was done, and it is not done again. So it is
//! where a request failed after something may have been committed, as when PostgreSQL is lost during the commit. Sending
//! a message needs no such care, for it has the key in its own row: see [`Key::message`].

use std::time::Duration;

pub use recado_db::witnessed;
use recado_model::{Actor, Who};
use recado_store::idempotency as store;
use secrecy::ExposeSecret as _;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::secrets::Place;
use crate::{Ctx, Error, Result};

/// How long an answer is kept.
pub const KEPT: Duration = Duration::from_hours(24);

/// A request that has no answer after so long was cut off.
pub const LONGEST_REQUEST: Duration = Duration::from_mins(10);

const LONGEST_KEY: usize = 255;

/// What a caller named a request.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    id: Uuid,
    /// What a message that is sent under this key goes by: the key itself if it is a UUID.
    pub message: Uuid,
}

/// An answer that can be given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

/// How a key stands.
#[derive(Debug)]
pub enum Standing {
    /// It is the caller's to use.
    Free,
    Answered(Answer),
    /// Taken so long ago, and not answered.
    Taken(Duration),
    /// What was asked for under it failed, and may have been done or not.
    Doubtful,
}

impl Key {
    /// A key is the caller's own: another's may be the same word.
    ///
    /// # Errors
    /// `BadInput` unless it is 1 to 255 printable characters.
    pub fn of(actor: &Actor, text: &str) -> Result<Self> {
        // As a structured header has it, in quotes, it is the same key.
        let text = text.trim();
        let text = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .unwrap_or(text);
        let printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if text.is_empty() || text.len() > LONGEST_KEY || !printable {
            return Err(Error::bad_input(
                "Idempotency-Key",
                "The header `Idempotency-Key` must be 1 to 255 printable ASCII characters.",
            ));
        }
        let caller = match actor.who {
            Who::Member { member, .. } => format!("member {member}"),
            Who::Key { key } => format!("key {key}"),
            Who::System => "system".to_owned(),
        };
        let id = derived(&[&actor.account.to_string(), &caller, text]);
        Ok(Self {
            id,
            message: Uuid::parse_str(text).unwrap_or(id),
        })
    }

    fn place(&self) -> Place {
        Place {
            table: "idempotency_keys",
            column: "body",
            row: self.id,
        }
    }
}

/// What tells one request from another under the same key.
pub fn request_hash(address: &str, body: &[u8]) -> Vec<u8> {
    Sha256::new()
        .chain_update(address)
        .chain_update([0])
        .chain_update(body)
        .finalize()
        .to_vec()
}

/// How a key stands with this request.
///
/// # Errors
/// `IdempotencyMismatch` if it was used for another one.
pub async fn look(ctx: &Ctx, actor: &Actor, key: &Key, hash: &[u8]) -> Result<Standing> {
    let now = ctx.clock.now();
    let mut tx = ctx.db.read().await?;
    let Some(used) = store::get(&mut tx, actor.account, key.id, now.minus(KEPT)).await? else {
        return Ok(Standing::Free);
    };
    if used.request_hash != hash {
        return Err(Error::IdempotencyMismatch);
    }
    let (status, body) = match (used.status, used.body) {
        (Some(status), Some(body)) => (status, body),
        (Some(_), None) => return Ok(Standing::Doubtful),
        (None, _) => return Ok(Standing::Taken(now.since(used.created_at))),
    };
    let body = ctx.keyring.open(&key.place(), &body)?;
    Ok(Standing::Answered(Answer {
        status: u16::try_from(status).map_err(Error::internal)?,
        content_type: used.content_type,
        body: body.expose_secret().to_vec(),
    }))
}

/// Takes a key for a request; false if somebody was faster.
pub async fn take(ctx: &Ctx, actor: &Actor, key: &Key, hash: &[u8]) -> Result<bool> {
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    let taken = store::claim(&mut tx, actor.account, key.id, hash, now, now.minus(KEPT)).await?;
    tx.commit().await?;
    Ok(taken)
}

/// Keeps the answer to a request, whether its key was taken for it or not; false if one was kept before.
pub async fn keep(ctx: &Ctx, actor: &Actor, key: &Key, hash: &[u8], answer: &Answer) -> Result<bool> {
    let body = ctx.keyring.seal(&key.place(), &answer.body)?;
    let now = ctx.clock.now();
    let answer = store::Answer {
        status: answer.status.into(),
        content_type: answer.content_type.as_deref(),
        body: &body,
    };
    let mut tx = ctx.db.begin().await?;
    store::claim(&mut tx, actor.account, key.id, hash, now, now.minus(KEPT)).await?;
    let kept = store::keep(&mut tx, actor.account, key.id, hash, &answer).await?;
    tx.commit().await?;
    Ok(kept)
}

/// Gives a key back whose request was refused, and so did nothing.
pub async fn release(ctx: &Ctx, actor: &Actor, key: &Key, hash: &[u8]) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    store::release(&mut tx, actor.account, key.id, hash).await?;
    tx.commit().await?;
    Ok(())
}

/// Keeps a key whose request failed, but may have done something.
pub async fn doubt(ctx: &Ctx, actor: &Actor, key: &Key, hash: &[u8]) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    store::doubt(&mut tx, actor.account, key.id, hash).await?;
    tx.commit().await?;
    Ok(())
}

/// A UUID that follows from some words.
fn derived(words: &[&str]) -> Uuid {
    let mut hash = Sha256::new_with_prefix("recado idempotency key");
    for word in words {
        hash.update([0]);
        hash.update(word);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use recado_model::{AccountId, ApiKeyId};

    use super::*;

    fn key(text: &str) -> Result<Key> {
        Key::of(&Actor::system(AccountId::MIN), text)
    }

    #[test]
    fn a_key_is_any_word_and_a_uuid_stays_what_it_is() {
        let uuid = "01890000-0000-7000-8000-000000000001";
        assert_eq!(key(uuid).unwrap().message.to_string(), uuid);
        let order = key("order 4711/a").unwrap();
        assert_eq!(order.message, key("\"order 4711/a\"").unwrap().message);
        assert_ne!(order.message, key("order 4711/b").unwrap().message);
        assert!(key(&"x".repeat(255)).is_ok());
        for bad in ["", "  ", "\"\"", "a\u{7}b", "ñ", &"x".repeat(256)] {
            assert!(matches!(key(bad), Err(Error::BadInput { .. })), "{bad}");
        }
    }

    #[test]
    fn the_same_word_of_another_caller_is_another_key() {
        let system = Actor::system(AccountId::MIN);
        let program = Actor {
            who: Who::Key { key: ApiKeyId::MIN },
            ..system
        };
        let elsewhere = Actor::system(AccountId::MAX);
        let ids = [system, program, elsewhere].map(|actor| Key::of(&actor, "once").unwrap().id);
        assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
    }
}
