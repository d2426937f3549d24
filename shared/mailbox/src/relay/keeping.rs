//! What the leader does beside speaking: blocks of the ledger, partitions, what is old enough to go. The broker may be
//! away for an hour: this goes on.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use super::Relay;
use crate::{idempotency, ledger, parking};

const BLOCK_EVERY: Duration = Duration::from_secs(60);
const HOUSEKEEPING_EVERY: Duration = Duration::from_secs(3600);
/// After a failure, or where somebody was in the way.
const RETRY: Duration = Duration::from_secs(60);
/// How long the outbox and the inbox are kept.
const KEPT: time::Duration = time::Duration::days(30);

impl Relay {
    /// Never ends. A failure is told and tried again; it stops nobody from speaking.
    pub(super) async fn keep_house(&self) {
        let mut housekeeping = Instant::now();
        loop {
            if housekeeping <= Instant::now() {
                let rest = match self.housekeeping().await {
                    Ok(()) => HOUSEKEEPING_EVERY,
                    Err(error) if is_in_the_way(&error) => {
                        info!("partitions are looked after later: somebody reads them for long");
                        RETRY
                    }
                    Err(error) => {
                        warn!(%error, "partitions and old rows were not looked after");
                        RETRY
                    }
                };
                housekeeping = Instant::now() + rest;
            }
            if let Err(error) = self.forget().await {
                warn!(%error, "what is worth nothing any more was not blanked; it will be in a minute");
            }
            sleep(BLOCK_EVERY).await;
            if let Err(error) = self.seal().await {
                warn!(%error, "a ledger block was not sealed; the next one will hold its facts");
            }
        }
    }

    async fn seal(&self) -> Result<(), sqlx::Error> {
        let mut connection = self.mailbox.db().acquire().await?;
        ledger::close_block(&mut connection, self.mailbox.clocks().system.now()).await.map(drop)
    }

    /// Secrets that nobody said or acted upon in time. What was said is blanked as soon as it was.
    async fn forget(&self) -> Result<(), sqlx::Error> {
        let (db, now) = (self.mailbox.db(), self.mailbox.clocks().system.now());
        sqlx::query("select blank_said($1)").bind(now).execute(db).await?;
        parking::forget_expired(db, now).await.map(drop)
    }

    async fn housekeeping(&self) -> Result<(), sqlx::Error> {
        let (db, now) = (self.mailbox.db(), self.mailbox.clocks().system.now());
        sqlx::query("delete from idempotency where at < $1").bind(now - idempotency::KEPT).execute(db).await?;
        for month in [now, now + time::Duration::days(31)] {
            sqlx::query("select make_partitions($1)").bind(month).execute(db).await?;
        }
        // One at a time: what one call locks is free again before the next.
        while sqlx::query_scalar("select drop_partitions($1) > 0").bind(now - KEPT).fetch_one(db).await? {}
        Ok(())
    }
}

/// Somebody holds what would have to be locked (`lock_not_available`). Nobody waits for him: the desk would wait behind.
fn is_in_the_way(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|refusal| refusal.code()).is_some_and(|code| code == "55P03")
}
