//! Moves the business time of a whole suite, only while nothing is on its way.

use anyhow::{Context, Result, bail};
use serde_json::json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{drain::Quiet, http::client, map::SuiteMap, options::Clock};

impl SuiteMap {
    /// Waits until the suite is quiet, moves every process's business clock to `to`, and waits until what fell due is done.
    ///
    /// # Errors
    /// When the suite follows the machine's time, does not become quiet, or `to` lies before its business time.
    pub async fn advance_to(&self, to: OffsetDateTime) -> Result<Quiet> {
        if self.clock == Clock::System {
            bail!(
                "this suite follows the machine's time; start one with a manual clock: `local up --clock 2025-09-28T09:12:00+08:00`"
            );
        }
        self.drain().await?;
        let to = to.format(&Rfc3339)?;
        for place in &self.processes {
            let name = &place.process.name;
            let url = format!("http://127.0.0.1:{}/clock", place.health_port);
            let answer = client().post(url).json(&json!({ "to": to })).send().await;
            let answer = answer.with_context(|| format!("{name} does not answer; its clock was not moved"))?;
            if !answer.status().is_success() {
                bail!("{name} did not move its clock to {to}: {}", answer.text().await.unwrap_or_default());
            }
        }
        self.drain().await
    }
}
