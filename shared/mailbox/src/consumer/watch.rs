//! Judges the consumer's client beside its work, and says when a fresh one has to take its place.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{Consumer as _, StreamConsumer},
    error::{KafkaError, KafkaResult, RDKafkaErrorCode},
    metadata::MetadataTopic,
};
use tokio::time::{Instant, sleep};
use tracing::{debug, info};

use super::{
    Consumer,
    evidence::{PROOF_LASTS, Standing},
    positions::{Place, Positions},
};
use crate::pulse::{CONSUMER, Doubt};

/// How often a client that is proved is judged again, and one that is not.
const LOOK_EVERY: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How often the client asks where its topics end; and where it is behind or unproved.
const ASK_EVERY: Duration = Duration::from_secs(15);
const ASK_AGAIN: Duration = Duration::from_secs(3);
/// How long the broker may take to tell.
const ANSWER: Duration = Duration::from_secs(3);

impl Consumer {
    /// Returns why this client has to be replaced, once the broker has answered a fresh one and not this one for long enough.
    pub(super) async fn watch(
        &self,
        consumer: &Arc<StreamConsumer<Positions>>,
        positions: &Positions,
        doubt: &mut Doubt,
    ) -> String {
        doubt.pauses();
        self.pulses.doubts(CONSUMER, "has not joined its group");
        let evidence = &positions.evidence;
        let (mut asked, mut pause) = (None::<Instant>, LOOK_AGAIN);
        loop {
            tokio::select! {
                () = evidence.changed() => asked = None,
                () = sleep(pause) => {}
            }
            let places = positions.places();
            let every = if pause == LOOK_AGAIN || evidence.is_behind() { ASK_AGAIN } else { ASK_EVERY };
            if !places.is_empty() && asked.is_none_or(|asked| asked.elapsed() >= every) {
                asked = Some(Instant::now());
                match ask_for_ends(consumer, &places).await {
                    Ok(ends) => evidence.ends(Instant::now(), &ends, &places),
                    Err(error) => debug!(%error, "consumer: the broker does not tell where the topics end"),
                }
            }
            pause = LOOK_AGAIN;
            match evidence.standing(Instant::now(), !places.is_empty()) {
                Standing::Proved(at) => {
                    pause = LOOK_EVERY;
                    doubt.ends();
                    self.pulses.proved(CONSUMER, at + PROOF_LASTS);
                    if evidence.is_quiet_since(at) {
                        self.take_back(consumer).await;
                    }
                }
                Standing::Busy(why) => {
                    doubt.pauses();
                    self.pulses.doubts(CONSUMER, why);
                }
                Standing::Unproved(why) => {
                    self.pulses.doubts(CONSUMER, why.as_str());
                    if doubt.grows(&self.kafka).await {
                        return why;
                    }
                }
            }
        }
    }

    /// What was reported of the broker holds no longer: it answers, and refuses nothing any more.
    async fn take_back(&self, consumer: &Arc<StreamConsumer<Positions>>) {
        if self.degraded.clear("broker_reading") {
            info!("consumer: the broker answers again");
        }
        if self.degraded.has("broker_denies") && self.is_granted(consumer).await && self.degraded.clear("broker_denies")
        {
            info!("consumer: the broker refuses nothing any more");
        }
    }

    /// Whether the broker shows every topic that is read by its name. One that it refuses is reported once and never again.
    async fn is_granted(&self, consumer: &Arc<StreamConsumer<Positions>>) -> bool {
        let named = self.topics.iter().filter(|topic| !topic.starts_with('^')).cloned().collect::<Vec<_>>();
        let asked = ask(consumer, move |consumer| {
            for topic in named {
                let metadata = consumer.fetch_metadata(Some(&topic), ANSWER)?;
                let refused = RDKafkaErrorCode::TopicAuthorizationFailed;
                if metadata.topics().iter().filter_map(MetadataTopic::error).any(|error| refused == error.into()) {
                    return Err(KafkaError::MetadataFetch(refused));
                }
            }
            Ok(())
        });
        asked.await.is_ok()
    }
}

/// The next offset of each partition, by a request of this client to each partition's leader.
async fn ask_for_ends(
    consumer: &Arc<StreamConsumer<Positions>>,
    places: &[(Place, i64)],
) -> KafkaResult<TopicPartitionList> {
    let mut list = TopicPartitionList::with_capacity(places.len());
    for ((topic, partition), _) in places {
        list.add_partition_offset(topic, *partition, Offset::End)?;
    }
    ask(consumer, move |consumer| consumer.offsets_for_times(list, ANSWER)).await
}

/// Asking blocks. Who asks keeps the client, whose end blocks too, on a thread for that.
async fn ask<T: Send + 'static>(
    consumer: &Arc<StreamConsumer<Positions>>,
    question: impl FnOnce(&StreamConsumer<Positions>) -> KafkaResult<T> + Send + 'static,
) -> KafkaResult<T> {
    let consumer = Arc::clone(consumer);
    let asked = tokio::task::spawn_blocking(move || question(&consumer));
    asked.await.unwrap_or(Err(KafkaError::MetadataFetch(RDKafkaErrorCode::Fail)))
}
