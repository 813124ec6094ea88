//! What the providers think of the business's numbers, and anything else they may tell about the account.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{Answer, Body, Problem};
use crate::{
    sandbox,
    store::{
        outbox::{self, Kind},
        settings,
    },
    world::World,
};

#[derive(Deserialize)]
pub(super) struct Change {
    /// `GREEN`, `YELLOW`, `RED`.
    quality: Option<String>,
    /// `TIER_250` … `TIER_UNLIMITED`.
    tier: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Told {
    field: String,
    value: Value,
}

#[derive(Deserialize)]
pub(super) struct Connect {
    url: String,
}

/// `PATCH /sandbox/api/number`: rates the number anew, and tells it with `phone_number_quality_update`.
pub(super) async fn change(
    State(world): State<Arc<World>>,
    Body(wanted): Body<Change>,
) -> Answer<Json<Value>> {
    const TIERS: [&str; 6] = [
        "TIER_50",
        "TIER_250",
        "TIER_2K",
        "TIER_10K",
        "TIER_100K",
        "TIER_UNLIMITED",
    ];
    const COLOURS: [&str; 3] = ["GREEN", "YELLOW", "RED"];
    let fits =
        |value: &Option<String>, known: &[&str]| value.as_deref().is_none_or(|value| known.contains(&value));
    if !fits(&wanted.quality, &COLOURS) || !fits(&wanted.tier, &TIERS) {
        return Err(Problem(
            StatusCode::BAD_REQUEST,
            "bad_request",
            None,
            format!("quality must be one of {COLOURS:?}, tier one of {TIERS:?}"),
        ));
    }
    let answer = world
        .change(move |change| {
            let old_tier = settings::get(change.tx, settings::TIER)?.unwrap_or_else(|| "TIER_250".to_owned());
            let quality = wanted.quality.as_deref();
            let tier = wanted.tier.as_deref().unwrap_or(&old_tier);
            let rank = |tier: &str| TIERS.iter().position(|known| *known == tier);
            let event = match quality {
                Some("RED") => "FLAGGED",
                _ if rank(tier) < rank(&old_tier) => "DOWNGRADE",
                _ if rank(tier) > rank(&old_tier) => "UPGRADE",
                _ => "UNFLAGGED",
            };
            if quality.is_some() {
                settings::set(change.tx, settings::QUALITY, quality)?;
            }
            settings::set(change.tx, settings::TIER, Some(tier))?;
            let told = json!({
                "display_phone_number": change.world.business.digits(),
                "event": event,
                "current_limit": tier,
                "max_daily_conversations_per_business": tier,
            });
            let field = Kind::Field("phone_number_quality_update".to_owned());
            outbox::push(change.tx, &field, &told.to_string(), None, "")?;
            let quality = settings::get(change.tx, settings::QUALITY)?.unwrap_or_else(|| "GREEN".to_owned());
            Ok(json!({"quality": quality, "tier": tier}))
        })
        .await?;
    Ok(Json(answer))
}

/// `POST /sandbox/api/webhooks/field`: a change of any field of Meta's, delivered like everything else.
pub(super) async fn tell(State(world): State<Arc<World>>, Body(told): Body<Told>) -> Answer<Json<Value>> {
    world
        .change(move |change| {
            outbox::push(
                change.tx,
                &Kind::Field(told.field),
                &told.value.to_string(),
                None,
                "",
            )
        })
        .await?;
    Ok(Json(json!({})))
}

/// `POST /sandbox/api/twilio/connect`: where Twilio's webhooks go.
pub(super) async fn connect_twilio(
    State(world): State<Arc<World>>,
    Body(wanted): Body<Connect>,
) -> Answer<Json<Value>> {
    sandbox::connect_twilio(&world, &wanted.url).await?;
    Ok(Json(json!({})))
}
