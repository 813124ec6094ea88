//! Waiting for something to become true, without guessing how long it takes.

use std::time::Duration;

/// Nothing a test waits for takes this long on the slowest machine; whatever does has failed.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(20);

/// Asks until the answer is `Some`. Panics, saying what for, when the patience ends.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    let answer = tokio::time::timeout(PATIENCE, waiting).await;
    answer.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}
