//! Whether the clients of the bus live, as far as it is proved.
//!
//! A client of librdkafka can stop for good without an error that ends it: its member leaves the group or its partitions
//! are not fetched any more, and nothing is heard while the process answers. So nobody is believed: a client proves itself
//! by requests that the broker answered, a proof is good for some seconds, and one that the broker does not answer while it
//! answers a fresh client is replaced.

mod doubt;
mod let_go;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

pub(crate) use doubt::Doubt;
pub(crate) use let_go::let_go;

use crate::metrics::METRICS;

/// The client that hears.
pub const CONSUMER: &str = "consumer";
/// The client that speaks.
pub const PRODUCER: &str = "producer";

/// The clients of one process; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Pulses(Arc<Mutex<BTreeMap<&'static str, Beat>>>);

#[derive(Debug)]
struct Beat {
    known: Known,
    replaced: u64,
}

#[derive(Debug)]
enum Known {
    /// By requests that were answered; the proof is good until then.
    Proved(Instant),
    /// There is nothing to prove, and why.
    Rests(&'static str),
    /// It is not proved, and why.
    Doubted(String),
}

/// What is known of one client now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// [`CONSUMER`] or [`PRODUCER`].
    pub client: &'static str,
    /// False also where nothing is proved yet, or a proof has grown old.
    pub lives: bool,
    /// Why it does not, or rests; empty where it is proved.
    pub why: String,
    /// How often it was replaced by a fresh one since the process started.
    pub replaced: u64,
}

impl Pulses {
    /// What is known of each client, by name.
    #[must_use]
    pub fn all(&self) -> Vec<Pulse> {
        self.all_at(Instant::now())
    }

    fn all_at(&self, now: Instant) -> Vec<Pulse> {
        self.beats().iter().map(|(client, beat)| beat.told(client, now)).collect()
    }

    /// Whether each client is proved to live, or has nothing to prove.
    #[must_use]
    pub fn all_live(&self) -> bool {
        self.all().iter().all(|pulse| pulse.lives)
    }

    /// Whether this client is proved to live, or has nothing to prove.
    #[must_use]
    pub fn lives(&self, client: &'static str) -> bool {
        let now = Instant::now();
        self.beats().get(client).is_some_and(|beat| beat.told(client, now).lives)
    }

    /// The broker answered what the client asked; good until `until`.
    pub(crate) fn proved(&self, client: &'static str, until: Instant) {
        self.set(client, Known::Proved(until));
    }

    /// The client has nothing to do.
    pub(crate) fn rests(&self, client: &'static str, why: &'static str) {
        self.set(client, Known::Rests(why));
    }

    /// Nothing is proved, whatever was before. What a process runs is doubted from its start on.
    pub fn doubts(&self, client: &'static str, why: impl Into<String>) {
        self.set(client, Known::Doubted(why.into()));
    }

    /// A fresh client takes its place.
    pub(crate) fn replaced(&self, client: &'static str, why: &str) {
        self.doubts(client, format!("was replaced: {why}"));
        if let Some(beat) = self.beats().get_mut(client) {
            beat.replaced += 1;
        }
        METRICS.replaced(client);
    }

    fn set(&self, client: &'static str, known: Known) {
        let now = Instant::now();
        let mut beats = self.beats();
        let lives = match beats.get_mut(client) {
            Some(beat) => {
                beat.known = known;
                beat.told(client, now).lives
            }
            None => {
                let beat = Beat { known, replaced: 0 };
                beats.entry(client).or_insert(beat).told(client, now).lives
            }
        };
        METRICS.lives(client, lives);
    }

    fn beats(&self) -> MutexGuard<'_, BTreeMap<&'static str, Beat>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Beat {
    fn told(&self, client: &'static str, now: Instant) -> Pulse {
        let (lives, why) = match &self.known {
            Known::Proved(until) if *until > now => (true, String::new()),
            Known::Proved(until) => (false, format!("its last proof ended {} s ago", whole_seconds(now - *until))),
            Known::Rests(why) => (true, (*why).to_owned()),
            Known::Doubted(why) => (false, why.clone()),
        };
        Pulse { client, lives, why, replaced: self.replaced }
    }
}

/// For people.
pub(crate) fn whole_seconds(length: Duration) -> u64 {
    length.as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_good_for_its_time_and_no_longer() {
        let (pulses, now) = (Pulses::default(), Instant::now());
        assert!(pulses.all_live(), "no client, nothing to prove");
        pulses.doubts(CONSUMER, "has not joined yet");
        pulses.rests(PRODUCER, "another instance speaks");
        assert!(!pulses.lives(CONSUMER) && pulses.lives(PRODUCER) && !pulses.all_live());
        pulses.proved(CONSUMER, now + Duration::from_secs(100));
        assert!(pulses.all_live());
        let consumer = &pulses.all_at(now + Duration::from_secs(102))[0];
        assert!(!consumer.lives);
        assert_eq!(consumer.why, "its last proof ended 2 s ago");
        pulses.replaced(CONSUMER, "deaf");
        let told = Pulse { client: CONSUMER, lives: false, why: "was replaced: deaf".to_owned(), replaced: 1 };
        assert_eq!(pulses.all()[0], told);
    }
}
