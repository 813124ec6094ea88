//! Saved views: which conversations a list shows, kept under a name.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::conversation::{ConversationStatus, Window};
use crate::ids::{MemberId, NumberId, TagId};

crate::words! {
    /// Whose conversations.
    pub enum ViewAssigned {
        /// Of whoever looks.
        Mine = "mine",
        Unassigned = "unassigned",
        Anyone = "anyone",
    }
}

crate::words! {
    pub enum ViewSort {
        Created = "created",
        Activity = "activity",
        /// Who has waited longest comes first.
        Waiting = "waiting",
        /// What is unread comes first.
        Unread = "unread",
    }
}

/// The same words as the parameters of the list of conversations. What is absent does not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewFilter {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 3)]
    pub status: Vec<ConversationStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub assigned: Option<ViewAssigned>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub assigned_agent_id: Option<MemberId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub channel_id: Option<NumberId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tag: Option<TagId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub window: Option<Window>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub sort: Option<ViewSort>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_narrow_the_list_is_not_kept() {
        assert_eq!(serde_json::to_string(&ViewFilter::default()).unwrap(), "{}");
        let text = r#"{"status":["open"],"assigned":"mine","unread":true,"sort":"waiting"}"#;
        let filter: ViewFilter = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&filter).unwrap(), text);
        assert!(serde_json::from_str::<ViewFilter>(r#"{"statuses":[]}"#).is_err());
    }
}
