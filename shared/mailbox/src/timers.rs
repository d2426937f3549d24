//! Fires what fell due, in business time, while this instance leads.

use std::{collections::HashMap, sync::Arc, time::Duration};

use sqlx::Row as _;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};
use uuid::Uuid;

use crate::{
    commit::CommitError,
    handler::{Handler, Timer},
    mailbox::Mailbox,
    metrics::METRICS,
};

const AT_ONCE: i64 = 500;
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a timer that failed is left alone.
const REST: Duration = Duration::from_secs(30);

/// Loads due timers and commits what the handler decides.
pub struct Timers {
    pub mailbox: Mailbox,
    pub handler: Arc<dyn Handler>,
}

impl Timers {
    /// Runs until cancelled.
    pub async fn run(self, cancel: CancellationToken) {
        let mut resting: HashMap<(Uuid, String), Instant> = HashMap::new();
        loop {
            tokio::select! {
                () = cancel.cancelled() => return,
                () = self.mailbox.timers_woken() => {}
                () = sleep(LOOK_EVERY) => {}
            }
            resting.retain(|_, until| *until > Instant::now());
            while self.mailbox.leads() && !cancel.is_cancelled() {
                match self.fire(&mut resting).await {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(error) => {
                        warn!(%error, "timers: the database failed; they stay due");
                        break;
                    }
                }
            }
        }
    }

    /// Fires what is due and returns how many timers ended.
    async fn fire(&self, resting: &mut HashMap<(Uuid, String), Instant>) -> Result<usize, CommitError> {
        let now = self.mailbox.clocks().business.now();
        let rows =
            sqlx::query("select owner, name, due_at from timers where due_at <= $1 order by due_at, owner limit $2")
                .bind(now)
                .bind(AT_ONCE)
                .fetch_all(self.mailbox.db())
                .await?;
        let mut due = Vec::with_capacity(rows.len());
        for row in rows {
            let timer =
                Timer { owner: row.try_get("owner")?, name: row.try_get("name")?, due_at: row.try_get("due_at")? };
            if !resting.contains_key(&(timer.owner, timer.name.clone())) {
                due.push(timer);
            }
        }
        if due.is_empty() {
            return Ok(0);
        }
        let verdicts = self.handler.fire(&self.mailbox, &due).await?;
        let mut changes = self.mailbox.changes();
        let mut ended = 0;
        for (timer, verdict) in due.into_iter().zip(verdicts) {
            match verdict {
                Ok(decided) => {
                    changes.fired.insert((timer.owner, timer.name), timer.due_at);
                    changes.absorb(decided);
                    ended += 1;
                }
                Err(fault) => {
                    error!(owner = %timer.owner, timer = timer.name, %fault, "a timer failed; it stays due");
                    resting.insert((timer.owner, timer.name), Instant::now() + REST);
                }
            }
        }
        match self.mailbox.commit(changes).await {
            Ok(()) => {
                METRICS.fired(ended);
                Ok(ended)
            }
            // Something else came first: what is still due is decided again on the next load.
            Err(error) if error.worth_deciding_again() => Ok(1),
            Err(error) => Err(error),
        }
    }
}
