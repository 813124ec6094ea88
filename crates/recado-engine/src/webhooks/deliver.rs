//! Handing a delivery over: once at least, and again until it was taken or its time is over.

use std::time::Duration;

use bytes::Bytes;
use rand::RngExt as _;
use recado_db::Tx;
use recado_jobs::{Job, New, Outcome};
use recado_model::{
    AccountId, Actor, AuditAction, DeliveryState, DisabledReason, Role, Time, WebhookDeliveryId, WebhookId,
};
use recado_store::webhooks::deliveries::{self, Delivery, Tried};
use recado_store::webhooks::{self as store, Webhook};
use recado_store::{accounts, members};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::Instant;

use super::{label, old_secret_place, secret_place, sign, still_signs};
use crate::notifications::{About, By, Notice, notify};
use crate::{Ctx, Error, Result, audit};

/// The job that hands a delivery over.
pub(crate) const DELIVER_WEBHOOK: &str = "deliver_webhook";

/// The delivery itself knows when it is enough.
const MANY: i64 = 1_000_000;
/// Enough of an answer to see what is wrong.
const SHOWN: usize = 2000;
const GONE: i64 = 410;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Deliver {
    pub(super) id: WebhookDeliveryId,
}

impl Deliver {
    pub(super) fn job(&self, lane: &str) -> Result<New> {
        let job = New::of(DELIVER_WEBHOOK, self).map_err(Error::internal)?;
        Ok(job.lane(lane).dedupe_key(dedupe_key(self.id)).max_attempts(MANY))
    }
}

pub(super) fn dedupe_key(id: WebhookDeliveryId) -> String {
    format!("{DELIVER_WEBHOOK}:{id}")
}

/// What is about a conversation goes out in its order, and only that waits for what does not get through.
pub(super) fn lane(webhook: WebhookId, subject: Option<&str>) -> String {
    match subject {
        Some(subject) => format!("webhook:{webhook}:{subject}"),
        None => format!("webhook:{webhook}"),
    }
}

/// The handler of [`DELIVER_WEBHOOK`].
pub(crate) async fn run(ctx: &Ctx, job: &Job) -> Outcome {
    match deliver(ctx, job).await {
        Ok(outcome) => outcome,
        Err(error) => Outcome::retry(error),
    }
}

async fn deliver(ctx: &Ctx, job: &Job) -> Result<Outcome> {
    let asked: Deliver = match job.payload() {
        Ok(asked) => asked,
        Err(error) => return Ok(Outcome::fail(error)),
    };
    let mut tx = ctx.db.read().await?;
    let delivery = deliveries::get(&mut tx, job.account, asked.id).await?;
    let Some(delivery) = delivery.filter(|delivery| delivery.state == DeliveryState::Pending) else {
        return Ok(Outcome::Done);
    };
    let webhook = store::get(&mut tx, job.account, delivery.webhook_id).await?;
    drop(tx);
    let Some(webhook) = webhook.filter(|webhook| webhook.is_active) else {
        let mut tx = ctx.db.begin().await?;
        deliveries::cancel(&mut tx, job.account, delivery.id).await?;
        return finish(ctx, tx, job).await;
    };
    let tried = {
        let _slot = match ctx.webhooks.slots.take(webhook.id) {
            Ok(slot) => slot,
            Err(after) => {
                return Ok(Outcome::Retry {
                    after: Some(after),
                    error: "others are on their way to the same endpoint".to_owned(),
                });
            }
        };
        send(ctx, job.account, &webhook, &delivery).await?
    };
    if is_taken(&tried) {
        let mut tx = ctx.db.begin().await?;
        let now = ctx.clock.now();
        let state = DeliveryState::Delivered;
        deliveries::tried(&mut tx, job.account, delivery.id, state, None, &tried, now).await?;
        if webhook.failing_since.is_some() {
            store::reached(&mut tx, job.account, webhook.id).await?;
        }
        return finish(ctx, tx, job).await;
    }
    missed(ctx, job, &webhook, &delivery, &tried).await
}

/// Notes a failure, and decides what follows from it for the delivery and the endpoint.
async fn missed(
    ctx: &Ctx,
    job: &Job,
    webhook: &Webhook,
    delivery: &Delivery,
    tried: &Tried,
) -> Result<Outcome> {
    let now = ctx.clock.now();
    let settings = &ctx.webhooks.settings;
    let reason = if tried.status == Some(GONE) {
        Some(DisabledReason::Gone)
    } else {
        let failing = webhook.failing_since.unwrap_or(now);
        (now.since(failing) >= settings.disable_after).then_some(DisabledReason::Failing)
    };
    let mut tx = ctx.db.begin().await?;
    if reason.is_some() {
        // Before the endpoint's own row, like everybody who changes it.
        accounts::lock(&mut tx, job.account).await?;
    }
    let after = delay(delivery.tries + 1, settings.retry_first, settings.retry_for);
    let next = Some(now.plus(after))
        .filter(|next| reason.is_none() && *next <= delivery.asked_at.plus(settings.retry_for));
    let state = match next {
        Some(_) => DeliveryState::Pending,
        None => DeliveryState::Failed,
    };
    deliveries::tried(&mut tx, job.account, delivery.id, state, next, tried, now).await?;
    let still = store::missed(&mut tx, job.account, webhook.id, now).await?;
    if let (Some(reason), Some(webhook)) = (reason, still) {
        disable(ctx, &mut tx, job.account, webhook, reason, now).await?;
    }
    if next.is_none() {
        return finish(ctx, tx, job).await;
    }
    tx.commit().await?;
    Ok(Outcome::Retry {
        after: Some(after),
        error: tried.error.clone().unwrap_or_default(),
    })
}

/// Switches an endpoint off, and tells those who can mend it.
async fn disable(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    mut webhook: Webhook,
    reason: DisabledReason,
    now: Time,
) -> Result<()> {
    webhook.is_active = false;
    webhook.disabled_at = Some(now);
    webhook.disabled_reason = Some(reason);
    webhook.updated_at = now;
    store::update(tx, account, &webhook).await?;
    store::end(tx, account).await?;
    let actor = Actor::system(account);
    let name = label(&webhook);
    let summary = json!({ "name": name, "reason": reason });
    audit::record(
        ctx,
        tx,
        &actor,
        AuditAction::WebhookDisabled,
        webhook.id.0,
        summary,
    )
    .await?;
    let members = members::list(tx, account).await?;
    let notices: Vec<Notice<'_>> = members
        .iter()
        .filter(|member| matches!(member.role, Role::Owner | Role::Admin))
        .map(|member| Notice {
            to: member.id,
            by: By::System,
            contact: None,
            conversation: None,
            about: About::WebhookDisabled {
                webhook: webhook.id,
                name: &name,
                reason,
            },
        })
        .collect();
    let drafts = notify(ctx, tx, account, &notices).await?;
    if !drafts.is_empty() {
        ctx.journal.append(tx, account, drafts).await?;
    }
    Ok(())
}

async fn finish(ctx: &Ctx, mut tx: Tx, job: &Job) -> Result<Outcome> {
    match ctx.jobs.complete(&mut tx, job).await {
        Ok(()) => tx.commit().await?,
        // Another worker's by now: what it finds is what counts.
        Err(recado_jobs::Error::LeaseLost) => {}
        Err(recado_jobs::Error::Db(error)) => return Err(error.into()),
    }
    Ok(Outcome::Done)
}

/// One try. Whatever goes wrong on the way is an answer, too.
pub(super) async fn send(
    ctx: &Ctx,
    account: AccountId,
    webhook: &Webhook,
    delivery: &Delivery,
) -> Result<Tried> {
    let mut tx = ctx.db.read().await?;
    let kept = store::secrets(&mut tx, account, webhook.id).await?;
    let kept = kept.ok_or(Error::NotFound("webhook"))?;
    let body = deliveries::body(&mut tx, account, delivery.id).await?;
    let body = body.ok_or(Error::NotFound("delivery"))?;
    drop(tx);
    let now = ctx.clock.now();
    let mut secrets = vec![ctx.keyring.open_text(&secret_place(webhook.id), &kept.secret)?];
    if let Some(old) = kept
        .old_secret
        .filter(|_| still_signs(kept.old_secret_until, now))
    {
        secrets.push(ctx.keyring.open_text(&old_secret_place(webhook.id), &old)?);
    }
    let headers = headers(webhook, delivery, &secrets, now, &body)?;
    let begun = Instant::now();
    let timeout = ctx.webhooks.settings.timeout;
    let request = ctx.outside.post(&webhook.url, headers, Bytes::from(body));
    let mut tried = match tokio::time::timeout(timeout, request).await {
        Ok(Ok(answer)) => Tried {
            status: Some(i64::from(answer.status)),
            body: Some(readable(&answer.body)).filter(|text| !text.is_empty()),
            error: sentence(answer.status),
            took: 0,
        },
        Ok(Err(error)) => Tried {
            error: Some(error.to_string()),
            ..Tried::default()
        },
        Err(_) => Tried {
            error: Some(format!("The endpoint did not answer within {timeout:?}.")),
            ..Tried::default()
        },
    };
    tried.took = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    let outcome = if is_taken(&tried) { "taken" } else { "missed" };
    metrics::counter!("webhook_deliveries_total", "outcome" => outcome).increment(1);
    Ok(tried)
}

fn headers(
    webhook: &Webhook,
    delivery: &Delivery,
    secrets: &[SecretString],
    now: Time,
    body: &str,
) -> Result<HeaderMap> {
    let seconds = now.millis() / 1000;
    let id = delivery.event_id.to_string();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in [
        ("webhook-id", id.clone()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", sign::standard(secrets, &id, seconds, body)),
        ("x-wacrm-event", delivery.event.to_string()),
        ("x-wacrm-webhook-id", webhook.id.to_string()),
        ("x-wacrm-signature", sign::compatible(secrets, seconds, body)),
    ] {
        let value = HeaderValue::from_str(&value).map_err(Error::internal)?;
        headers.insert(HeaderName::from_static(name), value);
    }
    Ok(headers)
}

pub(super) fn is_taken(tried: &Tried) -> bool {
    tried.status.is_some_and(|status| (200..300).contains(&status))
}

fn sentence(status: u16) -> Option<String> {
    match status {
        200..300 => None,
        300..400 => Some(format!(
            "The endpoint answered with status {status}; redirects are not followed."
        )),
        _ => Some(format!("The endpoint answered with status {status}.")),
    }
}

/// The beginning of an answer as text that any database keeps.
fn readable(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    text.chars()
        .filter(|letter| *letter != '\0')
        .take(SHOWN)
        .collect()
}

/// How long after failure `tries` (1 for the first) the next try is: four times as long as the one before, at most a third
/// of all the time there is, and a tenth more or less, so that what failed together does not come back together.
fn delay(tries: i64, first: Duration, all: Duration) -> Duration {
    let times = u32::try_from(tries.clamp(1, 12) - 1).unwrap_or(0);
    let plain = first.saturating_mul(4_u32.saturating_pow(times)).min(all / 3);
    plain.mul_f64(rand::rng().random_range(0.9..1.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn a_day_is_tried_ten_times_or_so() {
        let mut passed = Duration::ZERO;
        let mut tries = 0;
        loop {
            tries += 1;
            passed += delay(tries, Duration::from_secs(5), DAY);
            if passed > DAY {
                break;
            }
        }
        assert!((9..=11).contains(&tries), "{tries}");
        assert!(delay(i64::MAX, Duration::MAX, DAY) < DAY);
    }

    #[test]
    fn answers_are_shown_as_far_as_they_are_text() {
        assert_eq!(readable(b"a\0b\xff"), "ab\u{fffd}");
        assert_eq!(readable("ü".repeat(SHOWN + 1).as_bytes()).chars().count(), SHOWN);
    }

    #[test]
    fn only_two_hundreds_are_a_yes() {
        for (status, taken) in [
            (199, false),
            (200, true),
            (204, true),
            (299, true),
            (302, false),
            (500, false),
        ] {
            let tried = Tried {
                status: Some(status),
                ..Tried::default()
            };
            assert_eq!(is_taken(&tried), taken, "{status}");
        }
        assert!(!is_taken(&Tried::default()));
    }
}
