//! What a subcommand cannot do without, and what no type can say.

use std::str::FromStr as _;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tracing_subscriber::filter::Targets;

use super::{Settings, fault::Fault, sections::ClockMode};

/// What the settings are read for: `openapi` needs no database, `migrate` no broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Only that what is given is right.
    Look,
    Serve,
    Migrate,
    Database,
    /// The database, and the key that signs.
    Export,
    /// Only the key that signs.
    Sign,
    /// The database and the broker.
    Speak,
}

pub(super) fn check<S>(settings: &Settings<S>, purpose: Purpose, faults: &mut Vec<Fault>) {
    always(settings, faults);
    for (key, value) in needed(settings, purpose) {
        if value.is_empty() {
            let variable = format!("WUTONG__{}", key.replace('.', "__").to_uppercase());
            faults.push(Fault::new(key, "is missing", format!("set it in the settings file or as {variable}")));
        }
    }
}

fn needed<S>(settings: &Settings<S>, purpose: Purpose) -> Vec<(&'static str, &str)> {
    let Settings { database, ledger, tokens, .. } = settings;
    match purpose {
        Purpose::Look => vec![],
        Purpose::Database => vec![("database.url", &database.url)],
        Purpose::Export => {
            vec![("database.url", &database.url), ("ledger.signing_key", ledger.signing_key.expose())]
        }
        Purpose::Sign => vec![("ledger.signing_key", ledger.signing_key.expose())],
        Purpose::Migrate => vec![("database.owner_url", &database.owner_url)],
        Purpose::Speak => speaking(settings),
        Purpose::Serve => {
            let mut needed = speaking(settings);
            needed.extend([
                ("tokens.issuer", tokens.issuer.as_str()),
                ("tokens.key_set_url", &tokens.key_set_url),
                ("tokens.audience", &tokens.audience),
            ]);
            needed
        }
    }
}

fn speaking<S>(settings: &Settings<S>) -> Vec<(&'static str, &str)> {
    let Settings { database, kafka, .. } = settings;
    let mut needed = vec![
        ("database.url", database.url.as_str()),
        ("kafka.brokers", &kafka.brokers),
        ("kafka.username", &kafka.username),
    ];
    if kafka.security_protocol.signs_in() {
        needed.push(("kafka.password", kafka.password.expose()));
    }
    needed
}

fn always<S>(settings: &Settings<S>, faults: &mut Vec<Fault>) {
    let Settings { service, http, database, consumer, telemetry, clock, .. } = settings;
    let mut unless = |right: bool, key: &str, what: &str, remedy: &str| {
        if !right {
            faults.push(Fault::new(key, what, remedy));
        }
    };
    unless(
        (1..=service.instances).contains(&service.instance),
        "service.instance",
        "is not between 1 and service.instances",
        "number the instances from 1",
    );
    unless(http.workers > 0, "http.workers", "is zero", "one thread is enough for most services");
    unless(http.requests_per_second > 0, "http.requests_per_second", "is zero", "nobody could ask anything");
    unless(http.burst > 0, "http.burst", "is zero", "nobody could ask anything");
    unless(http.body_limit_bytes > 0, "http.body_limit_bytes", "is zero", "no body would be accepted");
    unless(http.upload_limit_bytes > 0, "http.upload_limit_bytes", "is zero", "no paper would be accepted");
    unless(database.max_connections >= 4, "database.max_connections", "is below 4", "the workers alone need two");
    unless(consumer.max_batch > 0, "consumer.max_batch", "is zero", "nothing would be consumed");
    unless(
        telemetry.metrics_every_ms > 0,
        "telemetry.metrics_every_ms",
        "is zero",
        "15000 is every quarter of a minute",
    );
    unless(
        (0.0..=1.0).contains(&telemetry.sample_ratio),
        "telemetry.sample_ratio",
        "is not between 0 and 1",
        "1 keeps every trace",
    );
    unless(
        Targets::from_str(&telemetry.log_filter).is_ok(),
        "telemetry.log_filter",
        "is not a list of targets and levels",
        "write it like \"info,mailbox=debug\"",
    );
    unless(
        clock.mode == ClockMode::System || OffsetDateTime::parse(&clock.start, &Rfc3339).is_ok(),
        "clock.start",
        "is not an instant, and the clock is manual",
        "write it like \"2025-09-28T09:12:00+08:00\"",
    );
    for (key, url) in [("database.url", &database.url), ("database.owner_url", &database.owner_url)] {
        unless(!holds_password(url), key, "holds a password", "move it to the password's own key or file");
    }
}

/// A secret inside a URL would be printed with it.
fn holds_password(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = authority.split(['/', '?']).next().unwrap_or_default();
    authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':')) || url.contains("password=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_url_is_seen() {
        assert!(holds_password("postgres://intake:secret@db/intake"));
        assert!(holds_password("postgres://db/intake?password=secret"));
        assert!(!holds_password("postgres://intake@127.0.0.1:5432/intake"));
    }
}
