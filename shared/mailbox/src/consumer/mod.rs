//! Hears what others say: one consumer per process over all its topics, whole batches in one commit.
//!
//! The next offset of every partition is in the database, in the commit that acts; Kafka's own is only for showing lag.
//! A message delivered twice is done once, a consumer that was overtaken commits nothing, and one bad message stops
//! neither its partition nor its neighbours.

mod evidence;
mod positions;
mod process;
mod record;
mod unreadable;
mod watch;

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer as _, StreamConsumer},
    error::{KafkaError, RDKafkaErrorCode},
};
use tokio::{
    task::block_in_place,
    time::{Instant, sleep, timeout_at},
};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

pub(crate) use positions::Consumed;
use positions::Positions;
pub use record::HeaderValue;
pub(crate) use record::Record;

use crate::{
    handler::Handler,
    health::Degraded,
    mailbox::Mailbox,
    parking::Parking,
    pulse::{CONSUMER, Doubt, Pulses, let_go},
};

/// How batches are gathered.
#[derive(Clone, Copy, Debug)]
pub struct ConsumerSettings {
    /// How long a batch waits for company after its first message.
    pub window: Duration,
    /// Shortest time between two batches: where much is heard, it is acted upon together; a single message after quiet
    /// waits no longer than the window.
    pub pace: Duration,
    /// Messages in a batch at most.
    pub max_batch: usize,
}

impl Default for ConsumerSettings {
    fn default() -> Self {
        Self { window: Duration::from_millis(10), pace: Duration::from_millis(10), max_batch: 500 }
    }
}

/// How often blocked messages are looked at where there are any, and Kafka told how far we are.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often it is asked whether anything is parked, where this instance knows of nothing.
pub(crate) const NOTE_EVERY: Duration = Duration::from_secs(5);
/// How long the broker may take to say what it has.
const PATIENCE: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_millis(500);
/// Bytes that are asked for at once.
const LARGEST_FETCH: &str = "8388608";
/// Bytes of the broker's answer, and of a batch once it is unpacked.
const LARGEST_BATCH: &str = "33554432";

/// Reads topics and commits what the handler decides.
pub struct Consumer {
    pub mailbox: Mailbox,
    /// Broker, credentials, `group.id` and `group.instance.id`.
    pub kafka: ClientConfig,
    /// Topic names, or patterns that begin with `^`: topics that match later are read without a restart.
    pub topics: Vec<String>,
    pub settings: ConsumerSettings,
    pub handler: Arc<dyn Handler>,
    pub degraded: Degraded,
    pub pulses: Pulses,
}

/// Why a session with the broker ended; the next one begins at the database's offsets.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("the broker's client failed")]
    Broker(#[from] KafkaError),
    #[error("another instance has read on from here")]
    Overtaken,
    #[error("the offsets could not be read from the database")]
    NoPositions,
    #[error("the broker answers a fresh client, and this one {0}")]
    Deaf(String),
}

impl Consumer {
    /// Runs until cancelled; a batch that was begun is finished.
    pub async fn run(self, cancel: CancellationToken) {
        let mut doubt = Doubt::new();
        self.pulses.doubts(CONSUMER, "has not joined its group");
        while !cancel.is_cancelled() {
            if let Err(ended) = self.session(&mut doubt, &cancel).await {
                if let Ended::Deaf(why) = &ended {
                    warn!(why, "consumer: the client is deaf and is replaced");
                    self.pulses.replaced(CONSUMER, why);
                } else {
                    self.pulses.doubts(CONSUMER, ended.to_string());
                    info!(why = %ended, "consumer: begins again at the database's offsets");
                }
                tokio::select! {
                    () = cancel.cancelled() => {}
                    () = sleep(RETRY) => {}
                }
            }
        }
    }

    async fn session(&self, doubt: &mut Doubt, cancel: &CancellationToken) -> Result<(), Ended> {
        let positions = Positions::open(self.mailbox.db().clone()).await.map_err(|_| Ended::NoPositions)?;
        self.degraded.clear("database");
        let consumer: Arc<StreamConsumer<Positions>> = Arc::new(self.config().create_with_context(positions.clone())?);
        let topics: Vec<&str> = self.topics.iter().map(String::as_str).collect();
        consumer.subscribe(&topics)?;
        let ended = tokio::select! {
            ended = self.listen(&consumer, &positions, cancel) => ended,
            why = self.watch(&consumer, &positions, doubt) => Err(Ended::Deaf(why)),
        };
        tell_lag(&consumer, &positions);
        // Leaving the group blocks.
        let_go(consumer).await;
        ended
    }

    async fn listen(
        &self,
        consumer: &StreamConsumer<Positions>,
        positions: &Positions,
        cancel: &CancellationToken,
    ) -> Result<(), Ended> {
        let (mut looked, mut acted) = (Instant::now(), Instant::now());
        let mut parking = Parking::default();
        self.look_after(&mut parking, cancel).await;
        loop {
            let batch =
                self.gather(consumer, positions, (looked + LOOK_EVERY, acted + self.settings.pace), cancel).await?;
            if positions.are_lost() {
                return Err(Ended::NoPositions);
            }
            if !batch.is_empty() {
                acted = Instant::now();
                positions.evidence.acts(acted);
                self.process(positions, batch, cancel).await?;
                positions.evidence.listens();
            }
            if cancel.is_cancelled() {
                return Ok(());
            }
            if positions.take_unreadable() {
                positions.evidence.acts(Instant::now());
                self.pass_over(consumer, positions).await?;
                positions.evidence.listens();
            }
            if looked.elapsed() >= LOOK_EVERY {
                looked = Instant::now();
                tell_lag(consumer, positions);
                self.look_after(&mut parking, cancel).await;
            }
        }
    }

    /// The next batch, not `before` it is time for one; empty at the deadline, or when it is time to go. What was gathered
    /// when the client ends is read again by the next one.
    async fn gather(
        &self,
        consumer: &StreamConsumer<Positions>,
        positions: &Positions,
        (deadline, before): (Instant, Instant),
        cancel: &CancellationToken,
    ) -> Result<Vec<Record>, Ended> {
        positions.begin_batch();
        let mut batch: Vec<Record> = Vec::new();
        let mut until = deadline;
        while batch.len() < self.settings.max_batch {
            let received = tokio::select! {
                biased;
                () = cancel.cancelled() => return Ok(batch),
                received = timeout_at(until, consumer.recv()) => received,
            };
            match received {
                Err(_) => break,
                Ok(Ok(message)) => {
                    let record = Record::from_message(&message);
                    if !positions.take(&record) {
                        continue;
                    }
                    if batch.is_empty() {
                        until = (Instant::now() + self.settings.window).max(before);
                    }
                    batch.push(record);
                }
                Ok(Err(error)) => {
                    if error.rdkafka_error_code() == Some(RDKafkaErrorCode::AutoOffsetReset) {
                        if let Err(error) = block_in_place(|| find_places(consumer, positions)) {
                            warn!(%error, "consumer: the broker does not say what it has");
                            positions.lose();
                            break;
                        }
                        continue;
                    }
                    self.note(positions, &error);
                    if unreadable::is_meant(&error) {
                        positions.note_unreadable();
                        break;
                    }
                    // A client that was fenced (its join was answered twice while the broker came back, or another
                    // process bears its name) never hears anything again.
                    if matches!(error, KafkaError::MessageConsumptionFatal(_)) {
                        return Err(error.into());
                    }
                    if positions.are_lost() {
                        break;
                    }
                    // The client retries by itself; its errors come in dozens.
                    sleep(Duration::from_millis(20)).await;
                }
            }
        }
        if !batch.is_empty() && self.degraded.clear("broker_reading") {
            info!("consumer: hears the broker again");
        }
        Ok(batch)
    }

    fn note(&self, positions: &Positions, error: &KafkaError) {
        positions.evidence.trouble(Instant::now());
        let code = error.rdkafka_error_code();
        let denied = matches!(
            code,
            Some(
                RDKafkaErrorCode::TopicAuthorizationFailed
                    | RDKafkaErrorCode::GroupAuthorizationFailed
                    | RDKafkaErrorCode::SaslAuthenticationFailed
                    | RDKafkaErrorCode::Authentication
            )
        );
        let part = if denied { "broker_denies" } else { "broker_reading" };
        if self.degraded.note(part, error.to_string()) {
            warn!(%error, denied, "consumer: the broker reports an error");
        }
    }

    fn config(&self) -> ClientConfig {
        let mut config = self.kafka.clone();
        config
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            // A topic that lacks the offset that was asked for is looked at, not begun anew in silence.
            .set("auto.offset.reset", "error")
            // Topics that are keyed alike have as many partitions each: by range, everything about one key comes to one
            // instance, and two instances do not decide on the same case at the same time.
            .set("partition.assignment.strategy", "range")
            .set("session.timeout.ms", "10000")
            .set("heartbeat.interval.ms", "3000")
            .set("max.poll.interval.ms", "120000")
            // A topic that is quiet is asked for less often: that pays for the proofs that this client lives.
            .set("fetch.wait.max.ms", "1250")
            .set("statistics.interval.ms", "4000")
            .set("queued.max.messages.kbytes", "8192")
            // What a batch may hold when it is unpacked, whatever it says of itself.
            .set("fetch.max.bytes", LARGEST_FETCH)
            .set("receive.message.max.bytes", LARGEST_BATCH)
            .set("topic.metadata.refresh.interval.ms", "10000")
            .set("allow.auto.create.topics", "false");
        config
    }
}

/// Goes on at the beginning of every partition that does not have what comes next by the database: it was made anew, or
/// what was not read in time is gone. The inbox knows what was acted upon.
fn find_places(consumer: &StreamConsumer<Positions>, positions: &Positions) -> Result<(), KafkaError> {
    let mut places = TopicPartitionList::new();
    for ((topic, partition), next) in positions.places() {
        let (first, end) = consumer.fetch_watermarks(&topic, partition, PATIENCE)?;
        let mut offset = next;
        if next < first || next > end {
            error!(topic, partition, next, first, end, "consumer: the topic lost what comes next; it is read anew");
            positions.go_on_at((topic.clone(), partition), first);
            offset = first;
        }
        places.add_partition_offset(&topic, partition, Offset::Offset(offset))?;
    }
    // All were taken away in the meantime: whoever assigns the next ones says where they begin.
    if places.count() == 0 {
        return Ok(());
    }
    // A partition without a place cannot be sought; assigned again it has one.
    consumer.assign(&places)
}

/// Tells Kafka how far the database is, for those who watch lag.
fn tell_lag(consumer: &StreamConsumer<Positions>, positions: &Positions) {
    let mut list = TopicPartitionList::new();
    for ((topic, partition), next) in positions.take_moved() {
        let _ = list.add_partition_offset(&topic, partition, Offset::Offset(next));
    }
    if list.count() > 0
        && let Err(error) = consumer.commit(&list, CommitMode::Async)
    {
        tracing::debug!(%error, "the broker was not told how far we are");
    }
}
