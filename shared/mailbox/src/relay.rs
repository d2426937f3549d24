//! Says what was committed: outbox to Kafka, in commit order, at least once.
//!
//! The leader reads by difference of snapshots: every row visible now that was not visible at the last pass, whatever
//! its number. Reading by number alone loses rows whose transaction commits late. Order per key holds because a row is
//! numbered while its subject is locked. The cursor moves only when the broker has acknowledged the whole pass; a pass
//! that fails is read again from the start, and the inbox of each reader knows what it has seen.

use std::{collections::VecDeque, time::Duration};

use contracts::event::Attributes;
use futures::TryStreamExt as _;
use rdkafka::{
    ClientConfig,
    error::{KafkaError, RDKafkaErrorCode},
    message::{Header, OwnedHeaders},
    producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer as _},
};
use sqlx::{Row as _, postgres::PgRow};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::{
    health::Degraded,
    leadership::{Bid, Leader, Standby},
    ledger,
    mailbox::Mailbox,
};

/// How often the relay looks.
#[derive(Clone, Copy, Debug)]
pub struct RelaySettings {
    /// Shortest time between two passes; what is committed within it travels together.
    pub tick: Duration,
    /// Longest time between two passes while another instance may commit.
    pub poll: Duration,
    /// Longest time between two passes of the only instance.
    pub idle_poll: Duration,
}

impl Default for RelaySettings {
    fn default() -> Self {
        Self { tick: Duration::from_millis(10), poll: Duration::from_millis(50), idle_poll: Duration::from_secs(1) }
    }
}

/// How long a message may wait for the broker before the pass is given up and read again.
const DELIVERY_TIMEOUT_MS: &str = "30000";
/// Messages on their way at most; the oldest is awaited first.
const IN_FLIGHT: usize = 5_000;
const BID_EVERY: Duration = Duration::from_millis(500);
const RETRY: Duration = Duration::from_millis(500);
const BLOCK_EVERY: Duration = Duration::from_secs(60);
const HOUSEKEEPING_EVERY: Duration = Duration::from_secs(3600);
/// How long a shutdown waits for the broker to take what is left.
const LAST_PASS: Duration = Duration::from_secs(10);
/// How long the outbox and the inbox are kept.
const KEPT: time::Duration = time::Duration::days(30);

/// Publishes the outbox while this instance leads.
pub struct Relay {
    pub mailbox: Mailbox,
    /// Broker and credentials.
    pub kafka: ClientConfig,
    pub settings: RelaySettings,
    pub degraded: Degraded,
}

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    #[error("the broker did not take a message")]
    Broker(#[from] KafkaError),
    #[error("the outbox holds what cannot be said: {0}")]
    Unsayable(String),
}

impl Relay {
    /// Runs until cancelled; then says what is left, seals a block and steps down.
    pub async fn run(self, cancel: CancellationToken) {
        let mut standby = None;
        while !cancel.is_cancelled() {
            let bid = async {
                let standby = match standby.take() {
                    Some(standby) => standby,
                    None => Standby::connect(self.mailbox.db()).await?,
                };
                standby.bid().await
            };
            match bid.await {
                Ok(Bid::Won(leader)) => self.lead(leader, &cancel).await,
                Ok(Bid::Lost(waiting)) => {
                    standby = Some(waiting);
                    pause(BID_EVERY, &cancel).await;
                }
                Err(error) => {
                    if self.degraded.note("relay", "no connection to the database") {
                        warn!(%error, "relay: no connection to the database");
                    }
                    pause(RETRY, &cancel).await;
                }
            }
        }
    }

    async fn lead(&self, mut leader: Leader, cancel: &CancellationToken) {
        debug!(epoch = leader.epoch, "this instance leads");
        self.degraded.clear("relay");
        self.mailbox.lead(true);
        self.mailbox.wake_timers();
        let mut shift = Shift { producer: None, block: Instant::now(), housekeeping: None, last: Instant::now() };
        let ended = loop {
            match self.turn(&mut leader, &mut shift, cancel).await {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(RelayError::Database(error)) => break Err(error),
                Err(error @ (RelayError::Broker(_) | RelayError::Unsayable(_))) => {
                    if self.degraded.note("broker", error.to_string()) {
                        warn!(%error, cause = ?error, "relay: nothing is lost, the outbox keeps it");
                    }
                    shift.drop_producer_if_fatal();
                    pause(RETRY, cancel).await;
                }
            }
        };
        if ended.is_ok() {
            self.finish(&mut leader, &mut shift).await;
        }
        self.mailbox.lead(false);
        leader.step_down().await;
        if let Some(producer) = shift.producer.take() {
            release(producer).await;
        }
        if let Err(error) = ended {
            warn!(%error, "relay: lost the database, another instance may lead");
            pause(RETRY, cancel).await;
        }
    }

    /// One turn: wait, say, look after the rest. False when it is time to go.
    async fn turn(
        &self,
        leader: &mut Leader,
        shift: &mut Shift,
        cancel: &CancellationToken,
    ) -> Result<bool, RelayError> {
        let patience =
            if leader.has_standby_lately(shift).await? { self.settings.poll } else { self.settings.idle_poll };
        tokio::select! {
            () = cancel.cancelled() => return Ok(false),
            () = self.mailbox.relay_woken() => sleep_until(shift.last + self.settings.tick).await,
            () = sleep(patience) => {}
        }
        shift.last = Instant::now();
        self.pass(leader, shift).await?;
        if shift.block.elapsed() >= BLOCK_EVERY {
            shift.block = Instant::now();
            ledger::close_block(&mut leader.connection, self.mailbox.clocks().system.now()).await?;
        }
        if shift.housekeeping.is_none_or(|at| at.elapsed() >= HOUSEKEEPING_EVERY) {
            shift.housekeeping = Some(Instant::now());
            self.housekeeping(leader).await?;
        }
        Ok(true)
    }

    async fn finish(&self, leader: &mut Leader, shift: &mut Shift) {
        match timeout(LAST_PASS, self.pass(leader, shift)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => info!(%error, "relay: what is left will be said after the next start"),
            Err(_) => info!("relay: the broker is away; what is left will be said after the next start"),
        }
        let now = self.mailbox.clocks().system.now();
        if let Err(error) = ledger::close_block(&mut leader.connection, now).await {
            warn!(%error, "the last ledger block was not sealed; the next leader will");
        }
    }

    /// Says everything committed since the last pass.
    async fn pass(&self, leader: &mut Leader, shift: &mut Shift) -> Result<(), RelayError> {
        // One statement has one snapshot: the rows it sees are exactly those visible in the snapshot it returns.
        let mut rows = sqlx::query(
            "select o.id, o.topic, o.key, o.kind, o.subject, o.sequence, o.at, o.trace, o.body,
                    pg_current_snapshot()::text as seen
             from relay r join outbox o
               on o.xid >= pg_snapshot_xmin(r.snapshot) and not pg_visible_in_snapshot(o.xid, r.snapshot)
             order by o.seq",
        )
        .fetch(&mut leader.connection);
        let mut seen: Option<String> = None;
        let mut in_flight: VecDeque<DeliveryFuture> = VecDeque::new();
        while let Some(row) = rows.try_next().await? {
            if seen.is_none() {
                seen = Some(row.try_get("seen")?);
            }
            let producer = shift.producer(&self.kafka)?;
            self.say(producer, &row, &mut in_flight).await?;
        }
        drop(rows);
        let Some(seen) = seen else { return Ok(()) };
        while let Some(delivery) = in_flight.pop_front() {
            delivered(delivery).await?;
        }
        if self.degraded.clear("broker") {
            info!("relay: the broker takes messages again");
        }
        let moved = sqlx::query("update relay set snapshot = $1::pg_snapshot where epoch = $2")
            .bind(seen)
            .bind(leader.epoch)
            .execute(&mut leader.connection)
            .await?;
        if moved.rows_affected() == 0 {
            return Err(sqlx::Error::RowNotFound.into());
        }
        Ok(())
    }

    async fn say(
        &self,
        producer: &FutureProducer,
        row: &PgRow,
        in_flight: &mut VecDeque<DeliveryFuture>,
    ) -> Result<(), RelayError> {
        let (topic, key): (&str, &str) = (row.try_get("topic")?, row.try_get("key")?);
        let body: &[u8] = row.try_get("body")?;
        let mut record = FutureRecord::to(topic).key(key).payload(body).headers(self.headers(row)?);
        if in_flight.len() >= IN_FLIGHT
            && let Some(oldest) = in_flight.pop_front()
        {
            delivered(oldest).await?;
        }
        loop {
            match producer.send_result(record) {
                Ok(delivery) => {
                    in_flight.push_back(delivery);
                    return Ok(());
                }
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), returned)) => {
                    record = returned;
                    let Some(oldest) = in_flight.pop_front() else {
                        return Err(KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull).into());
                    };
                    delivered(oldest).await?;
                }
                Err((error, _)) => return Err(error.into()),
            }
        }
    }

    fn headers(&self, row: &PgRow) -> Result<OwnedHeaders, RelayError> {
        let attributes = Attributes {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            source: self.mailbox.source().to_owned(),
            time: row.try_get("at")?,
            subject: row.try_get::<uuid::Uuid, _>("subject")?.to_string(),
            sequence: row.try_get("sequence")?,
            trace_parent: row.try_get("trace")?,
        };
        let headers = attributes.to_headers().map_err(|e| RelayError::Unsayable(e.to_string()))?;
        Ok(headers.iter().fold(OwnedHeaders::new_with_capacity(headers.len()), |all, (key, value)| {
            all.insert(Header { key, value: Some(value) })
        }))
    }

    async fn housekeeping(&self, leader: &mut Leader) -> Result<(), sqlx::Error> {
        let now = self.mailbox.clocks().system.now();
        sqlx::query("select make_partitions($1)")
            .bind(now + time::Duration::days(31))
            .execute(&mut leader.connection)
            .await?;
        // A partition that is not wholly published is never old enough: it would have to be 30 days behind.
        sqlx::query("select drop_partitions($1)").bind(now - KEPT).execute(&mut leader.connection).await?;
        sqlx::query("delete from idempotency where at < $1")
            .bind(now - crate::idempotency::KEPT)
            .execute(&mut leader.connection)
            .await?;
        Ok(())
    }
}

/// What a leader carries from turn to turn.
struct Shift {
    producer: Option<FutureProducer>,
    block: Instant,
    housekeeping: Option<Instant>,
    last: Instant,
}

impl Shift {
    fn producer(&mut self, kafka: &ClientConfig) -> Result<&FutureProducer, KafkaError> {
        if self.producer.is_none() {
            let mut config = kafka.clone();
            config
                .set("enable.idempotence", "true")
                .set("acks", "all")
                .set("linger.ms", "1")
                .set("compression.type", "none")
                .set("partitioner", "murmur2_random")
                .set("delivery.timeout.ms", DELIVERY_TIMEOUT_MS)
                .set("queue.buffering.max.kbytes", "16384");
            self.producer = Some(config.create()?);
        }
        self.producer.as_ref().ok_or(KafkaError::Canceled)
    }

    fn drop_producer_if_fatal(&mut self) {
        let fatal = self.producer.as_ref().and_then(|producer| producer.client().fatal_error());
        if let Some((code, reason)) = fatal {
            error!(?code, reason, "the producer is beyond repair and is replaced");
            self.producer = None;
        }
    }
}

impl Leader {
    async fn has_standby_lately(&mut self, shift: &Shift) -> Result<bool, sqlx::Error> {
        // Asked when idle only: under load the relay is woken anyway.
        if shift.last.elapsed() < Duration::from_millis(40) {
            return Ok(true);
        }
        self.has_standby().await
    }
}

async fn delivered(delivery: DeliveryFuture) -> Result<(), KafkaError> {
    match delivery.await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err((error, _))) => Err(error),
        Err(_) => Err(KafkaError::Canceled),
    }
}

async fn pause(length: Duration, cancel: &CancellationToken) {
    tokio::select! {
        () = cancel.cancelled() => {}
        () = sleep(length) => {}
    }
}

/// Closing a producer blocks.
async fn release(producer: FutureProducer) {
    let closed = tokio::task::spawn_blocking(move || {
        let flushed = producer.flush(Duration::from_secs(1));
        drop(producer);
        flushed
    });
    if let Ok(Err(error)) = closed.await {
        debug!(%error, "the producer had messages left; the outbox has them");
    }
}
