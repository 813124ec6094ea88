//! How a use case ends when it does not succeed. The API maps kinds to statuses in one place.

use std::time::Duration;

use recado_model::Permission;
use recado_whatsapp::CheckError;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 400: the caller's input, and which field of it.
    #[error("{message}")]
    BadInput {
        field: Option<&'static str>,
        message: String,
    },
    /// 401: nobody, or nobody any more. `code` tells apart what a client must do next.
    #[error("{message}")]
    Unauthorized {
        code: &'static str,
        message: &'static str,
    },
    /// 403.
    #[error("This needs the permission {0}.")]
    Forbidden(Permission),
    /// 403 for a rule finer than a permission.
    #[error("{0}")]
    NotAllowed(&'static str),
    /// 404: unknown, or another account's, which is the same to the caller.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// 409: the state of things does not allow it.
    #[error("{message}")]
    Conflict { code: &'static str, message: String },
    /// 413: a file is larger than WhatsApp takes.
    #[error("{message}")]
    TooLarge { field: &'static str, message: String },
    /// 415: WhatsApp does not take this kind of file.
    #[error("{message}")]
    Unsupported { field: &'static str, message: String },
    /// 502: the provider refused, or could not be reached.
    #[error("{}", .failure.message)]
    Provider { failure: recado_model::Failure },
    /// 502: nothing is known, the provider could not be reached.
    #[error("The provider could not be reached: {0}")]
    NotReached(String),
    /// 422: the same idempotency key came with another body.
    #[error("This Idempotency-Key was used before for another request.")]
    IdempotencyMismatch,
    /// 429.
    #[error("Too many requests. Try again in {} s.", .retry_after.as_secs().max(1))]
    RateLimited { retry_after: Duration },
    /// 503: the database is away or overloaded. Nothing was done.
    #[error("The service cannot reach its database at the moment.")]
    Unavailable(#[source] recado_db::Error),
    /// 500: ours to mend, logged, not shown.
    #[error("Something went wrong on our side.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    pub fn bad_input(field: &'static str, message: impl Into<String>) -> Self {
        Self::BadInput {
            field: Some(field),
            message: message.into(),
        }
    }

    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            message: message.into(),
        }
    }

    pub fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<CheckError> for Error {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Field { field, message } => Self::bad_input(field, message),
            CheckError::NotReached(why) => Self::NotReached(why),
        }
    }
}

impl From<recado_db::Error> for Error {
    fn from(error: recado_db::Error) -> Self {
        if error.is_transient() {
            Self::Unavailable(error)
        } else {
            Self::internal(error)
        }
    }
}
