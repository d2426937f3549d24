//! What shows that the consumer's client lives. It is answered: its heartbeats by the group's coordinator, so the broker
//! counts it as a member; its fetches by each partition's leader; and, asked by itself, how far its topics go, so that
//! standing still where there is more to read shows.
//!
//! The first two are what the client tells of itself in its statistics and cost the broker nothing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rdkafka::{Offset, TopicPartitionList};
use serde::Deserialize;
use tokio::{sync::Notify, time::Instant};

use super::positions::Place;
use crate::pulse::whole_seconds;

/// How long an answer proves that there will be another one. Heartbeats are answered every three or four seconds, and told
/// of every three.
pub(super) const PROOF_LASTS: Duration = Duration::from_secs(10);
/// How long a partition may stand still where there is more to read.
const STANDSTILL: Duration = Duration::from_secs(10);
/// How long it may be unknown where the topics end.
const ENDS_LAST: Duration = Duration::from_secs(40);

/// Shared by the client's callbacks and whoever judges them; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Evidence(Arc<Shared>);

#[derive(Default)]
struct Shared {
    known: Mutex<Known>,
    changed: Notify,
}

#[derive(Default)]
struct Known {
    /// When the coordinator last answered the member.
    member: Option<Instant>,
    /// When the leader that has been silent for longest last answered.
    reading: Option<Instant>,
    /// When the client last told where its topics end.
    ends: Option<Instant>,
    /// What the client tells of itself that no living client would.
    fault: Option<String>,
    stuck: Option<String>,
    /// By partition: what is fetched next, and how much lies fetched and unread.
    fetched: HashMap<Place, (i64, i64)>,
    /// Where there is more to read: what was reached, and since when no more than that.
    behind: HashMap<Place, (i64, i64, Instant)>,
    /// Since when a batch is acted upon: then nobody listens, and that is not the client's fault.
    acts: Option<Instant>,
    /// When the client last reported an error.
    trouble: Option<Instant>,
}

/// What follows from it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Everything was answered up to this instant.
    Proved(Instant),
    /// Nobody listens for the moment: what was heard is acted upon.
    Busy(String),
    Unproved(String),
}

impl Evidence {
    /// Returns when something has happened that a judge should know at once.
    pub(super) async fn changed(&self) {
        self.0.changed.notified().await;
    }

    /// The coordinator gave the member its partitions.
    pub(super) fn joined(&self, now: Instant) {
        let mut known = self.known();
        *known = Known { member: Some(now), trouble: known.trouble, ..Known::default() };
        self.0.changed.notify_one();
    }

    /// The member gave its partitions back.
    pub(super) fn left(&self) {
        let mut known = self.known();
        *known = Known { acts: known.acts, trouble: known.trouble, ..Known::default() };
    }

    /// The client reports an error: of any broker, also of one that it does not need.
    pub(super) fn trouble(&self, now: Instant) {
        self.known().trouble = Some(now);
    }

    /// Whether the client has reported nothing since then.
    pub(super) fn is_quiet_since(&self, at: Instant) -> bool {
        self.known().trouble.is_none_or(|trouble| trouble < at)
    }

    /// A batch is acted upon from here on.
    pub(super) fn acts(&self, now: Instant) {
        self.known().acts = Some(now);
    }

    /// The next batch is listened for.
    pub(super) fn listens(&self) {
        self.known().acts = None;
    }

    /// Whether somewhere there is more to read than was reached.
    pub(super) fn is_behind(&self) -> bool {
        !self.known().behind.is_empty()
    }

    /// The client's statistics (librdkafka's STATISTICS.md); `places` are the partitions that it has.
    pub(super) fn told(&self, now: Instant, statistics: &[u8], places: &[Place]) {
        let told: Result<Told, _> = serde_json::from_slice(statistics);
        let mut known = self.known();
        let judged = match &told {
            Ok(told) => told.judge(places),
            Err(error) => Err(format!("its statistics cannot be read: {error}")),
        };
        match judged {
            Ok((member, reading)) => {
                known.member = now.checked_sub(member);
                known.reading = now.checked_sub(reading);
                known.fault = None;
            }
            Err(fault) => known.fault = Some(fault),
        }
        if let Ok(told) = told {
            known.fetched = places.iter().filter_map(|place| Some((place.clone(), told.fetched(place)?))).collect();
        }
    }

    /// Where the topics end, as the broker told this client; `places` says what comes next in each partition.
    pub(super) fn ends(&self, now: Instant, ends: &TopicPartitionList, places: &[(Place, i64)]) {
        let mut known = self.known();
        let end_of = |(topic, partition): &Place| {
            let element = ends.find_partition(topic, *partition)?;
            element.error().ok()?;
            match element.offset() {
                Offset::Offset(end) => Some(end),
                // Nothing was ever written.
                Offset::End => Some(0),
                Offset::Beginning | Offset::Stored | Offset::Invalid | Offset::OffsetTail(_) => None,
            }
        };
        let told: Option<Vec<(&Place, i64, i64)>> =
            places.iter().map(|(place, next)| Some((place, *next, end_of(place)?))).collect();
        let Some(told) = told else { return };
        (known.ends, known.reading, known.stuck) = (Some(now), Some(now), None);
        let mut behind = HashMap::new();
        for (place, next, end) in told {
            let (fetched, unread) = known.fetched.get(place).copied().unwrap_or((next, 0));
            // What is not a message (a transaction's mark) is passed over by the client and never comes here.
            let reached = if unread > 0 { next } else { next.max(fetched) };
            if reached >= end {
                continue;
            }
            let since = match known.behind.get(place) {
                Some((was_next, was_fetched, since)) if (*was_next, *was_fetched) == (next, fetched) => *since,
                Some(_) | None => now,
            };
            if now - since >= STANDSTILL && known.acts.is_none() {
                let (topic, partition) = place;
                known.stuck = Some(format!("stands still at {next} of {end} in {topic} [{partition}]"));
            }
            behind.insert(place.clone(), (next, fetched, since));
        }
        known.behind = behind;
    }

    /// What follows from all of it, for a member that has partitions, or has none.
    pub(super) fn standing(&self, now: Instant, has_partitions: bool) -> Standing {
        let known = self.known();
        match (known.proved(has_partitions, now), known.acts) {
            (Ok(at), _) => Standing::Proved(at),
            (Err(_), Some(since)) => {
                Standing::Busy(format!("acts upon what it heard, since {} s", whole_seconds(now - since)))
            }
            (Err(why), None) => Standing::Unproved(why),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The instant up to which everything was answered; an error says what was not.
    fn proved(&self, has_partitions: bool, now: Instant) -> Result<Instant, String> {
        if let Some(fault) = self.fault.as_ref().or(self.stuck.as_ref()) {
            return Err(fault.clone());
        }
        let fresh = |at: Option<Instant>, lasts: Duration, never: &str, what: &str| match at {
            None => Err(never.to_owned()),
            Some(at) if now - at < lasts => Ok(at),
            Some(at) => Err(format!("{what} {} s ago", whole_seconds(now - at))),
        };
        let member = fresh(self.member, PROOF_LASTS, "has not joined its group", "was last known to its group")?;
        if !has_partitions {
            return Ok(member);
        }
        let never = "was not told where its topics end";
        fresh(self.ends, ENDS_LAST, never, "was last told where its topics end")?;
        let reading = fresh(self.reading, PROOF_LASTS, never, "was last answered by a leader")?;
        Ok(member.min(reading))
    }
}

/// The statistics, as far as they are needed; lengths of time are in microseconds.
#[derive(Deserialize)]
struct Told {
    brokers: HashMap<String, Broker>,
    #[serde(default)]
    topics: HashMap<String, Topic>,
    cgrp: Group,
}

#[derive(Deserialize)]
struct Broker {
    nodeid: i32,
    /// `logical` is a connection for a purpose: the group's coordinator.
    source: String,
    /// Since the last answer on this connection; -1 where there is no connection or was no answer.
    rxidle: i64,
}

#[derive(Deserialize)]
struct Topic {
    partitions: HashMap<i32, Partition>,
}

#[derive(Deserialize)]
struct Partition {
    leader: i32,
    fetch_state: String,
    fetchq_cnt: i64,
    next_offset: i64,
}

#[derive(Deserialize)]
struct Group {
    state: String,
    join_state: String,
}

impl Told {
    /// How long ago the coordinator answered, and the slowest of the leaders.
    fn judge(&self, places: &[Place]) -> Result<(Duration, Duration), String> {
        let Group { state, join_state } = &self.cgrp;
        if state != "up" || join_state != "steady" {
            return Err(format!("is no steady member of its group ({state}, {join_state})"));
        }
        let coordinator = self.brokers.values().filter(|broker| broker.source == "logical").find_map(Broker::answered);
        let member = coordinator.ok_or("its group's coordinator does not answer")?;
        let mut reading = Duration::ZERO;
        for (topic, partition) in places {
            let at = || format!("{topic} [{partition}]");
            let of = self.partition(topic, *partition).ok_or_else(|| format!("knows nothing of {}", at()))?;
            if of.fetch_state != "active" {
                return Err(format!("{} is not fetched ({})", at(), of.fetch_state));
            }
            // As long as there is enough unread, nothing is asked.
            if of.fetchq_cnt > 0 {
                continue;
            }
            let leader = self.brokers.values().find(|broker| broker.nodeid == of.leader && broker.source != "logical");
            let answered = leader.and_then(Broker::answered);
            reading = reading.max(answered.ok_or_else(|| format!("the leader of {} does not answer", at()))?);
        }
        Ok((member, reading))
    }

    fn partition(&self, topic: &str, partition: i32) -> Option<&Partition> {
        self.topics.get(topic)?.partitions.get(&partition)
    }

    fn fetched(&self, (topic, partition): &Place) -> Option<(i64, i64)> {
        let of = self.partition(topic, *partition)?;
        Some((of.next_offset, of.fetchq_cnt))
    }
}

impl Broker {
    fn answered(&self) -> Option<Duration> {
        u64::try_from(self.rxidle).ok().map(Duration::from_micros)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const SECOND: i64 = 1_000_000;

    fn place() -> Place {
        ("department.tax.tasks.v1".to_owned(), 0)
    }

    fn statistics(coordinator: i64, leader: i64, fetch_state: &str, join_state: &str) -> Value {
        json!({
            "name": "department-tax#consumer-1",
            "brokers": {
                "127.0.0.1:9092/1": { "nodeid": 1, "source": "learned", "rxidle": leader, "state": "UP" },
                "GroupCoordinator/1": { "nodeid": 1, "source": "logical", "rxidle": coordinator, "state": "UP" },
            },
            "topics": { "department.tax.tasks.v1": { "partitions": {
                "0": { "leader": 1, "fetch_state": fetch_state, "fetchq_cnt": 0, "next_offset": 5 },
                "-1": { "leader": -1, "fetch_state": "none", "fetchq_cnt": 0, "next_offset": -1001 },
            } } },
            "cgrp": { "state": "up", "join_state": join_state },
        })
    }

    fn told(evidence: &Evidence, now: Instant, statistics: &Value) {
        evidence.told(now, &serde_json::to_vec(statistics).unwrap(), &[place()]);
    }

    fn ends(evidence: &Evidence, now: Instant, end: i64, next: i64) {
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(&place().0, 0, Offset::Offset(end)).unwrap();
        evidence.ends(now, &list, &[(place(), next)]);
    }

    fn unproved(evidence: &Evidence, now: Instant) -> String {
        match evidence.standing(now, true) {
            Standing::Unproved(why) => why,
            other @ (Standing::Proved(_) | Standing::Busy(_)) => panic!("{other:?}"),
        }
    }

    /// Long enough after the machine's start that one may look back.
    fn some_time() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    /// Joined, told where its topics end, and steady.
    fn living(now: Instant) -> Evidence {
        let evidence = Evidence::default();
        evidence.joined(now);
        ends(&evidence, now, 5, 5);
        told(&evidence, now, &statistics(3 * SECOND, SECOND, "active", "steady"));
        evidence
    }

    #[test]
    fn a_member_is_believed_as_long_as_it_is_answered() {
        let (evidence, now) = (Evidence::default(), some_time());
        assert_eq!(unproved(&evidence, now), "has not joined its group");
        evidence.joined(now);
        assert_eq!(unproved(&evidence, now), "was not told where its topics end");
        assert_eq!(
            evidence.standing(now, false),
            Standing::Proved(now),
            "a member without partitions has none to read"
        );
        ends(&evidence, now, 5, 5);
        assert_eq!(evidence.standing(now, true), Standing::Proved(now));
        told(&evidence, now, &statistics(3 * SECOND, SECOND, "active", "steady"));
        let heartbeat = Duration::from_secs(3);
        assert_eq!(evidence.standing(now, true), Standing::Proved(now - heartbeat));
        let later = now + PROOF_LASTS - heartbeat;
        assert_eq!(unproved(&evidence, later), "was last known to its group 10 s ago");
    }

    #[test]
    fn what_no_living_client_tells_is_named() {
        let now = some_time();
        for (statistics, why) in [
            (statistics(0, 0, "active", "wait-join"), "is no steady member of its group (up, wait-join)"),
            (statistics(-1, 0, "active", "steady"), "its group's coordinator does not answer"),
            (statistics(0, -1, "active", "steady"), "the leader of department.tax.tasks.v1 [0] does not answer"),
            (statistics(0, 0, "offset-wait", "steady"), "department.tax.tasks.v1 [0] is not fetched (offset-wait)"),
            // Long silent: a heartbeat that is under way for ever.
            (statistics(11 * SECOND, SECOND, "active", "steady"), "was last known to its group 11 s ago"),
        ] {
            let evidence = living(now);
            told(&evidence, now, &statistics);
            assert_eq!(unproved(&evidence, now), why);
        }
        let evidence = living(now);
        evidence.told(now, b"nonsense", &[place()]);
        assert!(unproved(&evidence, now).starts_with("its statistics cannot be read"));
    }

    #[test]
    fn standing_still_where_there_is_more_to_read_shows() {
        let mut now = some_time();
        let evidence = living(now);
        let answered = |now| told(&evidence, now, &statistics(0, 0, "active", "steady"));
        ends(&evidence, now, 9, 5);
        assert!(evidence.is_behind());
        now += Duration::from_secs(9);
        answered(now);
        ends(&evidence, now, 9, 6);
        now += STANDSTILL;
        answered(now);
        // It moved in between: counted from there.
        assert_eq!(evidence.standing(now, true), Standing::Proved(now));
        // Somebody acts upon what was heard: it is not the client that stands still.
        evidence.acts(now);
        ends(&evidence, now, 9, 6);
        assert_eq!(evidence.standing(now, true), Standing::Proved(now));
        evidence.listens();
        ends(&evidence, now, 9, 6);
        assert_eq!(unproved(&evidence, now), "stands still at 6 of 9 in department.tax.tasks.v1 [0]");
        // Marks of transactions at the end are fetched, and are no messages.
        let mut passed = statistics(0, 0, "active", "steady");
        passed["topics"]["department.tax.tasks.v1"]["partitions"]["0"]["next_offset"] = json!(9);
        told(&evidence, now, &passed);
        ends(&evidence, now, 9, 6);
        assert!(evidence.standing(now, true) == Standing::Proved(now) && !evidence.is_behind());
    }

    #[test]
    fn who_acts_upon_what_it_heard_is_not_doubted_for_it() {
        let now = some_time();
        let evidence = living(now);
        evidence.trouble(now);
        assert!(!evidence.is_quiet_since(now) && evidence.is_quiet_since(now + Duration::from_millis(1)));
        evidence.acts(now);
        let later = now + PROOF_LASTS;
        assert_eq!(evidence.standing(later, true), Standing::Busy("acts upon what it heard, since 10 s".to_owned()));
        evidence.left();
        evidence.listens();
        assert_eq!(unproved(&evidence, later), "has not joined its group");
    }
}
