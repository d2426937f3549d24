//! Messages that could not be acted upon: kept whole, told to whoever said them, looked at, mended, replayed or discarded with a
//! reason.

mod acts;
mod answers;
mod counts;
mod desk;
mod letter;
mod retry;
mod windows;

use std::ops::Range;

use contracts::{event::header, words::reason};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use time::{Duration, OffsetDateTime};
use tracing::warn;
use uuid::Uuid;

pub use crate::consumer::HeaderValue;
use crate::{
    commit::CommitError,
    consumer::Record,
    handler::{Fault, FaultKind},
    ledger::{Digest, Hasher},
    metrics::METRICS,
    sql::Sql,
};

pub use acts::{Act, ActKind, By};
pub(crate) use answers::{Answers, hang_on_what_is_decided};
pub(crate) use counts::Counted;
pub(crate) use desk::forget_expired;
pub use desk::{Filter, Mend, Parked, ParkingError, discard, get, list, mend, open_count, replay};
pub(crate) use retry::Parking;

/// How long a blocked message rests after its first failure; doubled with each further one.
const FIRST_REST: Duration = Duration::seconds(2);
const LONGEST_REST: Duration = Duration::minutes(5);

/// Where a parked message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParkedState {
    /// Could never be valid; its neighbours went on.
    Poison,
    /// Valid, and failed; its key waits behind it.
    Blocked,
    /// Behind a blocked one of its key.
    Waiting,
    /// Acted upon in the end.
    Done,
    /// Given up by an operator, with a reason.
    Discarded,
}

impl ParkedState {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Poison => "poison",
            Self::Blocked => "blocked",
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Discarded => "discarded",
        }
    }

    /// What becomes of a message with this fault.
    pub(crate) fn after(fault: &Fault) -> Self {
        match fault.kind {
            FaultKind::Poison => Self::Poison,
            FaultKind::Passing => Self::Blocked,
        }
    }

    /// As a column holds it.
    fn stored(name: &str) -> Result<Self, sqlx::Error> {
        let states = [Self::Poison, Self::Blocked, Self::Waiting, Self::Done, Self::Discarded];
        let known = states.into_iter().find(|state| state.name() == name);
        known.ok_or_else(|| sqlx::Error::Decode(format!("state {name:?}").into()))
    }
}

/// When a message that failed so often is tried again.
fn rest(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
    (FIRST_REST * 2_i32.pow(doublings)).min(LONGEST_REST)
}

/// What stays of the body of a parked message that is done with: nothing where it must not be kept.
const STAYS: &str = "case when p.expires_at is null then p.body else '' end";

/// A row that a commit parks.
#[derive(Clone, Debug)]
pub(crate) struct ParkedRow {
    id: Uuid,
    record: Record,
    /// Of a batch that could not be read.
    last_offset: Option<i64>,
    event: Option<Uuid>,
    state: ParkedState,
    code: &'static str,
    reason: String,
    zh: String,
    retry_at: Option<OffsetDateTime>,
    parked_at: OffsetDateTime,
    expires_at: Option<OffsetDateTime>,
    /// Of what was said and why it was parked: the same is kept once.
    digest: Digest,
    times: i32,
    told_at: Option<OffsetDateTime>,
}

impl ParkedRow {
    pub(crate) fn new(id: Uuid, record: &Record, fault: &Fault, state: ParkedState, now: OffsetDateTime) -> Self {
        Self {
            id,
            record: record.clone(),
            last_offset: None,
            event: record.event(),
            state,
            code: fault.code,
            reason: fault.reason.replace('\0', "\u{fffd}"),
            zh: fault.zh.replace('\0', "\u{fffd}"),
            retry_at: (state == ParkedState::Blocked).then(|| now + rest(1)),
            parked_at: now,
            expires_at: record.expires_at(),
            // Which time it is said, and when, does not make it another.
            digest: record.digest(fault.code, &[header::TIME, header::SEQUENCE, header::TRACE_PARENT]),
            times: 1,
            told_at: None,
        }
    }

    /// A batch that nobody can read, by its offsets.
    pub(crate) fn batch(
        id: Uuid,
        (topic, partition): &(String, i32),
        offsets: &Range<i64>,
        fault: &Fault,
        now: OffsetDateTime,
    ) -> Self {
        let (offset, topic) = (offsets.start, topic.clone());
        let unread = Record { topic, partition: *partition, offset, key: None, headers: vec![], body: vec![] };
        // Nothing is known of it but where it lies.
        let digest = Hasher::new("parked batch")
            .part(unread.topic.as_bytes())
            .part(&partition.to_be_bytes())
            .part(&offset.to_be_bytes())
            .finish();
        let last_offset = Some(offsets.end - 1);
        Self { last_offset, digest, ..Self::new(id, &unread, fault, ParkedState::Poison, now) }
    }

    /// For those who watch: this was parked.
    pub(crate) fn tell(&self) {
        let Record { topic, offset, .. } = &self.record;
        METRICS.parked(topic, self.code);
        let (event, state) = (&self.event, self.state.name());
        warn!(topic, offset, ?event, state, code = self.code, reason = self.reason, "a message was parked");
    }
}

/// A message that was decided and could not be committed, alone, however often. What PostgreSQL can never keep (a NUL in
/// a text) is the sender's fault; the rest may pass once the service is mended.
pub(crate) fn fault_of(cause: &CommitError) -> Fault {
    let because = std::error::Error::source(cause).map(|source| format!(": {source}")).unwrap_or_default();
    let reason = format!("{cause}{because}");
    let code = match cause {
        CommitError::Defect(sqlx::Error::Database(refusal)) => refusal.code(),
        CommitError::Defect(_)
        | CommitError::Stale(_)
        | CommitError::Taken(_)
        | CommitError::KeyUsed
        | CommitError::Unavailable(_) => None,
    };
    match code.as_deref() {
        // character not in repertoire, untranslatable character
        Some("22021" | "22P05") => Fault::poison(reason::UNSTORABLE, reason),
        _ => Fault::passing("commit_failed", reason),
    }
}

pub(crate) fn write_parked(rows: Vec<ParkedRow>, sql: &mut Sql) {
    if rows.is_empty() {
        return;
    }
    let ids = sql.bind(rows.iter().map(|r| r.id).collect());
    let topics = sql.bind(rows.iter().map(|r| r.record.topic.clone()).collect());
    let partitions = sql.bind(rows.iter().map(|r| r.record.partition).collect());
    let offsets = sql.bind(rows.iter().map(|r| r.record.offset).collect());
    let last_offsets = sql.bind(rows.iter().map(|r| r.last_offset).collect());
    let keys = sql.bind(rows.iter().map(|r| r.record.key.clone()).collect());
    let headers = sql.bind(rows.iter().map(|r| Json(r.record.headers.clone())).collect());
    let bodies = sql.bind(rows.iter().map(|r| r.record.body.clone()).collect());
    let events = sql.bind(rows.iter().map(|r| r.event).collect());
    let states = sql.bind(rows.iter().map(|r| r.state.name()).collect());
    let codes = sql.bind(rows.iter().map(|r| r.code).collect());
    let reasons = sql.bind(rows.iter().map(|r| r.reason.clone()).collect());
    let retries = sql.bind(rows.iter().map(|r| r.retry_at).collect());
    let parked = sql.bind(rows.iter().map(|r| r.parked_at).collect());
    let expiries = sql.bind(rows.iter().map(|r| r.expires_at).collect());
    let zh = sql.bind(rows.iter().map(|r| r.zh.clone()).collect());
    let digests = sql.bind(rows.iter().map(|r| r.digest.as_bytes().to_vec()).collect());
    let times = sql.bind(rows.iter().map(|r| r.times).collect());
    let told = sql.bind(rows.iter().map(|r| r.told_at).collect());
    let text = format!(
        "insert into parked (id, topic, partition, \"offset\", last_offset, key, headers, body, event, state, code, reason,
                             retry_at, parked_at, expires_at, zh, digest, times, told_at)
         select * from unnest({ids}::uuid[], {topics}::text[], {partitions}::int[], {offsets}::bigint[],
                              {last_offsets}::bigint[], {keys}::bytea[], {headers}::jsonb[], {bodies}::bytea[],
                              {events}::uuid[], {states}::text[], {codes}::text[], {reasons}::text[],
                              {retries}::timestamptz[], {parked}::timestamptz[], {expiries}::timestamptz[], {zh}::text[],
                              {digests}::bytea[], {times}::int[], {told}::timestamptz[])"
    );
    sql.part("put_parked", text);
}

/// Ends the parking of messages that this commit acts upon; another instance may not have done it in between.
pub(crate) fn write_unparked(rows: Vec<(Uuid, OffsetDateTime)>, sql: &mut Sql) {
    if rows.is_empty() {
        return;
    }
    let (count, (ids, times)): (usize, (Vec<_>, Vec<_>)) = (rows.len(), rows.into_iter().unzip());
    let (ids, times) = (sql.bind(ids), sql.bind(times));
    let text = format!(
        "update parked p set state = 'done', resolved_at = d.at, body = {STAYS}
         from unnest({ids}::uuid[], {times}::timestamptz[]) as d (id, at)
         where p.id = d.id and p.state in ('blocked', 'waiting') returning 1"
    );
    sql.expect("parked_as_loaded", text, count);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_rests_longer_with_every_failure() {
        let rests: Vec<_> = [1, 2, 3, 20].into_iter().map(rest).collect();
        assert_eq!(rests, [2, 4, 8, 300].map(Duration::seconds));
    }
}
