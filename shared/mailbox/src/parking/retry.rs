//! Tries blocked messages again, each key in its order; the leader's consumer does it between batches.

use std::time::Duration;

use contracts::task::v1::ParkedStanding;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use uuid::Uuid;

use super::{Parked, ParkedState, desk, fault_of, rest};
use crate::{
    commit::CommitError,
    consumer::{Consumer, NOTE_EVERY},
    handler::{self, Fault, Incoming},
    metrics::METRICS,
    trace,
};

/// Keys looked at in one turn.
const KEYS: i64 = 50;

/// How often a decision is made again on a fresh load before it counts as failed.
const DECISIONS: u32 = 10;
/// How long one turn may take: the consumer reads on in between.
const TURN: Duration = Duration::from_millis(500);

/// What a consumer knows of what is parked.
#[derive(Default)]
pub(crate) struct Parking {
    asked: Option<Instant>,
    /// Something waits to be tried again, or to be told.
    has_work: bool,
}

impl Consumer {
    /// Counts what is parked, whichever instance parked it; the leader tells senders what they do not know yet, and has
    /// one turn over what waits. Where nothing is there to do, that is asked rarely.
    pub(crate) async fn look_after(&self, parking: &mut Parking, cancel: &CancellationToken) {
        let leads = self.mailbox.leads();
        let stirred = self.mailbox.take_stirred();
        if !(stirred || leads && parking.has_work || parking.asked.is_none_or(|asked| asked.elapsed() >= NOTE_EVERY)) {
            return;
        }
        parking.asked = Some(Instant::now());
        let Ok(standing) = desk::standing(self.mailbox.db()).await else { return };
        METRICS.open(standing.open);
        if standing.open == 0 {
            self.degraded.clear("parked");
        } else {
            self.degraded.note("parked", "messages are parked: see /v1/parked");
        }
        parking.has_work = standing.waits || standing.untold;
        if leads && standing.untold {
            self.tell_later().await;
        }
        if leads && standing.waits {
            self.retry_parked(cancel).await;
        }
    }

    /// One turn over every key whose first message is due; as long as something is done and time is left, again.
    async fn retry_parked(&self, cancel: &CancellationToken) {
        let end = Instant::now() + TURN;
        loop {
            match self.retry_due(end, cancel).await {
                Ok(0) => return,
                Ok(_) if Instant::now() >= end || cancel.is_cancelled() => return,
                Ok(_) => {}
                Err(error) => {
                    warn!(%error, "parked messages could not be tried again");
                    return;
                }
            }
        }
    }

    /// Returns how many messages were done.
    async fn retry_due(&self, end: Instant, cancel: &CancellationToken) -> Result<usize, CommitError> {
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
            if Instant::now() >= end || cancel.is_cancelled() {
                break;
            }
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
        let record = parked.record();
        for decision in 1.. {
            let outcome = match record.read(self.mailbox.clocks().business.now()) {
                Ok(message) => self.decide_parked(&parked, message).await,
                Err(fault) => Ok(Err(fault)),
            };
            let fault = match outcome {
                Ok(Ok(())) => return Ok(true),
                Ok(Err(fault)) => fault,
                Err(error @ CommitError::Unavailable(_)) => return Err(error),
                Err(error) if error.worth_deciding_again() && decision < DECISIONS => continue,
                Err(error) => fault_of(&error),
            };
            return self.failed(&parked, &fault).await;
        }
        Ok(false)
    }

    /// Decides the message on a fresh load and commits; the handler's fault where it has one.
    async fn decide_parked(&self, parked: &Parked, message: Incoming) -> Result<Result<(), Fault>, CommitError> {
        let (id, event) = (parked.id, message.attributes.id);
        let acted: bool = sqlx::query_scalar("select exists (select from inbox where id = $1)")
            .bind(event)
            .fetch_one(self.mailbox.db())
            .await?;
        let mut changes = self.mailbox.changes();
        if !acted {
            let trace = trace::traceparent_of(&message.span);
            let decision = self.handler.handle(&self.mailbox, std::slice::from_ref(&message));
            for verdict in handler::verdicts(decision, 1).await? {
                match verdict {
                    Ok(mut decided) => {
                        decided.caused_by(trace.as_deref());
                        changes.absorb(decided);
                        changes.consumed.event(event);
                    }
                    Err(fault) => return Ok(Err(fault)),
                }
            }
        }
        changes.unparked.push((id, self.mailbox.clocks().system.now()));
        // Who heard that it was set aside hears that it is done.
        let letter = parked.letter(ParkedStanding::Done).filter(|_| parked.told_at.is_some());
        self.say(&mut changes, letter.into_iter().collect()).await?;
        self.mailbox.commit(changes).await?;
        info!(parked = %id, event = %event, "a parked message was acted upon");
        Ok(Ok(()))
    }

    async fn failed(&self, parked: &Parked, fault: &Fault) -> Result<bool, CommitError> {
        let (id, attempts) = (parked.id, parked.attempts.saturating_add(1));
        let state = ParkedState::after(fault);
        warn!(parked = %id, attempts, code = fault.code, reason = fault.reason, "a parked message failed again");
        let (reason, zh) = (fault.reason.replace('\0', "\u{fffd}"), fault.zh.replace('\0', "\u{fffd}"));
        let retry_at = self.mailbox.clocks().system.now() + rest(attempts);
        sqlx::query(
            "update parked set state = $2, attempts = $3, retry_at = $4, code = $5, reason = $6, zh = $7
             where id = $1 and state in ('blocked', 'waiting')",
        )
        .bind(id)
        .bind(state.name())
        .bind(attempts)
        .bind(retry_at)
        .bind(fault.code)
        .bind(&reason)
        .bind(&zh)
        .execute(self.mailbox.db())
        .await?;
        // Nothing happens by itself any more: its sender is to know.
        if state == ParkedState::Poison {
            let failed = Parked { code: fault.code.to_owned(), reason, zh, ..parked.clone() };
            let mut changes = self.mailbox.changes();
            let letter = failed.letter(ParkedStanding::SetAside);
            self.say(&mut changes, letter.into_iter().collect()).await?;
            match self.mailbox.commit(changes).await {
                // Rarely somebody else changes the case now; what the row says is told where it is asked for.
                Err(error) if error.worth_deciding_again() => warn!(parked = %id, "its sender was not told"),
                other => other?,
            }
        }
        Ok(false)
    }
}
