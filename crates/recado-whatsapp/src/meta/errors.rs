//! Meta's error codes, in our words. The same codes come as answers to a call and later, in a status.

use recado_model::{Failure, FailureReason, Retry};

use crate::json::{Object, cut};

const MAX_MESSAGE: usize = 512;

/// An error as Meta writes it, in an answer or in a webhook.
#[derive(Debug, Default)]
pub(super) struct GraphError {
    code: Option<i64>,
    subcode: Option<i64>,
    /// What it says, most telling first, and its trace id.
    message: String,
}

impl GraphError {
    pub(super) fn read(error: &Object<'_>) -> Self {
        let data = error.object("error_data");
        // For templates the data is a text of its own.
        let details = data
            .and_then(|data| data.text("details"))
            .or_else(|| error.text("error_data"));
        let mut parts: Vec<String> = Vec::new();
        let texts = [
            error.text("message").or_else(|| error.text("title")),
            details,
            error.text("error_user_msg"),
        ];
        for text in texts.into_iter().flatten().filter(|text| !text.is_empty()) {
            if !parts.contains(&text) {
                parts.push(cut(text, MAX_MESSAGE / 4));
            }
        }
        let mut message = parts.join(": ");
        if let Some(trace) = error.short("fbtrace_id", 64) {
            message = format!("{message} (trace {trace})");
        }
        Self {
            code: error.int("code"),
            subcode: error.int("error_subcode"),
            message,
        }
    }

    /// Whether it says that there is nothing of the id that was asked for (or nothing for us), or no template of the
    /// name.
    pub(super) fn is_nothing_there(&self) -> bool {
        self.code == Some(100) && matches!(self.subcode, Some(33 | 2_593_002))
    }

    /// What decides. Where a template is created, the code says only that something is wrong with the call.
    fn telling_code(&self) -> Option<i64> {
        match (self.code, self.subcode) {
            (Some(100), Some(subcode @ 2_388_000..=2_388_999)) => Some(subcode),
            (code, _) => code,
        }
    }
}

/// What an error means for the message it is about. `http` is the status of the answer it came in, `None` for one
/// that came in a webhook. The code decides, where we know it; else the status; Meta's words never do.
///
/// An answer of 5xx counts as a refusal, to be tried again. Meta documents it so, and an answer with a Graph error
/// in it is Meta's own; but a bare 502 or 504 comes from something in front of it, which may have passed the
/// message on. We take the rare double over leaving every hiccup for an agent to sort out.
pub(super) fn failure(error: &GraphError, http: Option<u16>) -> Failure {
    let (reason, retry) = error
        .telling_code()
        .and_then(known)
        .unwrap_or_else(|| match http {
            Some(429) => (FailureReason::RateLimited, Retry::Backoff),
            Some(500..) => (FailureReason::Unknown, Retry::Backoff),
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
        BadRequest, MediaRejected, NeedsPhone, NotDelivered, NotOnWhatsapp, NumberUnhealthy, OptedOut,
        RateLimited, TemplateProblem, Unknown, WindowClosed,
    };
    use Retry::{Backoff, BackoffRecipient, Few, Minutes, Never, NextDay, Once, PauseNumber};
    Some(match code {
        // The token ended or is none; spam rate and messaging limit; locked, against policy, unpaid, wrong country.
        0 | 190 | 131_048 | 131_064 | 368 | 130_497 | 131_031 | 131_042 | 131_044 => {
            (NumberUnhealthy, PauseNumber)
        }
        // Trouble at Meta's. The latter two mostly come for a bad parameter.
        1 | 2 | 131_016 | 133_004 => (Unknown, Backoff),
        131_000 | 135_000 => (Unknown, Few),
        // Maintenance, or the number is being moved to a higher throughput.
        131_057 => (NumberUnhealthy, Minutes),
        // A permission is missing; display name, certificate, registration, PIN.
        3 | 10 | 200..=299 | 131_005 | 131_037 | 131_045 | 133_000..=133_999 => (NumberUnhealthy, Never),
        // Limits of the app, the WABA, the number; of one recipient.
        4 | 80_007 | 130_429 => (RateLimited, Backoff),
        131_056 => (RateLimited, BackoffRecipient),
        131_026 => (NotOnWhatsapp, Never),
        131_047 => (WindowClosed, Never),
        // Meta's own cap on marketing; a user in an experiment.
        130_472 | 131_049 => (NotDelivered, NextDay),
        131_050 => (OptedOut, Never),
        131_052 => (MediaRejected, Once),
        131_053 => (MediaRejected, Never),
        131_062 => (NeedsPhone, Never),
        // A parameter or id; the sender itself; not on a test number's list; an unsupported type; a changed
        // identity, which we do not ask Meta to check; groups.
        33
        | 100
        | 131_008
        | 131_009
        | 131_021
        | 131_030
        | 131_041
        | 131_051
        | 131_201..=131_215
        | 137_000 => (BadRequest, Never),
        131_063 | 132_000..=132_999 | 2_388_000..=2_388_999 => (TemplateProblem, Never),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    fn read(json: &str, http: Option<u16>) -> Failure {
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        failure(&GraphError::read(&Object::of(raw).unwrap()), http)
    }

    /// The table of the provider sheet, row by row.
    const TABLE: &[(&[i64], FailureReason, Retry)] = {
        use FailureReason as R;
        &[
            (&[0, 190], R::NumberUnhealthy, Retry::PauseNumber),
            (&[3, 10, 200, 250, 299, 131_005], R::NumberUnhealthy, Retry::Never),
            (&[1, 2, 131_016, 133_004], R::Unknown, Retry::Backoff),
            (&[131_000, 135_000], R::Unknown, Retry::Few),
            (&[4, 80_007, 130_429], R::RateLimited, Retry::Backoff),
            (&[131_056], R::RateLimited, Retry::BackoffRecipient),
            (&[131_048, 131_064], R::NumberUnhealthy, Retry::PauseNumber),
            (&[131_057], R::NumberUnhealthy, Retry::Minutes),
            (&[131_026], R::NotOnWhatsapp, Retry::Never),
            (&[131_047], R::WindowClosed, Retry::Never),
            (&[131_049, 130_472], R::NotDelivered, Retry::NextDay),
            (&[131_050], R::OptedOut, Retry::Never),
            (&[131_051], R::BadRequest, Retry::Never),
            (&[131_052], R::MediaRejected, Retry::Once),
            (&[131_053], R::MediaRejected, Retry::Never),
            (&[131_008, 131_009, 100, 33], R::BadRequest, Retry::Never),
            (&[131_021], R::BadRequest, Retry::Never),
            (&[131_030], R::BadRequest, Retry::Never),
            (&[131_062], R::NeedsPhone, Retry::Never),
            (&[131_063], R::TemplateProblem, Retry::Never),
            (
                &[131_031, 368, 131_042, 131_044, 130_497],
                R::NumberUnhealthy,
                Retry::PauseNumber,
            ),
            (&[131_037, 131_045, 133_010], R::NumberUnhealthy, Retry::Never),
            (&[137_000], R::BadRequest, Retry::Never),
            (
                &[
                    132_000, 132_001, 132_005, 132_007, 132_008, 132_012, 132_015, 132_016, 132_018, 132_068,
                    132_069,
                ],
                R::TemplateProblem,
                Retry::Never,
            ),
            (
                &[133_005, 133_006, 133_008, 133_009, 133_015, 133_016],
                R::NumberUnhealthy,
                Retry::Never,
            ),
            (&[131_041, 131_201, 131_208, 131_215], R::BadRequest, Retry::Never),
            (
                &[
                    2_388_019, 2_388_040, 2_388_047, 2_388_072, 2_388_073, 2_388_293, 2_388_299,
                ],
                R::TemplateProblem,
                Retry::Never,
            ),
        ]
    };

    #[test]
    fn each_code_has_its_meaning_whatever_the_http_status() {
        for (codes, reason, retry) in TABLE {
            for code in *codes {
                for http in [None, Some(400), Some(429), Some(500)] {
                    let failure = read(&format!(r#"{{"code":{code}}}"#), http);
                    assert_eq!(
                        (failure.reason, failure.retry),
                        (*reason, *retry),
                        "{code} {http:?}"
                    );
                    assert_eq!(failure.code, Some(code.to_string()));
                }
            }
        }
    }

    #[test]
    fn of_a_template_that_is_created_the_subcode_tells_more() {
        let failure = read(
            r#"{"message":"Invalid parameter","code":100,"error_subcode":2388293,"error_user_msg":"Too many variables"}"#,
            Some(400),
        );
        assert_eq!(failure.reason, FailureReason::TemplateProblem);
        assert_eq!(failure.message, "Invalid parameter: Too many variables");
        let failure = read(r#"{"code":100,"error_subcode":2494010}"#, Some(400));
        assert_eq!(failure.reason, FailureReason::BadRequest);
    }

    #[test]
    fn without_a_known_code_the_status_decides() {
        for (json, http, reason, retry) in [
            ("{}", Some(429), FailureReason::RateLimited, Retry::Backoff),
            ("{}", Some(503), FailureReason::Unknown, Retry::Backoff),
            (
                "{}",
                Some(401),
                FailureReason::NumberUnhealthy,
                Retry::PauseNumber,
            ),
            ("{}", Some(404), FailureReason::BadRequest, Retry::Never),
            ("{}", Some(302), FailureReason::BadRequest, Retry::Never),
            ("{}", None, FailureReason::Unknown, Retry::Never),
            (
                r#"{"code":777777}"#,
                Some(400),
                FailureReason::Unknown,
                Retry::Never,
            ),
            (
                r#"{"code":777777}"#,
                Some(502),
                FailureReason::Unknown,
                Retry::Backoff,
            ),
        ] {
            let failure = read(json, http);
            assert_eq!(
                (failure.reason, failure.retry),
                (reason, retry),
                "{json} {http:?}"
            );
            assert!(!failure.message.is_empty());
        }
    }

    #[test]
    fn what_meta_says_is_kept_once_with_its_trace() {
        let failure = read(
            r#"{"message":"(#131047) Re-engagement message","type":"OAuthException","code":131047,
                "error_data":{"messaging_product":"whatsapp","details":"window closed"},"fbtrace_id":"Ab1"}"#,
            Some(400),
        );
        assert_eq!(
            failure.message,
            "(#131047) Re-engagement message: window closed (trace Ab1)"
        );
        let failure = read(
            r#"{"code":"132001","title":"Template","message":"Template","error_data":"gone"}"#,
            None,
        );
        assert_eq!(
            (failure.message.as_str(), failure.reason),
            ("Template: gone", FailureReason::TemplateProblem)
        );
        let long = format!(
            r#"{{"message":"{0}","error_data":"{0}b","error_user_msg":"{0}c"}}"#,
            "é\\u0000".repeat(900)
        );
        let message = read(&long, None).message;
        assert!(message.chars().count() <= MAX_MESSAGE && !message.contains('\0'));
    }
}
