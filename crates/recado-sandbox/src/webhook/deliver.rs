//! Posts webhooks: one loop, in order, each until it is answered 200, with growing pauses in between.

use std::{sync::Arc, time::Duration};

use reqwest::{StatusCode, header};

use crate::{
    config::Status,
    error::{Error, Result},
    ids,
    store::{
        messages,
        outbox::{self, Kind},
        settings,
    },
    webhook::{shape, sign},
    world::{Event, World},
};

/// How long the receiver may take to answer.
const ANSWER: Duration = Duration::from_secs(10);

/// Runs until the sandbox stops. A POST under way then is given up; its happenings stay in the outbox.
pub(crate) async fn run(world: Arc<World>) {
    let stopping = world.stopping.clone();
    stopping.run_until_cancelled(deliver_forever(&world)).await;
}

async fn deliver_forever(world: &Arc<World>) {
    let mut pause = world.retry.first;
    loop {
        match deliver_next(world).await {
            Ok(Round::Delivered) => pause = world.retry.first,
            Ok(Round::Nothing) => world.queued.notified().await,
            Ok(Round::Refused) => pause = wait(world, pause).await,
            Err(error) => {
                tracing::error!(%error, "a webhook could not be prepared");
                pause = wait(world, pause).await;
            }
        }
    }
}

enum Round {
    Delivered,
    Refused,
    /// Nothing to deliver, or nowhere to.
    Nothing,
}

async fn deliver_next(world: &Arc<World>) -> Result<Round> {
    let (url, batch) = world
        .read(|tx| Ok((settings::callback(tx)?, outbox::batch(tx)?)))
        .await?;
    let (Some(url), Some(last)) = (url, batch.last().map(|row| row.seq)) else {
        return Ok(Round::Nothing);
    };
    let body = shape::body(&world.business, &batch)?;
    let answer = post(world, &url, body).await;
    let delivered = matches!(answer, Ok(StatusCode::OK));
    if let Err(error) = &answer {
        tracing::debug!(%error, "webhook not answered");
    }
    world.note_answer(answer.map(|status| status.as_u16()));
    world
        .change(move |change| {
            if delivered {
                outbox::remove_up_to(change.tx, last)?;
                for row in batch.iter().filter(|row| row.kind == Kind::Message) {
                    if messages::mark_received(change.tx, &row.message_id)?
                        && let Some(message) = messages::find(change.tx, &row.message_id)?
                    {
                        change.tell(Event::Status {
                            wa_id: message.wa_id,
                            id: message.id,
                            status: Status::Delivered,
                        });
                    }
                }
            }
            change.tell_webhook()
        })
        .await?;
    Ok(if delivered {
        Round::Delivered
    } else {
        Round::Refused
    })
}

/// Sleeps, unless the webhook URL changes meanwhile; the pause after this one.
async fn wait(world: &World, pause: Duration) -> Duration {
    tokio::select! {
        () = tokio::time::sleep(pause) => (pause * 2).min(world.retry.longest),
        () = world.connected.notified() => world.retry.first,
    }
}

/// Signs and posts these bytes; the status that came back.
pub(crate) async fn post(world: &World, url: &str, body: String) -> Result<StatusCode> {
    let answer = world
        .http
        .post(url)
        .timeout(ANSWER)
        .header(header::CONTENT_TYPE, "application/json")
        .header(
            "X-Hub-Signature-256",
            sign::signature(&world.business.app_secret, body.as_bytes()),
        )
        .body(body)
        .send()
        .await;
    answer
        .map(|answer| answer.status())
        .map_err(|error| Error::Unanswered(causes(&error)))
}

/// Asks the receiver to prove that it knows the verify token, as Meta does whenever a callback is saved.
pub(crate) async fn handshake(world: &World, url: &str, verify_token: &str) -> Result<()> {
    let refused = |reason: String| Error::Handshake {
        url: url.to_owned(),
        reason,
    };
    let parsed = reqwest::Url::parse(url).map_err(|error| refused(error.to_string()))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(refused("only http and https are called".to_owned()));
    }
    let challenge = ids::challenge();
    let answer = world
        .http
        .get(parsed)
        .timeout(ANSWER)
        .query(&[
            ("hub.mode", "subscribe"),
            ("hub.verify_token", verify_token),
            ("hub.challenge", challenge.as_str()),
        ])
        .send()
        .await
        .map_err(|error| refused(causes(&error)))?;
    if answer.status() != StatusCode::OK {
        return Err(refused(format!("it answered {}", answer.status().as_u16())));
    }
    let echoed = answer.text().await.map_err(|error| refused(causes(&error)))?;
    if echoed == challenge {
        Ok(())
    } else {
        Err(refused("it did not answer with the challenge".to_owned()))
    }
}

/// What went wrong and why, without the URL that the reader knows.
fn causes(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() {
        "timed out".to_owned()
    } else {
        "no answer".to_owned()
    };
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
