//! Posts webhooks: one loop for each line, in order. Meta's are repeated until they are answered 200, with growing
//! pauses in between; Twilio's are tried once, and once more when nobody listened.

use std::{sync::Arc, time::Duration};

use reqwest::{StatusCode, header};

use crate::{
    config::Status,
    error::{Error, Result},
    faults::{Call, Effect},
    ids,
    line::Line,
    store::{
        messages,
        outbox::{self, Kind},
        settings,
    },
    twilio,
    webhook::{shape, sign},
    world::{Event, World},
};

/// How long the receiver may take to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// How long one happening waits for others that it can be told after.
const TOGETHER: Duration = Duration::from_millis(300);

/// Runs until the sandbox stops. A POST under way then is given up; its happenings stay in the outbox.
pub(crate) async fn run(world: Arc<World>, line: Line) {
    let stopping = world.stopping.clone();
    stopping.run_until_cancelled(deliver_forever(&world, line)).await;
}

async fn deliver_forever(world: &Arc<World>, line: Line) {
    let mut pause = world.retry.first;
    loop {
        match deliver_next(world, line).await {
            Ok(Round::Delivered) => pause = world.retry.first,
            Ok(Round::Nothing) => world.queued(line).notified().await,
            Ok(Round::Refused) => pause = wait(world, line, pause).await,
            Err(error) => {
                tracing::error!(%error, "a webhook could not be prepared");
                pause = wait(world, line, pause).await;
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

async fn deliver_next(world: &Arc<World>, line: Line) -> Result<Round> {
    let usual = if line == Line::Meta {
        outbox::BATCH_EVENTS
    } else {
        1
    };
    let (url, mut batch) = next(world, line, usual).await?;
    if batch.is_empty() || (line == Line::Meta && url.is_none()) {
        return Ok(Round::Nothing);
    }
    let mut copies = 1;
    let mut answered = None;
    for effect in world.faults.strike(line, Call::Webhook, None, (world.clock)()) {
        match effect {
            Effect::Delay { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
            Effect::Duplicate { times } => copies += times,
            Effect::Drop => answered = Some(Ok(StatusCode::OK)),
            Effect::Reorder => {
                tokio::time::sleep(TOGETHER).await;
                (_, batch) = next(world, line, outbox::BATCH_EVENTS).await?;
                batch.reverse();
                for row in &batch {
                    let answer = post_batch(world, line, url.as_deref(), std::slice::from_ref(row)).await;
                    answered = Some(answer);
                }
            }
            _ => {}
        }
    }
    let was_dropped_or_posted = answered.is_some();
    let mut answer = answered.unwrap_or(Ok(StatusCode::OK));
    if !was_dropped_or_posted {
        for _ in 0..copies {
            answer = post_batch(world, line, url.as_deref(), &batch).await;
        }
    }
    let delivered = matches!(&answer, Ok(status) if is_taken(line, *status));
    if let Err(error) = &answer {
        tracing::debug!(%error, "webhook not answered");
    }
    world.note_answer(line, answer.map(|status| status.as_u16()));
    // Twilio does not come back to what was refused.
    let is_over = delivered || line == Line::Twilio;
    world
        .change(move |change| {
            if is_over {
                outbox::remove(change.tx, &batch)?;
            }
            for row in batch.iter().filter(|row| delivered && row.kind == Kind::Message) {
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
            change.tell_webhook()
        })
        .await?;
    Ok(if is_over { Round::Delivered } else { Round::Refused })
}

/// Where webhooks go, and what goes next.
async fn next(world: &World, line: Line, limit: i64) -> Result<(Option<String>, Vec<outbox::Row>)> {
    world
        .read(move |tx| Ok((settings::callback(tx)?, outbox::batch(tx, line, limit)?)))
        .await
}

fn is_taken(line: Line, status: StatusCode) -> bool {
    match line {
        Line::Meta => status == StatusCode::OK,
        Line::Twilio => status.is_success(),
    }
}

async fn post_batch(
    world: &World,
    line: Line,
    url: Option<&str>,
    batch: &[outbox::Row],
) -> Result<StatusCode> {
    match line {
        Line::Meta => {
            let body = shape::body(&world.business, batch, (world.clock)())?;
            post(world, url.ok_or(Error::NotConnected)?, body).await
        }
        Line::Twilio => {
            let mut last = Ok(StatusCode::OK);
            for row in batch {
                last = twilio::deliver::post(world, row).await;
            }
            last
        }
    }
}

/// Sleeps, unless the webhook URL changes meanwhile; the pause after this one.
async fn wait(world: &World, line: Line, pause: Duration) -> Duration {
    tokio::select! {
        () = tokio::time::sleep(pause) => (pause * 2).min(world.retry.longest),
        () = world.connected(line).notified() => world.retry.first,
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
pub(crate) fn causes(error: &reqwest::Error) -> String {
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
