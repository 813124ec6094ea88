//! News about templates, numbers and whole businesses. They name the business by its id and a number, if at all, only
//! as it is displayed.

use recado_model::{HealthUpdate, Inbound, TemplateUpdate};

use super::templates::{category, status};
use crate::json::{Object, cut};

const MAX_WORD: usize = 64;
const MAX_REASON: usize = 512;

/// Whether a change of this field is read here.
pub(super) fn is_one(field: &str) -> bool {
    is_template(field)
        || matches!(
            field,
            "phone_number_quality_update" | "account_update" | "account_alerts"
        )
}

fn is_template(field: &str) -> bool {
    matches!(
        field,
        "message_template_status_update"
            | "message_template_quality_update"
            | "message_template_components_update"
            | "template_category_update"
    )
}

/// Reads a change, or says what is missing in it.
pub(super) fn read(field: &str, business: &str, value: &Object<'_>) -> Result<Inbound, &'static str> {
    if is_template(field) {
        template(field, business, value).map(Inbound::Template)
    } else {
        health(field, business, value).map(Inbound::Health)
    }
}

fn template(field: &str, business: &str, value: &Object<'_>) -> Result<TemplateUpdate, &'static str> {
    let mut update = TemplateUpdate {
        business: business.to_owned(),
        // A number, unlike other ids.
        provider_id: value.id("message_template_id"),
        name: value
            .short("message_template_name", MAX_REASON)
            .unwrap_or_default(),
        language: value
            .short("message_template_language", MAX_WORD)
            .unwrap_or_default(),
        ..TemplateUpdate::default()
    };
    if update.provider_id.is_none() && (update.name.is_empty() || update.language.is_empty()) {
        return Err("it names no template");
    }
    match field {
        "message_template_status_update" => {
            let event = value.short("event", MAX_WORD).ok_or("no event in it")?;
            update.status = match event.as_str() {
                "REINSTATED" => status("APPROVED"),
                // It stands now where it stood before, and that is not told. What is flagged can still be sent.
                "UNARCHIVED" | "UNLOCKED" | "FLAGGED" => None,
                word => status(word),
            };
            update.changed = update.status.is_none();
            update.category = value
                .text("message_template_category")
                .and_then(|word| category(&word));
            update.reason = reason(value);
        }
        "message_template_quality_update" => {
            update.quality = Some(
                value
                    .short("new_quality_score", MAX_WORD)
                    .ok_or("no quality in it")?,
            );
        }
        // A category that is still to come (`correct_category`) changes nothing yet.
        "template_category_update" => {
            update.category = value.text("new_category").and_then(|word| category(&word));
            update.changed = update.category.is_none();
        }
        _ => update.changed = true,
    }
    Ok(update)
}

/// Why a template was refused or stopped, as far as any part of it is told.
fn reason(value: &Object<'_>) -> Option<String> {
    let told = |part: Option<Object<'_>>, name: &str| part.and_then(|part| part.short(name, MAX_REASON));
    let parts = [
        value.short("reason", MAX_REASON).filter(|word| word != "NONE"),
        told(value.object("other_info"), "title"),
        told(value.object("other_info"), "description"),
        told(value.object("rejection_info"), "reason"),
        told(value.object("rejection_info"), "recommendation"),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| cut(parts.join(": "), MAX_REASON))
}

fn health(field: &str, business: &str, value: &Object<'_>) -> Result<HealthUpdate, &'static str> {
    let alert = value.object("alert_info");
    let event = ["event", "alert_type"]
        .into_iter()
        .find_map(|name| value.short(name, MAX_WORD))
        .or_else(|| alert?.short("alert_type", MAX_WORD))
        .ok_or("no event in it")?;
    let phone = if field == "account_update" {
        "phone_number"
    } else {
        "display_phone_number"
    };
    Ok(HealthUpdate {
        business: business.to_owned(),
        display_phone: value.short(phone, MAX_WORD),
        limit: value
            .short("current_limit", MAX_WORD)
            .or_else(|| value.short("max_daily_conversations_per_business", MAX_WORD)),
        trouble: trouble(&event, value).map(str::to_owned),
        event,
    })
}

fn trouble(event: &str, value: &Object<'_>) -> Option<&'static str> {
    Some(match event {
        "PARTNER_REMOVED" => {
            "WhatsApp says this app was disconnected from the business. Connect the number again."
        }
        "ACCOUNT_OFFBOARDED" => {
            "WhatsApp says the business has left the Cloud API. Connect the number again."
        }
        "ACCOUNT_DELETED" => "WhatsApp says the business account was deleted.",
        "DISABLED_UPDATE" if !is_lifted(value) => {
            "WhatsApp has disabled the business account, or is about to. See WhatsApp Manager for why."
        }
        _ => return None,
    })
}

fn is_lifted(value: &Object<'_>) -> bool {
    // A word, in some samples a list of one.
    let ban = value.object("ban_info");
    ban.and_then(|ban| {
        ban.get("waba_ban_state")
            .map(|state| state.get().contains("\"REINSTATE\""))
    })
    .unwrap_or(false)
}
