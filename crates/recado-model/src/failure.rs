//! Why a message could not be sent: a reason an agent understands, the provider's own words, and whether trying
//! again can help.

use std::time::Duration;

use serde::{Deserialize, Serialize};

crate::words! {
    /// Why a message was not sent, in a word the apps can show and act on.
    pub enum FailureReason {
        WindowClosed = "window_closed",
        NotOnWhatsapp = "not_on_whatsapp",
        RateLimited = "rate_limited",
        TemplateProblem = "template_problem",
        MediaRejected = "media_rejected",
        Blocked = "blocked",
        OptedOut = "opted_out",
        NumberUnhealthy = "number_unhealthy",
        NotDelivered = "not_delivered",
        NeedsPhone = "needs_phone",
        BadRequest = "bad_request",
        Unknown = "unknown",
    }
}

impl FailureReason {
    /// What happened and what to do about it, in one or two plain English sentences.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::WindowClosed => {
                "More than 24 hours have passed since the customer last wrote. Send a template, or wait until they write again."
            }
            Self::NotOnWhatsapp => {
                "This phone cannot receive the message: it is not on WhatsApp, has an outdated app, or does not accept our messages. Check the phone number or reach the customer another way."
            }
            Self::RateLimited => {
                "Too many messages were sent in a short time. Wait a few minutes, then send it again."
            }
            Self::TemplateProblem => {
                "WhatsApp did not accept the template or the values filled into it. Check the template and its status, then send it again."
            }
            Self::MediaRejected => {
                "WhatsApp could not use the attached file. Check its type and size, then attach it again."
            }
            Self::Blocked => {
                "The customer has blocked this business. They have to write first before you can reply."
            }
            Self::OptedOut => {
                "The customer has stopped marketing messages from this business. Send none until they opt in again."
            }
            Self::NumberUnhealthy => {
                "The business's WhatsApp number cannot send at the moment. Ask an admin to check its connection."
            }
            Self::NotDelivered => {
                "WhatsApp chose not to deliver this message to the customer now. Wait at least a day before sending it again."
            }
            Self::NeedsPhone => {
                "This kind of message needs the customer's phone number, which we do not have. Ask the customer for it."
            }
            Self::BadRequest => "WhatsApp did not accept this message as it is. Change it, or tell an admin.",
            Self::Unknown => {
                "The message could not be sent, for a reason WhatsApp does not explain. Send it again, and tell an admin if it keeps failing."
            }
        }
    }
}

crate::words! {
    /// Whether, and how, sending the same message again can help.
    pub enum Retry {
        /// It fails again whatever the wait; a person has to change something.
        Never = "never",
        /// As `never`, and every other message from this number fails too: hold the number.
        PauseNumber = "pause_number",
        /// Not on our own; a person may send it again after a day.
        NextDay = "next_day",
        Once = "once",
        /// With growing pauses, but not for long: the cause is often the message.
        Few = "few",
        /// With growing pauses.
        Backoff = "backoff",
        /// With growing pauses; only messages to the same recipient need to wait.
        BackoffRecipient = "backoff_recipient",
        /// The provider is busy with the number for some minutes.
        Minutes = "minutes",
    }
}

impl Retry {
    /// How long to wait after the `tries`-th failed try (counted from 1) before the next one; `None`: give up.
    /// The caller adds jitter.
    pub fn pause_after(self, tries: u32) -> Option<Duration> {
        let seconds = |base: u64, most: u64| base.saturating_pow(tries.saturating_sub(1)).min(most);
        let (most_tries, pause) = match self {
            Self::Never | Self::PauseNumber | Self::NextDay => return None,
            Self::Once => (2, 5),
            Self::Few => (4, seconds(4, 60)),
            Self::Backoff => (10, seconds(2, 300)),
            Self::BackoffRecipient => (6, seconds(4, 1024)),
            Self::Minutes => (10, 60),
        };
        (tries < most_tries).then_some(Duration::from_secs(pause))
    }
}

/// One failure, as it is kept with its message. In a column it is a `Json<Failure>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Failure {
    pub reason: FailureReason,
    /// The provider's own code, as it writes it (`131047`).
    #[schema(required)]
    pub code: Option<String>,
    /// What the provider said, for an admin: English, unstable, free of secrets.
    pub message: String,
    pub retry: Retry,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stored::{Json, Scalar, Stored};

    #[test]
    fn every_reason_has_its_own_sentence() {
        let mut sentences: Vec<_> = FailureReason::ALL
            .iter()
            .map(|reason| reason.sentence())
            .collect();
        assert!(
            sentences
                .iter()
                .all(|sentence| sentence.ends_with('.') && sentence.len() > 40)
        );
        sentences.sort_unstable();
        sentences.dedup();
        assert_eq!(sentences.len(), FailureReason::ALL.len());
    }

    #[test]
    fn pauses_grow_and_end() {
        for &retry in Retry::ALL {
            let pauses: Vec<_> = (1..100).map_while(|tries| retry.pause_after(tries)).collect();
            assert!(pauses.is_sorted(), "{retry}: {pauses:?}");
            assert!(pauses.len() < 20, "{retry} never gives up");
            assert_eq!(retry.pause_after(u32::MAX), None);
        }
        let pair: Vec<_> = (1..5)
            .filter_map(|tries| Retry::BackoffRecipient.pause_after(tries))
            .collect();
        assert_eq!(pair, [1, 4, 16, 64].map(Duration::from_secs));
        assert_eq!(Retry::Never.pause_after(1), None);
    }

    #[test]
    fn a_failure_survives_its_column() {
        let failure = Failure {
            reason: FailureReason::WindowClosed,
            code: Some("131047".into()),
            message: "Re-engagement \"message\"".into(),
            retry: Retry::Never,
        };
        let json = r#"{"reason":"window_closed","code":"131047","message":"Re-engagement \"message\"","retry":"never"}"#;
        let column = Json(failure);
        assert_eq!(column.to_scalar(), Scalar::Text(json.into()));
        assert_eq!(Json::from_scalar(column.to_scalar()), Ok(column));
    }
}
