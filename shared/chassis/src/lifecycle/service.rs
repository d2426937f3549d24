//! What a service brings.

use std::{io::Write, process::ExitCode, sync::Arc};

use async_trait::async_trait;
use clap::ArgMatches;
use mailbox::{Handler, Mailbox};
use serde::de::DeserializeOwned;
use sqlx::migrate::Migrator;
use utoipa_actix_web::service_config::ServiceConfig;

use super::worker::Worker;
use crate::settings::Settings;

/// A service: its settings, tables, routes, and what it does with messages. The value itself is the state that every
/// handler sees (as `web::Data<Self>`).
#[async_trait]
pub trait Service: Sized + Send + Sync + 'static {
    /// Such as `market-registration`. Its own section of the settings has the same name, with `_` for `-`.
    const NAME: &'static str;
    /// Built-in settings (TOML): every key of its own section, and what differs from the chassis.
    const DEFAULTS: &'static str;
    /// The type of its own section.
    type Section: DeserializeOwned + Clone + Send + Sync + 'static;

    /// Its migrations, compiled in by `sqlx::migrate!()`.
    fn migrator() -> &'static Migrator;

    /// Registers its routes; the API's description is made from the same.
    fn routes(config: &mut ServiceConfig<'_>);

    /// Makes the state, once, when the database is ready.
    ///
    /// # Errors
    /// What keeps it from serving: the process ends and says why.
    async fn build(settings: &Settings<Self::Section>, mailbox: &Mailbox) -> anyhow::Result<Self>;

    /// What it reads from the bus: topic names, or patterns that begin with `^`. The calendar's topic is everybody's and is not
    /// named here.
    fn topics(&self) -> Vec<String>;

    /// What it does with messages and timers.
    fn handler(self: Arc<Self>) -> Arc<dyn Handler>;

    /// Workers of its own, such as one that talks to a provider outside: such calls never stand in a consumer's batch.
    fn workers(self: Arc<Self>) -> Vec<Worker> {
        Vec::new()
    }

    /// Subcommands of its own, beside those of every service.
    fn commands() -> Vec<clap::Command> {
        Vec::new()
    }

    /// Carries one of them out; `matches` are those of the whole command line. What a person should read goes to `out`.
    ///
    /// # Errors
    /// Why it was not done: the process says so and ends with a failure.
    async fn command(&self, _matches: &ArgMatches, _out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        Ok(())
    }

    /// Subcommands that touch nothing but files: they need neither settings nor a database.
    fn file_commands() -> Vec<clap::Command> {
        Vec::new()
    }

    /// Carries one of them out; `matches` are those of the whole command line.
    fn file_command(_matches: &ArgMatches) -> ExitCode {
        ExitCode::SUCCESS
    }

    /// What it is called in traces: the service, or the department that this process serves.
    fn public_name(settings: &Settings<Self::Section>) -> String {
        match settings.service.name.as_str() {
            "" => Self::NAME.to_owned(),
            name => name.to_owned(),
        }
    }

    /// The name of this process: its identity in the consumer group, in the logs and in the database's list of sessions.
    /// `intake-2`, and `department-tax` for what is there once under a name of its own.
    fn process_name(settings: &Settings<Self::Section>) -> String {
        let name = Self::public_name(settings);
        if name == Self::NAME || settings.service.instances > 1 {
            format!("{name}-{}", settings.service.instance)
        } else {
            name
        }
    }
}

/// The name of the service's own section.
pub(super) fn section<S: Service>() -> String {
    S::NAME.replace('-', "_")
}
