//! The templates of both providers as the page shows them, and the decision on them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::problem::{Answer, Body, Problem};
use crate::{
    error::Error,
    line::Line,
    store::{
        contents,
        outbox::{self, Kind},
        templates,
    },
    world::{Change, Event, World},
};

#[derive(Serialize)]
pub(super) struct Shown {
    line: Line,
    id: String,
    name: String,
    language: String,
    category: String,
    /// In capitals, at Twilio as well.
    status: String,
    /// Meta's components, or Twilio's types.
    content: Value,
    reason: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Decision {
    /// `APPROVED`, `REJECTED`, `PAUSED`, `DISABLED`, `PENDING`.
    status: Option<String>,
    reason: Option<String>,
    /// Meta's: `GREEN`, `YELLOW`, `RED`.
    quality: Option<String>,
    /// Meta's: moves it to another category.
    category: Option<String>,
}

pub(super) async fn list(State(world): State<Arc<World>>) -> Answer<Json<Vec<Shown>>> {
    let has_twilio = world.twilio.is_some();
    let shown = world
        .read(move |tx| {
            let at_meta = templates::list(tx)?.into_iter().map(|row| Shown {
                line: Line::Meta,
                id: row.id.to_string(),
                name: row.name,
                language: row.language,
                category: row.category,
                status: row.status,
                content: row.components,
                reason: row.reason,
            });
            let contents = if has_twilio {
                contents::list(tx)?
            } else {
                Vec::new()
            };
            let at_twilio = contents.into_iter().map(|row| {
                let text = |key: &str| row.approval[key].as_str().unwrap_or_default().to_owned();
                Shown {
                    line: Line::Twilio,
                    id: row.sid.clone(),
                    category: text("category"),
                    status: row.status().to_uppercase(),
                    reason: Some(text("rejection_reason")).filter(|reason| !reason.is_empty()),
                    name: row.friendly_name,
                    language: row.language,
                    content: row.types,
                }
            });
            Ok(at_meta.chain(at_twilio).collect())
        })
        .await?;
    Ok(Json(shown))
}

/// `PATCH /sandbox/api/templates/{id}`: what Meta's reviewers, or its machines, decide.
pub(super) async fn decide(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    Body(decision): Body<Decision>,
) -> Answer<Json<Value>> {
    const KNOWN: [&str; 5] = ["APPROVED", "REJECTED", "PAUSED", "DISABLED", "PENDING"];
    if decision
        .status
        .as_deref()
        .is_some_and(|status| !KNOWN.contains(&status))
    {
        return Err(Problem(
            axum::http::StatusCode::BAD_REQUEST,
            "bad_request",
            Some("status"),
            format!("must be one of {KNOWN:?}"),
        ));
    }
    world
        .change(move |change| {
            change.tell(Event::Templates);
            match id.parse() {
                Ok(id) => at_meta(change, id, &decision),
                Err(_) => at_twilio(change, &id, &decision),
            }
        })
        .await?;
    Ok(Json(json!({})))
}

/// Each part of the decision is told by a webhook of its own.
fn at_meta(change: &Change<'_>, id: i64, decision: &Decision) -> crate::Result<()> {
    let mut row = templates::find(change.tx, id)?.ok_or_else(|| Error::NotFound(id.to_string()))?;
    let about = json!({
        "message_template_id": row.id,
        "message_template_name": row.name,
        "message_template_language": row.language,
    });
    let tell = |field: &str, more: Value| {
        let mut value = about.clone();
        if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
            value.extend(more);
        }
        let kind = Kind::Field(field.to_owned());
        outbox::push(change.tx, &kind, &value.to_string(), None, "")
    };
    if let Some(category) = &decision.category {
        let previous = std::mem::replace(&mut row.category, category.clone());
        tell(
            "template_category_update",
            json!({"previous_category": previous, "new_category": category}),
        )?;
    }
    if let Some(status) = &decision.status {
        row.status.clone_from(status);
        let rejected = status == "REJECTED";
        row.reason = rejected.then(|| {
            decision
                .reason
                .clone()
                .unwrap_or_else(|| "INVALID_FORMAT".to_owned())
        });
        let mut more = json!({
            "event": status,
            "message_template_category": row.category,
            "reason": row.reason.as_deref().unwrap_or("NONE"),
        });
        if let Some(reason) = &row.reason {
            more["rejection_info"] = json!({"reason": reason, "recommendation": "Change it and try again."});
        }
        tell("message_template_status_update", more)?;
    }
    if let Some(quality) = &decision.quality {
        tell(
            "message_template_quality_update",
            json!({"previous_quality_score": "UNKNOWN", "new_quality_score": quality}),
        )?;
    }
    templates::update(change.tx, &row)
}

/// Nobody is told: Twilio's customers ask.
fn at_twilio(change: &Change<'_>, sid: &str, decision: &Decision) -> crate::Result<()> {
    let row = contents::find(change.tx, sid)?.ok_or_else(|| Error::NotFound(sid.to_owned()))?;
    let mut approval = row.approval;
    if let Some(status) = &decision.status {
        approval["status"] = status.to_lowercase().into();
        let reason = decision.reason.clone().filter(|_| status == "REJECTED");
        approval["rejection_reason"] = reason.unwrap_or_default().into();
    }
    if let Some(category) = &decision.category {
        approval["category"] = category.clone().into();
    }
    contents::set_approval(change.tx, sid, &approval)
}
