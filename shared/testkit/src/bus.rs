//! The broker as stories use it: with the administrator's rights, for records of any kind.

use std::{collections::BTreeSet, time::Duration};

use anyhow::Result;
use contracts::{event::Attributes, schema::Event};
use futures::future::try_join_all;
use local::kafka::{self, Access, Ends, Rule};
use rdkafka::{
    ClientConfig, Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _},
    message::{BorrowedMessage, Header, Headers as _, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};

use crate::street::Street;

const PATIENCE: Duration = Duration::from_secs(20);

/// A broker and the administrator's clients.
pub struct Bus {
    access: Access,
    pub(crate) admin: ClientConfig,
    producer: FutureProducer,
}

/// A record to send, as well or ill formed as the story wants.
#[derive(Clone, Debug, Default)]
pub struct Raw {
    pub partition: Option<i32>,
    pub key: Option<Vec<u8>>,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Option<Vec<u8>>,
}

impl Raw {
    /// A well formed record.
    #[must_use]
    pub fn of<E: Event>(key: &str, attributes: &Attributes, event: &E) -> Self {
        let headers = attributes.to_headers().unwrap_or_default();
        Self {
            partition: None,
            key: Some(key.as_bytes().to_vec()),
            headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value.into_bytes())).collect(),
            body: Some(event.encode_to_vec()),
        }
    }

    /// The same record once more.
    #[must_use]
    pub fn again(sent: &Sent) -> Self {
        Self {
            partition: Some(sent.partition),
            key: sent.key.as_ref().map(|key| key.as_bytes().to_vec()),
            headers: sent.headers.iter().map(|(name, value)| (name.clone(), value.as_bytes().to_vec())).collect(),
            body: Some(sent.body.clone()),
        }
    }

    /// The same with another value of one header; `None` leaves it out.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: Option<&[u8]>) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.extend(value.map(|value| (name.to_owned(), value.to_vec())));
        self
    }
}

/// A record as it lies in a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub partition: i32,
    pub offset: i64,
    pub key: Option<String>,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Sent {
    /// A header's text; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    fn of(message: &BorrowedMessage<'_>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers = message
            .headers()
            .map(|headers| headers.iter().map(|h| (h.key.to_owned(), text(h.value.unwrap_or_default()))).collect());
        Self {
            partition: message.partition(),
            offset: message.offset(),
            key: message.key().map(text),
            headers: headers.unwrap_or_default(),
            body: message.payload().unwrap_or_default().to_vec(),
        }
    }
}

impl Bus {
    pub(crate) fn new(access: Access) -> Result<Self> {
        let admin = access.admin()?;
        let mut config = admin.clone();
        config.set("partitioner", "murmur2_random").set("message.max.bytes", "2000000").set("linger.ms", "1");
        Ok(Self { access, producer: config.create()?, admin })
    }

    /// A client above all access rules.
    #[must_use]
    pub fn config(&self) -> ClientConfig {
        self.admin.clone()
    }

    /// A client that is a member of a consumer group.
    #[must_use]
    pub fn member(&self, group: &str) -> ClientConfig {
        let mut config = self.config();
        config.set("group.id", group);
        config
    }

    /// A client with a principal's own rights: `intake`, `market-registration`, `department-tax`, `department-bnk`.
    ///
    /// # Panics
    /// Where the broker knows no such principal.
    #[must_use]
    pub fn principal(&self, principal: &str) -> ClientConfig {
        fine(self.access.of(principal))
    }

    /// Makes these the only access rules.
    ///
    /// # Panics
    /// Where the broker refuses.
    pub async fn allow(&self, rules: BTreeSet<Rule>) {
        let admin = self.admin.clone();
        fine(fine(tokio::task::spawn_blocking(move || kafka::replace_rules(&admin, &rules)).await));
    }

    /// Makes a street's topics.
    ///
    /// # Panics
    /// Where the broker refuses.
    pub async fn open(&self, street: &Street, partitions: i32) {
        fine(kafka::create_topics(&self.admin, &street.topics(), partitions).await);
    }

    /// Sends records in this order.
    ///
    /// # Panics
    /// Where the broker refuses one.
    pub async fn send(&self, topic: &str, records: impl IntoIterator<Item = Raw>) {
        send(&self.producer, topic, records).await;
    }

    /// Sends records as one batch, by a client with these settings, e.g. another codec.
    ///
    /// # Panics
    /// Where the broker refuses it.
    pub async fn send_batch(&self, settings: &[(&str, &str)], topic: &str, records: impl IntoIterator<Item = Raw>) {
        let records: Vec<Raw> = records.into_iter().collect();
        let mut config = self.config();
        // The last record completes it, however slowly they come together.
        config.set("linger.ms", "60000").set("batch.num.messages", records.len().to_string());
        config.set("partitioner", "murmur2_random");
        for (key, value) in settings {
            config.set(*key, *value);
        }
        send(&fine(config.create()), topic, records).await;
    }

    /// The next offset of every partition of a topic, from partition 0.
    ///
    /// # Panics
    /// Where the broker does not answer.
    pub async fn ends(&self, topic: &str) -> Vec<i64> {
        let ends = fine(Ends::of(self.admin.clone(), vec![topic.to_owned()]).await);
        fine(ends.look().await).into_values().collect()
    }

    /// Everything that lies in a topic now, in the order of its partitions.
    ///
    /// # Panics
    /// Where the broker does not answer.
    pub async fn read(&self, topic: &str) -> Vec<Sent> {
        let ends = self.ends(topic).await;
        let (config, topic) = (self.member("reads-everything"), topic.to_owned());
        let read = tokio::task::spawn_blocking(move || -> Result<Vec<Sent>> {
            let consumer: BaseConsumer = config.create()?;
            let mut places = TopicPartitionList::new();
            for (partition, _) in (0..).zip(&ends) {
                places.add_partition_offset(&topic, partition, Offset::Beginning)?;
            }
            consumer.assign(&places)?;
            let wanted: i64 = ends.iter().sum();
            let mut all = Vec::new();
            while (all.len() as i64) < wanted {
                let message =
                    consumer.poll(PATIENCE).ok_or_else(|| anyhow::anyhow!("{topic}: {} of {wanted}", all.len()))?;
                all.push(Sent::of(&message?));
            }
            all.sort_by_key(|sent| (sent.partition, sent.offset));
            Ok(all)
        });
        fine(fine(read.await))
    }
}

async fn send(producer: &FutureProducer, topic: &str, records: impl IntoIterator<Item = Raw>) {
    let sent: Vec<_> = records
        .into_iter()
        .map(|raw| {
            let headers = OwnedHeaders::new_with_capacity(raw.headers.len());
            let headers = raw
                .headers
                .iter()
                .fold(headers, |all, (key, value)| all.insert(Header { key, value: Some(value.as_slice()) }));
            let mut record: FutureRecord<'_, [u8], [u8]> = FutureRecord::to(topic).headers(headers);
            record.partition = raw.partition;
            record.key = raw.key.as_deref();
            record.payload = raw.body.as_deref();
            fine(producer.send_result(record).map_err(|(error, _)| error))
        })
        .collect();
    for answer in fine(try_join_all(sent).await) {
        fine(answer.map_err(|(error, _)| error));
    }
}

#[expect(clippy::panic, reason = "a broker that does not answer fails the story")]
fn fine<T, E: Into<anyhow::Error>>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("the broker: {:#}", error.into()))
}
