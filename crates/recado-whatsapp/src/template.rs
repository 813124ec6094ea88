//! Templates as the providers know them, in our words.

use recado_model::template::{TemplateBody, TemplateValues};
use recado_model::{TemplateCategory, TemplateStatus};

/// A template in one language, as the provider lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderTemplate {
    /// The provider's id of it, 1 to 512 characters.
    pub provider_id: String,
    /// At most 512 characters.
    pub name: String,
    /// As the provider writes it: `en_US`.
    pub language: String,
    /// `Unavailable` also where it holds something that we cannot fill in.
    pub status: TemplateStatus,
    pub category: Option<TemplateCategory>,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    pub quality: Option<String>,
    /// Why it cannot be used, in the provider's words or ours; at most 512 characters.
    pub reason: Option<String>,
    /// Its variables have names (`{{name}}`), not numbers (`{{1}}`).
    pub named: bool,
    pub body: TemplateBody,
}

/// A template to hand in for approval.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTemplate {
    /// Lower-case letters, digits and `_`.
    pub name: String,
    pub language: String,
    pub category: TemplateCategory,
    /// Its variables have names, not numbers.
    pub named: bool,
    pub body: TemplateBody,
    /// Something for each variable, for whoever reviews it.
    pub examples: TemplateValues,
    /// What Meta called the sample of the header's file when it was handed over.
    pub header_handle: Option<String>,
}

/// What became of a [`NewTemplate`] at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedTemplate {
    /// The provider's id of it, 1 to 512 characters.
    pub provider_id: String,
    pub status: TemplateStatus,
    /// What the provider takes it for, which may differ from what was asked.
    pub category: Option<TemplateCategory>,
}
