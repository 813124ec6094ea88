//! The Graph API a business calls: `/{version}/{id}…`, with the answers and refusals Meta documents.

mod content;
mod fields;
mod interactive;
mod manage;
mod media;
mod refusal;
mod samples;
pub(crate) mod send;
mod template;
mod templates;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderMap, header},
    routing::{get, post},
};

pub(crate) use self::{content::fill_numbered, refusal::Refusal};
use crate::{file, webhook::sign, world::World};

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/{version}/debug_token", get(manage::debug_token))
        .route(
            "/{version}/{id}",
            get(manage::object)
                .post(samples::upload_or_edit)
                .delete(media::delete)
                .layer(DefaultBodyLimit::max(file::LARGEST)),
        )
        .route("/{version}/{id}/messages", post(send::messages))
        .route("/{version}/{id}/marketing_messages", post(send::messages))
        .route(
            "/{version}/{id}/media",
            // Room for the form around the file.
            post(media::upload).layer(DefaultBodyLimit::max(file::LARGEST + 64 * 1024)),
        )
        .route("/{version}/{id}/uploads", post(samples::begin))
        .route("/{version}/{id}/phone_numbers", get(manage::phone_numbers))
        .route(
            "/{version}/{id}/message_templates",
            get(templates::list)
                .post(templates::create)
                .delete(templates::delete),
        )
        .route(
            "/{version}/{id}/subscribed_apps",
            get(manage::subscribed_apps)
                .post(manage::subscribe)
                .delete(manage::unsubscribe),
        )
        .route("/{version}/{id}/register", post(manage::register))
        .route(
            "/{version}/{id}/whatsapp_business_profile",
            get(manage::profile).post(manage::set_profile),
        )
}

type Answer<T> = Result<T, Refusal>;

/// Versions look like `v24.0`; anything else in that place is no call of the Graph API.
pub(crate) fn is_version(segment: &str) -> bool {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    segment
        .strip_prefix('v')
        .and_then(|version| version.split_once('.'))
        .is_some_and(|(major, minor)| number(major) && number(minor))
}

/// The token from the header or, as Meta also takes it, from the query.
pub(crate) fn bearer<'a>(headers: &'a HeaderMap, query_token: Option<&'a str>) -> Option<&'a str> {
    let header = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let header = header.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        // The resumable upload says OAuth where everything else says Bearer.
        let known = ["bearer", "oauth"]
            .iter()
            .any(|name| scheme.eq_ignore_ascii_case(name));
        known.then(|| token.trim())
    });
    header.or(query_token)
}

/// Checks version, token and, when given, its proof. Every call starts with it.
fn admit(
    world: &World,
    version: &str,
    headers: &HeaderMap,
    query_token: Option<&str>,
    proof: Option<&str>,
) -> Answer<()> {
    if !is_version(version) {
        return Err(Refusal::unknown_path());
    }
    let business = &world.business;
    match bearer(headers, query_token) {
        None => Err(Refusal::token(
            "An access token is required to request this resource.",
        )),
        Some(token) if token != business.access_token => Err(Refusal::token(
            "Error validating access token: it is not valid for this app.",
        )),
        Some(token) if proof.is_some_and(|proof| proof != sign::proof(&business.app_secret, token)) => Err(
            Refusal::parameter("Invalid appsecret_proof provided in the API argument"),
        ),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn knows_versions() {
        for good in ["v24.0", "v9.10"] {
            assert!(is_version(good), "{good}");
        }
        for bad in ["24.0", "v24", "v.0", "v24.", "assets", "v24.0.1", "va.b", ""] {
            assert!(!is_version(bad), "{bad}");
        }
    }
}
