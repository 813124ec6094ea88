//! Why a request came to nothing, in sentences for whoever gave the address.

use std::error::Error;

/// Without the address itself, which can hold a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// What is wrong with it, as a sentence.
    #[error("{0}")]
    BadAddress(String),
    #[error("The address leads to a machine that is not on the public internet.")]
    NotPublic,
    #[error("The address could not be reached: {0}.")]
    NotReached(String),
    #[error("The address answered with status {0}.")]
    Status(u16),
    #[error("The address leads on to others too often.")]
    TooManyRedirects,
}

/// Passed by the resolver through the HTTP client, and found again in its error.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("not on the public internet")]
pub(crate) struct Inside;

impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::NotReached("it took too long".into());
        }
        let error = error.without_url();
        // The outermost says least.
        let mut innermost: &dyn Error = &error;
        while let Some(cause) = innermost.source() {
            if cause.is::<Inside>() {
                return Self::NotPublic;
            }
            innermost = cause;
        }
        Self::NotReached(innermost.to_string())
    }
}
