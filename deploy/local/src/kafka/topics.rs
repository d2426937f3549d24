//! Creates the topics of the topics file.

use std::time::Duration;

use anyhow::{Result, bail};
use contracts::topics::Topic;
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, AlterConfig, NewTopic, ResourceSpecifier, TopicReplication},
    client::DefaultClientContext,
    types::RDKafkaErrorCode,
};

/// Creates the topics that are missing, with so many partitions where the file names none, and gives all of them the
/// retention that the file names.
///
/// # Errors
/// When the broker refuses one; all refusals are named.
pub async fn create(admin: &ClientConfig, topics: &[Topic], partitions: i32) -> Result<()> {
    let client: AdminClient<DefaultClientContext> = admin.create()?;
    let options = AdminOptions::new().request_timeout(Some(Duration::from_secs(20)));
    let settings: Vec<Vec<(&str, String)>> = topics.iter().map(settings).collect();
    let new: Vec<NewTopic<'_>> = topics
        .iter()
        .zip(&settings)
        .map(|(topic, settings)| {
            let partitions = topic.partitions.unwrap_or(partitions);
            let new = NewTopic::new(&topic.name, partitions, TopicReplication::Fixed(1));
            settings.iter().fold(new, |new, (key, value)| new.set(key, value))
        })
        .collect();
    let mut refused = Vec::new();
    let mut existing = Vec::new();
    for answer in client.create_topics(&new, &options).await? {
        match answer {
            Ok(_) => {}
            Err((name, RDKafkaErrorCode::TopicAlreadyExists)) => existing.push(name),
            Err((name, code)) => refused.push(format!("{name}: {code}")),
        }
    }
    if !refused.is_empty() {
        bail!("Kafka refused topics: {}", refused.join(", "));
    }
    let changes: Vec<AlterConfig<'_>> = topics
        .iter()
        .zip(&settings)
        .filter(|(topic, _)| existing.contains(&topic.name))
        .map(|(topic, settings)| {
            let change = AlterConfig::new(ResourceSpecifier::Topic(&topic.name));
            settings.iter().fold(change, |change, (key, value)| change.set(key, value))
        })
        .collect();
    if !changes.is_empty() {
        for answer in client.alter_configs(&changes, &options).await? {
            if let Err((topic, code)) = answer {
                bail!("Kafka refused the settings of {topic:?}: {code}");
            }
        }
    }
    Ok(())
}

fn settings(topic: &Topic) -> Vec<(&'static str, String)> {
    let kept = match topic.retention_days {
        0 => -1,
        days => i64::from(days) * 24 * 3600 * 1000,
    };
    vec![
        ("message.timestamp.type", "LogAppendTime".to_owned()),
        ("cleanup.policy", if topic.compacted { "compact" } else { "delete" }.to_owned()),
        ("retention.ms", kept.to_string()),
        // A task with its dossier fits; materials travel as links.
        ("max.message.bytes", "1048588".to_owned()),
    ]
}
