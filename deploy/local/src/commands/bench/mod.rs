//! `local bench`: what openings and construction projects cost, measured on suites of its own, beside the targets or beside
//! another commit.

mod against;
mod counts;
mod openings;
mod projects;
mod pure;
mod reads;
mod report;
mod running;
mod side;

use std::fs;

use anyhow::Result;
use clap::{Args, ValueEnum};
use local::paths::Workspace;
use report::Report;
use running::Running;
use side::Side;

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
    /// Measures this commit too, in turn, and tells the ratios of openings, of projects and of the suite at rest.
    #[arg(long)]
    against: Option<String>,
    /// How often each side is measured.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
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
        match &self.against {
            Some(commit) => self.both(&workspace, commit, &mut report).await?,
            None => self.alone(&workspace, &mut report).await?,
        }
        say(&report.table());
        let path = workspace.file("target/bench.json");
        fs::write(&path, serde_json::to_string_pretty(&report.json())? + "\n")?;
        say(&format!("written to {}", path.display()));
        Ok(())
    }

    async fn both(&self, workspace: &Workspace, commit: &str, report: &mut Report) -> Result<()> {
        let plan = against::Plan {
            rounds: self.rounds,
            openings: self.openings,
            rate: self.rate,
            projects: self.projects,
            only_openings: !self.measures(Part::Projects),
        };
        against::measure(workspace, commit, &plan, report).await
    }

    async fn alone(&self, workspace: &Workspace, report: &mut Report) -> Result<()> {
        let here = Side::here(workspace);
        if self.measures(Part::Pure) {
            pure::measure(workspace, report)?;
        }
        if self.measures(Part::Openings) {
            let many = (self.openings, self.rate);
            openings::measure(&here, many).await?.report(many, report);
        }
        if self.measures(Part::Projects) {
            let suite = Running::start(&here, "projects", None).await?;
            projects::measure(&suite, self.projects).await?.report(self.projects, report);
            reads::measure(&suite, self.stored, report).await?;
            suite.forget().await?;
        }
        Ok(())
    }

    fn measures(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}
