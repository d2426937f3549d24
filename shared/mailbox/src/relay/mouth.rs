//! The producer's client, with a thread that hears what became of its messages.
//!
//! The library's own producers with such a thread look ten times a second whether there is anything to hear, and spin for what is
//! left of each look's last millisecond: in a process at rest that costs more than all else that it does. This one sleeps while
//! nothing is under way.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use rdkafka::{
    ClientConfig, ClientContext,
    error::{KafkaError, KafkaResult},
    message::OwnedHeaders,
    producer::{BaseProducer, BaseRecord, DeliveryResult, Producer as _, ProducerContext},
};
use serde::Deserialize;
use tokio::sync::oneshot;

/// How long one look lasts while something is under way; what comes is heard at once.
const LOOK: Duration = Duration::from_millis(100);
/// How often a client that says nothing is looked at: it tells of itself, and what went wrong.
const REST: Duration = Duration::from_secs(4);
/// What is heard at most in such a look.
const AT_A_LOOK: usize = 2;

/// Whether the broker has taken a message; closed where the client ended before that was known.
pub(super) type Delivery = oneshot::Receiver<KafkaResult<()>>;

/// What the client tells of itself: whether the broker gave it the number under which it speaks.
#[derive(Clone, Default)]
pub(super) struct Throat(Arc<Mutex<Option<String>>>);

/// The statistics (librdkafka's STATISTICS.md), as far as they are needed.
#[derive(Deserialize)]
struct Told {
    eos: Numbered,
}

#[derive(Deserialize)]
struct Numbered {
    idemp_state: String,
}

impl ClientContext for Throat {
    fn stats_raw(&self, statistics: &[u8]) {
        let told: Option<Told> = serde_json::from_slice(statistics).ok();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = told.map(|told| told.eos.idemp_state);
    }
}

impl ProducerContext for Throat {
    type DeliveryOpaque = Box<oneshot::Sender<KafkaResult<()>>>;

    fn delivery(&self, result: &DeliveryResult<'_>, waits: Self::DeliveryOpaque) {
        // Whoever waited may have given up.
        let _ = waits.send(result.as_ref().map(drop).map_err(|(error, _)| error.clone()));
    }
}

impl Throat {
    /// Fails where the client tells that it has no number; it tells nothing in its first seconds.
    pub(super) fn is_numbered(&self) -> Result<(), String> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).as_deref() {
            None | Some("Assigned") => Ok(()),
            Some(state) => Err(format!("has no number under which it speaks ({state})")),
        }
    }
}

/// A client that speaks; cheap to clone. It ends with its last clone, which blocks.
#[derive(Clone)]
pub(super) struct Mouth(Arc<Parts>);

struct Parts {
    client: Arc<BaseProducer<Throat>>,
    ended: Arc<AtomicBool>,
    ear: Option<JoinHandle<()>>,
}

impl Mouth {
    pub(super) fn open(kafka: &ClientConfig, throat: Throat) -> KafkaResult<Self> {
        let client: Arc<BaseProducer<Throat>> = Arc::new(kafka.create_with_context(throat)?);
        let ended = Arc::new(AtomicBool::new(false));
        let (heard, ends) = (Arc::clone(&client), Arc::clone(&ended));
        let ear = thread::Builder::new().name("producer-ear".to_owned()).spawn(move || listen(&heard, &ends));
        let ear = ear.map_err(|error| KafkaError::ClientCreation(error.to_string()))?;
        Ok(Self(Arc::new(Parts { client, ended, ear: Some(ear) })))
    }

    /// Hands a message to the client, which keeps the order of these calls.
    pub(super) fn say(&self, topic: &str, key: &str, body: &[u8], headers: OwnedHeaders) -> KafkaResult<Delivery> {
        let (waits, delivery) = oneshot::channel();
        let record = BaseRecord::with_opaque_to(topic, Box::new(waits)).key(key).payload(body).headers(headers);
        self.0.client.send(record).map_err(|(error, _)| error)?;
        self.0.wake();
        Ok(delivery)
    }

    pub(super) fn client(&self) -> &BaseProducer<Throat> {
        &self.0.client
    }
}

impl Parts {
    fn wake(&self) {
        if let Some(ear) = &self.ear {
            ear.thread().unpark();
        }
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        self.wake();
        if let Some(ear) = self.ear.take() {
            let _ = ear.join();
        }
    }
}

fn listen(client: &BaseProducer<Throat>, ended: &AtomicBool) {
    while !ended.load(Ordering::Relaxed) {
        if client.in_flight_count() > 0 {
            client.poll(LOOK);
            continue;
        }
        (0..AT_A_LOOK).for_each(|_| client.poll(Duration::ZERO));
        // What was said since then has woken this thread already.
        thread::park_timeout(REST);
    }
}
