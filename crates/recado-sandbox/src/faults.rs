//! Trouble on order: rules that make calls and webhooks slow, doubled, lost or refused, as providers do now and then.
//! They live in memory only: a restart is a clean slate.

pub(crate) mod apply;
pub(crate) mod connection;
pub(crate) mod rates;

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::line::Line;

/// One rule, as `/sandbox/api/faults` takes and shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Given by the sandbox.
    #[serde(default)]
    pub id: u64,
    /// Whose calls; both when missing.
    #[serde(default)]
    pub line: Option<Line>,
    pub call: Call,
    /// Only sends to this customer (digits, or a user id).
    #[serde(default)]
    pub phone: Option<String>,
    /// How often it strikes before it is used up; always when missing.
    #[serde(default)]
    pub times: Option<u32>,
    pub effect: Effect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// Sending a message.
    Send,
    /// Marking read and typing.
    Read,
    /// Uploading, looking up and downloading files.
    Media,
    Templates,
    /// Every other call of the API.
    Manage,
    /// What the sandbox posts to the receiver.
    Webhook,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// Later by so much, then as ever.
    Delay { ms: u64 },
    /// This HTTP status with a page that is no JSON, as a gateway in between would answer.
    Status { status: u16 },
    /// HTTP 429 with the provider's code for too many calls.
    RateLimited,
    /// Refused with this code of the provider.
    Refuse {
        code: i64,
        #[serde(default)]
        status: Option<u16>,
    },
    /// The call is taken and never answered, and nothing comes of it.
    Hang,
    /// Everything happens, but the connection closes before the answer.
    LoseAnswer,
    /// Sends: accepted, and fails afterwards with this code.
    FailLater { code: i64 },
    /// Sends: at most so many a second for the whole number, then refused with 130429.
    Throttle { per_second: u32 },
    /// Sends: at most so many in so many seconds to the same customer, then refused with 131056.
    PairRate { count: u32, seconds: u32 },
    /// Webhooks: posted so many times more.
    Duplicate { times: u32 },
    /// Webhooks: what waits is posted one by one, the newest first.
    Reorder,
    /// Webhooks: never posted.
    Drop,
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    last_id: u64,
    rules: Vec<Fault>,
    rates: rates::Rates,
}

impl Faults {
    pub(crate) fn add(&self, mut fault: Fault) -> Fault {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.last_id += 1;
        fault.id = inner.last_id;
        inner.rules.push(fault.clone());
        fault
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.rules.clone()
    }

    /// One of them, or all. Whether there was any.
    pub(crate) fn remove(&self, id: Option<u64>) -> bool {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let before = inner.rules.len();
        inner.rules.retain(|rule| id.is_some_and(|id| rule.id != id));
        inner.rules.len() < before
    }

    /// What strikes this call, in the order of the rules. Counts it as having struck.
    pub(crate) fn strike(&self, line: Line, call: Call, to: Option<&str>, now: i64) -> Vec<Effect> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let Inner { rules, rates, .. } = &mut *inner;
        let mut effects = Vec::new();
        rules.retain_mut(|rule| {
            let meant = rule.line.is_none_or(|wanted| wanted == line)
                && rule.call == call
                && rule.phone.as_deref().is_none_or(|phone| to == Some(phone));
            if !meant || !rates.strikes(rule, to, now) {
                return true;
            }
            effects.push(rule.effect);
            match &mut rule.times {
                None => true,
                Some(times) => {
                    *times = times.saturating_sub(1);
                    *times > 0
                }
            }
        });
        effects
    }
}

/// A send that shall fail once it was accepted; travels with the request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FailsLater(pub i64);

#[cfg(test)]
mod tests {
    use super::{Call, Effect, Fault, Faults};
    use crate::line::Line;

    fn rule(effect: Effect) -> Fault {
        Fault {
            id: 0,
            line: None,
            call: Call::Send,
            phone: None,
            times: None,
            effect,
        }
    }

    #[test]
    fn strikes_what_it_is_meant_for_and_as_often() {
        let faults = Faults::default();
        faults.add(Fault {
            line: Some(Line::Twilio),
            phone: Some("1".to_owned()),
            times: Some(2),
            ..rule(Effect::Hang)
        });
        let strike = |line, to| faults.strike(line, Call::Send, to, 0).len();
        assert_eq!(strike(Line::Meta, Some("1")), 0);
        assert_eq!(strike(Line::Twilio, Some("2")), 0);
        assert_eq!(strike(Line::Twilio, None), 0);
        assert_eq!(faults.strike(Line::Twilio, Call::Media, Some("1"), 0), []);
        assert_eq!(
            [0; 3].map(|_| strike(Line::Twilio, Some("1"))),
            [1, 1, 0],
            "used up"
        );
        assert!(faults.list().is_empty());
        let kept = faults.add(rule(Effect::Hang));
        assert!(!faults.remove(Some(kept.id + 1)));
        assert!(faults.remove(Some(kept.id)) && faults.list().is_empty());
    }

    #[test]
    fn rates_let_through_what_fits() {
        let faults = Faults::default();
        faults.add(rule(Effect::Throttle { per_second: 2 }));
        let strike = |to, now| faults.strike(Line::Meta, Call::Send, Some(to), now).len();
        assert_eq!([0, 10, 20, 999].map(|now| strike("1", now)), [0, 0, 1, 1]);
        assert_eq!(strike("1", 1000), 0, "the first is a second ago");
        faults.remove(None);
        faults.add(rule(Effect::PairRate { count: 1, seconds: 6 }));
        assert_eq!(
            [("1", 0), ("2", 0), ("1", 5999), ("1", 6000)].map(|(to, now)| strike(to, now)),
            [0, 0, 1, 0]
        );
    }
}
