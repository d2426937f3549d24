//! How principals reach the broker.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
};

use super::ADMIN;
use crate::secrets::Secrets;

/// Ports and passwords of one broker.
#[derive(Clone, Debug)]
pub struct Access {
    pub port: u16,
    pub admin_port: u16,
    pub secrets: Secrets,
}

/// Partition by topic, then its next offset.
pub type EndOffsets = BTreeMap<(String, i32), i64>;

impl Access {
    /// The password secret of a principal.
    #[must_use]
    pub fn secret_name(principal: &str) -> String {
        format!("kafka-{principal}")
    }

    /// What a client of this principal is configured with. Cloning keeps the password, the configuration's map masks it.
    ///
    /// # Errors
    /// When the password cannot be read.
    pub fn of(&self, principal: &str) -> Result<ClientConfig> {
        self.config(principal, self.port)
    }

    /// The launcher's own: above all access rules.
    ///
    /// # Errors
    /// When the password cannot be read.
    pub fn admin(&self) -> Result<ClientConfig> {
        self.config(ADMIN, self.admin_port)
    }

    fn config(&self, principal: &str, port: u16) -> Result<ClientConfig> {
        let password = self.secrets.get(&Self::secret_name(principal))?;
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", format!("127.0.0.1:{port}"))
            .set("security.protocol", "sasl_plaintext")
            .set("sasl.mechanism", "PLAIN")
            .set("sasl.username", principal)
            .set("sasl.password", password)
            .set("client.id", principal)
            .set("reconnect.backoff.ms", "50")
            .set("reconnect.backoff.max.ms", "500");
        Ok(config)
    }
}

/// Looks at the ends of topics, over one connection.
#[derive(Clone)]
pub struct Ends {
    client: Arc<BaseConsumer>,
    partitions: TopicPartitionList,
}

const PATIENCE: Duration = Duration::from_secs(10);

impl Ends {
    /// Connects, and finds out which partitions these topics have.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn of(admin: ClientConfig, topics: Vec<String>) -> Result<Self> {
        tokio::task::spawn_blocking(move || {
            let client: BaseConsumer = admin.create()?;
            let metadata = client.fetch_metadata(None, PATIENCE).context("the broker does not answer")?;
            let mut partitions = TopicPartitionList::new();
            for topic in metadata.topics().iter().filter(|topic| topics.iter().any(|wanted| wanted == topic.name())) {
                for partition in topic.partitions() {
                    partitions.add_partition_offset(topic.name(), partition.id(), Offset::End)?;
                }
            }
            Ok(Self { client: Arc::new(client), partitions })
        })
        .await?
    }

    /// The next offset of every partition.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn look(&self) -> Result<EndOffsets> {
        if self.partitions.count() == 0 {
            return Ok(EndOffsets::new());
        }
        let Self { client, partitions } = self.clone();
        let told = tokio::task::spawn_blocking(move || client.offsets_for_times(partitions, PATIENCE)).await?;
        let told = told.context("the broker does not tell its offsets")?;
        told.elements()
            .iter()
            .map(|element| {
                element.error()?;
                let next = element.offset().to_raw().context("an offset without a number")?;
                Ok(((element.topic().to_owned(), element.partition()), next.max(0)))
            })
            .collect()
    }
}
