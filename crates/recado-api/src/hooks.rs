//! Where providers send their webhooks: `/hooks/meta/{app_id}`, `/hooks/twilio/{number_id}` and, for what becomes of our
//! messages, `/hooks/twilio/{number_id}/status`.

use axum::Router;
use axum::extract::{RawPathParams, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use recado_engine::intake::TwilioRequest;
use recado_model::{MetaAppId, NumberId};
use recado_whatsapp::meta::Handshake;
use recado_whatsapp::twilio;

use crate::error::{Error, Result};
use crate::extract::{Query, read_body};
use crate::state::Api;

/// Meta's signature over the raw body.
const SIGNATURE: &str = "x-hub-signature-256";

pub fn routes() -> Router<Api> {
    Router::new()
        .route("/hooks/meta/{app_id}", get(handshake).post(receive))
        .route("/hooks/twilio/{number_id}", post(receive_twilio))
        .route("/hooks/twilio/{number_id}/status", post(receive_twilio))
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
    count(&result);
    result.map(|()| StatusCode::OK)
}

/// 200 with an empty TwiML means that it is durable, and that nothing is to be answered in its place.
async fn receive_twilio(State(api): State<Api>, params: RawPathParams, request: Request) -> Result<Response> {
    let result = take_in_twilio(&api, &params, request).await;
    count(&result);
    result.map(|()| ([(CONTENT_TYPE, "text/xml")], "<Response/>").into_response())
}

fn count(result: &Result<()>) {
    if let Err(error) = result {
        metrics::counter!("webhook_rejected_total", "reason" => error.code).increment(1);
    }
}

async fn take_in_twilio(api: &Api, params: &RawPathParams, request: Request) -> Result<()> {
    let id = params.iter().next().and_then(|(_, text)| text.parse().ok());
    let number: NumberId = id.ok_or_else(|| Error::not_found("There is no such webhook address."))?;
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    let body = read_body(
        request,
        api.settings.webhook_body_limit,
        api.settings.body_patience(),
    )
    .await?;
    let header = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
    let asked = TwilioRequest {
        target: uri.path_and_query().map_or("/", |target| target.as_str()),
        query: uri.query(),
        signature: twilio::Signature {
            signature: header(twilio::SIGNATURE_HEADER).unwrap_or_default(),
            settings: header(twilio::SETTINGS_HEADER),
        },
    };
    api.intake.receive_twilio(number, asked, body.into()).await?;
    Ok(())
}

async fn take_in(api: &Api, params: &RawPathParams, request: Request) -> Result<()> {
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
    Ok(())
}

/// An id that is none is an address we never gave out.
fn app(params: &RawPathParams) -> Result<MetaAppId> {
    let id = params.iter().next().and_then(|(_, text)| text.parse().ok());
    id.ok_or_else(|| Error::not_found("There is no such webhook address."))
}
