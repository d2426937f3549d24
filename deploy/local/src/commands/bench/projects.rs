//! What a construction project costs from its registration to its end, and what the whole suite costs while nobody asks it
//! anything. Departments decide by rule, so that nothing waits for people; the publicity (B18) is waived, because people begin
//! and end it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use local::investor::{Investor, Pace};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use super::{
    counts::{Counts, Shares},
    report::{Goal, Report},
    running::Running,
    side::Side,
};

/// Whose the projects are.
pub const OWNER: &str = "construction-permit-1";

/// Several, because what one person may ask in a second is limited.
const HOLDERS: [&str; 4] = ["investor-hailin", "applicant-jia", "applicant-yi", "applicant-bing"];

/// Who else acts for them.
const HELPERS: [&str; 3] = ["agent-centre", "window-2", "chief-hur"];

/// All of them together ask 500 times a second, which is within the limits of each at each process.
const PACE: Duration = Duration::from_millis(2);

/// How many projects are carried at a time.
const AT_ONCE: usize = 16;

const PATIENCE: Duration = Duration::from_secs(120);

/// How long a suite is watched that nobody asks anything.
const REST: Duration = Duration::from_secs(20);

/// What one measurement found.
pub struct Projects {
    shares: Shares,
    /// Processor-milliseconds a second of a suite at rest.
    pub at_rest: f64,
    items: usize,
    took: Duration,
}

/// On a running suite of both flows: as many to warm up, and then those that are measured.
///
/// # Errors
/// When something is refused, or a project does not close.
pub async fn measure(suite: &Running<'_>, projects: u32) -> Result<Projects> {
    suite.sign_in(&HOLDERS).await?;
    suite.sign_in(&HELPERS).await?;
    let people = People { suite, project: suite.side.project()?, pace: Pace::new(PACE) };
    let at_rest = at_rest(suite).await?;
    people.carry_all(projects, "warm").await?;
    people.closed(projects).await?;
    suite.drain().await?;
    let before = Counts::of(suite).await?;
    let begun = Instant::now();
    let items = people.carry_all(projects, "measured").await?;
    people.closed(projects * 2).await?;
    suite.drain().await?;
    let took = begun.elapsed();
    let shares = Counts::of(suite).await?.minus(&before).per(projects);
    Ok(Projects { shares, at_rest, items, took })
}

/// The same on a suite of its own.
///
/// # Errors
/// As [`measure`].
pub async fn measure_alone(side: &Side, projects: u32) -> Result<Projects> {
    let suite = Running::start(side, "projects", None).await?;
    let found = measure(&suite, projects).await?;
    suite.forget().await?;
    Ok(found)
}

async fn at_rest(suite: &Running<'_>) -> Result<f64> {
    suite.drain().await?;
    let (before, begun) = (Counts::of(suite).await?, Instant::now());
    tokio::time::sleep(REST).await;
    let took = begun.elapsed().as_secs_f64();
    Ok(Counts::of(suite).await?.minus(&before).per(1).cpu_ms() / took)
}

impl Projects {
    /// Processor-milliseconds of all processes for one project.
    #[must_use]
    pub fn cpu_ms(&self) -> f64 {
        self.shares.cpu_ms()
    }

    /// What one of them took.
    #[must_use]
    pub fn shares(&self) -> &Shares {
        &self.shares
    }

    /// Tells all of it, beside the target.
    pub fn report(&self, projects: u32, report: &mut Report) {
        let took = self.took.as_secs_f64();
        report.text(format!(
            "\n{projects} projects of {} items registered, applied for and closed in {took:.2} s; the suite at rest used \
             {:.1} processor-ms a second, {:.1} in the time of one project",
            self.items,
            self.at_rest,
            self.at_rest * took / f64::from(projects.max(1)),
        ));
        report.text(self.shares.table("project"));
        report.number("projects", json!(projects));
        report.number("items_per_project", json!(self.items));
        report.number("projects_seconds", json!(took));
        report.number("cpu_ms_per_second_at_rest", json!(self.at_rest));
        report.number("project_cpu_ms_by_process", json!(self.shares.processor));
        for (name, count) in &self.shares.totals {
            report.number(&format!("{name}_per_project"), json!(count));
        }
        report.goal("cpu_ms_per_project", self.cpu_ms(), Goal::AtMost(100.0));
    }
}

/// Those who carry projects.
struct People<'s> {
    suite: &'s Running<'s>,
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
        let investor = Investor::register(self.suite, &self.suite.http, holder, key, &self.project).await?;
        let investor = investor.at_pace(Arc::clone(&self.pace));
        self.suite.side.waive_publicity(&investor).await?;
        investor.acknowledge().await?;
        investor.apply_for(&["A", "B", "C", "D"]).await?;
        Ok(investor.get("/list").await?["planned"].as_array().map_or(0, Vec::len))
    }

    /// Waits until so many are closed. One cheap look at a time: a drain's looks would be counted with the projects.
    async fn closed(&self, expected: u32) -> Result<()> {
        let mut db = PgConnection::connect(&self.suite.db_url("construction_permit")?).await?;
        let begun = Instant::now();
        loop {
            let closed: i64 =
                sqlx::query_scalar("select count(*) from projects where phase = 'closed'").fetch_one(&mut db).await?;
            if closed >= i64::from(expected) {
                return Ok(db.close().await?);
            }
            if begun.elapsed() > PATIENCE {
                let open: Vec<String> = sqlx::query_scalar(
                    "select distinct t.state::json->>'code' || ' ' || (t.state::json->'state'->>'is')
                     from tasks t join projects p on p.id = t.project_id
                     where p.phase <> 'closed' and t.state::json->'state'->>'is' <> 'ended' order by 1",
                )
                .fetch_all(&mut db)
                .await?;
                bail!("{closed} of {expected} projects are closed; open: {open:?}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
