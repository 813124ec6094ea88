//! Posts one webhook of Twilio's: a form, signed, with the tries and times Twilio takes.

use std::time::Duration;

use reqwest::{StatusCode, header};

use super::sign;
use crate::{
    error::{Error, Result},
    store::outbox,
    webhook::deliver::causes,
    world::World,
};

/// For everything, a second try included.
const IN_ALL: Duration = Duration::from_secs(15);

pub(crate) async fn post(world: &World, row: &outbox::Row) -> Result<StatusCode> {
    let line = world.twilio.as_ref().ok_or(Error::NoTwilio)?;
    let url = row.url.as_deref().ok_or(Error::NotConnected)?;
    let form: Vec<(String, String)> = serde_json::from_str(&row.item)?;
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&form)
        .finish();
    let signature = sign::signature(&line.auth_token, url, &form);
    let try_once = || {
        world
            .http
            .post(url)
            .header(
                header::CONTENT_TYPE,
                "application/x-www-form-urlencoded; charset=UTF-8",
            )
            .header(header::USER_AGENT, "TwilioProxy/1.1")
            .header("X-Twilio-Signature", &signature)
            // The same for both tries.
            .header(
                "I-Twilio-Idempotency-Token",
                format!("{}-{}", row.message_id, row.seq),
            )
            .body(body.clone())
            .send()
    };
    let tries = async {
        match try_once().await {
            Err(error) if error.is_connect() => {
                tokio::time::sleep(world.retry.first).await;
                try_once().await
            }
            answer => answer,
        }
    };
    match tokio::time::timeout(IN_ALL, tries).await {
        Ok(Ok(answer)) => Ok(answer.status()),
        Ok(Err(error)) => Err(Error::Unanswered(causes(&error))),
        Err(_) => Err(Error::Unanswered("timed out".to_owned())),
    }
}
