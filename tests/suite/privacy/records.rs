//! Every record on every topic of the broker, and what of it its readers have no right to.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result, ensure};
use contracts::{
    event::header,
    notification::v1::Requested,
    schema::Event,
    task::v1::{Amended, Assigned, Decided},
    topics,
};
use prost::Message as _;
use rdkafka::{
    ClientConfig, Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _},
    message::Headers as _,
};

use super::entitled::Entitled;
use crate::support::Town;

const PATIENCE: Duration = Duration::from_secs(20);

/// A record as it lies in a topic.
pub struct Record {
    pub topic: String,
    key: Vec<u8>,
    /// Names and values, one behind the other.
    headers: Vec<u8>,
    kind: String,
    body: Vec<u8>,
}

/// Reads what lies on every topic now, the broker's own among them.
pub async fn all(town: &Town) -> Result<Vec<Record>> {
    let config = town.suite.admin_kafka_config()?;
    tokio::task::spawn_blocking(move || read(config)).await?
}

fn read(mut config: ClientConfig) -> Result<Vec<Record>> {
    // A group's name is asked for, and nothing is ever committed in it.
    config.set("group.id", "eyes-of-a-test").set("enable.auto.commit", "false");
    config.set("enable.partition.eof", "false");
    let consumer: BaseConsumer = config.create()?;
    let metadata = consumer.fetch_metadata(None, PATIENCE).context("the broker does not answer")?;
    let (mut partitions, mut left) = (TopicPartitionList::new(), 0);
    let mut ends = BTreeMap::new();
    for topic in metadata.topics() {
        for partition in topic.partitions() {
            let (first, end) = consumer.fetch_watermarks(topic.name(), partition.id(), PATIENCE)?;
            if first < end {
                partitions.add_partition_offset(topic.name(), partition.id(), Offset::Beginning)?;
                ends.insert((topic.name().to_owned(), partition.id()), end);
                left += 1;
            }
        }
    }
    consumer.assign(&partitions)?;
    let mut records = Vec::new();
    while left > 0 {
        let message = consumer.poll(PATIENCE).context("the broker has more and does not give it")??;
        let end = ends.get(&(message.topic().to_owned(), message.partition())).copied().unwrap_or_default();
        left -= usize::from(message.offset() + 1 == end);
        records.push(Record::of(&message));
    }
    Ok(records)
}

impl Record {
    fn of(message: &rdkafka::message::BorrowedMessage<'_>) -> Self {
        let all = |headers: &rdkafka::message::BorrowedHeaders| {
            headers
                .iter()
                .flat_map(|h| [h.key.as_bytes(), b" ", h.value.unwrap_or_default(), b" "].concat())
                .collect::<Vec<u8>>()
        };
        let kind = message.headers().and_then(|headers| headers.iter().find(|h| h.key == header::TYPE));
        Self {
            topic: message.topic().to_owned(),
            key: message.key().unwrap_or_default().to_vec(),
            headers: message.headers().map(all).unwrap_or_default(),
            kind: String::from_utf8_lossy(kind.and_then(|h| h.value).unwrap_or_default()).into_owned(),
            body: message.payload().unwrap_or_default().to_vec(),
        }
    }

    /// The message's full name, as its header says.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The record as this message, where it is one.
    pub fn decoded<E: Event>(&self) -> Option<E> {
        (self.kind == E::kind()).then(|| E::decode(self.body.as_slice()).ok()).flatten()
    }
}

/// What may stand where.
pub struct Rights {
    pub entitled: Entitled,
    /// Task id -> task code.
    tasks: BTreeMap<String, String>,
}

impl Rights {
    pub fn of(records: &[Record]) -> Result<Self> {
        let assigned = records.iter().filter_map(Record::decoded::<Assigned>);
        let tasks: BTreeMap<_, _> = assigned.map(|assigned| (assigned.task_id, assigned.task_code)).collect();
        ensure!(!tasks.is_empty(), "tasks were assigned");
        Ok(Self { entitled: Entitled::read()?, tasks })
    }

    /// Key, headers and body without everything that the readers of this topic may know.
    pub fn beyond(&self, record: &Record) -> Vec<u8> {
        [record.key.as_slice(), b" ", &record.headers, b" ", &self.body_beyond(record)].concat()
    }

    fn body_beyond(&self, record: &Record) -> Vec<u8> {
        let task = |id: &str| self.tasks.get(id).map_or("", String::as_str);
        if record.topic == topics::dossiers("market-registration") {
            // The whole application, for the owner of the process and nobody else.
            Vec::new()
        } else if let (true, Some(mut assigned)) = (is_tasks(&record.topic), record.decoded::<Assigned>()) {
            let dossier = assigned.dossier.take().unwrap_or_default();
            assigned.dossier = Some(self.entitled.beyond(&assigned.task_code, &dossier));
            assigned.encode_to_vec()
        } else if let (true, Some(mut amended)) = (is_tasks(&record.topic), record.decoded::<Amended>()) {
            let dossier = amended.dossier.take().unwrap_or_default();
            amended.dossier = Some(self.entitled.beyond(task(&amended.task_id), &dossier));
            amended.encode_to_vec()
        } else if let (true, Some(mut decided)) = (is_replies(&record.topic), record.decoded::<Decided>()) {
            let code = task(&decided.task_id).to_owned();
            decided.outputs.retain(|output| !self.entitled.yields(&code, &output.kind));
            decided.encode_to_vec()
        } else if let (topics::NOTIFICATION_REQUESTS, Some(mut asked)) =
            (record.topic.as_str(), record.decoded::<Requested>())
        {
            // Where the message is to go.
            asked.recipient.iter_mut().for_each(|recipient| recipient.phone.clear());
            asked.encode_to_vec()
        } else {
            record.body.clone()
        }
    }
}

fn is_tasks(topic: &str) -> bool {
    topic.starts_with("department.") && topic.ends_with(".tasks.v1")
}

fn is_replies(topic: &str) -> bool {
    topic.starts_with("department.") && topic.contains(".replies.")
}
