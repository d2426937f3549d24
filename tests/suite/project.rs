//! One construction project through everything.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use local::investor::Investor;
use serde_json::Value;

use crate::support::{Town, fresh_key};

crate::tests! {
    Whole: a_project_passes_its_departments_each_item_once_and_closes;
}

/// Who carries the projects.
const INVESTOR: &str = "investor-hailin";

/// All of them.
pub const STAGES: [&str; 4] = ["A", "B", "C", "D"];

/// What is published before a decision takes days, and nobody is there to end it when departments decide by rule.
async fn a_project_passes_its_departments_each_item_once_and_closes(town: &Town) -> Result<()> {
    let investor = register(town, &fresh_key()).await?;
    investor.waive_publicity().await?;
    investor.acknowledge().await?;
    investor.apply_for(&STAGES).await?;
    town.suite.drain().await?;
    assert_closed(&investor).await
}

/// The key industrial project of the stories, under a code of the city's own series.
pub async fn register<'a>(town: &'a Town, key: &str) -> Result<Investor<'a>> {
    let mut project: Value = serde_json::from_str(include_str!("../stories/key-industrial.project.json"))?;
    project.as_object_mut().map(|fields| fields.remove("code"));
    Investor::register(&town.suite, &town.http, INVESTOR, key, &project).await
}

/// Fails where the project is not closed, or an item was assigned or ended other than once.
pub async fn assert_closed(investor: &Investor<'_>) -> Result<()> {
    let (shown, history) = (investor.get("").await?, investor.get("/history").await?);
    let states: Vec<_> =
        shown["items"].as_array().into_iter().flatten().map(|item| (&item["item"], &item["state"])).collect();
    ensure!(shown["phase"] == "closed", "{} is {}: {states:?}", investor.project(), shown["phase"]);
    for event in ["task_assigned", "task_ended"] {
        let of = history["steps"].as_array().into_iter().flatten().filter(|step| step["event"] == event);
        let items: Vec<&str> = of.filter_map(|step| step["item"].as_str()).collect();
        let once: BTreeSet<&str> = items.iter().copied().collect();
        ensure!(once.len() == items.len(), "{event} happened twice: {items:?}");
        ensure!(once.len() == states.len(), "{event} happened to {} of {} items", once.len(), states.len());
    }
    Ok(())
}
