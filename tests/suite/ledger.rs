//! What was done cannot be undone without showing.

use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use local::suite::DbRole;
use sqlx::{AssertSqlSafe, PgPool, Row as _};
use tokio::process::Command;
use uuid::Uuid;

use crate::support::Town;

crate::tests! {
    Automatic:
        a_row_altered_by_the_superuser_is_named,
        the_application_can_neither_change_nor_remove_facts;
}

async fn a_row_altered_by_the_superuser_is_named(town: &Town) -> Result<()> {
    let slip = town.submit("intake-1").await?;
    town.suite.drain().await?;
    let (clean, said) = verify(town).await?;
    ensure!(clean, "an untouched ledger verifies: {said}");
    let db = town.database("market_registration").await?;
    let row = sqlx::query("select sequence, body from ledger where subject = $1 and kind = 'task_ended' limit 1")
        .bind(slip.case_id)
        .fetch_one(&db)
        .await?;
    let (sequence, body): (i64, Vec<u8>) = (row.try_get("sequence")?, row.try_get("body")?);
    write(&db, slip.case_id, sequence, b"{\"altered\":true}").await?;
    let (clean, said) = verify(town).await?;
    write(&db, slip.case_id, sequence, &body).await?;
    ensure!(!clean, "an altered row is found");
    ensure!(said.contains(&slip.case_id.to_string()) && said.contains(&sequence.to_string()), "and named: {said}");
    let (clean, said) = verify(town).await?;
    ensure!(clean, "the row as it was verifies again: {said}");
    Ok(())
}

async fn write(db: &PgPool, subject: Uuid, sequence: i64, body: &[u8]) -> Result<()> {
    let query = sqlx::query("update ledger set body = $3 where subject = $1 and sequence = $2");
    let touched = query.bind(subject).bind(sequence).bind(body).execute(db).await?;
    ensure!(touched.rows_affected() == 1, "one row");
    Ok(())
}

async fn verify(town: &Town) -> Result<(bool, String)> {
    let place = town.suite.place("market-registration-1")?;
    let program = std::env::current_exe()?;
    let program = program.ancestors().nth(2).context("target/debug")?.join("market-registration");
    let output = Command::new(program)
        .args(["ledger", "verify", "--settings"])
        .arg(&place.settings)
        .stdin(Stdio::null())
        .output()
        .await?;
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Ok((output.status.success(), said))
}

async fn the_application_can_neither_change_nor_remove_facts(town: &Town) -> Result<()> {
    let databases = ["intake", "market_registration", "department_tax"];
    for database in databases {
        let app = PgPool::connect(&town.suite.db_url(database, DbRole::App)?).await?;
        for table in ["ledger", "ledger_block", "ledger_default", "outbox"] {
            for verb in
                [format!("update {table} set xid = xid"), format!("delete from {table}"), format!("truncate {table}")]
            {
                let refused = sqlx::query(AssertSqlSafe(verb.clone())).execute(&app).await;
                let told = refused.err().with_context(|| format!("{database}: `{verb}` was allowed"))?.to_string();
                // The block table has no such column; whoever may change it would be told that.
                ensure!(told.contains("permission denied") || told.contains("xid"), "{database}: `{verb}`: {told}");
            }
        }
        app.close().await;
    }
    Ok(())
}
