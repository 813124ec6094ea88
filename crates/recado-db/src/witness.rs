//! Whether a piece of work may have changed something: for those who have to say so after it failed.

use std::cell::Cell;

tokio::task_local! {
    static LEFT: Cell<bool>;
}

/// Does the work and says whether it may have left something behind: a transaction that was committed, or was being
/// committed when the database was lost, or what [`left_something`] told of. What the work hands to other tasks is not
/// seen.
pub async fn witnessed<T>(work: impl Future<Output = T>) -> (T, bool) {
    let seen = async {
        let done = work.await;
        (done, LEFT.with(Cell::get))
    };
    LEFT.scope(Cell::new(false), seen).await
}

/// Says that something was done that no rollback undoes, such as a call to another system.
pub fn left_something() {
    // Most work is watched by nobody.
    let _ = LEFT.try_with(|left| left.set(true));
}
