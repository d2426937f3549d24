//! The short subcommands: they do one thing and end.

use std::{
    future::Future,
    io::{self, Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context as _, bail};
use clap::ArgMatches;
use mailbox::{Mailbox, clock::Clocks, ids::Ids, ledger, relay, schema};
use sqlx::{ConnectOptions as _, PgPool, postgres::PgPoolOptions};
use time::OffsetDateTime;

use super::{
    bus,
    cli::{complain, say},
    database,
    export::Export,
    ledger_keys::Keys,
    serve,
    service::Service,
};
use crate::{
    chain,
    settings::{Settings, sections},
};

/// How long `healthz` waits for an answer.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn migrate<S: Service>(settings: &Settings<S::Section>) -> ExitCode {
    ended(async {
        let database = &settings.database;
        let owner = database::options(&database.owner_url, &database.owner_password, &S::process_name(settings))?;
        let app_role = match database.app_role.as_str() {
            "" => database::options(&database.url, &database.password, "")?.get_username().to_owned(),
            role => role.to_owned(),
        };
        let owner = owner.connect().await.context("the database cannot be reached as the owner")?;
        schema::migrate(owner, &app_role, S::migrator(), Clocks::running().system.now()).await?;
        say(format_args!("{}: the database is up to date", S::NAME));
        Ok(())
    })
}

pub(super) fn verify_ledger<S: Service>(settings: &Settings<S::Section>, exports: &[PathBuf]) -> ExitCode {
    ended(async {
        let db = connected::<S>(settings).await?;
        let keys = Keys::read(&settings.ledger)?;
        for file in exports {
            let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
            let export = Export::read(&text).with_context(|| format!("{} is no export", file.display()))?;
            export.verify(S::NAME, &keys)?;
            let Some(block) = ledger::block(&db, export.number).await? else {
                bail!("block {} was signed and is gone: the ledger was cut off", export.number);
            };
            if !export.tells_of(&block) {
                bail!("block {} is another one than was signed: the ledger was made anew", export.number);
            }
            say(format_args!("{}: block {} stands as it was signed", file.display(), export.number));
        }
        let report = ledger::verify(&db).await?;
        report.findings.iter().for_each(say);
        let (facts, subjects, blocks) = (report.facts, report.subjects, report.blocks);
        say(format_args!("{facts} facts about {subjects} subjects in {blocks} blocks were read"));
        match report.findings.len() {
            0 => Ok(()),
            findings => bail!("{findings} findings: the ledger is not as it was written"),
        }
    })
}

pub(super) fn export_ledger<S: Service>(settings: &Settings<S::Section>) -> ExitCode {
    ended(async {
        let db = connected::<S>(settings).await?;
        let Some(block) = ledger::export_last_block(&db).await? else {
            bail!("no block is sealed yet: one is, each minute in which something happened");
        };
        say(Export::sign(S::NAME, &block, &Keys::read(&settings.ledger)?)?.to_json()?);
        Ok(())
    })
}

pub(super) fn public_key(settings: &sections::Ledger) -> ExitCode {
    match Keys::read(settings).and_then(|keys| keys.public_pem()) {
        Ok(pem) => {
            say(pem.trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain(chain::told(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

pub(super) fn republish<S: Service>(
    settings: &Settings<S::Section>,
    since: OffsetDateTime,
    topics: &[String],
) -> ExitCode {
    ended(async {
        let db = connected::<S>(settings).await?;
        let mailbox = Mailbox::new(db, Clocks::running(), Ids::from_system(), settings.kafka.username.clone());
        // Beside the serving process, not instead of it: a name of its own.
        let kafka = bus::client(&settings.kafka, &format!("{}-republish", S::process_name(settings)));
        let count = relay::republish(&mailbox, &kafka, since, topics).await?;
        say(format_args!("{count} messages were said again"));
        Ok(())
    })
}

/// A subcommand that the service brings: in the state in which it serves, but alone.
pub(super) fn own<S: Service>(settings: &Settings<S::Section>, matches: &ArgMatches) -> ExitCode {
    ended(async {
        let clocks = serve::clocks(settings)?;
        let mailbox =
            Mailbox::new(connected::<S>(settings).await?, clocks, Ids::from_system(), settings.kafka.username.clone());
        mailbox.take_up_calendar().await.context("the calendar cannot be read from the database")?;
        let state = S::build(settings, &mailbox).await?;
        state.command(matches, &mut io::stdout()).await
    })
}

async fn connected<S: Service>(settings: &Settings<S::Section>) -> anyhow::Result<PgPool> {
    let options = database::options(&settings.database.url, &settings.database.password, &S::process_name(settings))?;
    PgPoolOptions::new().max_connections(2).connect_with(options).await.context("the database cannot be reached")
}

/// Asks over a plain socket: the smallest thing that can run beside a serving process every few seconds.
pub(super) fn healthz(settings: &sections::Health, hearing: bool) -> ExitCode {
    let questions = if hearing { ["/health/ready", "/health/hearing"].as_slice() } else { &["/health/ready"] };
    let affirmed = questions.iter().filter(|question| affirms(settings, question)).count();
    if affirmed == questions.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Asks one question, says the answer, and whether it is yes.
fn affirms(settings: &sections::Health, question: &str) -> bool {
    let asked = || -> anyhow::Result<String> {
        let mut stream = TcpStream::connect_timeout(&reachable(settings.listen), PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let request = format!("GET {question} HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    match asked() {
        Ok(answer) => {
            say(answer.lines().last().unwrap_or_default());
            answer.lines().next().is_some_and(|status| status.contains(" 200 "))
        }
        Err(error) => {
            complain(format_args!("no answer from {}: {error}", settings.listen));
            false
        }
    }
}

/// Where a socket that listens everywhere is reached from here.
fn reachable(listen: SocketAddr) -> SocketAddr {
    match listen.ip() {
        ip if ip.is_unspecified() => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port()),
        ip => SocketAddr::new(ip, listen.port()),
    }
}

fn ended(work: impl Future<Output = anyhow::Result<()>>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(work)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(chain::told(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}
