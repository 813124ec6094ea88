//! Templates: Twilio's content, in its JSON, as it lists it, as it wants new ones, and filled in.
//!
//! Twilio numbers the variables of a whole template, ours are numbered for each of its parts; so a text's names are
//! Twilio's own, and only where there is no text of ours with the names in it has the definition to be at hand.

mod create;
mod definition;
mod fill;
mod list;

use recado_model::{TemplateCategory, TemplateStatus};

pub(super) use create::to_json;
pub(super) use definition::{Definition, definition};
pub(super) use fill::filled;
pub(super) use list::read;

/// What Twilio's word for a template's state comes to.
pub(super) fn status(word: &str) -> TemplateStatus {
    match word {
        "unsubmitted" => TemplateStatus::Draft,
        "received" | "pending" => TemplateStatus::Pending,
        "approved" => TemplateStatus::Approved,
        "rejected" => TemplateStatus::Rejected,
        "paused" => TemplateStatus::Paused,
        "disabled" => TemplateStatus::Disabled,
        _ => TemplateStatus::Unavailable,
    }
}

pub(super) fn category(word: &str) -> Option<TemplateCategory> {
    Some(match word.to_ascii_uppercase().as_str() {
        "MARKETING" => TemplateCategory::Marketing,
        "UTILITY" => TemplateCategory::Utility,
        "AUTHENTICATION" => TemplateCategory::Authentication,
        _ => return None,
    })
}

pub(super) fn category_word(category: TemplateCategory) -> &'static str {
    match category {
        TemplateCategory::Marketing => "MARKETING",
        TemplateCategory::Utility => "UTILITY",
        TemplateCategory::Authentication => "AUTHENTICATION",
    }
}
