//! Twilio's error codes, in our words. The same codes come as answers to a call and later, in a status callback.

use recado_model::{Failure, FailureReason, Retry};

use crate::json::{Object, cut};

const MAX_MESSAGE: usize = 512;

/// An error as Twilio writes it, in an answer or in a callback.
#[derive(Debug, Default)]
pub(super) struct TwilioError {
    pub code: Option<i64>,
    pub message: String,
}

impl TwilioError {
    /// Of an answer that is not a success.
    pub(super) fn read(answer: &Object<'_>) -> Self {
        Self {
            code: answer.int("code"),
            message: answer
                .short("message", MAX_MESSAGE)
                .or_else(|| answer.short("detail", MAX_MESSAGE))
                .unwrap_or_default(),
        }
    }
}

/// What an error means for what it is about. `http` is the status of the answer it came in, `None` for one that came
/// in a callback. The code decides, where we know it; else the status; Twilio's words never do.
///
/// An answer of 5xx counts as a refusal, to be tried again a few times: see the same choice for Meta.
pub(super) fn failure(error: &TwilioError, http: Option<u16>) -> Failure {
    let (reason, retry) = error.code.and_then(known).unwrap_or_else(|| match http {
        Some(429) => (FailureReason::RateLimited, Retry::Backoff),
        Some(500..) => (FailureReason::Unknown, Retry::Few),
        Some(401 | 403) if error.code.is_none() => (FailureReason::NumberUnhealthy, Retry::PauseNumber),
        Some(300..=499) if error.code.is_none() => (FailureReason::BadRequest, Retry::Never),
        _ => (FailureReason::Unknown, Retry::Never),
    });
    let message = match (error.message.as_str(), http) {
        ("", Some(status)) => format!("HTTP {status} without an explanation"),
        ("", None) => "no explanation".to_owned(),
        (text, _) => cut(text.to_owned(), MAX_MESSAGE),
    };
    Failure {
        reason,
        code: error.code.map(|code| code.to_string()),
        message,
        retry,
    }
}

fn known(code: i64) -> Option<(FailureReason, Retry)> {
    use FailureReason::{
        BadRequest, MediaRejected, NotDelivered, NotOnWhatsapp, NumberUnhealthy, RateLimited,
        TemplateProblem, Unknown, WindowClosed,
    };
    use Retry::{Backoff, BackoffRecipient, Few, Never, NextDay, Once, PauseNumber};
    Some(match code {
        // Bad credentials, no such account, test credentials; the channel's login, a business that is not accepted
        // or not paid for, the certificate of the name, an account disabled or locked by Meta.
        20_003 | 20_404 | 20_008 | 63_001 | 63_020 | 63_022 | 63_112 | 63_051 => {
            (NumberUnhealthy, PauseNumber)
        }
        // No such sender, or not ours; the account's daily cap.
        63_007 | 21_212 | 21_606 | 63_038 => (NumberUnhealthy, Never),
        // Rates of the account and the API; full queues.
        20_429 | 63_017 | 14_107 | 30_001 | 21_611 => (RateLimited, Backoff),
        // Of the sender, or of one recipient: the latter is more common. Behind it 471, 429, 1015 of Meta's.
        63_018 | 471 | 429 | 1015 => (RateLimited, BackoffRecipient),
        63_016 | 470 => (WindowClosed, Never),
        // Not found, not valid, not a phone; who did not join the test number.
        63_003 | 63_024 | 21_211 | 21_614 | 63_015 | 1006 | 1013 | 1021 | 1002 | 1026 => {
            (NotOnWhatsapp, Never)
        }
        // On a list of Meta's; content not accepted, against policy.
        63_033 | 63_005 | 63_013 => (NotDelivered, Never),
        // A limit on this user; Meta's own cap on marketing.
        63_032 | 472 | 63_049 => (NotDelivered, NextDay),
        // Trouble at Twilio's or Meta's.
        63_010 | 63_012 | 63_023 | 30_008 | 20_500 | 500 | 1011 | 1014 | 1023 | 1025 => (Unknown, Few),
        // Twilio could not fetch the file.
        63_019 => (MediaRejected, Once),
        63_021 | 11_200 | 12_300 | 21_620 | 63_025 | 21_623 => (MediaRejected, Never),
        // Missing, parameters, rejected, paused, disabled; a bad ContentSid, bad variables.
        63_027..=63_030 | 63_040..=63_042 | 21_655..=21_657 | 2000 | 2001 | 2003 => (TemplateProblem, Never),
        // The sender itself; body too long; body, recipient or content missing.
        63_031 | 21_266 | 21_617 | 21_602 | 21_604 | 21_619 => (BadRequest, Never),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(code: Option<i64>, http: Option<u16>) -> Failure {
        let message = String::new();
        failure(&TwilioError { code, message }, http)
    }

    /// The table of the provider sheet, row by row.
    const TABLE: &[(&[i64], FailureReason, Retry)] = {
        use FailureReason as R;
        &[
            (&[20_003, 20_404, 20_008], R::NumberUnhealthy, Retry::PauseNumber),
            (
                &[20_429, 63_017, 14_107, 30_001, 21_611],
                R::RateLimited,
                Retry::Backoff,
            ),
            (&[63_018, 471, 429, 1015], R::RateLimited, Retry::BackoffRecipient),
            (&[63_016, 470], R::WindowClosed, Retry::Never),
            (
                &[
                    63_003, 63_024, 21_211, 21_614, 63_015, 1006, 1013, 1021, 1002, 1026,
                ],
                R::NotOnWhatsapp,
                Retry::Never,
            ),
            (&[63_033, 63_005, 63_013], R::NotDelivered, Retry::Never),
            (
                &[63_007, 21_212, 21_606, 63_038],
                R::NumberUnhealthy,
                Retry::Never,
            ),
            (
                &[63_001, 63_020, 63_022, 63_112, 63_051],
                R::NumberUnhealthy,
                Retry::PauseNumber,
            ),
            (
                &[
                    63_010, 63_012, 63_023, 30_008, 20_500, 500, 1011, 1014, 1023, 1025,
                ],
                R::Unknown,
                Retry::Few,
            ),
            (&[63_019], R::MediaRejected, Retry::Once),
            (
                &[63_021, 11_200, 12_300, 21_620, 63_025, 21_623],
                R::MediaRejected,
                Retry::Never,
            ),
            (
                &[
                    63_027, 63_028, 63_029, 63_030, 63_040, 63_041, 63_042, 21_655, 21_656, 21_657, 2000,
                    2001, 2003,
                ],
                R::TemplateProblem,
                Retry::Never,
            ),
            (
                &[63_031, 21_266, 21_617, 21_602, 21_604, 21_619],
                R::BadRequest,
                Retry::Never,
            ),
            (&[63_032, 472, 63_049], R::NotDelivered, Retry::NextDay),
        ]
    };

    #[test]
    fn each_code_has_its_meaning_whatever_the_http_status() {
        for (codes, reason, retry) in TABLE {
            for code in *codes {
                for http in [None, Some(400), Some(429), Some(500)] {
                    let failure = read(Some(*code), http);
                    assert_eq!(
                        (failure.reason, failure.retry, failure.code),
                        (*reason, *retry, Some(code.to_string())),
                        "{code} {http:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn without_a_known_code_the_status_decides() {
        for (code, http, reason, retry) in [
            (None, Some(429), FailureReason::RateLimited, Retry::Backoff),
            (None, Some(503), FailureReason::Unknown, Retry::Few),
            (
                None,
                Some(401),
                FailureReason::NumberUnhealthy,
                Retry::PauseNumber,
            ),
            (None, Some(404), FailureReason::BadRequest, Retry::Never),
            (None, Some(302), FailureReason::BadRequest, Retry::Never),
            (None, None, FailureReason::Unknown, Retry::Never),
            (Some(77_777), Some(400), FailureReason::Unknown, Retry::Never),
            (Some(77_777), None, FailureReason::Unknown, Retry::Never),
            (Some(77_777), Some(502), FailureReason::Unknown, Retry::Few),
        ] {
            let failure = read(code, http);
            assert_eq!(
                (failure.reason, failure.retry),
                (reason, retry),
                "{code:?} {http:?}"
            );
            assert!(!failure.message.is_empty());
        }
    }
}
