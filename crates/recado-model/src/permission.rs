//! Who may do what: one table of roles, the same words as the scopes of an API key.

use crate::stored::{Scalar, Stored, StoredError};

crate::words! {
    /// One thing an actor may do. The words are the scopes of the public API, `noun:verb`.
    pub enum Permission {
        ConversationsRead = "conversations:read",
        /// Status, assignment, marking as read.
        ConversationsWrite = "conversations:write",
        ConversationsDelete = "conversations:delete",
        MessagesRead = "messages:read",
        MessagesSend = "messages:send",
        /// Taking messages out of the inbox.
        MessagesDelete = "messages:delete",
        /// What the team writes to itself.
        NotesRead = "notes:read",
        NotesWrite = "notes:write",
        ContactsRead = "contacts:read",
        ContactsWrite = "contacts:write",
        ChannelsRead = "channels:read",
        ChannelsManage = "channels:manage",
        MembersRead = "members:read",
        /// Roles, invites, removing members.
        MembersManage = "members:manage",
        KeysManage = "keys:manage",
        /// Rejected webhooks and dead jobs.
        OperationsManage = "operations:manage",
        AccountManage = "account:manage",
        /// Who did what.
        AuditRead = "audit:read",
        /// Outgoing webhooks, and through them everything that they tell of.
        WebhooksManage = "webhooks:manage",
    }
}

crate::words! {
    /// What a member is in an account, weakest first.
    pub enum Role {
        Viewer = "viewer",
        Agent = "agent",
        Admin = "admin",
        Owner = "owner",
    }
}

impl Role {
    /// The permission table.
    pub fn permissions(self) -> Permissions {
        use Permission as P;
        let viewer = [
            P::ConversationsRead,
            P::MessagesRead,
            P::NotesRead,
            P::ContactsRead,
            P::ChannelsRead,
            P::MembersRead,
        ];
        let agent = [
            P::ConversationsWrite,
            P::MessagesSend,
            P::NotesWrite,
            P::ContactsWrite,
        ];
        match self {
            Self::Viewer => viewer.into_iter().collect(),
            Self::Agent => viewer.into_iter().chain(agent).collect(),
            Self::Admin | Self::Owner => P::ALL.iter().copied().collect(),
        }
    }

    /// Whether a member of this role may make somebody `role`, or take it from them. Only owners touch owners.
    pub fn may_grant(self, role: Self) -> bool {
        self.permissions().contains(Permission::MembersManage) && (role != Self::Owner || self == Self::Owner)
    }
}

/// A set of permissions. As JSON and in a column: a sorted list of words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u32);

impl Permissions {
    pub const NONE: Self = Self(0);

    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(move |permission| self.contains(*permission))
    }

    /// Whether everything in this set is in `other` too.
    pub const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(
            permissions
                .into_iter()
                .fold(0, |set, permission| set | (1 << permission as u32)),
        )
    }
}

impl serde::Serialize for Permissions {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for Permissions {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Permission>::deserialize(deserializer).map(|list| list.into_iter().collect())
    }
}

impl utoipa::PartialSchema for Permissions {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        <Vec<Permission> as utoipa::PartialSchema>::schema()
    }
}

impl utoipa::ToSchema for Permissions {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        schemas.push((
            "Permission".to_owned(),
            <Permission as utoipa::PartialSchema>::schema(),
        ));
    }
}

impl Stored for Permissions {
    fn to_scalar(&self) -> Scalar<'_> {
        let words: Vec<_> = self.iter().map(Permission::as_str).collect();
        Scalar::Text(words.join(" ").into())
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
        // A permission this program no longer knows is one nobody can use: it is left out.
        let words = String::from_scalar(scalar)?;
        Ok(words
            .split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_all_that_a_weaker_one_may() {
        for pair in Role::ALL.windows(2) {
            assert!(
                pair[0].permissions().within(pair[1].permissions()),
                "{} ⊆ {}",
                pair[0],
                pair[1]
            );
        }
    }

    #[test]
    fn a_viewer_only_reads_and_an_agent_does_not_manage() {
        assert!(
            Role::Viewer
                .permissions()
                .iter()
                .all(|permission| permission.as_str().ends_with(":read"))
        );
        assert!(
            !Role::Agent
                .permissions()
                .iter()
                .any(|permission| permission.as_str().ends_with(":manage"))
        );
    }

    #[test]
    fn only_an_owner_makes_owners() {
        assert!(Role::Owner.may_grant(Role::Owner));
        assert!(!Role::Admin.may_grant(Role::Owner));
        assert!(Role::Admin.may_grant(Role::Agent));
        assert!(!Role::Agent.may_grant(Role::Viewer));
    }

    #[test]
    fn a_set_survives_its_column() {
        let agent = Role::Agent.permissions();
        assert_eq!(Permissions::from_scalar(agent.to_scalar()).unwrap(), agent);
        assert_eq!(
            Permissions::from_scalar(Scalar::Text("gone:away messages:read".into())).unwrap(),
            [Permission::MessagesRead].into_iter().collect()
        );
    }
}
