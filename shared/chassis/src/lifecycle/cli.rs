//! The subcommands of every service.

use std::{
    collections::BTreeMap,
    fmt::Display,
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    commands, serve,
    service::{Service, section},
};
use crate::{
    http::Document,
    settings::{Effective, Faults, Purpose, Settings, Sources},
};

#[derive(Parser)]
#[command(version, about = "A service of Wutong, the one-window government-service suite")]
struct Cli {
    /// The settings file (TOML); the environment (WUTONG__SECTION__KEY) is above it.
    #[arg(long, global = true, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until it is told to stop.
    Serve,
    /// Brings the database up to date, as the owner of the tables.
    Migrate,
    /// Prints the API's description.
    Openapi,
    /// Asks the running process whether it is ready.
    Healthz {
        /// Also whether each of its clients of the bus is proved to live.
        #[arg(long)]
        hearing: bool,
    },
    /// Prints the effective settings, secrets hidden.
    Settings,
    /// Looks after the ledger.
    Ledger {
        #[command(subcommand)]
        command: Ledger,
    },
    /// Says again what was said, with the same ids: for a new consumer or a read model that is rebuilt.
    Republish {
        /// From when, such as 2025-09-28T00:00:00+08:00 (system time). What is older than 30 days is not kept.
        #[arg(long, value_name = "INSTANT", value_parser = instant)]
        since: OffsetDateTime,
        /// Only on this topic; may be given several times.
        #[arg(long = "topic", value_name = "TOPIC")]
        topics: Vec<String>,
    },
}

#[derive(Subcommand)]
enum Ledger {
    /// Reads every chain and block again and names what was altered.
    Verify {
        /// A paper of `ledger export`: its signature holds, and its block is still where it was.
        #[arg(long, value_name = "FILE")]
        export: Vec<PathBuf>,
    },
    /// Prints the last sealed block, signed: kept outside the house each day, it shows that nothing was cut off.
    Export,
    /// Prints the public half of the key that signs exports (PEM), for whoever checks them.
    PublicKey,
}

/// The whole program of a service.
#[must_use]
pub fn main<S: Service>() -> ExitCode {
    let (own, of_files) = (S::commands(), S::file_commands());
    let matches = Cli::command().name(S::NAME).subcommands(&own).subcommands(&of_files).get_matches();
    if of_files.iter().any(|command| matches.subcommand_name() == Some(command.get_name())) {
        return S::file_command(&matches);
    }
    // Before anything speaks TLS; a second installation could only be our own.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if own.iter().any(|command| matches.subcommand_name() == Some(command.get_name())) {
        let file = matches.get_one::<PathBuf>("settings").map(PathBuf::as_path);
        return told(read::<S>(file, Purpose::Database).map(|settings| commands::own::<S>(&settings, &matches)));
    }
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let settings = |purpose| read::<S>(cli.settings.as_deref(), purpose);
    let done = match cli.command {
        Command::Serve => settings(Purpose::Serve).map(serve::serve::<S>),
        Command::Migrate => settings(Purpose::Migrate).map(|settings| commands::migrate::<S>(&settings)),
        Command::Openapi => Ok(print(Document::of(S::NAME, S::routes).json())),
        Command::Healthz { hearing } => {
            settings(Purpose::Look).map(|settings| commands::healthz(&settings.health, hearing))
        }
        Command::Settings => effective::<S>(cli.settings.as_deref()).map(|tree| print(tree.to_toml().as_bytes())),
        Command::Ledger { command: Ledger::Verify { export } } => {
            settings(Purpose::Database).map(|settings| commands::verify_ledger::<S>(&settings, &export))
        }
        Command::Ledger { command: Ledger::Export } => {
            settings(Purpose::Export).map(|settings| commands::export_ledger::<S>(&settings))
        }
        Command::Ledger { command: Ledger::PublicKey } => {
            settings(Purpose::Sign).map(|settings| commands::public_key(&settings.ledger))
        }
        Command::Republish { since, topics } => {
            settings(Purpose::Speak).map(|settings| commands::republish::<S>(&settings, since, &topics))
        }
    };
    told(done)
}

fn told(done: Result<ExitCode, Faults>) -> ExitCode {
    done.unwrap_or_else(|faults| {
        complain(faults);
        ExitCode::from(2)
    })
}

fn read<S: Service>(file: Option<&Path>, purpose: Purpose) -> Result<Settings<S::Section>, Faults> {
    effective::<S>(file)?.read(&section::<S>(), purpose)
}

fn effective<S: Service>(file: Option<&Path>) -> Result<Effective, Faults> {
    let texts = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let environment: BTreeMap<_, _> = std::env::vars_os().filter_map(texts).collect();
    Effective::merge(&Sources { defaults: S::DEFAULTS, file, environment })
}

fn instant(text: &str) -> Result<OffsetDateTime, String> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|error| format!("{error}; write it like 2025-09-28T00:00:00+08:00"))
}

fn print(bytes: &[u8]) -> ExitCode {
    let mut out = std::io::stdout().lock();
    // A reader that went away (`| head`) has what it wanted.
    let _ = out.write_all(bytes).and_then(|()| out.flush());
    ExitCode::SUCCESS
}

/// Says why, to the person at the terminal.
pub(super) fn complain(why: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{why}");
}

/// Says how it went, to the person at the terminal.
pub(super) fn say(what: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{what}");
}
