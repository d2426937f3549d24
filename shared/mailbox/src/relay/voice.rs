//! The producer, and a message as it is handed to it.

use std::time::Duration;

use contracts::event::{Attributes, header};
use rdkafka::{
    ClientConfig,
    error::{KafkaError, RDKafkaErrorCode},
    message::{Header, OwnedHeaders},
    producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer as _},
};
use sqlx::{Row as _, postgres::PgRow};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tracing::debug;
use uuid::Uuid;

/// The columns that [`Letter::read`] needs, for `select .. from outbox o`.
pub(super) const LETTER_COLUMNS: &str =
    "o.id, o.topic, o.key, o.kind, o.subject, o.sequence, o.at, o.trace, o.body, o.blank, o.expires_at, o.about";

/// One row of the outbox.
pub(super) struct Letter {
    pub id: Uuid,
    pub topic: String,
    /// It holds, or held, what must not be kept.
    pub is_secret: bool,
    key: String,
    /// `None` where they cannot be written: a year beyond 9999.
    headers: Option<OwnedHeaders>,
    body: Vec<u8>,
}

impl Letter {
    /// A secret is said until it expires, by system time; `None` says none at all.
    pub(super) fn read(row: &PgRow, source: &str, now: Option<OffsetDateTime>) -> Result<Self, sqlx::Error> {
        let attributes = Attributes {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            source: source.to_owned(),
            time: row.try_get("at")?,
            subject: match row.try_get("about")? {
                Some(name) => name,
                None => row.try_get::<Uuid, _>("subject")?.to_string(),
            },
            sequence: row.try_get("sequence")?,
            trace_parent: row.try_get("trace")?,
        };
        let expires_at: Option<OffsetDateTime> = row.try_get("expires_at")?;
        let headers = attributes.to_headers().ok().map(|mut headers| {
            let expiry = expires_at.and_then(|at| at.format(&Rfc3339).ok());
            headers.extend(expiry.map(|at| (header::EXPIRY_TIME, at)));
            headers.iter().fold(OwnedHeaders::new_with_capacity(headers.len()), |all, (key, value)| {
                all.insert(Header { key, value: Some(value) })
            })
        });
        let blank: Option<Vec<u8>> = row.try_get("blank")?;
        let holds = now.is_some_and(|now| expires_at.is_none_or(|at| now < at));
        let body = match blank.filter(|_| !holds) {
            Some(blank) => blank,
            None => row.try_get("body")?,
        };
        Ok(Self {
            id: attributes.id,
            topic: row.try_get("topic")?,
            is_secret: expires_at.is_some(),
            key: row.try_get("key")?,
            headers,
            body,
        })
    }
}

/// Why a message is not on its way.
pub(super) enum Unsent {
    /// The client holds as much as it may.
    Full,
    Refused(String),
}

/// Speaks on the bus under the service's name. The producer is made when it is first needed.
pub(super) struct Voice {
    kafka: ClientConfig,
    pub source: String,
    producer: Option<FutureProducer>,
}

impl Voice {
    pub(super) fn new(kafka: &ClientConfig, source: &str) -> Self {
        let mut kafka = kafka.clone();
        kafka
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("linger.ms", "1")
            .set("compression.type", "none")
            .set("partitioner", "murmur2_random")
            // Never given up: a message that timed out would be overtaken by the younger ones behind it.
            .set("delivery.timeout.ms", "0")
            // A topic that does not exist is known as such soon, and holds up nobody.
            .set("topic.metadata.propagation.max.ms", "3000")
            .set("queue.buffering.max.kbytes", "16384");
        Self { kafka, source: source.to_owned(), producer: None }
    }

    fn producer(&mut self) -> Result<&FutureProducer, KafkaError> {
        if self.producer.is_none() {
            self.producer = Some(self.kafka.create()?);
        }
        self.producer.as_ref().ok_or(KafkaError::Canceled)
    }

    /// Hands a message to the client, which keeps the order of these calls.
    pub(super) fn say(&mut self, letter: &Letter) -> Result<Result<DeliveryFuture, Unsent>, KafkaError> {
        let producer = self.producer()?;
        let Some(headers) = letter.headers.clone() else {
            return Ok(Err(Unsent::Refused("its time cannot be written".to_owned())));
        };
        let record = FutureRecord::to(&letter.topic).key(&letter.key).payload(&letter.body).headers(headers);
        Ok(match producer.send_result(record) {
            Ok(delivery) => Ok(delivery),
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => Err(Unsent::Full),
            Err((error, _)) => Err(Unsent::Refused(error.to_string())),
        })
    }

    /// Why the producer is beyond repair, where it is.
    pub(super) fn broken(&self) -> Option<KafkaError> {
        let (code, _) = self.producer.as_ref()?.client().fatal_error()?;
        Some(KafkaError::MessageProduction(code))
    }

    /// Begins again with a new producer; what the old one held is forgotten.
    pub(super) async fn renew(&mut self) {
        let producer = self.producer.take();
        if let Err(error) = tokio::task::spawn_blocking(move || drop(producer)).await {
            debug!(%error, "closing the broken producer failed");
        }
    }

    /// Closing a producer blocks.
    pub(super) async fn fall_silent(self) {
        let Some(producer) = self.producer else { return };
        let closed = tokio::task::spawn_blocking(move || {
            let flushed = producer.flush(Duration::from_secs(1));
            drop(producer);
            flushed
        });
        if let Ok(Err(error)) = closed.await {
            debug!(%error, "the producer had messages left; the outbox has them");
        }
    }
}
