//! What reading one project of many takes. A real project is copied under new ids until the database holds as many as wanted;
//! then random ones are asked for, one after the other.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use local::investor::Town as _;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use super::{
    projects::OWNER,
    report::{Goal, Report, millis, quantile},
    running::Running,
};

const READS: u32 = 600;

/// Staff who may read every project; several, because what one person may ask in a second is limited.
const READERS: [&str; 4] = ["operator", "chief-msa", "window-2", "chief-hur"];

/// Within the limits of four people.
const PACE: Duration = Duration::from_millis(10);

/// Ids of copies rise, so that filling appends to each index.
const FIRST: u128 = 0x0190_0000_0000_7000_8000_0000_0000_0000;

pub async fn measure(suite: &Running<'_>, stored: u32, report: &mut Report) -> Result<()> {
    suite.sign_in(&READERS).await?;
    let begun = Instant::now();
    fill(suite, stored).await?;
    let filled = begun.elapsed().as_secs_f64();
    let tokens = READERS.iter().map(|reader| suite.token(reader)).collect::<Result<Vec<_>>>()?;
    let (http, projects) = (&suite.http, format!("{}/v1/projects", suite.url(OWNER)?));
    let mut times = Vec::new();
    let mut bytes = 0;
    for read in 0..READS + 50 {
        let id = Uuid::from_u128(FIRST + u128::from(scattered(read) % u64::from(stored.max(1))));
        let token = &tokens[read as usize % tokens.len()];
        let asked = Instant::now();
        let answer = http.get(format!("{projects}/{id}")).bearer_auth(token).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        let took = asked.elapsed();
        if !status.is_success() {
            bail!("{id}: {status}: {text}");
        }
        // The first ones open connections and fetch the keys of the sign-in.
        if read >= 50 {
            times.push(took);
        }
        bytes = text.len();
        tokio::time::sleep(PACE.saturating_sub(took)).await;
    }
    let (p50, p99) = (millis(quantile(&times, 0.5)), millis(quantile(&times, 0.99)));
    report.text(format!(
        "\n{READS} reads of random projects among {stored}, {bytes} bytes each: p50 {p50:.1} ms, p99 {p99:.1} ms \
         (filled in {filled:.0} s)"
    ));
    report.number("projects_stored", json!(stored));
    report.number("project_read_p50_ms", json!(p50));
    report.goal("project_read_p99_ms", p99, Goal::Below(5.0));
    Ok(())
}

/// Copies a closed project, which is the largest there is to read.
async fn fill(suite: &Running<'_>, stored: u32) -> Result<()> {
    let mut db = PgConnection::connect(&suite.db_url("construction_permit")?).await?;
    let original: Uuid =
        sqlx::query_scalar("select id from projects where phase = 'closed' limit 1").fetch_one(&mut db).await?;
    // The suite is forgotten afterwards: what is only read needs no log.
    for table in ["subjects", "projects", "records", "tasks"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("alter table {table} set unlogged"))).execute(&mut db).await?;
    }
    let copies = "generate_series(0, $2 - 1) as copy(n),
        lateral (select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id) as new";
    for insert in [
        "insert into subjects (id, kind, sequence, head, sent)
         select new.id, kind, sequence, head, sent from subjects old, {copies} where old.id = $1",
        "insert into projects (id, code, holder, investor, region, registered_at, phase, card, entry, head)
         select new.id, code, holder, investor, region, registered_at, phase, card, entry, head
         from projects old, {copies} where old.id = $1",
        "insert into records (project_id, record) select new.id, record from records old, {copies} where old.project_id = $1",
        "insert into tasks (id, project_id, place, state)
         select ('01900000-0000-7000-8001-' || lpad(to_hex(n::bigint * 1024 + place), 12, '0'))::uuid, new.id, place, state
         from {copies}, lateral (select place, state from tasks where project_id = $1 order by place) as old",
    ] {
        let text = insert.replace("{copies}", copies);
        let count = i32::try_from(stored)?;
        sqlx::query(sqlx::AssertSqlSafe(text)).bind(original).bind(count).execute(&mut db).await?;
    }
    sqlx::query("vacuum analyze").execute(&mut db).await?;
    Ok(db.close().await?)
}

/// The same places in every run, in no order (splitmix64).
fn scattered(nth: u32) -> u64 {
    let mut x = u64::from(nth).wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
