//! Fires what fell due, in business time, while this instance leads.

use std::{collections::HashMap, sync::Arc, time::Duration};

use sqlx::Row as _;
use time::OffsetDateTime;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};
use uuid::Uuid;

use crate::{
    calendar::{RECKON, Reckoned, sequences},
    commit::CommitError,
    handler::{self, Handler, Timer},
    mailbox::Mailbox,
    metrics::METRICS,
};

const AT_ONCE: i64 = 500;
/// Longest time between two looks: another instance may set timers, or none does.
const LOOK_EVERY: Duration = Duration::from_secs(1);
pub(crate) const LOOK_EVERY_ALONE: Duration = Duration::from_secs(5);
/// How long a timer that failed is left alone.
const REST: Duration = Duration::from_secs(30);
/// How often timers are decided again on a fresh load before each is tried alone.
const DECISIONS: u32 = 10;

/// Loads due timers and commits what the handler decides.
pub struct Timers {
    pub mailbox: Mailbox,
    pub handler: Arc<dyn Handler>,
}

/// Timers that failed, and until when they are left alone.
type Resting = HashMap<(Uuid, String, OffsetDateTime), Instant>;

impl Timers {
    /// Runs until cancelled.
    pub async fn run(self, cancel: CancellationToken) {
        let (mut resting, mut pause) = (Resting::new(), LOOK_EVERY);
        loop {
            tokio::select! {
                () = cancel.cancelled() => return,
                () = self.mailbox.timers_woken() => {}
                () = sleep(pause) => {}
            }
            resting.retain(|_, until| *until > Instant::now());
            pause = match self.fire_all(&mut resting, &cancel).await {
                Ok(next) => self.pause(next),
                Err(error) => {
                    warn!(%error, "timers: the database failed; they stay due");
                    LOOK_EVERY
                }
            };
        }
    }

    /// How long nothing is looked at, when the `next` timer falls due then.
    fn pause(&self, next: Option<OffsetDateTime>) -> Duration {
        let (clock, company) = (&self.mailbox.clocks().business, self.mailbox.has_company());
        let longest = if company { LOOK_EVERY } else { LOOK_EVERY_ALONE };
        // A manual clock stands still until it is moved, and rings then.
        let until = next.filter(|_| !clock.is_manual()).map(|due_at| due_at - clock.now());
        let until = until.map(|until| Duration::try_from(until).unwrap_or_default());
        until.map_or(longest, |until| until.clamp(Duration::from_millis(1), longest))
    }

    /// Until nothing is due; then says when the next one falls due.
    async fn fire_all(
        &self,
        resting: &mut Resting,
        cancel: &CancellationToken,
    ) -> Result<Option<OffsetDateTime>, CommitError> {
        let mut decisions = 0;
        while self.mailbox.leads() && !cancel.is_cancelled() {
            let (due, next) = self.due(resting).await?;
            if due.is_empty() {
                return Ok(next);
            }
            match self.fire(&due, resting).await {
                Ok(()) => decisions = 0,
                Err(error @ CommitError::Unavailable(_)) => return Err(error),
                // Something else came first: what is still due is decided again on the next load.
                Err(error) if error.worth_deciding_again() && decisions < DECISIONS => {
                    decisions += 1;
                    sleep(Duration::from_millis(2) * decisions).await;
                }
                Err(_) => self.one_by_one(due, resting).await?,
            }
        }
        Ok(None)
    }

    /// What is due and does not rest, and when the next one falls due.
    async fn due(&self, resting: &Resting) -> Result<(Vec<Timer>, Option<OffsetDateTime>), sqlx::Error> {
        let now = self.mailbox.clocks().business.now();
        let (owners, names): (Vec<Uuid>, Vec<&str>) =
            resting.keys().map(|(owner, name, _)| (*owner, name.as_str())).unzip();
        let dues: Vec<OffsetDateTime> = resting.keys().map(|(_, _, due_at)| *due_at).collect();
        let rows = sqlx::query(
            "(select owner, name, due_at from timers t
              where due_at <= $1 and not exists (
                  select from unnest($2::uuid[], $3::text[], $4::timestamptz[]) as r (owner, name, due_at)
                  where (r.owner, r.name, r.due_at) = (t.owner, t.name, t.due_at))
              order by due_at, owner limit $5)
             union all
             (select owner, name, due_at from timers where due_at > $1 order by due_at limit 1)
             order by due_at, owner",
        )
        .bind(now)
        .bind(owners)
        .bind(names)
        .bind(dues)
        .bind(AT_ONCE)
        .fetch_all(self.mailbox.db())
        .await?;
        let (mut due, mut next) = (Vec::new(), None);
        for row in &rows {
            let timer =
                Timer { owner: row.try_get("owner")?, name: row.try_get("name")?, due_at: row.try_get("due_at")? };
            if timer.due_at <= now {
                due.push(timer);
            } else {
                next = Some(timer.due_at);
            }
        }
        Ok((due, next))
    }

    /// Decides and commits timers together; those that the handler faults rest.
    async fn fire(&self, due: &[Timer], resting: &mut Resting) -> Result<(), CommitError> {
        let reckoned: Vec<Uuid> = due.iter().filter(|timer| timer.name == RECKON).map(|timer| timer.owner).collect();
        let mut before = HashMap::new();
        if !reckoned.is_empty() {
            // A sibling may have heard of the calendar by which it is to be reckoned.
            self.mailbox.take_up_calendar().await?;
            before = sequences(self.mailbox.db(), &reckoned).await?;
        }
        let version = self.mailbox.calendar().version().to_owned();
        let verdicts = handler::verdicts(self.handler.fire(&self.mailbox, due), due.len()).await?;
        let mut changes = self.mailbox.changes();
        let mut ended = 0;
        for (timer, verdict) in due.iter().zip(verdicts) {
            match verdict {
                Ok(decided) => {
                    changes.fired.insert((timer.owner, timer.name.clone()), timer.due_at);
                    changes.absorb(decided);
                    // A subject that somebody changes meanwhile does not stand as it was reckoned.
                    if let Some(sequence) = before.get(&timer.owner).filter(|_| timer.name == RECKON) {
                        let (subject, version) = (timer.owner, version.clone());
                        let sequence = changes.sequence_of(subject).unwrap_or(*sequence);
                        changes.put(Reckoned { subject, version, sequence });
                    }
                    ended += 1;
                }
                Err(fault) => rest(timer, &fault, resting),
            }
        }
        self.mailbox.commit(changes).await?;
        METRICS.fired(ended);
        Ok(())
    }

    /// Together they do not pass: each alone, so that only the one at fault stays due.
    async fn one_by_one(&self, due: Vec<Timer>, resting: &mut Resting) -> Result<(), CommitError> {
        for timer in due {
            match self.fire(std::slice::from_ref(&timer), resting).await {
                Ok(()) => {}
                Err(error @ CommitError::Unavailable(_)) => return Err(error),
                Err(error) => rest(&timer, &error, resting),
            }
        }
        Ok(())
    }
}

fn rest(timer: &Timer, why: &impl std::fmt::Debug, resting: &mut Resting) {
    error!(owner = %timer.owner, timer = timer.name, ?why, "a timer failed; it stays due");
    resting.insert((timer.owner, timer.name.clone(), timer.due_at), Instant::now() + REST);
}
