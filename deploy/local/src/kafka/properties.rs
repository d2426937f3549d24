//! The broker's `server.properties`: a lean single node.

use std::{collections::BTreeMap, fmt::Write, path::Path};

use super::ADMIN;

/// Three listeners on loopback, each with passwords: one for services, one for the launcher and the broker itself,
/// one for the controller.
#[derive(Clone, Copy, Debug)]
pub struct Listeners {
    pub clients: u16,
    pub admin: u16,
    pub controller: u16,
}

const LEAN: &[(&str, &str)] = &[
    ("auto.create.topics.enable", "false"),
    ("log.message.timestamp.type", "LogAppendTime"),
    ("offsets.topic.replication.factor", "1"),
    ("transaction.state.log.replication.factor", "1"),
    ("transaction.state.log.min.isr", "1"),
    ("share.coordinator.state.topic.replication.factor", "1"),
    ("share.coordinator.state.topic.min.isr", "1"),
    ("share.coordinator.state.topic.num.partitions", "1"),
    ("offsets.topic.num.partitions", "4"),
    ("transaction.state.log.num.partitions", "2"),
    ("group.initial.rebalance.delay.ms", "0"),
    ("num.network.threads", "1"),
    ("num.io.threads", "2"),
    ("background.threads", "1"),
    ("num.replica.fetchers", "1"),
    ("log.cleaner.threads", "1"),
    ("log.cleaner.dedupe.buffer.size", "2097152"),
    ("group.coordinator.threads", "1"),
    ("transaction.coordinator.threads", "1"),
    ("share.coordinator.threads", "1"),
    // After a kill -9 the controller forgets the old broker in two seconds and not in nine.
    ("broker.session.timeout.ms", "2000"),
    ("broker.heartbeat.interval.ms", "400"),
];

/// Renders the file. `passwords` holds one entry per principal, and one for [`ADMIN`].
#[must_use]
pub fn render(listeners: Listeners, data: &Path, passwords: &BTreeMap<String, String>) -> String {
    let Listeners { clients, admin, controller } = listeners;
    let admin_password = passwords.get(ADMIN).map(String::as_str).unwrap_or_default();
    let users: String = passwords
        .iter()
        .filter(|(name, _)| *name != ADMIN)
        .map(|(name, password)| format!(" user_{name}=\"{password}\""))
        .collect();
    let inner = format!(" username=\"{ADMIN}\" password=\"{admin_password}\" user_{ADMIN}=\"{admin_password}\"");
    let mut text = format!(
        "process.roles=broker,controller\n\
         node.id=1\n\
         controller.quorum.voters=1@127.0.0.1:{controller}\n\
         listeners=CLIENTS://127.0.0.1:{clients},ADMIN://127.0.0.1:{admin},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners=CLIENTS://127.0.0.1:{clients},ADMIN://127.0.0.1:{admin}\n\
         listener.security.protocol.map=CLIENTS:SASL_PLAINTEXT,ADMIN:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT\n\
         controller.listener.names=CONTROLLER\n\
         inter.broker.listener.name=ADMIN\n\
         sasl.enabled.mechanisms=PLAIN\n\
         sasl.mechanism.inter.broker.protocol=PLAIN\n\
         sasl.mechanism.controller.protocol=PLAIN\n\
         authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n\
         allow.everyone.if.no.acl.found=false\n\
         super.users=User:{ADMIN}\n\
         log.dirs={}\n",
        data.display()
    );
    for (listener, users) in [("clients", &users), ("admin", &inner), ("controller", &inner)] {
        let module = "org.apache.kafka.common.security.plain.PlainLoginModule";
        let _ = writeln!(text, "listener.name.{listener}.plain.sasl.jaas.config={module} required{users};");
    }
    for (key, value) in LEAN {
        let _ = writeln!(text, "{key}={value}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_cannot_sign_in_as_the_admin_on_their_listener() {
        let passwords: BTreeMap<String, String> =
            [(ADMIN, "aaa"), ("intake", "iii")].map(|(name, word)| (name.to_owned(), word.to_owned())).into();
        let listeners = Listeners { clients: 1, admin: 2, controller: 3 };
        let text = render(listeners, Path::new("/data"), &passwords);
        let of = |listener: &str| {
            let key = format!("listener.name.{listener}.");
            text.lines().find(|line| line.starts_with(&key)).unwrap().to_owned()
        };
        assert!(of("clients").contains("user_intake=\"iii\"") && !of("clients").contains("aaa"));
        assert!(of("admin").contains("user_admin=\"aaa\"") && !of("admin").contains("intake"));
        assert!(!of("controller").contains("intake"));
        assert!(!text.contains("PLAINTEXT,") || !text.contains(":PLAINTEXT"));
    }
}
