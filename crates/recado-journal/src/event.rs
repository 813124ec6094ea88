//! What stands in the journal, and who may see it.

use std::fmt;
use std::str::FromStr;

use recado_db::record;
use recado_model::{MemberId, Scalar, Stored, StoredError, Time};

/// An event before it has a number.
#[derive(Clone, Debug)]
pub struct Draft {
    /// For example `message.created`.
    pub kind: &'static str,
    pub audience: Audience,
    /// JSON text, sent to listeners as it is.
    pub body: String,
}

record! {
    /// An event as it stands in the journal.
    pub struct Event {
        pub seq: i64,
        pub kind: String,
        pub audience: Audience,
        pub body: String,
        pub at: Time,
    }
}

/// Who may see an event. Numbers are dense for everybody, so who may not is told that a number was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    Account,
    Member(MemberId),
}

impl Draft {
    /// For everybody in the account; fails when `data` cannot be written as JSON.
    pub fn new(kind: &'static str, data: &impl serde::Serialize) -> serde_json::Result<Self> {
        Ok(Self {
            kind,
            audience: Audience::Account,
            body: serde_json::to_string(data)?,
        })
    }

    #[must_use]
    pub fn only_for(self, member: MemberId) -> Self {
        Self {
            audience: Audience::Member(member),
            ..self
        }
    }
}

impl Audience {
    /// Whether an actor may see the event; `None` is an API key, which is no member.
    pub fn includes(self, member: Option<MemberId>) -> bool {
        match self {
            Self::Account => true,
            Self::Member(only) => member == Some(only),
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account => f.write_str("account"),
            Self::Member(member) => write!(f, "member:{member}"),
        }
    }
}

impl FromStr for Audience {
    type Err = StoredError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "account" {
            return Ok(Self::Account);
        }
        text.strip_prefix("member:")
            .and_then(|member| member.parse().ok())
            .map(Self::Member)
            .ok_or_else(|| StoredError::new("an audience", text))
    }
}

impl Stored for Audience {
    fn to_scalar(&self) -> Scalar<'_> {
        Scalar::Text(self.to_string().into())
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
        match scalar {
            Scalar::Text(text) => text.parse(),
            other => Err(StoredError::new("an audience", other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    proptest! {
        #[test]
        fn an_audience_survives_its_column(member in proptest::option::of(any::<u128>())) {
            let audience = member
                .map_or(Audience::Account, |member| Audience::Member(MemberId(Uuid::from_u128(member))));
            prop_assert_eq!(Audience::from_scalar(audience.to_scalar()), Ok(audience));
        }

        #[test]
        fn any_text_is_an_audience_or_an_error(text in "(account|member:|)[0-9a-f-]{0,40}") {
            if let Ok(audience) = text.parse::<Audience>() {
                prop_assert_eq!(audience.to_string().parse(), Ok(audience));
            }
        }
    }

    #[test]
    fn a_private_event_is_for_its_member_only() {
        let member = MemberId(Uuid::from_u128(1));
        assert!(Audience::Member(member).includes(Some(member)));
        assert!(!Audience::Member(member).includes(Some(MemberId(Uuid::from_u128(2)))));
        assert!(!Audience::Member(member).includes(None));
        assert!(Audience::Account.includes(None));
    }
}
