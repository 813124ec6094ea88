//! The routes under `/api/v1`: one screen, which is also the list of the OpenAPI document.

mod accounts;
mod api_keys;
mod audit;
mod canned_replies;
mod channels;
mod compatible;
mod contacts;
mod conversations;
mod direct;
mod events;
mod intakes;
mod integrations;
mod invites;
mod jobs;
mod media;
mod members;
mod messages;
mod notes;
mod notifications;
mod profile;
mod search;
mod sessions;
mod tags;
mod templates;
mod two_factor;
mod views;
mod webhooks;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::live;
use crate::state::Api;

pub fn v1() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(accounts::sign_up))
        .routes(routes!(accounts::set_availability))
        .routes(routes!(accounts::me, profile::change))
        .routes(routes!(profile::change_password))
        .routes(routes!(profile::leave))
        .routes(routes!(profile::avatar))
        .routes(routes!(two_factor::status, two_factor::start))
        .routes(routes!(two_factor::confirm))
        .routes(routes!(two_factor::renew_codes))
        .routes(routes!(two_factor::disable))
        .routes(routes!(accounts::change))
        .routes(routes!(accounts::transfer))
        .routes(routes!(sessions::sign_in, sessions::sign_out))
        .routes(routes!(sessions::list, sessions::end_others))
        .routes(routes!(sessions::end))
        .routes(routes!(members::list))
        .routes(routes!(members::change, members::remove))
        .routes(routes!(invites::list, invites::create))
        .routes(routes!(invites::revoke))
        .routes(routes!(invites::preview))
        .routes(routes!(invites::accept))
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::change, api_keys::revoke))
        .routes(routes!(audit::list))
        .routes(routes!(channels::list, channels::connect))
        .routes(routes!(channels::get, channels::change, channels::remove))
        .routes(routes!(channels::check))
        .routes(routes!(integrations::sandbox, integrations::connect_sandbox))
        .routes(routes!(
            integrations::twilio,
            integrations::set_twilio,
            integrations::forget_twilio
        ))
        .routes(routes!(integrations::twilio_senders))
        .routes(routes!(conversations::list, conversations::start))
        .routes(routes!(conversations::counts))
        .routes(routes!(conversations::change_several))
        .routes(routes!(
            conversations::get,
            conversations::change,
            conversations::delete
        ))
        .routes(routes!(conversations::mark_read))
        .routes(routes!(conversations::mark_unread))
        .routes(routes!(conversations::typing))
        .routes(routes!(views::list, views::create))
        .routes(routes!(views::change, views::remove))
        .routes(routes!(messages::list, messages::send))
        .routes(routes!(direct::send))
        .routes(routes!(messages::delete))
        .routes(routes!(messages::retry))
        .routes(routes!(messages::react, messages::unreact))
        .routes(routes!(search::search))
        .routes(routes!(notes::timeline))
        .routes(routes!(notes::list, notes::write))
        .routes(routes!(notes::change, notes::delete))
        .routes(routes!(media::get))
        .routes(routes!(media::thumbnail))
        .routes(routes!(media::of_conversation))
        .routes(routes!(contacts::list, contacts::create))
        .routes(routes!(contacts::get, contacts::change))
        .routes(routes!(contacts::change_tags))
        .routes(routes!(tags::list, tags::create))
        .routes(routes!(tags::change, tags::delete))
        .routes(routes!(canned_replies::list, canned_replies::create))
        .routes(routes!(canned_replies::change, canned_replies::delete))
        .routes(routes!(templates::list, templates::create))
        .routes(routes!(templates::get, templates::delete))
        .routes(routes!(templates::sync))
        .routes(routes!(notifications::list))
        .routes(routes!(notifications::count))
        .routes(routes!(notifications::read))
        .routes(routes!(
            notifications::preferences,
            notifications::change_preferences
        ))
        .routes(routes!(notifications::change))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::get, webhooks::change, webhooks::delete))
        .routes(routes!(webhooks::rotate_secret))
        .routes(routes!(webhooks::test))
        .routes(routes!(webhooks::deliveries))
        .routes(routes!(webhooks::delivery))
        .routes(routes!(webhooks::replay))
        .routes(routes!(intakes::list))
        .routes(routes!(intakes::get))
        .routes(routes!(intakes::replay))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::retry))
        .routes(routes!(events::list))
        .routes(routes!(live::live))
}

/// Those that take files, and the time that takes.
pub fn uploads() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(media::upload))
        .routes(routes!(profile::set_avatar, profile::remove_avatar))
        .layer(axum::extract::DefaultBodyLimit::disable())
}

/// The one call of the compatible product that is not below `/api/v1`.
pub fn compatible() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(compatible::send))
}

pub use compatible::{Sentence, sentence};

/// Files for providers, who do not sign in.
pub fn files() -> axum::Router<Api> {
    axum::Router::new().route("/files/{token}", axum::routing::get(media::shared))
}
