//! What an opening costs. Openings are submitted at a steady rate; then everything that was done for them is counted.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};
use futures::future::try_join_all;
use local::{
    paths::Workspace,
    suite::{DbRole, Suite, http_client},
};
use reqwest::Client;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

use super::{
    counts::Counts,
    report::{Goal, Report, millis, quantile},
};

/// As many to warm up, and then those that are measured.
pub async fn measure(
    suite: &Suite,
    workspace: &Workspace,
    (openings, rate): (u32, u32),
    report: &mut Report,
) -> Result<()> {
    let text = fs::read_to_string(workspace.file("tests/stories/company-opening.application.json"))?;
    let client = Applicant { http: http_client(), token: suite.token("applicant-jia")?, body: text };
    client.submit(suite, openings, rate, "warm").await?;
    suite.drain().await?;
    let before = Counts::of(suite).await?;
    let begun = Instant::now();
    let latencies = client.submit(suite, openings, rate, "measured").await?;
    let submitted = begun.elapsed().as_secs_f64();
    suite.drain().await?;
    let drained = begun.elapsed().as_secs_f64();
    let shares = Counts::of(suite).await?.minus(&before).per(openings);
    client.all_closed(suite, openings * 2).await?;

    let (p50, p99) = (millis(quantile(&latencies, 0.5)), millis(quantile(&latencies, 0.99)));
    report.text(format!(
        "\n{openings} openings submitted in {submitted:.2} s, all closed after {drained:.2} s; accepted p50 {p50:.1} ms, p99 {p99:.1} ms"
    ));
    report.text(shares.table("opening"));
    report.number("openings", json!(openings));
    report.number("rate_per_second", json!(f64::from(openings) / submitted.max(f64::EPSILON)));
    report.number("accept_p50_ms", json!(p50));
    report.number("accept_p99_ms", json!(p99));
    report.number("cpu_ms_by_process", json!(shares.processor));
    for (name, count) in &shares.totals {
        report.number(&format!("{name}_per_opening"), json!(count));
    }
    report.goal("cpu_ms_per_opening", shares.cpu_ms(), Goal::AtMost(20.0));
    Ok(())
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
