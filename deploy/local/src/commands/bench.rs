//! `local bench`: what an opening costs. Openings are submitted at a steady rate; then everything that was done for them is
//! counted: commits, statements, messages, deliveries, and processor time by process.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};
use clap::Args;
use futures::future::try_join_all;
use local::{
    paths::{RunDir, Workspace},
    progress::Progress,
    suite::{self, DbRole, Suite, SuiteOptions, http_client},
};
use reqwest::Client;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection, Row as _};

use super::say;

#[derive(Args)]
pub struct Bench {
    /// How many openings are measured, after as many to warm up.
    #[arg(long, default_value_t = 20)]
    openings: u32,
    /// How many are submitted in a second.
    #[arg(long, default_value_t = 20)]
    rate: u32,
}

impl Bench {
    pub async fn run(self) -> Result<()> {
        let progress = Progress::for_person();
        let workspace = Workspace::find()?;
        let options = SuiteOptions::new(&format!("bench-{}", std::process::id()))?.with_flow("opening");
        let run = RunDir::new(options.run_dir.clone());
        let suite = Suite::start(options, &progress).await?;
        let measured = self.measure(&suite, &workspace).await;
        suite.stop(&progress).await?;
        suite::remove(&run, &Progress::silent()).await?;
        measured
    }

    async fn measure(&self, suite: &Suite, workspace: &Workspace) -> Result<()> {
        let text = fs::read_to_string(workspace.file("tests/stories/company-opening.application.json"))?;
        let client = Applicant { http: http_client(), token: suite.token("applicant-jia")?, body: text };
        client.submit(suite, self.openings, self.rate, "warm").await?;
        suite.drain().await?;
        let before = Counts::of(suite).await?;
        let begun = Instant::now();
        let latencies = client.submit(suite, self.openings, self.rate, "measured").await?;
        let submitted = begun.elapsed();
        suite.drain().await?;
        let after = Counts::of(suite).await?;
        client.all_closed(suite, self.openings * 2).await?;
        let report = Report {
            openings: self.openings,
            submitted,
            drained: begun.elapsed(),
            latencies,
            counts: after.minus(&before),
        };
        say(&report.table());
        let path = workspace.file("target/bench.json");
        fs::write(&path, serde_json::to_string_pretty(&report.json())? + "\n")?;
        say(&format!("written to {}", path.display()));
        Ok(())
    }
}

struct Applicant {
    http: Client,
    token: String,
    body: String,
}

impl Applicant {
    /// Submits at a steady rate, whatever the answers take; returns what each took.
    async fn submit(&self, suite: &Suite, openings: u32, rate: u32, round: &str) -> Result<Vec<Duration>> {
        let begun = tokio::time::Instant::now();
        try_join_all((0..openings).map(|place| async move {
            tokio::time::sleep_until(begun + Duration::from_secs(1) * place / rate).await;
            let desk = if place.is_multiple_of(2) { "intake-1" } else { "intake-2" };
            let sent = Instant::now();
            let request = self.http.post(format!("{}/v1/applications", suite.url(desk)?)).bearer_auth(&self.token);
            let request = request
                .header("Idempotency-Key", format!("{round}-{place}"))
                .header("content-type", "application/json");
            let answer = request.body(self.body.clone()).send().await?;
            let status = answer.status();
            if !status.is_success() {
                bail!("{status}: {}", answer.text().await?);
            }
            Ok(sent.elapsed())
        }))
        .await
    }

    async fn all_closed(&self, suite: &Suite, expected: u32) -> Result<()> {
        let mut db = PgConnection::connect(&suite.db_url("intake", DbRole::Superuser)?).await?;
        let closed: i64 =
            sqlx::query_scalar("select count(*) from cases where phase = 'closed'").fetch_one(&mut db).await?;
        db.close().await?;
        ensure!(closed == i64::from(expected), "{closed} of {expected} openings are closed");
        Ok(())
    }
}

/// Everything that was counted, since the suite began.
#[derive(Clone, Debug, Default)]
struct Counts {
    /// By name, over all databases.
    totals: BTreeMap<&'static str, i64>,
    processor: BTreeMap<String, Duration>,
}

impl Counts {
    async fn of(suite: &Suite) -> Result<Self> {
        let mut counts = Self { processor: suite.processor_time(), ..Self::default() };
        let mut admin = PgConnection::connect(&suite.db_url("postgres", DbRole::Superuser)?).await?;
        sqlx::query("create extension if not exists pg_stat_statements").execute(&mut admin).await?;
        // The bench's own looks, from the superuser, are not counted.
        let row = sqlx::query(
            "select coalesce(sum(calls), 0)::bigint as statements,
                    coalesce(sum(calls) filter (where wal_records > 0), 0)::bigint as writes
             from pg_stat_statements s join pg_roles r on r.oid = s.userid where not r.rolsuper",
        )
        .fetch_one(&mut admin)
        .await?;
        counts.totals.insert("statements", row.try_get("statements")?);
        counts.totals.insert("commits", row.try_get("writes")?);
        admin.close().await?;
        let names = suite.processes();
        let databases = names.iter().map(|name| Ok(suite.place(name)?.process.database.clone()));
        for database in databases.collect::<Result<BTreeSet<String>>>()? {
            let mut db = PgConnection::connect(&suite.db_url(&database, DbRole::Superuser)?).await?;
            let row = sqlx::query(
                "select (select count(*) from outbox) as messages,
                        (select coalesce(sum(next), 0)::bigint from consumer_offset) as deliveries,
                        (select count(*) from ledger) as facts",
            )
            .fetch_one(&mut db)
            .await?;
            for name in ["messages", "deliveries", "facts"] {
                *counts.totals.entry(name).or_default() += row.try_get::<i64, _>(name)?;
            }
            db.close().await?;
        }
        Ok(counts)
    }

    fn minus(&self, before: &Self) -> Self {
        let totals =
            self.totals.iter().map(|(name, count)| (*name, count - before.totals.get(name).copied().unwrap_or(0)));
        let used = |name: &String, time: &Duration| {
            time.saturating_sub(before.processor.get(name).copied().unwrap_or_default())
        };
        let processor = self.processor.iter().map(|(name, time)| (name.clone(), used(name, time)));
        Self { totals: totals.collect(), processor: processor.collect() }
    }
}

struct Report {
    openings: u32,
    submitted: Duration,
    drained: Duration,
    latencies: Vec<Duration>,
    counts: Counts,
}

impl Report {
    fn per_opening(&self, count: f64) -> f64 {
        count / f64::from(self.openings.max(1))
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
    fn totals(&self) -> BTreeMap<&'static str, f64> {
        self.counts.totals.iter().map(|(name, count)| (*name, self.per_opening(*count as f64))).collect()
    }

    /// Processor-milliseconds per opening, by process.
    fn processor(&self) -> BTreeMap<&str, f64> {
        let millis = |time: &Duration| self.per_opening(time.as_secs_f64() * 1e3);
        self.counts.processor.iter().map(|(name, time)| (name.as_str(), millis(time))).collect()
    }

    fn latency(&self, quantile: f64) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index"
        )]
        let place = ((sorted.len().saturating_sub(1)) as f64 * quantile).round() as usize;
        sorted.get(place).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }

    fn table(&self) -> String {
        let mut lines = vec![format!(
            "\n{} openings submitted in {:.2} s, all closed after {:.2} s; accepted p50 {:.1} ms, p99 {:.1} ms",
            self.openings,
            self.submitted.as_secs_f64(),
            self.drained.as_secs_f64(),
            self.latency(0.5),
            self.latency(0.99)
        )];
        lines.push("\nper opening".to_owned());
        lines.extend(self.totals().iter().map(|(name, count)| format!("  {name:<28}{count:>8.1}")));
        lines.push("\nprocessor-milliseconds per opening".to_owned());
        let processor = self.processor();
        lines.extend(processor.iter().map(|(name, millis)| format!("  {name:<28}{millis:>8.1}")));
        lines.push(format!("  {:<28}{:>8.1}", "total", processor.values().sum::<f64>()));
        lines.join("\n")
    }

    fn json(&self) -> Value {
        let mut report = json!({
            "openings": self.openings,
            "rate_per_second": self.per_opening_rate(),
            "accept_p50_ms": self.latency(0.5),
            "accept_p99_ms": self.latency(0.99),
            "cpu_ms_per_opening": self.processor().values().sum::<f64>(),
            "cpu_ms_by_process": self.processor(),
        });
        if let Some(report) = report.as_object_mut() {
            report.extend(self.totals().into_iter().map(|(name, count)| (format!("{name}_per_opening"), json!(count))));
        }
        report
    }

    fn per_opening_rate(&self) -> f64 {
        f64::from(self.openings) / self.submitted.as_secs_f64().max(f64::EPSILON)
    }
}
