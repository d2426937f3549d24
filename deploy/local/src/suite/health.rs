//! Waits for health, never for time.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::http::client;
use crate::processes::Child;

/// A start may have to wait for a broker that is coming back.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until a process says that it is ready.
///
/// # Errors
/// When it ends (with the last lines of its log), or is not ready in a minute.
pub async fn ready(name: &str, child: &Child, health_url: &str) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let mut last = String::from("no answer");
    loop {
        child.check()?;
        match client().get(format!("{health_url}/health/ready")).send().await {
            Ok(answer) if answer.status().is_success() => return Ok(()),
            Ok(answer) => last = answer.text().await.unwrap_or_default(),
            Err(_) => {}
        }
        if Instant::now() > deadline {
            bail!("{name} is not ready after {} s: {last}", PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

/// Whether a process says that it is ready, right now.
pub async fn is_ready(health_url: &str) -> bool {
    let answer = client().get(format!("{health_url}/health/ready")).timeout(Duration::from_secs(2)).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}
