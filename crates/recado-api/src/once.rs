//! What is asked for under an idempotency key and carried out once: the key is taken before, and what came of it is noted.

use std::time::Duration;

use http::StatusCode;
use recado_engine::idempotency::{self, Answer, Key, LONGEST_REQUEST, Standing};
use recado_model::Actor;
use tokio::time::Instant;

use crate::error::{Error, Result};
use crate::state::Api;

/// How the API takes the key; tools have another name for it.
pub const NAME: &str = "Idempotency-Key";

/// How long one waits for the answer to the same request that came before it.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often one looks whether another node has answered it.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often one tries to note how a request ended while the database is away.
const NOTE_EVERY: Duration = Duration::from_secs(2);

/// One caller's request that is to be carried out once.
#[derive(Clone, Debug)]
pub struct Once {
    api: Api,
    caller: Actor,
    key: Key,
    hash: Vec<u8>,
    /// Whether what is asked for knows the key itself, and so may run at any time, also twice at once.
    sends: bool,
}

impl Once {
    pub const fn new(api: Api, caller: Actor, key: Key, hash: Vec<u8>, sends: bool) -> Self {
        Self {
            api,
            caller,
            key,
            hash,
            sends,
        }
    }

    /// The answer that was given before. With none, the key is this request's.
    ///
    /// # Errors
    /// 422 for a key of another request, 409 while the first is carried out and where nobody knows what it did.
    pub async fn before(&self) -> Result<Option<Answer>> {
        let (ctx, caller) = (&self.api.ctx, &self.caller);
        let since = Instant::now();
        loop {
            // Listening begins before the look, so that nothing falls in between.
            let mut answered = std::pin::pin!(self.api.answered.notified());
            answered.as_mut().enable();
            match idempotency::look(ctx, caller, &self.key, &self.hash).await? {
                Standing::Answered(answer) => return Ok(Some(answer)),
                Standing::Free | Standing::Taken(_) | Standing::Doubtful if self.sends => return Ok(None),
                Standing::Free => {
                    if idempotency::take(ctx, caller, &self.key, &self.hash).await? {
                        return Ok(None);
                    }
                }
                Standing::Doubtful => return Err(cut_off()),
                Standing::Taken(age) if age > LONGEST_REQUEST => return Err(cut_off()),
                Standing::Taken(_) if since.elapsed() >= PATIENCE => return Err(in_progress()),
                Standing::Taken(_) => {
                    // Either way it is looked at again.
                    tokio::time::timeout(LOOK_EVERY, answered).await.ok();
                }
            }
        }
    }

    /// Keeps the answer. The one that was kept before, if the same request, run at the same time, was answered first.
    pub async fn keep(&self, answer: &Answer) -> Option<Answer> {
        let (ctx, caller) = (&self.api.ctx, &self.caller);
        let kept = idempotency::keep(ctx, caller, &self.key, &self.hash, answer).await;
        self.api.answered.notify_waiters();
        match kept {
            Ok(true) => None,
            Ok(false) => match idempotency::look(ctx, caller, &self.key, &self.hash).await {
                Ok(Standing::Answered(first)) => Some(first),
                _ => None,
            },
            Err(error) => {
                tracing::warn!(%error, "an answer was not kept for its idempotency key");
                self.note_later(End::Doubtful);
                None
            }
        }
    }

    /// Notes that there is no answer to be kept. A refusal did nothing, so the same may be asked again; so it is with a
    /// failure of ours, unless something was left behind by then.
    pub async fn end(&self, status: StatusCode, left_something: bool) {
        let end = if status.is_server_error() && left_something {
            End::Doubtful
        } else {
            End::Free
        };
        if let Err(error) = self.note(end).await {
            tracing::warn!(%error, ?end, "an idempotency key stays taken until the database is back");
            self.note_later(end);
        }
        self.api.answered.notify_waiters();
    }

    /// Until then the key stays taken, and in the end it counts as cut off: nothing is done twice meanwhile.
    fn note_later(&self, end: End) {
        let once = self.clone();
        tokio::spawn(async move {
            let since = Instant::now();
            while since.elapsed() < LONGEST_REQUEST {
                tokio::time::sleep(NOTE_EVERY).await;
                if once.note(end).await.is_ok() {
                    break;
                }
            }
        });
    }

    async fn note(&self, end: End) -> Result<(), recado_engine::Error> {
        let (ctx, caller) = (&self.api.ctx, &self.caller);
        match end {
            _ if self.sends => Ok(()),
            End::Free => idempotency::release(ctx, caller, &self.key, &self.hash).await,
            End::Doubtful => idempotency::doubt(ctx, caller, &self.key, &self.hash).await,
        }
    }
}

/// How a request without an answer leaves its key.
#[derive(Clone, Copy, Debug)]
enum End {
    Free,
    Doubtful,
}

fn in_progress() -> Error {
    Error {
        field: Some(NAME.to_owned()),
        retry_after: Some(Duration::from_secs(1)),
        ..Error::new(
            StatusCode::CONFLICT,
            "idempotency_in_progress",
            "The first request with this Idempotency-Key is still being carried out.",
        )
    }
}

fn cut_off() -> Error {
    Error {
        field: Some(NAME.to_owned()),
        ..Error::new(
            StatusCode::CONFLICT,
            "idempotency_interrupted",
            "The first request with this Idempotency-Key was cut off, and may have been carried out or not. See what is \
             there before you ask again under another key.",
        )
    }
}
