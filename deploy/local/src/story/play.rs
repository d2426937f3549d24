//! Plays one variant of a story on a suite that was started for it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anyhow::{Context, Result, ensure};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use workdays::Calendar;

use super::{
    file::{self, Step, Variant},
    timeline::Played,
};
use crate::{
    investor::{Investor, answered},
    progress::Progress,
    suite::{Suite, http_client},
};

/// Who keeps the clock.
const OWNER: &str = "market-registration-2";

/// Plays every step and reads the case at the end.
///
/// # Errors
/// When a step is refused, or the story ends otherwise than it says.
pub async fn play(suite: &Suite, variant: &Variant, folder: &Path, progress: &Progress) -> Result<Played> {
    let http = http_client();
    let mut player = Player { suite, http, reservation: None, case: None, project: None, decided: Vec::new() };
    for step in &variant.steps {
        player.step(step, folder, progress).await.with_context(|| format!("{step:?}"))?;
    }
    suite.drain().await?;
    let played = match (&player.case, &player.project) {
        (_, Some(_)) => player.played_project(&variant.name).await?,
        (Some(_), None) => Played::of(&variant.name, &player.show().await?, &Calendar::embedded())?,
        (None, None) => Played::nothing(&variant.name),
    };
    ensure!(
        played.phase == variant.expect.phase,
        "the story ends {}, not {}\n{}",
        played.phase,
        variant.expect.phase,
        played.table()
    );
    ensure!(
        played.counted_working_days == variant.expect.counted_working_days,
        "the story counts {:?} working days, not {:?}\n{}",
        played.counted_working_days,
        variant.expect.counted_working_days,
        played.table()
    );
    ensure!(
        played.counted_working_days.is_some() || played.total_window_minutes == variant.expect.total_window_minutes,
        "the story takes {} window minutes, not {}\n{}",
        played.total_window_minutes,
        variant.expect.total_window_minutes,
        played.table()
    );
    let began = played.assigned(&variant.expect.together);
    ensure!(began.len() <= 1, "{:?} do not begin together: {began:?}", variant.expect.together);
    Ok(played)
}

pub(super) struct Player<'a> {
    pub(super) suite: &'a Suite,
    pub(super) http: Client,
    /// The statement of a reserved name, for the next application.
    reservation: Option<String>,
    /// The case that the story is about, and who may see it.
    case: Option<(String, String)>,
    /// The construction project that the story is about.
    pub(super) project: Option<Investor<'a>>,
    /// Department and id of the tasks that were decided.
    decided: Vec<(String, String)>,
}

impl Player<'_> {
    async fn step(&mut self, step: &Step, folder: &Path, progress: &Progress) -> Result<()> {
        match step {
            Step::Advance { to } => self.suite.advance_to(*to).await.map(|_| ()),
            Step::NameBlocked { process, person, name, rule } => self.name_blocked(process, person, name, rule).await,
            Step::Declare { process, person, name, until } => {
                let declared = answered(self.declaration(process, person, name)?).await?;
                let until = until.format(&Rfc3339).unwrap_or_default();
                ensure!(declared["until"] == until, "it is reserved until {}", declared["until"]);
                self.reservation = Some(text(&declared, "token"));
                progress.say(&format!("  {} is reserved until {until}", text(&declared, "name")));
                Ok(())
            }
            Step::Submit { process, person, application } => {
                let mut application = file::application(folder, application)?;
                if let Some(reservation) = self.reservation.take() {
                    application["fields"]["name_reservation"] = json!(reservation);
                }
                self.submit(process, person, &application).await
            }
            Step::FormRefused { process, person, application, set, faults } => {
                let application = file::application(folder, application)?;
                self.form_refused(process, person, application, set, faults).await
            }
            Step::Decide { task, outputs, fees } => self.decide(task, outputs, fees).await,
            Step::Rejected { task, outputs, fault } => self.rejected(task, outputs, fault).await,
            Step::Clock { due_at, used_minutes, card, reason_demanded } => {
                let clock = self.clock().await?;
                let shown = json!({
                    "due_at": due_at.map_or(clock["due_at"].clone(), |at| json!(at.format(&Rfc3339).unwrap_or_default())),
                    "used_minutes": used_minutes,
                    "card": card,
                    "reason_demanded": reason_demanded,
                });
                for (name, value) in shown.as_object().into_iter().flatten() {
                    ensure!(clock[name] == *value, "the clock shows {name} {}, not {value}", clock[name]);
                }
                progress
                    .say(&format!("  the clock: {used_minutes} minutes used, due {}, card {card}", clock["due_at"]));
                Ok(())
            }
            Step::NoFees { lines } => self.no_fees(*lines).await,
            Step::Sms { texts } => self.sms(texts, progress).await,
            Step::Explain { reason } => {
                let path = format!("/v1/cases/{}/red-card-reason", self.case_id()?);
                let request = self.http.post(format!("{}{path}", self.suite.url(OWNER)?));
                let chief = self.suite.token("chief-msa")?;
                answered(request.bearer_auth(chief).json(&json!({"reason": reason}))).await?;
                self.suite.drain().await.map(|_| ())
            }
            Step::Project { .. }
            | Step::Listed { .. }
            | Step::Apply { .. }
            | Step::Bring { .. }
            | Step::TooLate { .. }
            | Step::Items { .. }
            | Step::AtDesk { .. }
            | Step::DeskRefused { .. }
            | Step::Item { .. }
            | Step::Counted { .. }
            | Step::BackSchedule { .. } => self.project_step(step, folder, progress).await,
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

    fn declaration(&self, process: &str, person: &str, name: &Value) -> Result<RequestBuilder> {
        let request = self.http.post(format!("{}/v1/names", self.suite.url(process)?));
        let key = format!("story-{}", text(name, "trade_name").escape_unicode());
        Ok(request.bearer_auth(self.suite.token(person)?).header("Idempotency-Key", key).json(name))
    }

    async fn name_blocked(&self, process: &str, person: &str, name: &Value, rule: &str) -> Result<()> {
        let response = self.declaration(process, person, name)?.send().await?;
        let (status, problem) = (response.status(), response.json::<Value>().await?);
        let quoted = problem["faults"].to_string().contains(rule);
        ensure!(status.as_u16() == 422 && quoted, "{status}: {rule} is not quoted: {problem}");
        Ok(())
    }

    async fn no_fees(&self, lines: usize) -> Result<()> {
        let mut fees = Vec::new();
        for (department, id) in &self.decided {
            let (process, clerk) = self.desk(department)?;
            let request = self.http.get(format!("{}/v1/tasks/{id}", self.suite.url(&process)?));
            let task = answered(request.bearer_auth(clerk)).await?;
            let decisions = task["decisions"].as_array().cloned().unwrap_or_default();
            fees.extend(
                decisions.iter().filter_map(|decision| decision["answer"]["fees"].as_array().cloned()).flatten(),
            );
        }
        ensure!(fees.len() == lines, "there are {} fee lines: {fees:?}", fees.len());
        ensure!(fees.iter().all(|fee| fee["fen"] == 0), "not every fee line is 0: {fees:?}");
        Ok(())
    }

    async fn sms(&self, texts: &BTreeMap<String, usize>, progress: &Progress) -> Result<()> {
        self.suite.drain().await?;
        let sent = answered(self.http.get(format!("{}/messages", self.suite.url("sink")?))).await?;
        let sent: Vec<String> = sent.as_array().into_iter().flatten().map(|sent| text(sent, "text")).collect();
        for (words, times) in texts {
            let found: Vec<&String> = sent.iter().filter(|sent| sent.contains(words)).collect();
            ensure!(found.len() == *times, "{words} was sent {} times, not {times}: {sent:#?}", found.len());
            found.iter().for_each(|sent| progress.say(&format!("  SMS: {sent}")));
        }
        Ok(())
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

    async fn form_refused(
        &self,
        process: &str,
        person: &str,
        mut application: Value,
        set: &BTreeMap<String, String>,
        faults: &BTreeSet<String>,
    ) -> Result<()> {
        for (field, value) in set {
            application["fields"][field] = json!(value);
        }
        let request = self.http.post(format!("{}/v1/applications", self.suite.url(process)?));
        let request = request.bearer_auth(self.suite.token(person)?).header("Idempotency-Key", "story-refused");
        let response = request.json(&application).send().await?;
        let (status, problem) = (response.status(), response.json::<Value>().await?);
        let told: BTreeSet<String> = problem["faults"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|fault| format!("{} {}", text(fault, "pointer"), text(fault, "code")))
            .collect();
        ensure!(status.as_u16() == 422 && told == *faults, "{status}: the form is told {told:?}");
        Ok(())
    }

    fn case_id(&self) -> Result<&str> {
        self.case.as_ref().map(|(case, _)| case.as_str()).context("nothing was submitted yet")
    }

    async fn clock(&self) -> Result<Value> {
        let request = self.http.get(format!("{}/v1/cases/{}", self.suite.url(OWNER)?, self.case_id()?));
        Ok(answered(request.bearer_auth(self.suite.token("operator")?)).await?["clock"].clone())
    }

    async fn decide(&mut self, task: &str, outputs: &[(String, String)], fees: &[(String, i64)]) -> Result<()> {
        self.suite.drain().await?;
        let (id, department) = self.open_task(task).await?;
        self.decide_as(&department, &id, outputs, fees).await?;
        self.decided.push((department, id));
        Ok(())
    }

    async fn rejected(&self, task: &str, outputs: &[(String, String)], fault: &str) -> Result<()> {
        let (id, department) = self.open_task(task).await?;
        self.decide_as(&department, &id, outputs, &[]).await?;
        let (process, clerk) = self.desk(&department)?;
        let request = self.http.get(format!("{}/v1/tasks/{id}", self.suite.url(&process)?));
        let told = answered(request.bearer_auth(clerk)).await?;
        ensure!(told["faults"].to_string().contains(fault), "the department is told {}", told["faults"]);
        let (still, _) = self.open_task(task).await?;
        ensure!(still == id, "another task is open now");
        Ok(())
    }

    /// The task of this code that is open, and who has it.
    async fn open_task(&self, task: &str) -> Result<(String, String)> {
        let case = self.show().await?;
        let open = case["open"].as_array().context("the case shows no open tasks")?;
        let open = open
            .iter()
            .find(|open| open["task"] == task)
            .with_context(|| format!("{task} is not open: {}", case["open"]))?;
        Ok((text(open, "task_id"), text(open, "department")))
    }

    /// A department's process, and its clerk's token.
    pub(super) fn desk(&self, department: &str) -> Result<(String, String)> {
        let clerk = self.suite.token(&format!("{department}/department_clerk"))?;
        Ok((format!("department-{}", department.to_lowercase()), clerk))
    }

    async fn decide_as(
        &self,
        department: &str,
        id: &str,
        outputs: &[(String, String)],
        fees: &[(String, i64)],
    ) -> Result<()> {
        let (process, clerk) = self.desk(department)?;
        let outputs: Vec<_> = outputs.iter().map(|(kind, value)| json!({"kind": kind, "value": value})).collect();
        let fees: Vec<_> = fees.iter().map(|(name, fen)| json!({"name": name, "fen": fen})).collect();
        let request = self.http.post(format!("{}/v1/tasks/{id}/decision", self.suite.url(&process)?));
        answered(request.bearer_auth(clerk).json(&json!({"round": 1, "outputs": outputs, "fees": fees}))).await?;
        self.suite.drain().await.map(|_| ())
    }
}

pub(super) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
