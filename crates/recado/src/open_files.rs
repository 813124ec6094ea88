//! The limit on open files. Every socket is one; the customary soft limit of 1,024 is there for programs that use
//! `select`, and this is none.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::debug;

/// Raises the soft limit to the hard one. Where that is refused, things stay as they were.
pub fn raise_limit() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return;
    }
    match setrlimit(
        Resource::Nofile,
        Rlimit {
            current: maximum,
            maximum,
        },
    ) {
        Ok(()) => debug!(from = current, to = maximum, "raised the limit on open files"),
        Err(error) => debug!(%error, limit = current, "the limit on open files stays"),
    }
}
