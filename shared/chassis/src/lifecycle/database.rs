//! The service's own database: how it is reached, and waiting until it is ready.

use std::{error::Error, time::Duration};

use anyhow::Context as _;
use mailbox::{CommitError, Mailbox, health::Degraded, schema};
use sqlx::{
    PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tracing::{info, warn};

use crate::{
    chain,
    settings::{Secret, sections},
};

/// Who waits longer than this for a connection is told to come back: the database is away or the service is full.
const PATIENCE: Duration = Duration::from_secs(2);
const LIFETIME: Duration = Duration::from_secs(30 * 60);
const IDLE: Duration = Duration::from_secs(5 * 60);
const PART: &str = "database";

pub(super) fn options(url: &str, password: &Secret, process: &str) -> anyhow::Result<PgConnectOptions> {
    let options: PgConnectOptions = url.parse().context("database.url or owner_url is not a PostgreSQL URL")?;
    let options = options.application_name(process).options([
        // An acknowledged submission is on the disk, whatever the server's own default is.
        ("synchronous_commit", "on"),
        // A process that hangs in the middle of a transaction must not hold its rows for ever.
        ("idle_in_transaction_session_timeout", "30s"),
        // Every statement finds its rows by an index, whatever it is given: planned once, not each time anew.
        ("plan_cache_mode", "force_generic_plan"),
    ]);
    Ok(if password.is_empty() { options } else { options.password(password.expose()) })
}

/// Connects when first used: a database that is away is waited for, it does not end the process.
pub(super) fn pool(settings: &sections::Database, process: &str) -> anyhow::Result<PgPool> {
    Ok(PgPoolOptions::new()
        .max_connections(settings.max_connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(IDLE)
        .max_lifetime(LIFETIME)
        // A connection that died shows with the next statement, which is tried again; asking each time costs a round trip.
        .test_before_acquire(false)
        .connect_lazy_with(options(&settings.url, &settings.password, process)?))
}

/// Waits until the database is there, every migration of this program was applied, and the calendar is taken up from it.
pub(super) async fn wait(mailbox: &Mailbox, migrator: &Migrator, degraded: &Degraded) {
    let mut pause = Duration::from_millis(100);
    while let Err(why) = begin(mailbox, migrator).await {
        let why = chain::told(why.as_ref());
        if degraded.note(PART, why.as_str()) {
            warn!(why, "the database is not ready; waiting for it");
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(2));
    }
    if degraded.clear(PART) {
        info!("the database is ready");
    }
}

async fn begin(mailbox: &Mailbox, migrator: &Migrator) -> Result<(), Box<dyn Error>> {
    schema::ready(mailbox.db(), migrator).await?;
    mailbox.take_up_calendar().await?;
    Ok(())
}

/// Whether this failed only because the database was away or too busy.
pub(super) fn is_away(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        matches!(cause.downcast_ref(), Some(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)))
            || matches!(cause.downcast_ref(), Some(CommitError::Unavailable(_)))
    })
}

/// Whether the database answers now; notes and clears the degradation.
pub(crate) async fn answers(db: &PgPool, degraded: &Degraded) -> bool {
    match tokio::time::timeout(PATIENCE, sqlx::query("select 1").execute(db)).await {
        Ok(Ok(_)) => {
            degraded.clear(PART);
            true
        }
        Ok(Err(error)) => {
            degraded.note(PART, error.to_string());
            false
        }
        Err(_) => {
            degraded.note(PART, "no answer in time");
            false
        }
    }
}
