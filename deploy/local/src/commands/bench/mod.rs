//! `local bench`: what openings and construction projects cost, measured on suites of its own and beside the targets.

mod counts;
mod openings;
mod projects;
mod pure;
mod reads;
mod report;

use std::fs;

use anyhow::Result;
use clap::{Args, ValueEnum};
use local::{
    paths::Workspace,
    progress::Progress,
    suite::{self, Suite, SuiteOptions},
};
use report::Report;

use super::say;

#[derive(Args)]
pub struct Bench {
    /// How many openings are measured, after as many to warm up.
    #[arg(long, default_value_t = 400)]
    openings: u32,
    /// How many are submitted in a second.
    #[arg(long, default_value_t = 80)]
    rate: u32,
    /// How many construction projects are measured, after as many to warm up.
    #[arg(long, default_value_t = 60)]
    projects: u32,
    /// How many projects the database holds when reads are measured.
    #[arg(long, default_value_t = 100_000)]
    stored: u32,
    /// Measures only this; all of it where nothing is named.
    #[arg(long, value_enum)]
    only: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Reckoning, without a suite.
    Pure,
    Openings,
    /// What a project costs, and what reading one of many takes.
    Projects,
}

impl Bench {
    pub async fn run(self) -> Result<()> {
        let workspace = Workspace::find()?;
        let mut report = Report::default();
        if self.measures(Part::Pure) {
            pure::measure(&workspace, &mut report)?;
        }
        if self.measures(Part::Openings) {
            let suite = start("openings", Some("opening")).await?;
            let measured = openings::measure(&suite, &workspace, (self.openings, self.rate), &mut report).await;
            forget(suite).await?;
            measured?;
        }
        if self.measures(Part::Projects) {
            let suite = start("projects", None).await?;
            let measured = self.projects(&suite, &workspace, &mut report).await;
            forget(suite).await?;
            measured?;
        }
        say(&report.table());
        let path = workspace.file("target/bench.json");
        fs::write(&path, serde_json::to_string_pretty(&report.json())? + "\n")?;
        say(&format!("written to {}", path.display()));
        Ok(())
    }

    fn measures(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    async fn projects(&self, suite: &Suite, workspace: &Workspace, report: &mut Report) -> Result<()> {
        projects::measure(suite, workspace, self.projects, report).await?;
        reads::measure(suite, self.stored, report).await
    }
}

/// A suite of one flow, or of both.
async fn start(name: &str, flow: Option<&str>) -> Result<Suite> {
    let options = SuiteOptions::new(&format!("bench-{name}-{}", std::process::id()))?;
    let options = match flow {
        Some(flow) => options.with_flow(flow),
        None => options,
    };
    Suite::start(options, &Progress::for_person()).await
}

async fn forget(suite: Suite) -> Result<()> {
    let run = suite.run();
    suite.stop(&Progress::for_person()).await?;
    suite::remove(&run, &Progress::silent()).await
}
