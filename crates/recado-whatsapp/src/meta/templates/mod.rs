//! Templates in Meta's JSON: as it lists them, as it wants new ones, and filled in, as part of a message.

mod create;
mod fill;
mod list;

use recado_model::{TemplateCategory, TemplateStatus};

pub(super) use create::to_json;
pub(super) use fill::filled;
pub(super) use list::read;

/// What Meta's word for a template's state comes to; none for a word we have never heard of.
pub(super) fn status(word: &str) -> Option<TemplateStatus> {
    Some(match word {
        "APPROVED" => TemplateStatus::Approved,
        // It was rejected, and is looked at again.
        "PENDING" | "IN_APPEAL" => TemplateStatus::Pending,
        "REJECTED" => TemplateStatus::Rejected,
        "PAUSED" => TemplateStatus::Paused,
        "DISABLED" => TemplateStatus::Disabled,
        "PENDING_DELETION" | "DELETED" | "LIMIT_EXCEEDED" | "ARCHIVED" | "LOCKED" => {
            TemplateStatus::Unavailable
        }
        _ => return None,
    })
}

pub(super) fn category(word: &str) -> Option<TemplateCategory> {
    Some(match word {
        "MARKETING" => TemplateCategory::Marketing,
        "UTILITY" => TemplateCategory::Utility,
        "AUTHENTICATION" => TemplateCategory::Authentication,
        _ => return None,
    })
}

fn category_word(category: TemplateCategory) -> &'static str {
    match category {
        TemplateCategory::Marketing => "MARKETING",
        TemplateCategory::Utility => "UTILITY",
        TemplateCategory::Authentication => "AUTHENTICATION",
    }
}
