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
    says(("ready", true), name, child, health_url).await
}

/// Waits until a process says that each of its clients of the bus is proved to live.
///
/// # Errors
/// When it ends (with the last lines of its log), or is deaf for a minute.
pub async fn hearing(name: &str, child: &Child, health_url: &str) -> Result<()> {
    says(("hearing", true), name, child, health_url).await
}

/// Waits until a process says that it does not hear.
///
/// # Errors
/// When it ends, or says for a minute that it hears.
pub async fn deaf(name: &str, child: &Child, health_url: &str) -> Result<()> {
    says(("hearing", false), name, child, health_url).await
}

async fn says((what, so): (&str, bool), name: &str, child: &Child, health_url: &str) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let mut last = String::from("no answer");
    loop {
        child.check()?;
        match client().get(format!("{health_url}/health/{what}")).send().await {
            Ok(answer) if answer.status().is_success() == so => return Ok(()),
            Ok(answer) => last = answer.text().await.unwrap_or_default(),
            Err(_) => {}
        }
        if Instant::now() > deadline {
            bail!("after {} s `{what}` of {name} is not {so}: {last}", PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

/// Whether a process says that it is ready, right now.
pub async fn is_ready(health_url: &str) -> bool {
    says_now("ready", health_url).await
}

/// Whether a process says that each of its clients of the bus lives, right now.
pub async fn hears(health_url: &str) -> bool {
    says_now("hearing", health_url).await
}

async fn says_now(what: &str, health_url: &str) -> bool {
    let answer = client().get(format!("{health_url}/health/{what}")).timeout(Duration::from_secs(2)).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}
