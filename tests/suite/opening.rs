//! One opening through everything.

use std::sync::Arc;

use anyhow::{Result, ensure};
use reqwest::{Method, StatusCode};

use crate::support::{World, assert_closed, steps};

crate::tests![
    an_opening_passes_eight_departments_and_closes,
    whoever_holds_the_slip_sees_the_progress_without_signing_in
];

/// Licence first; seals, tax, social, medical and fund at the same second; the bank after the seals; hand-over last.
async fn an_opening_passes_eight_departments_and_closes(world: Arc<World>) -> Result<()> {
    let town = world.automatic().await?;
    let slip = town.submit("intake-1").await?;
    town.suite.drain().await?;
    let case = town.case(&slip).await?;
    assert_closed(&case)?;
    let assigned = steps(&case, "task_assigned");
    let order: Vec<&str> = assigned.iter().map(|(task, _)| *task).collect();
    ensure!(order.first() == Some(&"licence"), "{order:?}");
    let at = |task: &str| assigned.iter().find(|(of, _)| *of == task).map(|(_, at)| at.get(..19));
    for task in ["tax", "social", "medical", "fund"] {
        ensure!(at(task) == at("seals"), "{task} starts at the second of the seals: {assigned:?}");
    }
    let place = |task: &str| order.iter().position(|of| *of == task);
    ensure!(place("bank") > place("seals") && place("hand-over") > place("bank"), "{order:?}");
    Ok(())
}

async fn whoever_holds_the_slip_sees_the_progress_without_signing_in(world: Arc<World>) -> Result<()> {
    let town = world.automatic().await?;
    let slip = town.submit("intake-2").await?;
    town.suite.drain().await?;
    let path = |code: &str| format!("/v1/progress/{}?code={code}", slip.number);
    let shown = town.ask("intake-1", Method::GET, &path(&slip.query_code), None, None, None).await?;
    shown.expect(StatusCode::OK)?;
    ensure!(shown.body["phase"] == "closed", "{}", shown.body);
    let text = shown.body.to_string();
    ensure!(!text.contains("测试甲") && !text.contains("370683190001010014"), "no personal data: {text}");
    let wrong = town.ask("intake-1", Method::GET, &path("AAAAAAAA"), None, None, None).await?;
    wrong.expect_problem(StatusCode::NOT_FOUND, "not-found")
}
