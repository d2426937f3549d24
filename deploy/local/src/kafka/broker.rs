//! The broker's process.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use rdkafka::{
    config::ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};
use rustix::process::Signal;

use super::{Access, Jars, Listeners, properties::render};
use crate::{
    paths::RunDir,
    processes::{Child, Watch, child::Plan},
    secrets::write_private,
};

/// A broker that can be started, stopped and killed.
#[derive(Clone, Debug)]
pub struct Broker {
    jars: Jars,
    run: RunDir,
    access: Access,
}

impl Broker {
    /// Writes the broker's settings, and formats its data folder where there is none yet.
    ///
    /// # Errors
    /// When a file cannot be written or Kafka refuses.
    pub fn prepare(
        jars: Jars,
        run: &RunDir,
        listeners: Listeners,
        access: Access,
        passwords: &BTreeMap<String, String>,
    ) -> Result<Self> {
        let broker = Self { jars, run: run.clone(), access };
        let data = run.kafka().join("data");
        write_private(&broker.properties(), render(listeners, &data, passwords).as_bytes())?;
        if !data.join("meta.properties").exists() {
            let _ = std::fs::remove_dir_all(&data);
            broker.jars.prepare(&data)?;
        }
        Ok(broker)
    }

    fn properties(&self) -> PathBuf {
        self.run.kafka().join("server.properties")
    }

    /// Starts the broker and waits until every partition has its leader.
    ///
    /// # Errors
    /// When it ends instead; with the last lines of its log.
    pub async fn start(&self, crashes: Watch) -> Result<Child> {
        let child = Child::start(self.plan(), crashes).await?;
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            child.check()?;
            if reachable(self.access.admin_port).await && leads(self.access.admin()?).await? {
                return Ok(child);
            }
            if Instant::now() > deadline {
                child.kill().await;
                bail!("Kafka does not answer on port {}; see {}", self.access.port, self.run.log("kafka").display());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn plan(&self) -> Plan {
        Plan {
            name: "kafka".to_owned(),
            program: "java".into(),
            args: self.jars.run_args(&self.properties()),
            env: BTreeMap::new(),
            folder: self.run.kafka(),
            log: self.run.log("kafka"),
            record: self.run.pids().join("kafka.json"),
            user: None,
            stop: Signal::TERM,
        }
    }
}

async fn reachable(port: u16) -> bool {
    tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok()
}

/// Whether the broker is there and each partition can be written.
async fn leads(admin: ClientConfig) -> Result<bool> {
    let answer: KafkaResult<bool> = tokio::task::spawn_blocking(move || {
        let client: BaseConsumer = admin.create()?;
        let metadata = client.fetch_metadata(None, Duration::from_secs(2))?;
        let led =
            metadata.topics().iter().flat_map(|topic| topic.partitions()).all(|partition| partition.leader() >= 0);
        Ok(!metadata.brokers().is_empty() && led)
    })
    .await?;
    Ok(answer.unwrap_or(false))
}
