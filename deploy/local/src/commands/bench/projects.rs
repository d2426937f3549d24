//! What a construction project costs from its registration to its end. Departments decide by rule, so that nothing waits for
//! people; the publicity (B18) is waived, because people begin and end it.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use local::{
    investor::{Investor, Pace},
    paths::Workspace,
    suite::{DbRole, Suite, http_client},
};
use reqwest::Client;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use super::{
    counts::Counts,
    report::{Goal, Report},
};

/// Whose the projects are.
pub const OWNER: &str = "construction-permit-1";

/// Several, because what one person may ask in a second is limited.
const HOLDERS: [&str; 4] = ["investor-hailin", "applicant-jia", "applicant-yi", "applicant-bing"];

/// All of them together ask 500 times a second, which is within the limits of each at each process.
const PACE: Duration = Duration::from_millis(2);

/// How many projects are carried at a time.
const AT_ONCE: usize = 16;

const PATIENCE: Duration = Duration::from_secs(120);

/// As many to warm up, and then those that are measured.
pub async fn measure(suite: &Suite, workspace: &Workspace, projects: u32, report: &mut Report) -> Result<()> {
    let text = fs::read_to_string(workspace.file("tests/stories/key-industrial.project.json"))?;
    let mut project: Value = serde_json::from_str(&text)?;
    // The next of our own series: a code is one project's.
    project.as_object_mut().context("a project is an object")?.remove("code");
    let people = People { suite, http: http_client(), project, pace: Pace::new(PACE) };

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

/// Those who carry projects.
struct People<'s> {
    suite: &'s Suite,
    http: Client,
    project: Value,
    pace: Arc<Pace>,
}

impl People<'_> {
    /// Carries this many, some at a time; returns how many items each has.
    async fn carry_all(&self, projects: u32, round: &str) -> Result<usize> {
        let carried = (0..projects).map(|nth| async move {
            let holder = HOLDERS[nth as usize % HOLDERS.len()];
            self.carry(holder, &format!("{round}-{nth}")).await.with_context(|| format!("project {round}-{nth}"))
        });
        let items: Vec<usize> = stream::iter(carried).buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(items.first().copied().unwrap_or_default())
    }

    /// From the registration to the last application. What has to wait for others starts by itself.
    async fn carry(&self, holder: &str, key: &str) -> Result<usize> {
        self.pace.turn().await;
        let investor = Investor::register(self.suite, &self.http, holder, key, &self.project).await?;
        let investor = investor.at_pace(Arc::clone(&self.pace));
        investor.waive_publicity().await?;
        investor.acknowledge().await?;
        investor.apply_for(&["A", "B", "C", "D"]).await?;
        Ok(investor.get("/list").await?["planned"].as_array().map_or(0, Vec::len))
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
