//! Suites without services, each in a folder of its own that goes when the test ends.

use std::time::Duration;

use local::{
    paths::RunDir,
    progress::Progress,
    suite::{Suite, SuiteMap, SuiteOptions, remove},
};
use rdkafka::{
    ClientConfig, Message,
    consumer::{Consumer, StreamConsumer},
    error::KafkaError,
    producer::{FutureProducer, FutureRecord},
    types::RDKafkaErrorCode,
};

/// PostgreSQL, Kafka, sign-in and sink for two departments.
pub fn options(name: &str) -> SuiteOptions {
    let mut options = SuiteOptions::new(&format!("test-{name}-{}", std::process::id())).unwrap();
    options.serve = false;
    options.fsync = false;
    options.with_departments(&["TAX", "BNK"])
}

pub async fn start(options: &SuiteOptions) -> Suite {
    Suite::start(options.clone(), &Progress::silent()).await.unwrap()
}

pub async fn forget(options: &SuiteOptions) {
    remove(&RunDir::new(options.run_dir.clone()), &Progress::silent()).await.unwrap();
}

/// Sends one record; answers where it went, or what the broker said.
pub async fn send(config: &ClientConfig, topic: &str, body: &str) -> Result<(), RDKafkaErrorCode> {
    let mut config = config.clone();
    let producer: FutureProducer =
        config.set("enable.idempotence", "true").set("message.timeout.ms", "15000").create().unwrap();
    let record = FutureRecord::to(topic).key("case").payload(body);
    let sent = producer.send(record, Duration::from_secs(15)).await;
    sent.map(|_| ()).map_err(|(error, _)| error.rdkafka_error_code().unwrap())
}

/// Reads `count` records as the principal's own group, or what the broker said first.
pub async fn read(map: &SuiteMap, principal: &str, topic: &str, count: usize) -> Result<Vec<String>, RDKafkaErrorCode> {
    let mut config = map.kafka_config(principal).unwrap();
    config.set("group.id", principal).set("auto.offset.reset", "earliest").set("session.timeout.ms", "6000");
    let consumer: StreamConsumer = config.create().unwrap();
    consumer.subscribe(&[topic]).unwrap();
    let mut bodies = Vec::new();
    while bodies.len() < count {
        match tokio::time::timeout(Duration::from_secs(20), consumer.recv()).await.unwrap() {
            Ok(message) => bodies.push(String::from_utf8_lossy(message.payload().unwrap_or_default()).into_owned()),
            // The broker may be coming back.
            Err(KafkaError::MessageConsumption(
                RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::AllBrokersDown,
            )) => {}
            Err(error) => return Err(error.rdkafka_error_code().unwrap()),
        }
    }
    tokio::task::spawn_blocking(move || drop(consumer)).await.unwrap();
    Ok(bodies)
}
