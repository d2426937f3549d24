//! `local clock advance`: moves business time once everything is quiet.

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use local::suite::SuiteMap;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::say;

#[derive(Args)]
pub struct Clock {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Wait until every process is quiet, then move all clocks forward to this instant (RFC 3339).
    Advance { to: String },
}

impl Clock {
    pub async fn run(self, map: &SuiteMap) -> Result<()> {
        let Command::Advance { to } = self.command;
        let to = OffsetDateTime::parse(&to, &Rfc3339).context("write the instant like 2025-09-28T10:00:00+08:00")?;
        let quiet = map.advance_to(to).await?;
        say(&format!("业务时间 business time: {}", to.format(&Rfc3339)?));
        let parked: i64 = quiet.databases.values().map(|counters| counters.parked).sum();
        if parked > 0 {
            say(&format!("{parked} messages are parked and wait for an operator"));
        }
        Ok(())
    }
}
