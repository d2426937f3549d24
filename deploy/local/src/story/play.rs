//! Plays one variant of a story on a suite that was started for it.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use workdays::Calendar;

use super::{
    file::{self, Step, Variant},
    timeline::Played,
};
use crate::{
    progress::Progress,
    suite::{Suite, http_client},
};

/// Plays every step and reads the case at the end.
///
/// # Errors
/// When a step is refused, or the story ends otherwise than it says.
pub async fn play(suite: &Suite, variant: &Variant, folder: &Path, progress: &Progress) -> Result<Played> {
    let mut player = Player { suite, http: http_client(), case: None };
    for step in &variant.steps {
        player.step(step, folder, progress).await.with_context(|| format!("{step:?}"))?;
    }
    suite.drain().await?;
    let played = Played::of(&variant.name, &player.show().await?, &Calendar::embedded())?;
    ensure!(
        played.phase == variant.expect.phase,
        "the story ends {}, not {}\n{}",
        played.phase,
        variant.expect.phase,
        played.table()
    );
    ensure!(
        played.total_window_minutes == variant.expect.total_window_minutes,
        "the story takes {} window minutes, not {}\n{}",
        played.total_window_minutes,
        variant.expect.total_window_minutes,
        played.table()
    );
    Ok(played)
}

struct Player<'a> {
    suite: &'a Suite,
    http: Client,
    /// The case that the story is about, and who may see it.
    case: Option<(String, String)>,
}

impl Player<'_> {
    async fn step(&mut self, step: &Step, folder: &Path, progress: &Progress) -> Result<()> {
        match step {
            Step::Advance { to } => self.suite.advance_to(*to).await.map(|_| ()),
            Step::Submit { process, person, application } => {
                let application = file::application(folder, application)?;
                self.submit(process, person, &application).await
            }
            Step::Decide { task, outputs } => self.decide(task, outputs).await,
            Step::Kill { process } => {
                progress.say(&format!("  {process} is killed with -9"));
                self.suite.kill9(process).await
            }
            Step::Start { process } => {
                self.suite.start_process(process).await?;
                progress.say(&format!("  {process} runs again"));
                Ok(())
            }
        }
    }

    async fn submit(&mut self, process: &str, person: &str, application: &Value) -> Result<()> {
        let request = self.http.post(format!("{}/v1/applications", self.suite.url(process)?));
        let request =
            request.bearer_auth(self.suite.token(person)?).header("Idempotency-Key", "story").json(application);
        let slip = answered(request).await?;
        let case = slip["case_id"].as_str().context("the slip names no case")?;
        self.case = Some((case.to_owned(), person.to_owned()));
        self.suite.drain().await.map(|_| ())
    }

    async fn show(&self) -> Result<Value> {
        let (case, person) = self.case.as_ref().context("nothing was submitted yet")?;
        let request = self.http.get(format!("{}/v1/cases/{case}", self.suite.url("intake-2")?));
        answered(request.bearer_auth(self.suite.token(person)?)).await
    }

    async fn decide(&self, task: &str, outputs: &[(String, String)]) -> Result<()> {
        self.suite.drain().await?;
        let case = self.show().await?;
        let open = case["open"].as_array().context("the case shows no open tasks")?;
        let open = open
            .iter()
            .find(|open| open["task"] == task)
            .with_context(|| format!("{task} is not open: {}", case["open"]))?;
        let (id, department) =
            (open["task_id"].as_str().context("no id")?, open["department"].as_str().context("no department")?);
        let process = format!("department-{}", department.to_lowercase());
        let outputs: Vec<_> = outputs.iter().map(|(kind, value)| json!({"kind": kind, "value": value})).collect();
        let request = self.http.post(format!("{}/v1/tasks/{id}/decision", self.suite.url(&process)?));
        let clerk = self.suite.token(&format!("{department}/department_clerk"))?;
        answered(request.bearer_auth(clerk).json(&json!({"round": 1, "outputs": outputs, "fees": []}))).await?;
        self.suite.drain().await.map(|_| ())
    }
}

async fn answered(request: RequestBuilder) -> Result<Value> {
    let response = request.send().await?;
    let status = response.status();
    let text = response.text().await?;
    if !status.is_success() {
        bail!("{status}: {text}");
    }
    serde_json::from_str(&text).with_context(|| format!("no JSON: {text}"))
}
