//! What an opening costs. Openings are submitted at a steady rate; then everything that was done for them is counted.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use futures::future::try_join_all;
use local::investor::Town as _;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

use super::{
    counts::{Counts, Shares},
    report::{Goal, Report, millis, quantile},
    running::Running,
    side::Side,
};

const APPLICANT: &str = "applicant-jia";

/// What one measurement found.
pub struct Openings {
    shares: Shares,
    latencies: Vec<Duration>,
    submitted: Duration,
    drained: Duration,
}

/// On a suite of its own: as many to warm up, and then those that are measured.
///
/// # Errors
/// When an opening is refused, or does not close.
pub async fn measure(side: &Side, (openings, rate): (u32, u32)) -> Result<Openings> {
    let suite = Running::start(side, "openings", Some("opening")).await?;
    suite.sign_in(&[APPLICANT]).await?;
    let form = side.opening()?;
    submit(&suite, &form, (openings, rate), "warm").await?;
    suite.drain().await?;
    let before = Counts::of(&suite).await?;
    let begun = Instant::now();
    let latencies = submit(&suite, &form, (openings, rate), "measured").await?;
    let submitted = begun.elapsed();
    suite.drain().await?;
    let drained = begun.elapsed();
    let shares = Counts::of(&suite).await?.minus(&before).per(openings);
    all_closed(&suite, openings * 2).await?;
    suite.forget().await?;
    Ok(Openings { shares, latencies, submitted, drained })
}

/// Submits at a steady rate, whatever the answers take; returns what each took.
async fn submit(suite: &Running<'_>, form: &str, (openings, rate): (u32, u32), round: &str) -> Result<Vec<Duration>> {
    let (begun, token) = (tokio::time::Instant::now(), suite.token(APPLICANT)?);
    try_join_all((0..openings).map(|place| {
        let token = &token;
        async move {
            tokio::time::sleep_until(begun + Duration::from_secs(1) * place / rate.max(1)).await;
            let desk = if place.is_multiple_of(2) { "intake-1" } else { "intake-2" };
            let sent = Instant::now();
            let request = suite.http.post(format!("{}/v1/applications", suite.url(desk)?)).bearer_auth(token);
            let request = request
                .header("Idempotency-Key", format!("{round}-{place}"))
                .header("content-type", "application/json");
            let answer = request.body(form.to_owned()).send().await?;
            let status = answer.status();
            if !status.is_success() {
                bail!("{status}: {}", answer.text().await?);
            }
            Ok(sent.elapsed())
        }
    }))
    .await
}

async fn all_closed(suite: &Running<'_>, expected: u32) -> Result<()> {
    let mut db = PgConnection::connect(&suite.db_url("intake")?).await?;
    let closed: i64 =
        sqlx::query_scalar("select count(*) from cases where phase = 'closed'").fetch_one(&mut db).await?;
    db.close().await?;
    ensure!(closed == i64::from(expected), "{}: {closed} of {expected} openings are closed", suite.side.label);
    Ok(())
}

impl Openings {
    /// Processor-milliseconds of all processes for one opening.
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
    pub fn report(&self, (openings, rate): (u32, u32), report: &mut Report) {
        let (p50, p99) = (millis(quantile(&self.latencies, 0.5)), millis(quantile(&self.latencies, 0.99)));
        let (submitted, drained) = (self.submitted.as_secs_f64(), self.drained.as_secs_f64());
        report.text(format!(
            "\n{openings} openings submitted in {submitted:.2} s, all closed after {drained:.2} s; accepted p50 {p50:.1} ms, p99 {p99:.1} ms"
        ));
        report.text(self.shares.table("opening"));
        report.number("openings", json!(openings));
        report.number("rate_per_second", json!(rate));
        report.number("accept_p50_ms", json!(p50));
        report.number("accept_p99_ms", json!(p99));
        report.number("cpu_ms_by_process", json!(self.shares.processor));
        for (name, count) in &self.shares.totals {
            report.number(&format!("{name}_per_opening"), json!(count));
        }
        report.goal("cpu_ms_per_opening", self.cpu_ms(), Goal::AtMost(20.0));
    }
}
