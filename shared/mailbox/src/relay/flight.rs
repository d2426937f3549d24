//! Messages on their way to the broker, in their order; and those that their topic refused.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use rdkafka::error::KafkaError;
use tokio::time::timeout;
use tracing::warn;
use uuid::Uuid;

use super::mouth::Delivery;
use super::voice::{Letter, Speechless, Unsent, Voice};
use crate::health::Degraded;

/// Messages on their way at most; the oldest is awaited first.
const IN_FLIGHT: usize = 5_000;
/// How long a message may be under way before people are told.
const SLOW: Duration = Duration::from_secs(5);
/// How often it is looked at from then on.
const STILL_SLOW: Duration = Duration::from_secs(1);

/// Messages of topics that refused, by topic in their order. The first of a topic is tried before the others follow.
#[derive(Default)]
pub(super) struct Held {
    topics: BTreeMap<String, VecDeque<Uuid>>,
    reasons: BTreeMap<String, String>,
}

impl Held {
    pub(super) fn is_empty(&self) -> bool {
        self.topics.is_empty()
    }

    pub(super) fn topics(&self) -> Vec<String> {
        self.topics.keys().cloned().collect()
    }

    /// The first messages of a topic.
    pub(super) fn first(&self, topic: &str, count: usize) -> Vec<Uuid> {
        self.topics.get(topic).map(|ids| ids.iter().take(count).copied().collect()).unwrap_or_default()
    }

    /// These were said; a topic with none left is as any other.
    pub(super) fn release(&mut self, topic: &str, said: &[Uuid]) {
        if let Some(ids) = self.topics.get_mut(topic) {
            ids.retain(|id| !said.contains(id));
            if ids.is_empty() {
                self.topics.remove(topic);
                self.reasons.remove(topic);
            }
        }
    }

    fn keep(&mut self, topic: String, id: Uuid) {
        self.topics.entry(topic).or_default().push_back(id);
    }

    fn refuse(&mut self, topic: String, id: Uuid, reason: String) {
        if self.reasons.insert(topic.clone(), reason.clone()).is_none() {
            warn!(topic, reason, "relay: the topic refuses; its messages are held back");
        }
        self.keep(topic, id);
    }

    /// For operators: which topics refuse, and why.
    pub(super) fn told(&self) -> String {
        let told: Vec<String> = self
            .topics
            .iter()
            .map(|(topic, ids)| {
                let why = self.reasons.get(topic).map(String::as_str).unwrap_or_default();
                format!("{topic}: {} held back, {why}", ids.len())
            })
            .collect();
        told.join("; ")
    }
}

enum Way {
    Flying(Delivery),
    /// Not sent, because an earlier one of its topic was refused.
    Kept,
    Refused(String),
}

/// Messages on their way.
pub(super) struct Flight<'a> {
    voice: &'a mut Voice,
    degraded: &'a Degraded,
    under_way: VecDeque<(Uuid, String, Way)>,
}

impl<'a> Flight<'a> {
    pub(super) fn new(voice: &'a mut Voice, degraded: &'a Degraded) -> Self {
        Self { voice, degraded, under_way: VecDeque::new() }
    }

    pub(super) fn source(&self) -> &str {
        &self.voice.source
    }

    /// Sends a message behind those that were sent before; one whose topic refuses is held back.
    pub(super) async fn send(&mut self, letter: Letter, held: &mut Held) -> Result<(), Speechless> {
        while self.under_way.len() >= IN_FLIGHT {
            self.land_one(held).await?;
        }
        let way = loop {
            if held.topics.contains_key(&letter.topic) {
                break Way::Kept;
            }
            match self.voice.say(&letter)? {
                Ok(delivery) => break Way::Flying(delivery),
                Err(Unsent::Refused(reason)) => break Way::Refused(reason),
                Err(Unsent::Full) if self.under_way.is_empty() => {
                    break Way::Refused("larger than the queue".to_owned());
                }
                Err(Unsent::Full) => self.land_one(held).await?,
            }
        };
        self.under_way.push_back((letter.id, letter.topic, way));
        Ok(())
    }

    /// Waits until nothing is under way.
    pub(super) async fn land(&mut self, held: &mut Held) -> Result<(), Speechless> {
        while !self.under_way.is_empty() {
            self.land_one(held).await?;
        }
        Ok(())
    }

    async fn land_one(&mut self, held: &mut Held) -> Result<(), Speechless> {
        let Some((id, topic, way)) = self.under_way.pop_front() else { return Ok(()) };
        match way {
            Way::Kept => held.keep(topic, id),
            Way::Refused(reason) => held.refuse(topic, id, reason),
            Way::Flying(delivery) => {
                if let Some(reason) = self.delivered(delivery).await? {
                    held.refuse(topic, id, reason);
                }
            }
        }
        Ok(())
    }

    /// `None` where the broker has it, else why not. However long it takes nothing overtakes it; but where the broker answers
    /// others and not this producer, this is not its place any more.
    async fn delivered(&mut self, mut delivery: Delivery) -> Result<Option<String>, Speechless> {
        let mut patience = SLOW;
        loop {
            let Ok(outcome) = timeout(patience, &mut delivery).await else {
                if self.degraded.note("broker", "takes no messages; the outbox keeps them") {
                    warn!("relay: the broker takes no messages; the outbox keeps them");
                }
                if let Some(error) = self.voice.broken() {
                    return Err(error.into());
                }
                self.voice.silent("does not get its messages through".to_owned()).await?;
                patience = STILL_SLOW;
                continue;
            };
            return match outcome {
                Ok(Ok(_)) => {
                    self.voice.answered();
                    Ok(None)
                }
                Ok(Err(error)) => self.voice.broken().map_or(Ok(Some(error.to_string())), |error| Err(error.into())),
                Err(_) => Err(KafkaError::Canceled.into()),
            };
        }
    }
}
