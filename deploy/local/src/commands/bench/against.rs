//! This checkout beside another commit: both measured in turn, so that a machine's moods fall on both alike.

use std::{fs, time::Duration};

use anyhow::{Context, Result, bail};
use local::paths::Workspace;
use serde_json::json;

use super::{
    openings, projects,
    report::{Goal, Report},
    say,
    side::Side,
};

/// A round that begins while so many processes want to run is void.
const BUSIEST: f64 = 3.0;
/// How long a round waits for a quieter machine.
const PATIENCE: Duration = Duration::from_secs(600);

/// How much is measured.
pub struct Plan {
    pub rounds: u32,
    pub openings: u32,
    pub rate: u32,
    pub projects: u32,
    pub only_openings: bool,
}

/// What a side cost, a number for each round.
#[derive(Default)]
struct Costs {
    opening: Vec<f64>,
    project: Vec<f64>,
    at_rest: Vec<f64>,
}

/// Measures both sides in turn and tells medians and their ratios.
///
/// # Errors
/// When a side cannot be built, started or measured, or the machine never becomes quiet enough.
pub async fn measure(workspace: &Workspace, commit: &str, plan: &Plan, report: &mut Report) -> Result<()> {
    let sides = [Side::here(workspace), Side::at(workspace, commit).await?];
    let mut costs = [Costs::default(), Costs::default()];
    for round in 0..plan.rounds {
        for nth in 0..sides.len() {
            // Whoever is first in one round is second in the next.
            let place = (nth + round as usize) % sides.len();
            let (side, costs) = (&sides[place], &mut costs[place]);
            quiet_machine().await?;
            let opening = openings::measure(side, (plan.openings, plan.rate)).await?;
            costs.opening.push(opening.cpu_ms());
            let mut told = format!("round {} {:<10}opening {:.2}", round + 1, side.label, opening.cpu_ms());
            if !plan.only_openings {
                quiet_machine().await?;
                let project = projects::measure_alone(side, plan.projects).await?;
                costs.project.push(project.cpu_ms());
                costs.at_rest.push(project.at_rest);
                told += &format!("   project {:.1}   at rest {:.1}", project.cpu_ms(), project.at_rest);
                told += &format!("\n    a project: {}", project.shares().line());
            }
            told += &format!("\n    an opening: {}", opening.shares().line());
            say(&told);
        }
    }
    let [here, there] = &costs;
    report.number("against", json!(sides[1].label));
    report.number("rounds", json!(plan.rounds));
    tell(report, &format!("opening_{}", plan.rate), &here.opening, &there.opening);
    tell(report, "project", &here.project, &there.project);
    tell(report, "at_rest", &here.at_rest, &there.at_rest);
    Ok(())
}

fn tell(report: &mut Report, what: &str, here: &[f64], there: &[f64]) {
    let (Some(ours), Some(theirs)) = (median(here), median(there)) else { return };
    report.text(format!("  {what:<16}here {ours:>8.2}   there {theirs:>8.2}   processor-ms, medians"));
    report.number(&format!("{what}_cpu_ms_by_round"), json!({ "here": here, "there": there }));
    report.goal(&format!("ratio_{what}"), ours / theirs.max(f64::EPSILON), Goal::AtMost(1.05));
}

fn median(of: &[f64]) -> Option<f64> {
    let mut sorted = of.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

/// Waits until the machine has little else to do.
async fn quiet_machine() -> Result<()> {
    let begun = std::time::Instant::now();
    loop {
        let load = load()?;
        if load <= BUSIEST {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            bail!("the machine's load is {load}; a round at more than {BUSIEST} is void: try again when it is quieter");
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// Processes that wanted to run, over the last minute.
fn load() -> Result<f64> {
    let text = fs::read_to_string("/proc/loadavg").context("the machine does not tell its load")?;
    text.split_whitespace().next().and_then(|first| first.parse().ok()).context("the machine's load is no number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_that_went_astray_does_not_move_the_median() {
        assert_eq!(median(&[20.0, 90.0, 21.0]), Some(21.0));
        assert_eq!(median(&[]), None);
    }
}
