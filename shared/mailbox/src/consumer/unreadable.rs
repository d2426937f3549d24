//! A batch that the client cannot read: packed by a codec that it does not know, broken, or beyond all measure once it is
//! unpacked. The client reports it again and again and reads nothing behind it, and says neither partition nor offset. So
//! the place is looked for by a client of its own, offset by offset, and set aside like a message: parked by topic, partition
//! and offsets, and passed over.

use std::{ops::Range, time::Duration};

use contracts::words::reason;
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _, StreamConsumer},
    error::{KafkaError, RDKafkaErrorCode},
};
use tokio::time::Instant;
use tracing::warn;

use super::{
    Consumer, Ended,
    positions::{Place, Positions},
};
use crate::{handler::Fault, parking::ParkedRow};

/// How long one offset is looked at before nothing is known of it.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one partition is looked at. What is found by then is parked; the rest of the batch is met again.
const TURN: Duration = Duration::from_secs(20);

/// Whether the client says by this error that it cannot read what it was given.
pub(super) fn is_meant(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::BadCompression
                | RDKafkaErrorCode::BadMessage
                | RDKafkaErrorCode::NotImplemented
                | RDKafkaErrorCode::InvalidMessage
                | RDKafkaErrorCode::MessageSizeTooLarge
        )
    )
}

/// What cannot be read.
struct Unreadable {
    place: Place,
    offsets: Range<i64>,
    why: String,
}

impl Consumer {
    /// Parks what cannot be read, and reads on behind it.
    pub(super) async fn pass_over(
        &self,
        consumer: &StreamConsumer<Positions>,
        positions: &Positions,
    ) -> Result<(), Ended> {
        let (kafka, places) = (self.kafka.clone(), positions.places());
        let found = tokio::task::spawn_blocking(move || find(&kafka, places)).await.unwrap_or_else(|error| {
            warn!(%error, "consumer: looking for what cannot be read failed");
            Ok(Vec::new())
        })?;
        for unreadable in found {
            let Unreadable { place, offsets, why } = unreadable;
            let (first, last) = (offsets.start, offsets.end - 1);
            let fault = Fault::poison(
                reason::UNREADABLE,
                format!("the batch cannot be read ({why}): offsets {first} to {last}"),
            )
            .zh(format!("该批消息无法解包读取({why}):位移 {first} 至 {last}"));
            let (id, now) = (self.mailbox.new_id(), self.mailbox.clocks().system.now());
            let mut changes = self.mailbox.changes();
            changes.parked.push(ParkedRow::batch(id, &place, &offsets, &fault, now));
            changes.consumed.absorb(positions.passed_over(&place, &offsets));
            // Begin again at the database's offsets.
            self.answer(&mut changes).await.map_err(|_| Ended::Overtaken)?;
            self.commit(changes).await.map_err(|_| Ended::Overtaken)?;
            positions.advance_to(place, offsets.end);
        }
        read_on(consumer, positions)?;
        Ok(())
    }
}

/// Every partition goes on at its place; what the client had gathered behind is read again.
fn read_on(consumer: &StreamConsumer<Positions>, positions: &Positions) -> Result<(), KafkaError> {
    let mut places = TopicPartitionList::new();
    for ((topic, partition), next) in positions.places() {
        places.add_partition_offset(&topic, partition, Offset::Offset(next))?;
    }
    // All were taken away in the meantime: whoever assigns the next ones says where they begin.
    if places.count() == 0 { Ok(()) } else { consumer.assign(&places) }
}

/// What cannot be read at the places where reading is to go on.
fn find(kafka: &ClientConfig, places: Vec<(Place, i64)>) -> Result<Vec<Unreadable>, KafkaError> {
    let probe: BaseConsumer = config(kafka).create()?;
    let mut found = Vec::new();
    for (place, next) in places {
        let (topic, partition) = (place.0.as_str(), place.1);
        let (_, end) = probe.fetch_watermarks(topic, partition, PATIENCE)?;
        let until = Instant::now() + TURN;
        let (mut offset, mut why) = (next, None);
        // A batch is asked for by any of its offsets. Where it ends only shows by what can be read again.
        while offset < end && Instant::now() < until {
            match look(&probe, topic, partition, offset)? {
                Some(error) => why = Some(error),
                None => break,
            }
            offset += 1;
        }
        if let Some(error) = why {
            found.push(Unreadable { place, offsets: next..offset, why: error.to_string() });
        }
    }
    Ok(found)
}

/// The error by which the client cannot read at this offset; none where it can, or where nothing can be said.
fn look(
    probe: &BaseConsumer,
    topic: &str,
    partition: i32,
    offset: i64,
) -> Result<Option<RDKafkaErrorCode>, KafkaError> {
    let mut place = TopicPartitionList::new();
    place.add_partition_offset(topic, partition, Offset::Offset(offset))?;
    probe.assign(&place)?;
    let deadline = Instant::now() + PATIENCE;
    while let Some(left) = deadline.checked_duration_since(Instant::now()) {
        match probe.poll(left) {
            Some(Err(error)) if is_meant(&error) => return Ok(error.rdkafka_error_code()),
            Some(Ok(_) | Err(KafkaError::PartitionEOF(_))) | None => return Ok(None),
            Some(Err(_)) => {}
        }
    }
    Ok(None)
}

/// A client that is no member of the group and reads only what it is shown.
fn config(kafka: &ClientConfig) -> ClientConfig {
    let mut config = kafka.clone();
    config.remove("group.instance.id");
    config
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "error")
        .set("enable.partition.eof", "true")
        .set("fetch.wait.max.ms", "10")
        .set("fetch.error.backoff.ms", "0")
        .set("fetch.max.bytes", super::LARGEST_FETCH)
        .set("receive.message.max.bytes", super::LARGEST_BATCH)
        .set("allow.auto.create.topics", "false");
    config
}
