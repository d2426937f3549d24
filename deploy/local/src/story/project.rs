//! What people do with a construction project, over the public APIs of the front desk, the project's owner and departments.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use workdays::Calendar;

use super::{
    file::{self, Step},
    play::{Player, text},
    timeline::Played,
};
use crate::{investor::Investor, progress::Progress};

impl Player<'_> {
    pub(super) async fn project_step(&mut self, step: &Step, folder: &Path, progress: &Progress) -> Result<()> {
        match step {
            Step::Project { person, project } => self.register(person, &file::application(folder, project)?).await,
            Step::Listed { items } => {
                let list = self.investor()?.get("/list").await?;
                let planned: BTreeSet<String> = list["planned"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|item| item.as_str().unwrap_or_default().to_owned())
                    .collect();
                ensure!(planned == *items, "the list is {planned:?}");
                progress.say(&format!("  {} items are on the list", items.len()));
                Ok(())
            }
            Step::Apply { stage, fields, papers, items, undertake } => {
                let mut undertakings = BTreeMap::new();
                for item in undertake {
                    let shown = self.investor()?.get(&format!("/items/{item}/undertaking")).await?;
                    undertakings.insert(item.clone(), text(&shown, "sm3"));
                }
                let papers = self.investor()?.upload(papers).await?;
                let body = json!({"fields": fields, "papers": papers, "items": items, "undertakings": undertakings});
                self.done(&format!("/stages/{stage}/application"), &body).await
            }
            Step::Bring { papers } => {
                let papers = self.investor()?.upload(papers).await?;
                self.done("/papers", &json!({"papers": papers})).await
            }
            Step::TooLate { papers } => {
                let papers = self.investor()?.upload(papers).await?;
                let (status, problem) = self.investor()?.post("/papers", &json!({"papers": papers})).await?;
                ensure!(status == 409 && problem["code"] == "gap", "{status}: {problem}");
                Ok(())
            }
            Step::Items { items } => {
                for item in items {
                    let document = json!([{"kind": "result", "value": format!("莱审-{item}-0001")}]);
                    // What the next one waits for may just have been decided.
                    self.suite.drain().await?;
                    self.investor()?.at_desk(item, "decision", json!({"outputs": document}), false).await?;
                }
                self.suite.drain().await.map(|_| ())
            }
            Step::AtDesk { item, verb, body, head } => {
                self.investor()?.at_desk(item, verb, body.clone(), *head).await?;
                self.suite.drain().await.map(|_| ())
            }
            Step::DeskRefused { item, verb, body, status, code } => {
                let refused = self.investor()?.at_desk(item, verb, body.clone(), false).await;
                let Err(refused) = refused else { bail!("{item} {verb} was not refused") };
                let said = format!("{refused:#}");
                ensure!(said.contains(&status.to_string()) && said.contains(code), "{said}");
                Ok(())
            }
            Step::Item { item, state } => {
                let found = self.investor()?.item(item).await?;
                ensure!(found["state"] == *state, "{item} is {}", found["state"]);
                Ok(())
            }
            Step::Counted { working_days } => {
                let shown = self.investor()?.get("").await?;
                let counted = &shown["clock"]["counted_working_days"];
                ensure!(*counted == *working_days, "{counted} working days are counted");
                let account = self.investor()?.get("/clock/account").await?;
                ensure!(
                    account["counted_working_days"] == *working_days,
                    "the account says {}",
                    account["counted_working_days"]
                );
                progress.say(&format!("  the clock: {working_days} working days counted"));
                Ok(())
            }
            Step::BackSchedule { target, by, accept } => {
                let told = self.investor()?.get(&format!("/back-schedule?target={target}&by={by}")).await?;
                for (item, latest) in accept {
                    let slot = told["slots"].as_array().into_iter().flatten().find(|slot| slot["code"] == *item);
                    let slot = slot.with_context(|| format!("{item} has no slot"))?;
                    let date = &slot["ahead"]["latest_accept"]["date"];
                    ensure!(*date == *latest, "{item} is accepted by {date}");
                }
                Ok(())
            }
            Step::Advance { .. }
            | Step::NameBlocked { .. }
            | Step::Declare { .. }
            | Step::Submit { .. }
            | Step::Decide { .. }
            | Step::FormRefused { .. }
            | Step::Rejected { .. }
            | Step::Clock { .. }
            | Step::NoFees { .. }
            | Step::Sms { .. }
            | Step::Explain { .. }
            | Step::Kill { .. }
            | Step::Start { .. } => bail!("this is no step of a project"),
        }
    }

    /// The project at the end, and what happened to it.
    pub(super) async fn played_project(&self, name: &str) -> Result<Played> {
        let investor = self.investor()?;
        let (project, history) = (investor.get("").await?, investor.get("/history").await?);
        Played::of_project(name, &project, &history, &Calendar::embedded())
    }

    async fn register(&mut self, person: &str, project: &Value) -> Result<()> {
        let investor = Investor::register(self.suite, &self.http, person, "story", project).await?;
        investor.acknowledge().await?;
        self.project = Some(investor);
        self.suite.drain().await.map(|_| ())
    }

    fn investor(&self) -> Result<&Investor<'_>> {
        self.project.as_ref().context("nothing was registered yet")
    }

    async fn done(&self, path: &str, body: &Value) -> Result<()> {
        self.investor()?.done(path, body).await?;
        self.suite.drain().await.map(|_| ())
    }
}
