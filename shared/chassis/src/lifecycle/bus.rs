//! How the broker is reached.

use rdkafka::ClientConfig;

use crate::settings::sections;

/// Broker and credentials, for the relay.
pub(super) fn client(settings: &sections::Kafka, process: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &settings.brokers)
        .set("client.id", process)
        .set("security.protocol", settings.security_protocol.name())
        // After the broker returns nobody waits for librdkafka's ten seconds.
        .set("reconnect.backoff.ms", "50")
        .set("reconnect.backoff.max.ms", "500");
    if settings.security_protocol.signs_in() {
        config
            .set("sasl.mechanism", &settings.sasl_mechanism)
            .set("sasl.username", &settings.username)
            .set("sasl.password", settings.password.expose());
    }
    config
}

/// The same, as a member of the service's consumer group: the group is the principal, the member is the process.
pub(super) fn member(settings: &sections::Kafka, process: &str) -> ClientConfig {
    let mut config = client(settings, process);
    config.set("group.id", &settings.username).set("group.instance.id", process);
    config
}
