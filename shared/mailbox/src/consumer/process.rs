//! One batch: what was seen before is passed over, what is bad is parked, the rest is decided and committed together.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use contracts::{topics, words::reason};
use sqlx::Row as _;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};
use uuid::Uuid;

use super::{Consumer, Ended, positions::Positions, record::Record};
use crate::{
    changes::Changes,
    commit::CommitError,
    handler::{self, Fault, FaultKind, Incoming},
    metrics::METRICS,
    parking::{self, Counted, ParkedRow, ParkedState},
    trace,
};

/// How often a decision is made again on a fresh load before its batch is taken apart.
const DECISIONS: usize = 10;

/// What became of a batch.
enum Passed {
    Whole,
    /// Nothing was written: what is set aside is answered by what the rest decides, so each record is taken alone.
    Apart,
}

impl Consumer {
    /// Processes a batch to its end, however long the database is away.
    pub(super) async fn process(
        &self,
        positions: &Positions,
        batch: Vec<Record>,
        cancel: &CancellationToken,
    ) -> Result<(), Ended> {
        let mut rest = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(50))
            .with_max_delay(Duration::from_secs(2))
            .with_jitter()
            .without_max_times()
            .build();
        let mut decisions = 0;
        // A partition may have been taken away while the batch was gathered: its new owner reads these.
        let batch: Vec<Record> = batch.into_iter().filter(|record| positions.has(record)).collect();
        loop {
            match self.decide_and_commit(positions, &batch).await {
                Ok(Passed::Apart) => return self.each_alone(positions, batch, cancel).await,
                Ok(Passed::Whole) => {
                    if self.degraded.clear("database") {
                        info!("consumer: the database is back");
                    }
                    METRICS.heard(batch.len());
                    positions.advance(&batch);
                    return Ok(());
                }
                Err(error) if error.worth_deciding_again() => {
                    if !self.still_ours(positions, &batch).await {
                        return Err(Ended::Overtaken);
                    }
                    decisions += 1;
                    if decisions >= DECISIONS {
                        return self.one_by_one(positions, batch, &error, cancel).await;
                    }
                    sleep(Duration::from_millis(2 * decisions as u64)).await;
                }
                Err(CommitError::Unavailable(error)) => {
                    if self.degraded.note("database", "not available") {
                        warn!(%error, "consumer: the database is away; the batch waits");
                    }
                    let pause = rest.next().unwrap_or(Duration::from_secs(2));
                    tokio::select! {
                        () = cancel.cancelled() => return Ok(()),
                        () = sleep(pause) => {}
                    }
                    if positions.are_lost() {
                        return Err(Ended::NoPositions);
                    }
                }
                Err(error) => return self.one_by_one(positions, batch, &error, cancel).await,
            }
        }
    }

    async fn still_ours(&self, positions: &Positions, batch: &[Record]) -> bool {
        // Where the database does not answer, the next try will tell.
        positions.hold(batch).await.unwrap_or(true)
    }

    /// The batch as a whole does not pass: each record alone, so that only the one at fault is parked.
    async fn one_by_one(
        &self,
        positions: &Positions,
        batch: Vec<Record>,
        cause: &CommitError,
        cancel: &CancellationToken,
    ) -> Result<(), Ended> {
        if let [record] = batch.as_slice() {
            error!(error = ?cause, topic = record.topic, offset = record.offset, "a message cannot be acted upon");
            let fault = parking::fault_of(cause);
            let parked = async {
                let mut changes = self.mailbox.changes();
                changes.parked.push(self.park(record, &fault));
                changes.consumed.absorb(positions.consumed(&batch));
                self.answer(&mut changes).await?;
                self.commit(changes).await
            };
            return match parked.await {
                Ok(()) => {
                    positions.advance(&batch);
                    Ok(())
                }
                // Begin again at the database's offsets.
                Err(_) => Err(Ended::Overtaken),
            };
        }
        self.each_alone(positions, batch, cancel).await
    }

    async fn each_alone(
        &self,
        positions: &Positions,
        batch: Vec<Record>,
        cancel: &CancellationToken,
    ) -> Result<(), Ended> {
        for record in batch {
            Box::pin(self.process(positions, vec![record], cancel)).await?;
            if cancel.is_cancelled() {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn decide_and_commit(&self, positions: &Positions, batch: &[Record]) -> Result<Passed, CommitError> {
        let mut changes = self.mailbox.changes();
        let mut incoming = Vec::with_capacity(batch.len());
        let now = self.mailbox.clocks().business.now();
        let known = self.known(batch).await?;
        let (mut acted, mut heard): (HashSet<Uuid>, Vec<Counted>) = (HashSet::new(), Vec::new());
        for record in batch {
            match record.read(now) {
                Err(fault) => {
                    changes.parked.push(self.park(record, &fault));
                    heard.extend(Counted::of_unread(record));
                }
                Ok(message) => {
                    let id = message.attributes.id;
                    let again = known.acted.contains(&id) || !acted.insert(id);
                    // What is said again is answered again, where its sender hears of it at all.
                    if again && topics::sender(&record.topic).is_none() {
                        continue;
                    }
                    if !again {
                        heard.extend(Counted::of(record, &message));
                    }
                    if known.given_up.contains(&id) {
                        changes.parked.push(self.park_as(record, &given_up(), ParkedState::Discarded));
                    } else if known.blocks(record) {
                        changes.parked.push(self.park_behind(record));
                    } else {
                        incoming.push(Heard { record, message, again });
                    }
                }
            }
        }
        self.decide(incoming, &mut changes).await?;
        if batch.len() > 1 && parking::hang_on_what_is_decided(&changes) {
            return Ok(Passed::Apart);
        }
        self.answer(&mut changes).await?;
        self.count(&mut changes, heard).await?;
        changes.consumed.absorb(positions.consumed(batch));
        self.commit(changes).await?;
        Ok(Passed::Whole)
    }

    /// Commits, and then says what was parked by it.
    pub(super) async fn commit(&self, changes: Changes) -> Result<(), CommitError> {
        let parked = changes.parked.clone();
        self.mailbox.commit(changes).await?;
        for row in &parked {
            row.tell();
        }
        if !parked.is_empty() {
            self.degraded.note("parked", "messages are parked: see /v1/parked");
        }
        Ok(())
    }

    /// Lets the handler decide, and parks what it faults; later messages of a key that failed wait behind it.
    async fn decide(&self, incoming: Vec<Heard<'_>>, changes: &mut Changes) -> Result<(), CommitError> {
        let mut incoming = incoming;
        while !incoming.is_empty() {
            let messages: Vec<_> = incoming.iter().map(|heard| heard.message.clone()).collect();
            let decision = self.handler.handle(&self.mailbox, &messages);
            let mut verdicts = handler::verdicts(decision, messages.len()).await?;
            let failed = verdicts.iter().zip(&messages).position(|(verdict, message)| {
                let passing = verdict.as_ref().is_err_and(|fault| fault.kind == FaultKind::Passing);
                let of_this_key = |other: &Incoming| other.topic == message.topic && other.key == message.key;
                passing && messages.iter().filter(|other| of_this_key(other)).count() > 1
            });
            if let Some(failed) = failed {
                // Rare: the key's later messages must not be decided on a state that lacks this one. Decide the batch
                // again without them.
                let (topic, key) = (messages[failed].topic.clone(), messages[failed].key.clone());
                let Some(Err(fault)) =
                    verdicts.get_mut(failed).map(|verdict| std::mem::replace(verdict, Err(Fault::passing("", ""))))
                else {
                    return Ok(());
                };
                let mut kept = Vec::with_capacity(incoming.len());
                for (place, heard) in incoming.into_iter().enumerate() {
                    let same_key = heard.message.topic == topic && heard.message.key == key;
                    match (same_key, place.cmp(&failed)) {
                        (true, std::cmp::Ordering::Equal) => {
                            changes.parked.push(self.park(heard.record, &fault));
                        }
                        (true, std::cmp::Ordering::Greater) => changes.parked.push(self.park_behind(heard.record)),
                        (true, std::cmp::Ordering::Less) | (false, _) => kept.push(heard),
                    }
                }
                incoming = kept;
                continue;
            }
            for (Heard { record, message, again }, verdict) in incoming.into_iter().zip(verdicts) {
                match verdict {
                    Ok(mut decided) => {
                        decided.caused_by(trace::traceparent_of(&message.span).as_deref());
                        if !again {
                            decided.consumed.event(message.attributes.id);
                        }
                        changes.absorb(decided);
                    }
                    Err(fault) => changes.parked.push(self.park(record, &fault)),
                }
            }
            return Ok(());
        }
        Ok(())
    }

    fn park(&self, record: &Record, fault: &Fault) -> ParkedRow {
        self.park_as(record, fault, ParkedState::after(fault))
    }

    fn park_behind(&self, record: &Record) -> ParkedRow {
        let fault =
            Fault::passing(reason::WAITS, "an earlier message of this key is blocked").zh("同一键的前一条消息尚未办理");
        self.park_as(record, &fault, ParkedState::Waiting)
    }

    fn park_as(&self, record: &Record, fault: &Fault, state: ParkedState) -> ParkedRow {
        ParkedRow::new(self.mailbox.new_id(), record, fault, state, self.mailbox.clocks().system.now())
    }

    /// What the database knows of these records: events acted upon, keys that are blocked.
    async fn known(&self, batch: &[Record]) -> Result<Known, sqlx::Error> {
        let events: Vec<Uuid> = batch.iter().filter_map(Record::event).collect();
        let mut keys: Vec<(String, Vec<u8>)> =
            batch.iter().filter_map(|r| Some((r.topic.clone(), r.key.clone()?))).collect();
        keys.sort();
        keys.dedup();
        let (topics, keys): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
        let rows = sqlx::query(
            "select id, null as topic, null as key from inbox where id = any($1)
             union all
             select null, k.topic, k.key
             from unnest($2::text[], $3::bytea[]) as k (topic, key)
             where exists (select from parked p
                           where p.topic = k.topic and p.key = k.key and p.state in ('blocked', 'waiting'))",
        )
        .bind(events)
        .bind(topics)
        .bind(keys)
        .fetch_all(self.mailbox.db())
        .await?;
        let mut known = Known::default();
        for row in rows {
            match row.try_get::<Option<Uuid>, _>("id")? {
                Some(id) => {
                    known.acted.insert(id);
                }
                None => {
                    known.blocked.entry(row.try_get("topic")?).or_default().insert(row.try_get("key")?);
                }
            }
        }
        if !known.acted.is_empty() {
            let acted: Vec<Uuid> = known.acted.iter().copied().collect();
            known.given_up =
                sqlx::query_scalar("select event from parked where event = any($1) and state = 'discarded'")
                    .bind(acted)
                    .fetch_all(self.mailbox.db())
                    .await?
                    .into_iter()
                    .collect();
        }
        Ok(known)
    }
}

/// A message to be decided.
struct Heard<'a> {
    record: &'a Record,
    message: Incoming,
    /// It was acted upon before.
    again: bool,
}

fn given_up() -> Fault {
    Fault::poison(reason::DISCARDED, "an operator gave this message up, with a reason")
        .zh("该消息已由运维人员注明理由后放弃")
}

#[derive(Default)]
struct Known {
    acted: HashSet<Uuid>,
    /// Of those that count as acted upon, what an operator gave up.
    given_up: HashSet<Uuid>,
    blocked: HashMap<String, HashSet<Vec<u8>>>,
}

impl Known {
    fn blocks(&self, record: &Record) -> bool {
        match (&record.key, self.blocked.get(&record.topic)) {
            (Some(key), Some(keys)) => keys.contains(key),
            _ => false,
        }
    }
}
