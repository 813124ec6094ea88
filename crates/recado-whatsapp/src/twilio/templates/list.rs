//! A template as Twilio lists it, with what became of its approval.

use recado_model::TemplateStatus;
use recado_model::template::TemplateBody;

use super::{category, definition, status};
use crate::json::Object;
use crate::template::ProviderTemplate;

const MAX_NAME: usize = 512;
const MAX_WORD: usize = 64;

/// None if it lacks what it is found by.
pub(in crate::twilio) fn read(row: &Object<'_>) -> Option<ProviderTemplate> {
    let approval = row.object("approval_requests");
    let told = |name: &str| approval.as_ref()?.short(name, MAX_NAME);
    let read = definition(row, told("content_type").as_deref()).unwrap_or_default();
    let word = told("status").unwrap_or_else(|| "unsubmitted".to_owned());
    let rejected = told("rejection_reason");
    let (status, reason) = match (status(&word), read.beyond_us) {
        (TemplateStatus::Approved, Some(what)) => (
            TemplateStatus::Unavailable,
            Some(format!("Recado cannot fill in its {what} yet.")),
        ),
        (TemplateStatus::Unavailable, _) => (TemplateStatus::Unavailable, rejected.or(Some(word))),
        (status, _) => (status, rejected),
    };
    let named = TemplateBody::variables(&read.body.body)
        .iter()
        .any(|name| name.parse::<u32>().is_err());
    Some(ProviderTemplate {
        provider_id: row.id("sid")?,
        name: told("name").or_else(|| row.short("friendly_name", MAX_NAME))?,
        language: row.short("language", MAX_WORD)?,
        status,
        category: told("category").and_then(|word| category(&word)),
        // Twilio tells none.
        quality: None,
        reason,
        named,
        body: read.body,
    })
}
