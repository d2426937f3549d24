//! A construction project in the hands of the person who carries it: what investors do, and the agents to whom the hall gives it, over the public
//! APIs of the front desk, the project's owner and the departments. Stories, demonstrations and tests play with it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

use crate::suite::{Suite, SuiteMap};

/// Whose the projects are.
const OWNER: &str = "construction-permit-1";
/// Papers are brought to whichever answers.
const FRONT_DESKS: [&str; 2] = ["intake-1", "intake-2"];
/// Who edits lists, and who of the hall gives him projects.
const AGENT: &str = "agent-centre";
const HALL: &str = "chief-hur";

/// Where a suite's services answer, and who people are there.
pub trait Town: Send + Sync {
    /// The address of a process.
    ///
    /// # Errors
    /// When the suite has no such process.
    fn url(&self, process: &str) -> Result<String>;

    /// A bearer token of a person.
    ///
    /// # Errors
    /// When the suite has no such person.
    fn token(&self, person: &str) -> Result<String>;
}

impl Town for Suite {
    fn url(&self, process: &str) -> Result<String> {
        SuiteMap::url(self, process)
    }

    fn token(&self, person: &str) -> Result<String> {
        SuiteMap::token(self, person)
    }
}

/// A project and who carries it.
pub struct Investor<'a> {
    town: &'a dyn Town,
    http: Client,
    person: String,
    project: String,
    pace: Option<Arc<Pace>>,
}

/// How often several people together ask: what one of them may ask in a second is limited.
pub struct Pace {
    every: Duration,
    next: Mutex<Instant>,
}

impl Pace {
    #[must_use]
    pub fn new(every: Duration) -> Arc<Self> {
        Arc::new(Self { every, next: Mutex::new(Instant::now()) })
    }

    /// Waits for its turn.
    pub async fn turn(&self) {
        let at = {
            let mut next = self.next.lock().await;
            *next = (*next + self.every).max(Instant::now());
            *next
        };
        sleep_until(at).await;
    }
}

impl<'a> Investor<'a> {
    /// Registers a project; the same key finds it again.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn register(town: &'a dyn Town, http: &Client, person: &str, key: &str, project: &Value) -> Result<Self> {
        let request = http.post(format!("{}/v1/projects", town.url(OWNER)?)).bearer_auth(town.token(person)?);
        let shown = answered(request.header("Idempotency-Key", key).json(project)).await?;
        let project = shown["project_id"].as_str().context("the project has no id")?.to_owned();
        Ok(Self { town, http: http.clone(), person: person.to_owned(), project, pace: None })
    }

    /// Asks at this pace from now on.
    #[must_use]
    pub fn at_pace(self, pace: Arc<Pace>) -> Self {
        Self { pace: Some(pace), ..self }
    }

    /// The project's id.
    #[must_use]
    pub fn project(&self) -> &str {
        &self.project
    }

    async fn wait(&self) {
        if let Some(pace) = &self.pace {
            pace.turn().await;
        }
    }

    fn url(&self, path: &str) -> Result<String> {
        Ok(format!("{}/v1/projects/{}{path}", self.town.url(OWNER)?, self.project))
    }

    /// Reads under the project.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.wait().await;
        answered(self.http.get(self.url(path)?).bearer_auth(self.town.token(&self.person)?)).await
    }

    /// Posts under the project, and takes whatever is answered.
    ///
    /// # Errors
    /// When nothing is answered.
    pub async fn post(&self, path: &str, body: &Value) -> Result<(u16, Value)> {
        self.post_as(&self.person, path, body).await
    }

    async fn post_as(&self, person: &str, path: &str, body: &Value) -> Result<(u16, Value)> {
        self.wait().await;
        let request = self.http.post(self.url(path)?).bearer_auth(self.town.token(person)?).json(body);
        let response = request.send().await?;
        Ok((response.status().as_u16(), response.json().await?))
    }

    /// Posts under the project.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn done(&self, path: &str, body: &Value) -> Result<Value> {
        self.done_as(&self.person, path, body).await
    }

    /// Posts under the project as another person.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn done_as(&self, person: &str, path: &str, body: &Value) -> Result<Value> {
        let (status, told) = self.post_as(person, path, body).await?;
        ensure!((200..300).contains(&status), "{path}: {status} {told}");
        Ok(told)
    }

    /// The newest version of the list is in force.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn acknowledge(&self) -> Result<()> {
        let list = self.get("/list").await?;
        self.done("/list/acknowledgement", &json!({"version": list["version"]})).await.map(|_| ())
    }

    /// Papers are brought to the front desk; its statements of them are for the project's owner.
    ///
    /// # Errors
    /// When one is not taken.
    pub async fn upload(&self, codes: &[String]) -> Result<Vec<String>> {
        let mut statements = Vec::new();
        let desks: Vec<String> = FRONT_DESKS.into_iter().filter_map(|desk| self.town.url(desk).ok()).collect();
        for (code, desk) in codes.iter().zip(desks.iter().cycle()) {
            self.wait().await;
            let request = self.http.post(format!("{desk}/v1/materials?code={code}"));
            let request = request.bearer_auth(self.town.token(&self.person)?).header("Content-Type", "application/pdf");
            let stated = answered(request.body(format!("%PDF-1.7 {code} {}", self.project))).await?;
            statements.push(stated["statement"].as_str().context("the front desk states nothing")?.to_owned());
        }
        Ok(statements)
    }

    /// Nothing is published before a decision any more (B18), so that rules alone can carry the project.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn waive_publicity(&self) -> Result<()> {
        let list = self.get("/list").await?;
        if list["planned"].as_array().is_some_and(|planned| planned.iter().any(|item| item == "B18")) {
            let edits = json!({"edits": [{"item": "B18", "kind": "waive", "reason": "方案已在规划阶段公示"}]});
            self.done_as(HALL, "/agents", &json!({"agent": AGENT})).await?;
            self.done_as(AGENT, "/list/edits", &edits).await?;
        }
        Ok(())
    }

    /// Applies for stages at once, with everything that they ask for.
    ///
    /// # Errors
    /// When a stage is refused.
    pub async fn apply_for(&self, stages: &[&str]) -> Result<()> {
        self.apply_with(stages, &BTreeMap::new()).await
    }

    /// Applies for stages at once, with everything that they ask for; what is not among `entered` is a sample.
    ///
    /// # Errors
    /// When a stage is refused.
    pub async fn apply_with(&self, stages: &[&str], entered: &BTreeMap<&str, &str>) -> Result<()> {
        let mut papers = self.upload(&self.papers_to_provide(stages).await?).await?;
        for stage in stages {
            let form = self.get(&format!("/stages/{stage}/form")).await?;
            let fields: BTreeMap<&str, &str> = form["fields"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|field| {
                    let (name, kind) = (field["field"]["name"].as_str()?, field["field"]["kind"].as_str()?);
                    Some((name, entered.get(name).copied().unwrap_or_else(|| sample(kind))))
                })
                .collect();
            let body = json!({"fields": fields, "papers": std::mem::take(&mut papers)});
            self.done(&format!("/stages/{stage}/application"), &body).await?;
        }
        Ok(())
    }

    /// Codes of the papers for these stages that nobody else brings; the first where one of several will do.
    async fn papers_to_provide(&self, stages: &[&str]) -> Result<Vec<String>> {
        let table = self.get("/materials").await?;
        let wanted = |used: &Value| {
            let item = used["item"].as_str().unwrap_or_default();
            stages.iter().any(|stage| item.starts_with(stage))
        };
        let to_provide = |row: &&Value| {
            let by_you = row["stage"].is_null() && row["here"].is_null() && row["source"]["source"] == "you_provide";
            by_you && row["used_by"].as_array().is_some_and(|uses| uses.iter().any(wanted))
        };
        let rows = table["materials"].as_array().into_iter().flatten().filter(to_provide);
        Ok(rows.filter_map(|row| row["code"].as_str()?.split('|').next().map(str::to_owned)).collect())
    }

    /// An item of the plan.
    ///
    /// # Errors
    /// When it is not planned.
    pub async fn item(&self, code: &str) -> Result<Value> {
        let shown = self.get("").await?;
        let found = shown["items"].as_array().into_iter().flatten().find(|item| item["item"] == code).cloned();
        found.with_context(|| format!("{code} is not planned"))
    }

    /// The department that has the item does something about it, by its clerk or its head.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn at_desk(&self, code: &str, verb: &str, mut body: Value, head: bool) -> Result<()> {
        let item = self.item(code).await?;
        let text = |name: &str| item[name].as_str().unwrap_or_default();
        let department = text("department");
        let post = if head { "department_head" } else { "department_clerk" };
        let person = self.town.token(&format!("{department}/{post}"))?;
        body["round"] = item["round"].clone();
        let desk = self.town.url(&format!("department-{}", department.to_lowercase()))?;
        let url = format!("{desk}/v1/tasks/{}/{verb}", text("task_id"));
        answered(self.http.post(url).bearer_auth(person).json(&body))
            .await
            .with_context(|| format!("{code} {verb}"))?;
        Ok(())
    }
}

/// Something that a field of this kind holds.
fn sample(kind: &str) -> &'static str {
    match kind {
        "phone" => "10012345678",
        "number" => "12000",
        "date" => "2026-01-05",
        _ => "测试",
    }
}

/// What was answered; an answer that is no success is an error.
///
/// # Errors
/// When it is none, or no JSON.
pub(crate) async fn answered(request: RequestBuilder) -> Result<Value> {
    let response = request.send().await?;
    let status = response.status();
    let text = response.text().await?;
    if !status.is_success() {
        bail!("{status}: {text}");
    }
    serde_json::from_str(&text).with_context(|| format!("no JSON: {text}"))
}
