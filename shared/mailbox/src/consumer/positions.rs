//! Where reading goes on: the database's offsets, told to the client whenever it is assigned partitions.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rdkafka::{
    ClientContext, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _, ConsumerContext, RebalanceProtocol},
    types::RDKafkaRespErr,
};
use sqlx::{PgPool, Row as _};
use tokio::{
    runtime::Handle,
    task::block_in_place,
    time::{Instant, timeout},
};
use tracing::{debug, warn};

use super::{evidence::Evidence, record::Record};
use crate::sql::Sql;

pub(super) type Place = (String, i32);

/// Next offsets of the assigned partitions, shared with the client's rebalances; cheap to clone.
#[derive(Clone)]
pub(crate) struct Positions {
    db: PgPool,
    runtime: Handle,
    state: Arc<Mutex<State>>,
    /// What shows that the client lives.
    pub(super) evidence: Evidence,
}

#[derive(Default)]
struct State {
    /// What the database says.
    next: HashMap<Place, i64>,
    /// Where reading goes on instead, where the topic no longer has what the database says.
    instead: HashMap<Place, i64>,
    /// What was taken into the batch that is being gathered.
    taken: HashMap<Place, i64>,
    moved: HashMap<Place, i64>,
    lost: bool,
    /// The client met a batch that it cannot read.
    unreadable: bool,
}

impl State {
    fn place(&self, place: &Place) -> Option<i64> {
        let next = self.next.get(place)?;
        Some(self.instead.get(place).copied().unwrap_or(*next))
    }
}

/// How far a commit has read: for each partition where the batch began and what comes next.
#[derive(Debug, Default)]
pub(crate) struct Consumed {
    places: HashMap<Place, (i64, i64)>,
    events: Vec<uuid::Uuid>,
}

impl Positions {
    /// Fails where the database is away: then nobody joins the group for nothing.
    pub(super) async fn open(db: PgPool) -> Result<Self, sqlx::Error> {
        load(&db).await?;
        Ok(Self::new(db))
    }

    fn new(db: PgPool) -> Self {
        Self { db, runtime: Handle::current(), state: Arc::default(), evidence: Evidence::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True where the offsets of an assignment could not be read: nothing may be consumed on such an assignment.
    pub(super) fn are_lost(&self) -> bool {
        self.state().lost
    }

    /// A batch is gathered from here on.
    pub(super) fn begin_batch(&self) {
        self.state().taken.clear();
    }

    /// Whether this record comes next. False for what was read before, which the client may deliver again after a
    /// rebalance, and for a partition that is not ours.
    pub(super) fn take(&self, record: &Record) -> bool {
        let mut state = self.state();
        let place = (record.topic.clone(), record.partition);
        let Some(next) = state.place(&place) else { return false };
        let after = state.taken.get(&place).map_or(next, |taken| next.max(*taken));
        if record.offset < after {
            return false;
        }
        state.taken.insert(place, record.offset + 1);
        true
    }

    /// Whether the record's partition is ours, and the record is not done.
    pub(super) fn has(&self, record: &Record) -> bool {
        let place = (record.topic.clone(), record.partition);
        self.state().place(&place).is_some_and(|next| record.offset >= next)
    }

    /// Every partition that is ours, and what comes next.
    pub(super) fn places(&self) -> Vec<(Place, i64)> {
        let state = self.state();
        state.next.keys().filter_map(|place| Some((place.clone(), state.place(place)?))).collect()
    }

    /// Reads on from another offset than the database's.
    pub(super) fn go_on_at(&self, place: Place, offset: i64) {
        self.state().instead.insert(place, offset);
    }

    /// Nothing may be consumed any more on these partitions.
    pub(super) fn lose(&self) {
        self.state().lost = true;
    }

    /// The client met a batch that it cannot read; it does not say where.
    pub(super) fn note_unreadable(&self) {
        self.state().unreadable = true;
    }

    /// Whether it did, since this was asked last.
    pub(super) fn take_unreadable(&self) -> bool {
        std::mem::take(&mut self.state().unreadable)
    }

    /// What a commit that passes over these offsets of a partition writes.
    pub(super) fn passed_over(&self, place: &Place, offsets: &Range<i64>) -> Consumed {
        let since = self.state().next.get(place).copied().unwrap_or(0);
        Consumed { places: HashMap::from([(place.clone(), (since, offsets.end))]), events: Vec::new() }
    }

    /// Reads on at this offset, which is committed.
    pub(super) fn advance_to(&self, place: Place, offset: i64) {
        let mut state = self.state();
        state.instead.remove(&place);
        state.moved.insert(place.clone(), offset);
        state.next.insert(place, offset);
    }

    /// What a commit that reads these records writes.
    pub(super) fn consumed(&self, records: &[Record]) -> Consumed {
        let state = self.state();
        let mut consumed = Consumed::default();
        for record in records {
            let place = (record.topic.clone(), record.partition);
            let since = state.next.get(&place).copied().unwrap_or(0);
            consumed.places.entry(place).or_insert((since, since)).1 = record.offset + 1;
        }
        consumed
    }

    pub(super) fn advance(&self, records: &[Record]) {
        let mut state = self.state();
        for record in records {
            let place = (record.topic.clone(), record.partition);
            state.moved.insert(place.clone(), record.offset + 1);
            state.instead.remove(&place);
            state.next.insert(place, record.offset + 1);
        }
    }

    /// Offsets that moved since the last call.
    pub(super) fn take_moved(&self) -> HashMap<Place, i64> {
        std::mem::take(&mut self.state().moved)
    }

    /// True where the database still says what this consumer believes.
    pub(super) async fn hold(&self, records: &[Record]) -> Result<bool, sqlx::Error> {
        let stored = load(&self.db).await?;
        let state = self.state();
        Ok(records.iter().all(|record| {
            let place = (record.topic.clone(), record.partition);
            stored.get(&place).copied().unwrap_or(0) == state.next.get(&place).copied().unwrap_or(0)
        }))
    }

    fn assigned(&self, list: &mut TopicPartitionList) {
        // Rebalances are rare, and nothing may be read before its offset is known.
        let stored =
            block_in_place(|| self.runtime.block_on(async { timeout(Duration::from_secs(3), load(&self.db)).await }));
        let Ok(Ok(stored)) = stored else {
            warn!("consumer: partitions were assigned while the database is away");
            self.state().lost = true;
            return;
        };
        let places: Vec<Place> =
            list.elements().iter().map(|element| (element.topic().to_owned(), element.partition())).collect();
        let mut state = self.state();
        for place in places {
            let next = stored.get(&place).copied();
            let offset = next.map_or(Offset::Beginning, Offset::Offset);
            if let Err(error) = list.set_partition_offset(&place.0, place.1, offset) {
                warn!(%error, topic = place.0, "consumer: an offset could not be set");
                state.lost = true;
            }
            state.instead.remove(&place);
            state.next.insert(place, next.unwrap_or(0));
        }
    }

    fn revoked(&self, list: &TopicPartitionList) {
        let mut state = self.state();
        for element in list.elements() {
            state.next.remove(&(element.topic().to_owned(), element.partition()));
        }
    }
}

async fn load(db: &PgPool) -> Result<HashMap<Place, i64>, sqlx::Error> {
    let rows = sqlx::query("select topic, partition, next from consumer_offset").fetch_all(db).await?;
    rows.into_iter().map(|row| Ok(((row.try_get("topic")?, row.try_get("partition")?), row.try_get("next")?))).collect()
}

impl ClientContext for Positions {
    fn stats_raw(&self, statistics: &[u8]) {
        let places: Vec<Place> = self.state().next.keys().cloned().collect();
        self.evidence.told(Instant::now(), statistics, &places);
    }
}

impl ConsumerContext for Positions {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, err: RDKafkaRespErr, list: &mut TopicPartitionList) {
        let cooperative = matches!(consumer.rebalance_protocol(), RebalanceProtocol::Cooperative);
        let done = if err == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            self.assigned(list);
            let done = if cooperative { consumer.incremental_assign(list) } else { consumer.assign(list) };
            self.evidence.joined(Instant::now());
            done
        } else {
            self.revoked(list);
            self.evidence.left();
            if cooperative { consumer.incremental_unassign(list) } else { consumer.unassign() }
        };
        debug!(partitions = list.count(), ?err, ?done, "consumer: the group was rebalanced");
    }
}

impl Consumed {
    /// Remembers that an event was acted upon.
    pub(crate) fn event(&mut self, id: uuid::Uuid) {
        self.events.push(id);
    }

    pub(crate) fn absorb(&mut self, later: Self) {
        for (place, (since, next)) in later.places {
            self.places.entry(place).or_insert((since, next)).1 = next;
        }
        self.events.extend(later.events);
    }

    pub(crate) fn write(self, sql: &mut Sql) {
        if !self.places.is_empty() {
            let count = self.places.len();
            let mut places: Vec<_> = self.places.into_iter().collect();
            places.sort();
            let partitions = sql.bind(places.iter().map(|(place, _)| place.1).collect());
            let since = sql.bind(places.iter().map(|(_, (since, _))| *since).collect());
            let next = sql.bind(places.iter().map(|(_, (_, next))| *next).collect());
            let topics = sql.bind(places.into_iter().map(|(place, _)| place.0).collect());
            let text = format!(
                "insert into consumer_offset as c (topic, partition, since, next)
                 select * from unnest({topics}::text[], {partitions}::int[], {since}::bigint[], {next}::bigint[])
                 on conflict (topic, partition) do update set since = excluded.since, next = excluded.next
                 where c.next = excluded.since returning 1"
            );
            sql.expect("offsets_as_loaded", text, count);
        }
        if !self.events.is_empty() {
            let events = sql.bind(self.events);
            sql.part("put_inbox", format!("insert into inbox (id) select * from unnest({events}::uuid[])"));
        }
    }
}
