//! What can go wrong, told apart by what a caller would do about it.

/// Result with this crate's [`enum@Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the database. Messages name the statement. They quote neither rows nor passwords.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// [`Tx::one`](crate::Tx::one) found no row.
    #[error("no such row")]
    Missing,

    /// A uniqueness rule or a foreign key stands against the change.
    ///
    /// `constraint` is the same on both engines: `table.column, table.column` of a violated key, the index's name
    /// where the key holds an expression, or `foreign key`. Of several violated keys the engines may name different
    /// ones.
    #[error("conflict with {constraint}")]
    Conflict { constraint: String },

    /// Lost against a concurrent transaction (serialisation failure, deadlock, lock not free): the whole
    /// transaction may be tried again at once.
    #[error("lost against a concurrent transaction: {0}")]
    Retry(String),

    /// The database cannot serve now: no connection, no free connection in time, a full or broken disk.
    #[error("database unavailable: {0}")]
    Unavailable(String),

    /// The store does not fit this program: an edited migration, or one that only a newer program knows.
    #[error("migrations: {0}")]
    Migration(String),

    /// A mistake in a statement, a type or an address.
    #[error("database: {0}")]
    Other(String),
}

impl Error {
    /// Whether the same work may succeed later without anybody changing anything.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Retry(_) | Self::Unavailable(_))
    }

    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self::Other(message.into())
    }

    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::Unavailable(message.into())
    }

    /// Puts the statement's name in front of the message.
    pub(crate) fn in_statement(self, name: &str) -> Self {
        match self {
            Self::Retry(message) => Self::Retry(format!("{name}: {message}")),
            Self::Unavailable(message) => Self::Unavailable(format!("{name}: {message}")),
            Self::Other(message) => Self::Other(format!("{name}: {message}")),
            other => other,
        }
    }
}
