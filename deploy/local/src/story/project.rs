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
    play::{Player, answered, text},
    timeline::Played,
};
use crate::progress::Progress;

/// Whose the projects are.
const OWNER: &str = "construction-permit-1";

impl Player<'_> {
    pub(super) async fn project_step(&mut self, step: &Step, folder: &Path, progress: &Progress) -> Result<()> {
        match step {
            Step::Project { person, project } => self.register(person, file::application(folder, project)?).await,
            Step::Listed { items } => {
                let list = self.get("/list").await?;
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
                    let shown = self.get(&format!("/items/{item}/undertaking")).await?;
                    undertakings.insert(item.clone(), text(&shown, "sm3"));
                }
                let papers = self.upload(papers).await?;
                let body = json!({"fields": fields, "papers": papers, "items": items, "undertakings": undertakings});
                self.done(&format!("/stages/{stage}/application"), &body).await
            }
            Step::Bring { papers } => {
                let papers = self.upload(papers).await?;
                self.done("/papers", &json!({"papers": papers})).await
            }
            Step::TooLate { papers } => {
                let papers = self.upload(papers).await?;
                let (status, problem) = self.post("/papers", &json!({"papers": papers})).await?;
                ensure!(status == 409 && problem["code"] == "gap", "{status}: {problem}");
                Ok(())
            }
            Step::Items { items } => {
                for item in items {
                    let document = json!([{"kind": "result", "value": format!("莱审-{item}-0001")}]);
                    // What the next one waits for may just have been decided.
                    self.suite.drain().await?;
                    self.at_desk(item, "decision", json!({"outputs": document}), false).await?;
                }
                self.suite.drain().await.map(|_| ())
            }
            Step::AtDesk { item, verb, body, head } => {
                self.at_desk(item, verb, body.clone(), *head).await?;
                self.suite.drain().await.map(|_| ())
            }
            Step::DeskRefused { item, verb, body, status, code } => {
                let refused = self.at_desk(item, verb, body.clone(), false).await;
                let Err(refused) = refused else { bail!("{item} {verb} was not refused") };
                let said = format!("{refused:#}");
                ensure!(said.contains(&status.to_string()) && said.contains(code), "{said}");
                Ok(())
            }
            Step::Item { item, state } => {
                let found = self.item(item).await?;
                ensure!(found["state"] == *state, "{item} is {}", found["state"]);
                Ok(())
            }
            Step::Counted { working_days } => {
                let shown = self.get("").await?;
                let counted = &shown["clock"]["counted_working_days"];
                ensure!(*counted == *working_days, "{counted} working days are counted");
                let account = self.get("/clock/account").await?;
                ensure!(
                    account["counted_working_days"] == *working_days,
                    "the account says {}",
                    account["counted_working_days"]
                );
                progress.say(&format!("  the clock: {working_days} working days counted"));
                Ok(())
            }
            Step::BackSchedule { target, by, accept } => {
                let told = self.get(&format!("/back-schedule?target={target}&by={by}")).await?;
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
        let (project, history) = (self.get("").await?, self.get("/history").await?);
        Played::of_project(name, &project, &history, &Calendar::embedded())
    }

    async fn register(&mut self, person: &str, project: Value) -> Result<()> {
        let request = self.http.post(format!("{}/v1/projects", self.suite.url(OWNER)?));
        let request = request.bearer_auth(self.suite.token(person)?).header("Idempotency-Key", "story").json(&project);
        let shown = answered(request).await?;
        self.project = Some((text(&shown, "project_id"), person.to_owned()));
        self.done("/list/acknowledgement", &json!({"version": 1})).await
    }

    fn id(&self) -> Result<(&str, &str)> {
        let project = self.project.as_ref().context("nothing was registered yet")?;
        Ok((project.0.as_str(), project.1.as_str()))
    }

    async fn get(&self, path: &str) -> Result<Value> {
        let (id, person) = self.id()?;
        let request = self.http.get(format!("{}/v1/projects/{id}{path}", self.suite.url(OWNER)?));
        answered(request.bearer_auth(self.suite.token(person)?)).await
    }

    async fn post(&self, path: &str, body: &Value) -> Result<(u16, Value)> {
        let (id, person) = self.id()?;
        let request = self.http.post(format!("{}/v1/projects/{id}{path}", self.suite.url(OWNER)?));
        let response = request.bearer_auth(self.suite.token(person)?).json(body).send().await?;
        Ok((response.status().as_u16(), response.json().await?))
    }

    async fn done(&self, path: &str, body: &Value) -> Result<()> {
        let (status, told) = self.post(path, body).await?;
        ensure!((200..300).contains(&status), "{path}: {status} {told}");
        self.suite.drain().await.map(|_| ())
    }

    /// Papers are brought to the front desk; what it states of them goes to the project's owner.
    async fn upload(&self, codes: &[String]) -> Result<Vec<String>> {
        let (_, person) = self.id()?;
        let mut statements = Vec::new();
        for code in codes {
            let request = self.http.post(format!("{}/v1/materials?code={code}", self.suite.url("intake-1")?));
            let request = request.bearer_auth(self.suite.token(person)?).header("Content-Type", "application/pdf");
            statements.push(text(&answered(request.body(format!("%PDF-1.7 {code}"))).await?, "statement"));
        }
        Ok(statements)
    }

    async fn item(&self, code: &str) -> Result<Value> {
        let shown = self.get("").await?;
        let found = shown["items"].as_array().into_iter().flatten().find(|item| item["item"] == code).cloned();
        found.with_context(|| format!("{code} is not planned"))
    }

    async fn at_desk(&self, code: &str, verb: &str, mut body: Value, head: bool) -> Result<()> {
        let item = self.item(code).await?;
        let department = text(&item, "department");
        let (process, clerk) = self.desk(&department)?;
        let person = if head { self.suite.token(&format!("{department}/department_head"))? } else { clerk };
        body["round"] = item["round"].clone();
        let url = format!("{}/v1/tasks/{}/{verb}", self.suite.url(&process)?, text(&item, "task_id"));
        answered(self.http.post(url).bearer_auth(person).json(&body))
            .await
            .with_context(|| format!("{code} {verb}"))
            .map(|_| ())
    }
}
