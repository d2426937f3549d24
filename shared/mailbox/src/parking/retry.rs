//! Tries blocked messages again, each key in its order; the leader's consumer does it between batches.

use tracing::{info, warn};
use uuid::Uuid;

use crate::metrics::METRICS;

use super::{ParkedState, desk, rest};
use crate::{
    commit::CommitError,
    consumer::{Consumer, Record},
    handler::{Fault, FaultKind},
    trace,
};

/// Keys looked at in one turn.
const KEYS: i64 = 50;

impl Consumer {
    /// One turn over every key whose first message is due; as long as something is done, again.
    pub(crate) async fn retry_parked(&self) {
        loop {
            match self.retry_due().await {
                Ok(0) => return self.note_parked().await,
                Ok(_) => {}
                Err(error) => {
                    warn!(%error, "parked messages could not be tried again");
                    return;
                }
            }
        }
    }

    async fn note_parked(&self) {
        let Ok(open) = desk::open_count(self.mailbox.db()).await else { return };
        METRICS.open(open);
        if open == 0 {
            self.degraded.clear("parked");
        }
    }

    /// Returns how many messages were done.
    async fn retry_due(&self) -> Result<usize, CommitError> {
        let now = self.mailbox.clocks().system.now();
        let heads: Vec<Uuid> = sqlx::query_scalar(
            "select id from (
                 select distinct on (topic, coalesce(key, id::text::bytea)) id, state, retry_at from parked
                 where state in ('blocked', 'waiting')
                 order by topic, coalesce(key, id::text::bytea), partition, \"offset\"
             ) first where state = 'waiting' or retry_at <= $1 limit $2",
        )
        .bind(now)
        .bind(KEYS)
        .fetch_all(self.mailbox.db())
        .await?;
        let mut done = 0;
        for id in heads {
            done += usize::from(self.retry(id).await?);
        }
        Ok(done)
    }

    async fn retry(&self, id: Uuid) -> Result<bool, CommitError> {
        let parked = match desk::get(self.mailbox.db(), id).await {
            Ok(parked) => parked,
            Err(desk::ParkingError::Database(error)) => return Err(error.into()),
            Err(_) => return Ok(false),
        };
        let record = Record {
            topic: parked.topic,
            partition: parked.partition,
            offset: parked.offset,
            key: parked.key.map(|key| key.bytes()),
            headers: parked.headers,
            body: parked.body,
        };
        let message = match record.read(self.mailbox.clocks().business.now()) {
            Ok(message) => message,
            Err(fault) => return self.failed(id, parked.attempts, &fault).await,
        };
        let event = message.attributes.id;
        let acted: bool = sqlx::query_scalar("select exists (select from inbox where id = $1)")
            .bind(event)
            .fetch_one(self.mailbox.db())
            .await?;
        let mut changes = self.mailbox.changes();
        if !acted {
            let trace = trace::traceparent_of(&message.span);
            let verdict = self.handler.handle(&self.mailbox, std::slice::from_ref(&message)).await?.pop();
            match verdict {
                Some(Ok(mut decided)) => {
                    decided.caused_by(trace.as_deref());
                    changes.absorb(decided);
                    changes.consumed.event(event);
                }
                Some(Err(fault)) => return self.failed(id, parked.attempts, &fault).await,
                None => return Ok(false),
            }
        }
        changes.unparked.push((id, self.mailbox.clocks().system.now()));
        match self.mailbox.commit(changes).await {
            Ok(()) => {
                info!(parked = %id, event = %event, "a parked message was acted upon");
                Ok(true)
            }
            Err(error) if error.worth_deciding_again() => Ok(false),
            Err(error @ CommitError::Unavailable(_)) => Err(error),
            Err(error) => self.failed(id, parked.attempts, &Fault::passing("commit_failed", error.to_string())).await,
        }
    }

    async fn failed(&self, id: Uuid, attempts: i32, fault: &Fault) -> Result<bool, CommitError> {
        let attempts = attempts.saturating_add(1);
        let state = match fault.kind {
            FaultKind::Poison => ParkedState::Poison,
            FaultKind::Passing => ParkedState::Blocked,
        };
        warn!(parked = %id, attempts, code = fault.code, reason = fault.reason, "a parked message failed again");
        let retry_at = self.mailbox.clocks().system.now() + rest(attempts);
        sqlx::query(
            "update parked set state = $2, attempts = $3, retry_at = $4, code = $5, reason = $6
             where id = $1 and state in ('blocked', 'waiting')",
        )
        .bind(id)
        .bind(state.name())
        .bind(attempts)
        .bind(retry_at)
        .bind(fault.code)
        .bind(fault.reason.replace('\0', "\u{fffd}"))
        .execute(self.mailbox.db())
        .await?;
        Ok(false)
    }
}
