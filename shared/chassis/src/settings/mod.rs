//! Settings in layers: built-in defaults < the file given by `--settings` < the environment (`WUTONG__SECTION__KEY`).
//! A key `x_file` fills the secret `x`. What is unknown or impossible is refused by its full path, all of it at once.

mod check;
mod fault;
mod layers;
mod print;
mod secret;
pub mod sections;
mod vocabulary;

use config::{Config, Map, Value, ValueKind};
use serde::de::DeserializeOwned;

use self::sections::{Clock, Consumer, Database, Health, Http, Kafka, Ledger, Relay, Service, Telemetry, Tokens};
pub use self::{
    check::Purpose,
    fault::{Fault, Faults},
    layers::Sources,
    secret::{HIDDEN, Secret},
};

/// Everything a process was told; `S` is the service's own section.
#[derive(Clone, Debug)]
pub struct Settings<S> {
    pub service: Service,
    pub http: Http,
    pub health: Health,
    pub database: Database,
    pub kafka: Kafka,
    pub relay: Relay,
    pub consumer: Consumer,
    pub ledger: Ledger,
    pub tokens: Tokens,
    pub telemetry: Telemetry,
    pub clock: Clock,
    /// The section named after the service.
    pub own: S,
}

/// The settings as they came together, before they are given types: what the `settings` subcommand prints.
#[derive(Clone, Debug)]
pub struct Effective(Config);

impl Effective {
    /// Merges the layers.
    ///
    /// # Errors
    /// Every unknown key, every value of a wrong kind, every file that cannot be read.
    pub fn merge(sources: &Sources<'_>) -> Result<Self, Faults> {
        layers::merge(sources).map(Self)
    }

    /// Gives the tree its types; `section` names the service's own section. Says whether it serves `purpose`.
    ///
    /// # Errors
    /// One fault for each section that cannot be read, and everything that `purpose` misses.
    pub fn read<S: DeserializeOwned>(&self, section: &str, purpose: Purpose) -> Result<Settings<S>, Faults> {
        let mut faults = Vec::new();
        let read = (
            (self.part("service", &mut faults), self.part("http", &mut faults), self.part("health", &mut faults)),
            (self.part("database", &mut faults), self.part("kafka", &mut faults), self.part("relay", &mut faults)),
            (self.part("consumer", &mut faults), self.part("tokens", &mut faults), self.part("telemetry", &mut faults)),
            (self.part("ledger", &mut faults), self.part("clock", &mut faults), self.part(section, &mut faults)),
        );
        let (
            (Some(service), Some(http), Some(health)),
            (Some(database), Some(kafka), Some(relay)),
            (Some(consumer), Some(tokens), Some(telemetry)),
            (Some(ledger), Some(clock), Some(own)),
        ) = read
        else {
            return Err(Faults(faults));
        };
        let settings =
            Settings { service, http, health, database, kafka, relay, consumer, ledger, tokens, telemetry, clock, own };
        check::check(&settings, purpose, &mut faults);
        fault::unless_any(faults, settings)
    }

    /// The whole tree as TOML, secrets hidden.
    #[must_use]
    pub fn to_toml(&self) -> String {
        print::to_toml(&self.0)
    }

    fn part<T: DeserializeOwned>(&self, key: &str, faults: &mut Vec<Fault>) -> Option<T> {
        let mut tree: Value = self.0.get(key).unwrap_or_else(|_| Value::new(None, Map::<String, Value>::new()));
        without_fillers(&mut tree);
        let read = serde_path_to_error::deserialize(tree);
        let fault = |e: serde_path_to_error::Error<config::ConfigError>| {
            let path = if e.path().iter().len() == 0 { key.to_owned() } else { format!("{key}.{}", e.path()) };
            Fault::new(path, e.into_inner().to_string(), "correct the value")
        };
        read.map_err(|e| faults.push(fault(e))).ok()
    }
}

/// Without the keys `x_file` that have filled a neighbour `x`: no section has to know them.
fn without_fillers(tree: &mut Value) {
    if let ValueKind::Table(table) = &mut tree.kind {
        let names: Vec<String> = table.keys().cloned().collect();
        table.retain(|key, _| secret::filled_by(key).is_none_or(|of| !names.iter().any(|name| name == of)));
        table.values_mut().for_each(without_fillers);
    }
}
