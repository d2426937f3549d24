//! Waiting for what must become true. A test never sleeps to let something happen: it asks until it has happened.

use std::time::{Duration, Instant};

use anyhow::Result;

/// Longer than anything takes on a busy machine; only a failure waits so long.
const PATIENCE: Duration = Duration::from_secs(30);
const ASK_EVERY: Duration = Duration::from_millis(15);

/// Asks until the answer is true.
///
/// # Panics
/// After half a minute; with what was waited for, and the last error where asking failed.
pub async fn until<F>(what: &str, ask: F)
where
    F: AsyncFnMut() -> Result<bool>,
{
    until_within(PATIENCE, what, ask).await;
}

/// The same with another patience.
///
/// # Panics
/// After `patience`.
#[expect(clippy::panic, reason = "a condition that does not come true fails the test")]
pub async fn until_within<F>(patience: Duration, what: &str, mut ask: F)
where
    F: AsyncFnMut() -> Result<bool>,
{
    let deadline = Instant::now() + patience;
    loop {
        let answer = ask().await;
        if matches!(answer, Ok(true)) {
            return;
        }
        if Instant::now() > deadline {
            let why = answer.err().map(|error| format!(": {error:#}")).unwrap_or_default();
            panic!("waited {} s in vain until {what}{why}", patience.as_secs());
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}
