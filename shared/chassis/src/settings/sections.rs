//! The sections that every service has. Units stand in the names; `defaults.toml` says what each is for.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
use serde::Deserialize;

use super::secret::Secret;

#[derive(Clone, Debug, Deserialize)]
pub struct Service {
    pub name: String,
    /// From 1.
    pub instance: u16,
    pub instances: u16,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Http {
    pub listen: SocketAddr,
    pub body_limit_bytes: usize,
    pub upload_limit_bytes: usize,
    pub requests_per_second: u32,
    pub burst: u32,
    pub trusted_proxies: Vec<IpNet>,
    pub workers: usize,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Health {
    pub listen: SocketAddr,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Database {
    pub url: String,
    pub password: Secret,
    pub owner_url: String,
    pub owner_password: Secret,
    pub app_role: String,
    pub max_connections: u32,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Kafka {
    pub brokers: String,
    pub username: String,
    pub password: Secret,
    pub security_protocol: SecurityProtocol,
    pub sasl_mechanism: String,
}

/// How the bus is reached; the names are librdkafka's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityProtocol {
    Plaintext,
    SaslPlaintext,
    Ssl,
    SaslSsl,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Relay {
    pub tick_ms: u64,
    pub poll_ms: u64,
    pub idle_poll_ms: u64,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Consumer {
    pub window_ms: u64,
    pub pace_ms: u64,
    pub max_batch: usize,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Ledger {
    pub signing_key: Secret,
    /// May be empty.
    pub known_keys_file: PathBuf,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Tokens {
    pub issuer: String,
    pub key_set_url: String,
    pub audience: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Telemetry {
    pub otlp_endpoint: String,
    pub metrics_every_ms: u64,
    pub sample_ratio: f64,
    pub log_format: LogFormat,
    pub log_filter: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Clock {
    pub mode: ClockMode,
    /// RFC 3339; manual mode only.
    pub start: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockMode {
    System,
    Manual,
}

impl Relay {
    #[must_use]
    pub fn tick(&self) -> Duration {
        Duration::from_millis(self.tick_ms)
    }

    #[must_use]
    pub fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms)
    }

    #[must_use]
    pub fn idle_poll(&self) -> Duration {
        Duration::from_millis(self.idle_poll_ms)
    }
}

impl Telemetry {
    #[must_use]
    pub fn metrics_every(&self) -> Duration {
        Duration::from_millis(self.metrics_every_ms)
    }
}

impl Consumer {
    #[must_use]
    pub fn window(&self) -> Duration {
        Duration::from_millis(self.window_ms)
    }

    #[must_use]
    pub fn pace(&self) -> Duration {
        Duration::from_millis(self.pace_ms)
    }
}

impl SecurityProtocol {
    /// librdkafka's `security.protocol`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plaintext => "plaintext",
            Self::SaslPlaintext => "sasl_plaintext",
            Self::Ssl => "ssl",
            Self::SaslSsl => "sasl_ssl",
        }
    }

    /// True where the broker asks for a user and a password.
    #[must_use]
    pub fn signs_in(self) -> bool {
        matches!(self, Self::SaslPlaintext | Self::SaslSsl)
    }
}
