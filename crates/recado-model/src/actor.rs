//! Whoever asks: a member with a session, an API key, or Recado itself.

use std::net::IpAddr;

use crate::ids::{AccountId, ApiKeyId, MemberId, SessionId, UserId};
use crate::permission::{Permission, Permissions, Role};

/// An authenticated caller, bound to one account. Everything a request may touch is decided by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    pub account: AccountId,
    pub who: Who,
    pub permissions: Permissions,
    /// Where the request came from, for the audit log.
    pub address: Option<IpAddr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Member {
        member: MemberId,
        user: UserId,
        role: Role,
        session: SessionId,
    },
    Key {
        key: ApiKeyId,
    },
    /// Recado's own commands (seeding the demo account, replaying intakes).
    System,
}

impl Actor {
    pub fn system(account: AccountId) -> Self {
        Self {
            account,
            who: Who::System,
            permissions: Permission::ALL.iter().copied().collect(),
            address: None,
        }
    }

    /// The same caller, seen at this address.
    #[must_use]
    pub const fn at(self, address: IpAddr) -> Self {
        Self {
            address: Some(address),
            ..self
        }
    }

    pub const fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// The member behind a session; none behind a key.
    pub const fn member(&self) -> Option<MemberId> {
        match self.who {
            Who::Member { member, .. } => Some(member),
            Who::Key { .. } | Who::System => None,
        }
    }

    /// Rank when granting roles: a key acts as an admin, never as an owner.
    pub const fn role(&self) -> Role {
        match self.who {
            Who::Member { role, .. } => role,
            Who::Key { .. } => Role::Admin,
            Who::System => Role::Owner,
        }
    }
}
