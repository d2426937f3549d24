//! What a demonstration begins with: construction projects in different states, carried there by the public APIs alone.
//! Everything here can be done again without doing anything twice.

use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    investor::Investor,
    paths::Workspace,
    suite::{Suite, http_client},
};

/// Who carries them.
const PERSON: &str = "investor-hailin";

/// A project of `deploy/local/demo.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    /// What registers it, once.
    key: String,
    until: Until,
    project: Value,
}

/// How far it is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Until {
    QuestionsOpen,
    /// Its list is in force, its first stage was applied for, and the next one waits for the applicant.
    StageAApplied,
    /// Everything was applied for, and departments decide all of it by their rules.
    Closed,
}

/// Brings the demonstration's projects to where they are shown, and says how each stands: name and phase.
///
/// # Errors
/// When the file is not right or something is refused.
pub async fn seed(suite: &Suite, workspace: &Workspace) -> Result<Vec<(String, String)>> {
    let path = workspace.file("deploy/local/demo.json");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let samples: Vec<Sample> =
        serde_json::from_str(&text).with_context(|| format!("{} is not right", path.display()))?;
    let http = http_client();
    let mut carried = Vec::new();
    for sample in samples {
        let investor = Investor::register(suite, &http, PERSON, &sample.key, &sample.project).await?;
        carry(&investor, sample.until).await.with_context(|| sample.key.clone())?;
        carried.push(investor);
    }
    suite.drain().await?;
    let mut shown = Vec::new();
    for investor in carried {
        let project = investor.get("").await?;
        let text = |name: &str| project[name].as_str().unwrap_or_default().to_owned();
        shown.push((text("name"), text("phase")));
    }
    Ok(shown)
}

async fn carry(investor: &Investor<'_>, until: Until) -> Result<()> {
    let registered = investor.get("").await?["phase"] == "registered";
    if until == Until::QuestionsOpen || !registered && applied(investor, until).await? {
        return Ok(());
    }
    if registered {
        // Departments that decide by rule end no publicity.
        investor.waive_publicity().await?;
        investor.acknowledge().await?;
    }
    let stages: &[&str] = if until == Until::Closed { &["A", "B", "C", "D"] } else { &["A"] };
    investor.apply_for(stages).await
}

async fn applied(investor: &Investor<'_>, until: Until) -> Result<bool> {
    let last = if until == Until::Closed { "D" } else { "A" };
    Ok(investor.get(&format!("/stages/{last}/form")).await?["filed"] == json!(true))
}
