//! From the first unanswered request to a fresh client.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer as _},
    error::KafkaResult,
};
use tokio::time::Instant;
use tracing::debug;

/// How long a client may be unproved before anybody asks beside it: joining a group takes a moment.
const GRACE: Duration = Duration::from_secs(2);
/// How long the broker answers a fresh client, and not this one, before this one is replaced.
const FIRST_PATIENCE: Duration = Duration::from_secs(10);
/// The same where fresh ones before were no better: then it is something else.
const LONGEST_PATIENCE: Duration = Duration::from_secs(300);
/// How long the broker may take to answer the fresh client.
const ANSWER: Duration = Duration::from_secs(3);

/// Counts how long a client is unproved while the broker answers others. Kept from one client to the next.
#[derive(Debug)]
pub(crate) struct Doubt {
    since: Option<Instant>,
    /// Since when the broker answers a fresh client.
    answers: Option<Instant>,
    patience: Duration,
}

impl Doubt {
    pub(crate) fn new() -> Self {
        Self { since: None, answers: None, patience: FIRST_PATIENCE }
    }

    /// The client is proved to live.
    pub(crate) fn ends(&mut self) {
        *self = Self::new();
    }

    /// The client is busy or has only begun: what was counted is forgotten, but not that fresh ones were no better.
    pub(crate) fn pauses(&mut self) {
        (self.since, self.answers) = (None, None);
    }

    /// The client is unproved. True where it has to be replaced: the broker answers a fresh one, asked as `kafka` says, and
    /// has for long enough.
    pub(crate) async fn grows(&mut self, kafka: &ClientConfig) -> bool {
        let now = Instant::now();
        if now - *self.since.get_or_insert(now) < GRACE {
            return false;
        }
        if !answers_a_fresh_client(kafka.clone()).await {
            // The broker is away: that is no client's fault.
            self.answers = None;
            return false;
        }
        let answers = *self.answers.get_or_insert_with(Instant::now);
        if answers.elapsed() < self.patience {
            return false;
        }
        self.patience = (self.patience * 2).min(LONGEST_PATIENCE);
        self.pauses();
        true
    }
}

/// Whether the broker answers a client that was just made; where `kafka` names a group, its coordinator too.
async fn answers_a_fresh_client(mut kafka: ClientConfig) -> bool {
    let group = kafka.get("group.id").map(str::to_owned);
    // It only asks: it joins nothing, and bears nobody's name.
    kafka.remove("group.id");
    kafka.remove("group.instance.id");
    let asked = tokio::task::spawn_blocking(move || -> KafkaResult<bool> {
        let client: BaseConsumer = kafka.create()?;
        let Some(group) = group else {
            return Ok(!client.fetch_metadata(None, ANSWER)?.brokers().is_empty());
        };
        let groups = client.fetch_group_list(Some(&group), ANSWER)?;
        // A coordinator that still loads, or refuses, tells no state.
        Ok(groups.groups().first().is_some_and(|group| !group.state().is_empty()))
    });
    match asked.await {
        Ok(Ok(answered)) => answered,
        Ok(Err(error)) => {
            debug!(%error, "the broker does not answer a fresh client either");
            false
        }
        Err(_) => false,
    }
}
