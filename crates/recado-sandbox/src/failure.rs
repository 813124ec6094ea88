//! Why a message that the API took was not delivered after all: a code and the words that go with it.

/// What Meta says, by its own code. Twilio's codes are Twilio's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub code: i64,
    pub title: &'static str,
    pub details: String,
}

impl Failure {
    pub(crate) fn new(code: i64) -> Self {
        let title = match code {
            131_021 => "Recipient cannot be sender",
            131_026 => "Message undeliverable",
            131_031 => "Account has been locked",
            131_042 => "Business eligibility payment issue",
            131_047 => "Re-engagement message",
            131_048 => "Spam rate limit hit",
            131_049 => "This message was not delivered to maintain healthy ecosystem engagement",
            131_050 => "User has stopped marketing messages",
            131_051 => "Unsupported message type",
            131_052 => "Media download error",
            131_053 => "Media upload error",
            131_056 => "(Business Account, Consumer Account) pair rate limit hit",
            130_429 => "Rate limit hit",
            130_472 => "User's number is part of an experiment",
            132_000 => "Number of parameters does not match the expected number of params",
            132_001 => "Template name does not exist in the translation",
            132_015 => "Template is paused",
            132_016 => "Template is disabled",
            63_003 => "Channel could not find To address",
            63_016 => "Failed to send freeform message because you are outside the allowed window",
            63_018 => "Rate limit exceeded for Channel",
            63_019 => "Media failed to download",
            63_024 => "Invalid message recipient",
            63_032 => "We cannot send this message to this user because of a limitation on this user",
            63_049 => "Meta chose not to deliver this WhatsApp marketing message",
            _ => "Something went wrong",
        };
        Self {
            code,
            title,
            details: format!("{title}."),
        }
    }

    pub(crate) fn with(mut self, details: impl Into<String>) -> Self {
        self.details = details.into();
        self
    }

    /// Nobody has this number.
    pub(crate) fn not_on_whatsapp() -> Self {
        Self::new(131_026).with("No WhatsApp account answers at this recipient.")
    }

    /// The customer has not written for 24 hours.
    pub(crate) fn window_closed() -> Self {
        Self::new(131_047)
            .with("The recipient has not written for more than 24 hours; only templates reach them now.")
    }

    /// The file could not be taken.
    pub(crate) fn media(details: impl Into<String>) -> Self {
        Self::new(131_053).with(details)
    }

    /// The same in Twilio's numbers.
    pub(crate) fn at_twilio(mut self) -> Self {
        self.code = match self.code {
            131_026 => 63_024,
            131_047 => 63_016,
            131_052 | 131_053 => 63_019,
            130_429 | 131_056 => 63_018,
            131_049 | 131_050 => 63_049,
            130_472 => 63_032,
            code if code > 100_000 => 63_012,
            code => code,
        };
        self
    }
}
