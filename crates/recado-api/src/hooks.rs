//! Where providers send their webhooks: `/hooks/meta/{app_id}`.

use axum::Router;
use axum::extract::{RawPathParams, Request, State};
use axum::routing::get;
use http::{HeaderValue, StatusCode};
use recado_model::MetaAppId;
use recado_whatsapp::meta::Handshake;

use crate::error::{Error, Result};
use crate::extract::{Query, read_body};
use crate::state::Api;

/// Meta's signature over the raw body.
const SIGNATURE: &str = "x-hub-signature-256";

pub fn routes() -> Router<Api> {
    Router::new().route("/hooks/meta/{app_id}", get(handshake).post(receive))
}

/// Meta asks whether this address is ours: the challenge comes back as it is, to whoever knows our word.
async fn handshake(
    State(api): State<Api>,
    params: RawPathParams,
    Query(question): Query<Handshake>,
) -> Result<String> {
    let answer = api.intake.handshake(app(&params)?, &question).await?;
    answer.ok_or_else(|| Error::forbidden("The verify token is not the one set here."))
}

/// 200 means it is durable. Anything else makes Meta come back.
async fn receive(State(api): State<Api>, params: RawPathParams, request: Request) -> Result<StatusCode> {
    let result = take_in(&api, &params, request).await;
    if let Err(error) = &result {
        metrics::counter!("webhook_rejected_total", "reason" => error.code).increment(1);
    }
    result
}

async fn take_in(api: &Api, params: &RawPathParams, request: Request) -> Result<StatusCode> {
    let app = app(params)?;
    let signature = request.headers().get(SIGNATURE).cloned();
    let body = read_body(
        request,
        api.settings.webhook_body_limit,
        api.settings.body_patience(),
    )
    .await?;
    let signature = signature.as_ref().map(HeaderValue::as_bytes);
    api.intake.receive(app, signature, body.into()).await?;
    Ok(StatusCode::OK)
}

/// An id that is none is an address we never gave out.
fn app(params: &RawPathParams) -> Result<MetaAppId> {
    let id = params.iter().next().and_then(|(_, text)| text.parse().ok());
    id.ok_or_else(|| Error::not_found("There is no such webhook address."))
}
