//! What a construction project costs from its registration to its end. Departments decide by rule, so that nothing waits for
//! people; the publicity (B18) is waived, because people begin and end it.

use std::{
    collections::BTreeMap,
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use futures::future::try_join_all;
use local::{
    paths::Workspace,
    suite::{DbRole, Suite, http_client},
};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use tokio::sync::Mutex;

use super::{
    counts::Counts,
    report::{Goal, Report},
};

/// Whose the projects are.
pub const OWNER: &str = "construction-permit-1";

/// Several, because what one person may ask in a second is limited.
const HOLDERS: [&str; 4] = ["investor-hailin", "applicant-jia", "applicant-yi", "applicant-bing"];

/// All of them together ask a hundred times a second, which is within the limits of each.
const PACE: Duration = Duration::from_millis(10);

const PATIENCE: Duration = Duration::from_secs(120);

/// As many to warm up, and then those that are measured.
pub async fn measure(suite: &Suite, workspace: &Workspace, projects: u32, report: &mut Report) -> Result<()> {
    let text = fs::read_to_string(workspace.file("tests/stories/key-industrial.project.json"))?;
    let mut project: Value = serde_json::from_str(&text)?;
    // The next of our own series: a code is one project's.
    project.as_object_mut().context("a project is an object")?.remove("code");
    let people = People { suite, http: http_client(), project, next: Mutex::new(tokio::time::Instant::now()) };

    let idle = idle(suite).await?;
    people.carry_all(projects, "warm").await?;
    people.closed(projects).await?;
    suite.drain().await?;
    let before = Counts::of(suite).await?;
    let begun = Instant::now();
    let items = people.carry_all(projects, "measured").await?;
    people.closed(projects * 2).await?;
    suite.drain().await?;
    let took = begun.elapsed().as_secs_f64();
    let shares = Counts::of(suite).await?.minus(&before).per(projects);

    report.text(format!(
        "\n{projects} projects of {items} items registered, applied for and closed in {took:.2} s; the suite at rest used \
         {idle:.1} processor-ms a second, {:.1} in the time of one project",
        idle * took / f64::from(projects.max(1)),
    ));
    report.text(shares.table("project"));
    report.number("projects", json!(projects));
    report.number("items_per_project", json!(items));
    report.number("projects_seconds", json!(took));
    report.number("cpu_ms_per_second_at_rest", json!(idle));
    report.number("project_cpu_ms_by_process", json!(shares.processor));
    for (name, count) in &shares.totals {
        report.number(&format!("{name}_per_project"), json!(count));
    }
    report.goal("cpu_ms_per_project", shares.cpu_ms(), Goal::AtMost(100.0));
    Ok(())
}

/// Processor-milliseconds a second of a suite that nobody asks anything.
async fn idle(suite: &Suite) -> Result<f64> {
    suite.drain().await?;
    let (before, begun) = (Counts::of(suite).await?, Instant::now());
    tokio::time::sleep(Duration::from_secs(5)).await;
    let took = begun.elapsed().as_secs_f64();
    Ok(Counts::of(suite).await?.minus(&before).per(1).cpu_ms() / took)
}

struct People<'s> {
    suite: &'s Suite,
    http: Client,
    project: Value,
    /// When somebody may ask next.
    next: Mutex<tokio::time::Instant>,
}

impl People<'_> {
    /// Carries this many at once; returns how many items each has.
    async fn carry_all(&self, projects: u32, round: &str) -> Result<usize> {
        let items = try_join_all((0..projects).map(|nth| async move {
            let holder = HOLDERS[nth as usize % HOLDERS.len()];
            self.carry(holder, &format!("{round}-{nth}")).await.with_context(|| format!("project {round}-{nth}"))
        }));
        Ok(items.await?.first().copied().unwrap_or_default())
    }

    /// From the registration to the last application. What has to wait for others starts by itself.
    async fn carry(&self, holder: &str, key: &str) -> Result<usize> {
        let (holder, agent) = (self.suite.token(holder)?, self.suite.token("agent-centre")?);
        let projects = format!("{}/v1/projects", self.suite.url(OWNER)?);
        let request = self.http.post(&projects).header("Idempotency-Key", key).json(&self.project);
        let shown = self.answered(request.bearer_auth(&holder)).await?;
        let project = format!("{projects}/{}", shown["project_id"].as_str().context("the project has no id")?);

        let edits = json!({"edits": [{"item": "B18", "kind": "waive", "reason": "不需公示"}]});
        self.answered(self.http.post(format!("{project}/list/edits")).bearer_auth(&agent).json(&edits)).await?;
        let list = self.answered(self.http.get(format!("{project}/list")).bearer_auth(&holder)).await?;
        let request = self.http.post(format!("{project}/list/acknowledgement")).json(&json!({"version": 2}));
        self.answered(request.bearer_auth(&holder)).await?;

        let materials = self.answered(self.http.get(format!("{project}/materials")).bearer_auth(&holder)).await?;
        let mut papers = papers(&materials);
        for (stage, fields) in forms() {
            let mut statements = Vec::new();
            for code in papers.remove(stage).unwrap_or_default() {
                statements.push(self.upload(&holder, &code, key).await?);
            }
            let application = json!({"fields": fields, "papers": statements});
            let request = self.http.post(format!("{project}/stages/{stage}/application")).json(&application);
            self.answered(request.bearer_auth(&holder)).await?;
        }
        Ok(list["planned"].as_array().map_or(0, Vec::len))
    }

    /// The front desk states what was brought; both of its processes are asked in turn.
    async fn upload(&self, holder: &str, code: &str, key: &str) -> Result<String> {
        let desk = if code.ends_with(['1', '3', '5', '7', '9']) { "intake-1" } else { "intake-2" };
        let request = self.http.post(format!("{}/v1/materials?code={code}", self.suite.url(desk)?));
        let request = request.bearer_auth(holder).header("Content-Type", "application/pdf");
        let told = self.answered(request.body(format!("%PDF-1.7 {code} {key}"))).await?;
        Ok(told["statement"].as_str().context("nothing was stated")?.to_owned())
    }

    async fn answered(&self, request: RequestBuilder) -> Result<Value> {
        let at = {
            let mut next = self.next.lock().await;
            *next = (*next + PACE).max(tokio::time::Instant::now());
            *next
        };
        tokio::time::sleep_until(at).await;
        let answer = request.send().await?;
        let (status, url) = (answer.status(), answer.url().clone());
        if !status.is_success() {
            bail!("{url}: {status}: {}", answer.text().await?);
        }
        Ok(answer.json().await?)
    }

    /// Waits until so many are closed. One cheap look at a time: a drain's looks would be counted with the projects.
    async fn closed(&self, expected: u32) -> Result<()> {
        let mut db = PgConnection::connect(&self.suite.db_url("construction_permit", DbRole::Superuser)?).await?;
        let begun = Instant::now();
        loop {
            let closed: i64 =
                sqlx::query_scalar("select count(*) from projects where phase = 'closed'").fetch_one(&mut db).await?;
            if closed >= i64::from(expected) {
                return Ok(db.close().await?);
            }
            if begun.elapsed() > PATIENCE {
                let open: Vec<String> = sqlx::query_scalar(
                    "select distinct t.state->>'code' || ' ' || (t.state->'state'->>'is')
                     from tasks t join projects p on p.id = t.project_id
                     where p.phase <> 'closed' and t.state->'state'->>'is' <> 'ended' order by 1",
                )
                .fetch_all(&mut db)
                .await?;
                bail!("{closed} of {expected} projects are closed; open: {open:?}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// By stage: the materials that the applicant provides, each at the first stage that uses it.
fn papers(materials: &Value) -> BTreeMap<String, Vec<String>> {
    let mut papers = BTreeMap::<String, Vec<String>>::new();
    for row in materials["materials"].as_array().into_iter().flatten() {
        let provided = row["source"]["source"] == "you_provide" && row["stage"].is_null();
        let stages = row["used_by"].as_array().into_iter().flatten().filter_map(|used| used["item"].as_str()?.get(..1));
        let code = row["code"].as_str().and_then(|code| code.split('|').next());
        if let (true, Some(stage), Some(code)) = (provided, stages.min(), code) {
            papers.entry(stage.to_owned()).or_default().push(code.to_owned());
        }
    }
    papers
}

/// What is entered at each stage.
fn forms() -> [(&'static str, Value); 4] {
    let contact =
        json!({"contact.name": "测试甲", "contact.phone": "10012345678", "construction_content": "智能装备厂房"});
    [
        ("A", contact),
        ("B", json!({"floor_area_m2": "21000", "building_height_m": "14.5", "designer.name": "测试设计院"})),
        ("C", json!({"contractor.name": "测试建筑公司", "contract_price_yuan": "96000000"})),
        ("D", json!({"completed_on": "2025-12-05"})),
    ]
}
