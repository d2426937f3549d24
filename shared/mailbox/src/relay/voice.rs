//! The producer, and a message as it is handed to it.

use std::time::Duration;

use contracts::{
    event::{Attributes, header},
    topics,
};
use rdkafka::{
    ClientConfig,
    error::{KafkaError, RDKafkaErrorCode},
    message::{Header, OwnedHeaders},
    producer::Producer as _,
};
use sqlx::{Row as _, postgres::PgRow};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::time::Instant;
use tracing::debug;
use uuid::Uuid;

use super::mouth::{Delivery, Mouth, Throat};
use crate::pulse::{Doubt, PRODUCER, Pulses, let_go};

/// How often a producer that says nothing asks the broker something, to prove that it lives; and one that is unproved.
const ASK_EVERY: Duration = Duration::from_secs(9);
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// How long an answer proves that there will be another one.
const PROOF_LASTS: Duration = Duration::from_secs(15);
/// How long the broker may take to answer.
const ANSWER: Duration = Duration::from_secs(3);

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

/// Why this producer says nothing more.
#[derive(Debug, thiserror::Error)]
pub enum Speechless {
    /// It gave up as a whole; what was under way is read again.
    #[error("the producer failed: {0}")]
    Broker(#[from] KafkaError),
    /// The broker is there for others.
    #[error("the broker answers a fresh client, and this one {0}")]
    Mute(String),
}

/// Speaks on the bus under the service's name. The producer is made when it is first needed.
pub(super) struct Voice {
    /// How the broker is reached.
    reach: ClientConfig,
    kafka: ClientConfig,
    pub source: String,
    producer: Option<Mouth>,
    throat: Throat,
    asked: Option<Instant>,
    pulses: Pulses,
    doubt: Doubt,
}

impl Voice {
    pub(super) fn new(kafka: &ClientConfig, source: &str, pulses: Pulses, mut doubt: Doubt) -> Self {
        doubt.pauses();
        let reach = kafka.clone();
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
            .set("statistics.interval.ms", "8000")
            .set("queue.buffering.max.kbytes", "16384");
        let (source, throat) = (source.to_owned(), Throat::default());
        Self { reach, kafka, source, producer: None, throat, asked: None, pulses, doubt }
    }

    fn producer(&mut self) -> Result<&Mouth, KafkaError> {
        if self.producer.is_none() {
            self.throat = Throat::default();
            self.producer = Some(Mouth::open(&self.kafka, self.throat.clone())?);
        }
        self.producer.as_ref().ok_or(KafkaError::Canceled)
    }

    /// How long until it is time to prove that the producer lives.
    pub(super) fn proves_in(&self) -> Duration {
        let every = if self.pulses.lives(PRODUCER) { ASK_EVERY } else { ASK_AGAIN };
        self.asked.map_or(Duration::ZERO, |asked| every.saturating_sub(asked.elapsed()))
    }

    /// Proves that the producer lives, where it is time to: by something that the broker answers, about one topic that
    /// everybody may see.
    pub(super) async fn prove(&mut self) -> Result<(), Speechless> {
        if !self.proves_in().is_zero() {
            return Ok(());
        }
        let producer = self.producer()?.clone();
        let asked = tokio::task::spawn_blocking(move || {
            producer
                .client()
                .client()
                .fetch_metadata(Some(topics::CALENDAR_YEARS), ANSWER)
                .map(drop)
                .map_err(|error| error.to_string())
        });
        let answered = asked.await.unwrap_or_else(|error| Err(error.to_string()));
        if let Some(error) = self.broken() {
            return Err(error.into());
        }
        match answered.map_err(|error| format!("is not answered: {error}")).and_then(|()| self.throat.is_numbered()) {
            Ok(()) => {
                self.asked = None;
                self.answered();
                Ok(())
            }
            Err(why) => {
                self.asked = Some(Instant::now());
                self.silent(why).await
            }
        }
    }

    /// The broker has taken a message, or answered something else.
    pub(super) fn answered(&mut self) {
        // Many are taken in a second; one is proof enough.
        if self.asked.is_some_and(|asked| asked.elapsed() < ASK_AGAIN) {
            return;
        }
        self.asked = Some(Instant::now());
        self.doubt.ends();
        self.pulses.proved(PRODUCER, Instant::now() + PROOF_LASTS);
    }

    /// The broker has not: fails where this producer is at fault, and not the broker.
    pub(super) async fn silent(&mut self, why: String) -> Result<(), Speechless> {
        self.pulses.doubts(PRODUCER, why.as_str());
        if self.doubt.grows(&self.reach).await { Err(Speechless::Mute(why)) } else { Ok(()) }
    }

    /// Hands a message to the client, which keeps the order of these calls.
    pub(super) fn say(&mut self, letter: &Letter) -> Result<Result<Delivery, Unsent>, KafkaError> {
        let Some(headers) = letter.headers.clone() else {
            return Ok(Err(Unsent::Refused("its time cannot be written".to_owned())));
        };
        let producer = self.producer()?;
        Ok(match producer.say(&letter.topic, &letter.key, &letter.body, headers) {
            Ok(delivery) => Ok(delivery),
            Err(KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull)) => Err(Unsent::Full),
            Err(error) => Err(Unsent::Refused(error.to_string())),
        })
    }

    /// Why the producer is beyond repair, where it is.
    pub(super) fn broken(&self) -> Option<KafkaError> {
        let (code, _) = self.producer.as_ref()?.client().client().fatal_error()?;
        Some(KafkaError::MessageProduction(code))
    }

    /// Begins again with a new producer; what the old one held is forgotten.
    pub(super) async fn renew(&mut self) {
        self.asked = None;
        self.pulses.doubts(PRODUCER, "has just taken another's place");
        if let Some(producer) = self.producer.take() {
            let_go(producer).await;
        }
    }

    /// Closing a producer blocks. What was counted of doubt is for the next one.
    pub(super) async fn fall_silent(self) -> Doubt {
        if let Some(producer) = self.producer {
            let asked = producer.clone();
            let flushed = tokio::task::spawn_blocking(move || asked.client().flush(Duration::from_secs(1)));
            if let Ok(Err(error)) = flushed.await {
                debug!(%error, "the producer had messages left; the outbox has them");
            }
            let_go(producer).await;
        }
        self.doubt
    }
}
