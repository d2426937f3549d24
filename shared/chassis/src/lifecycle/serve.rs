//! `serve`: everything a process is made of, brought up in order and taken down in the opposite order.
//!
//! Up: telemetry, second port, database (waited for), state, workers, public API, ready.
//! Down: not ready, nobody new, requests finished, consumer and timers after their batch, outbox said and the ledger's
//! block sealed, connections closed, telemetry sent. Whatever is killed in between is found again by the next start.

use std::{process::ExitCode, sync::Arc, time::Duration};

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    web::{self, Data},
};
use anyhow::Context as _;
use mailbox::{
    Handler, Mailbox,
    calendar::{Hearing, Keeper},
    clock::Clocks,
    consumer::{Consumer, ConsumerSettings},
    health::Degraded,
    ids::Ids,
    pulse::{self, Pulses},
    relay::{Relay, RelaySettings},
    timers::Timers,
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tracing::{error, info, warn};

use super::{bus, cli::complain, crew::Crew, database, service::Service, signals::Signals};
use crate::{
    chain,
    http::{
        Gate, KeySet, Kit, Tokens,
        health::{self, Health, Readiness},
    },
    settings::{Settings, sections::ClockMode},
    telemetry::{self, Speaker, Telemetry},
};

/// Two threads: with one, telemetry could not be sent while the process ends.
const THREADS: usize = 2;
/// Names are looked up, clients closed and telemetry flushed on these; none of them is in a request's way.
const BLOCKING_THREADS: usize = 8;
/// How often a state is made while the database comes and goes, and how long between.
const BUILD_TRIES: u32 = 30;
const BUILD_PAUSE: Duration = Duration::from_secs(1);
/// How long requests, and a batch, may take to end once the process was asked to stop.
const FINISH: Duration = Duration::from_secs(10);
/// The relay's own last pass is bounded by ten seconds; then it steps down.
const LAST_WORDS: Duration = Duration::from_secs(15);

pub(super) fn serve<S: Service>(settings: Settings<S::Section>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .max_blocking_threads(BLOCKING_THREADS)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(format_args!("the runtime does not start: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let ended = runtime.block_on(async {
        let process = S::process_name(&settings);
        let speaker = Speaker { service: S::public_name(&settings), process: process.clone() };
        let telemetry = telemetry::start(&settings.telemetry, &speaker)?;
        std::panic::set_hook(Box::new(|panic| error!(%panic, "a panic: this is a defect")));
        let ended = run::<S>(&settings, &process).await;
        if let Err(error) = &ended {
            error!(cause = chain::told(error.as_ref()), "the process ends");
        }
        last_words(telemetry).await;
        // A failure was told by the line above.
        anyhow::Ok(ended.is_ok())
    });
    // Threads that still wait for a lost broker are not waited for.
    runtime.shutdown_timeout(Duration::from_millis(500));
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            complain(chain::told(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

async fn last_words(telemetry: Telemetry) {
    if tokio::time::timeout(FINISH, telemetry.shutdown()).await.is_err() {
        complain("the collector did not take the last spans and lines in time");
    }
}

async fn run<S: Service>(settings: &Settings<S::Section>, process: &str) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let (degraded, pulses) = (Degraded::default(), Pulses::default());
    // Until its clients have proved otherwise nobody is heard by this process.
    pulses.doubts(pulse::PRODUCER, "has not begun yet");
    let db = database::pool(&settings.database, process)?;
    let mailbox = Mailbox::new(db, clocks(settings)?, Ids::from_system(), settings.kafka.username.clone());
    let ready = Readiness::default();
    let health = Health::new(ready.clone(), degraded.clone(), pulses.clone(), mailbox.clone());
    let second_port = second_port(settings, health)?;

    let mut servers = Crew::new("servers");
    let second_handle = second_port.handle();
    servers.start("second port", |_| served(second_port));
    tokio::select! {
        () = database::wait(&mailbox, S::migrator(), &degraded) => {}
        () = signals.asked() => return Ok(()),
        () = servers.lost() => anyhow::bail!("the second port was lost"),
    }

    let state = Arc::new(build::<S>(settings, &mailbox).await.context("the service's state cannot be made")?);
    let gate = Gate::default();
    let api = api(settings, &state, &mailbox, &degraded, gate.clone())?;
    let api_handle = api.handle();
    servers.start("API", |_| served(api));
    let (mut workers, mut relay) = (Crew::new("workers"), Crew::new("relay"));
    start_workers::<S>(settings, process, &state, &mailbox, (&degraded, &pulses), (&mut workers, &mut relay));
    ready.set(true);
    info!(api = %settings.http.listen, health = %settings.health.listen, "ready");

    tokio::select! {
        () = signals.asked() => {}
        () = servers.lost() => anyhow::bail!("a server was lost"),
        () = workers.lost() => anyhow::bail!("a worker was lost"),
        () = relay.lost() => anyhow::bail!("the relay was lost"),
    }
    signals.insist();
    ready.set(false);
    if tokio::time::timeout(FINISH, gate.close()).await.is_err() {
        warn!("requests did not end in time and are left behind");
    }
    workers.stop(FINISH).await;
    relay.stop(LAST_WORDS).await;
    // Connections may have been opened by the servers' threads: they are closed before those end.
    let _ = tokio::time::timeout(FINISH, mailbox.db().close()).await;
    stop_servers(&[api_handle, second_handle]).await;
    servers.stop(FINISH).await;
    info!("stopped in order");
    Ok(())
}

/// A database that is away in the middle of it is waited for: what a state needs of it is done again.
async fn build<S: Service>(settings: &Settings<S::Section>, mailbox: &Mailbox) -> anyhow::Result<S> {
    let mut tries = 0;
    loop {
        tries += 1;
        match S::build(settings, mailbox).await {
            Err(error) if tries < BUILD_TRIES && database::is_away(&error) => {
                warn!(cause = chain::told(error.as_ref()), "the database is away; the service's state is made again");
                tokio::time::sleep(BUILD_PAUSE).await;
            }
            done => return done,
        }
    }
}

pub(super) fn clocks<T>(settings: &Settings<T>) -> anyhow::Result<Clocks> {
    Ok(match settings.clock.mode {
        ClockMode::System => Clocks::running(),
        ClockMode::Manual => Clocks::manual(OffsetDateTime::parse(&settings.clock.start, &Rfc3339)?),
    })
}

fn second_port<T>(settings: &Settings<T>, health: Health) -> anyhow::Result<Server> {
    let listen = settings.health.listen;
    let server = HttpServer::new(move || App::new().configure(health::routes(health.clone())));
    let server = server.workers(1).worker_max_blocking_threads(1).disable_signals().shutdown_timeout(1);
    Ok(server.bind(listen).with_context(|| format!("health.listen = {listen} cannot be used"))?.run())
}

fn api<S: Service>(
    settings: &Settings<S::Section>,
    state: &Arc<S>,
    mailbox: &Mailbox,
    degraded: &Degraded,
    gate: Gate,
) -> anyhow::Result<Server> {
    let clock = mailbox.clocks().system.clone();
    let keys = KeySet::new(&settings.tokens.key_set_url, clock.clone(), degraded.clone())?;
    let warm = keys.clone();
    tokio::spawn(async move { warm.warm().await });
    let kit = Kit::new(S::NAME, S::routes, &settings.http, Tokens::new(&settings.tokens, keys, clock), gate);
    let (state, mailbox) = (Data::from(Arc::clone(state)), Data::new(mailbox.clone()));
    let beside = move |config: &mut web::ServiceConfig| {
        config.app_data(state.clone()).app_data(mailbox.clone());
    };
    let listen = settings.http.listen;
    let server = HttpServer::new(move || kit.app(&beside));
    let server = server.workers(settings.http.workers).worker_max_blocking_threads(1).disable_signals();
    let server = server.shutdown_timeout(2).bind(listen);
    Ok(server.with_context(|| format!("http.listen = {listen} cannot be used"))?.run())
}

async fn served(server: Server) {
    if let Err(error) = server.await {
        error!(%error, "a server failed");
    }
}

async fn stop_servers(handles: &[ServerHandle]) {
    for handle in handles {
        handle.stop(true).await;
    }
}

fn start_workers<S: Service>(
    settings: &Settings<S::Section>,
    process: &str,
    state: &Arc<S>,
    mailbox: &Mailbox,
    (degraded, pulses): (&Degraded, &Pulses),
    (workers, relay): (&mut Crew, &mut Crew),
) {
    let handler: Arc<dyn Handler> = Arc::new(Hearing(Arc::clone(state).handler()));
    // What everybody hears, whatever else a service listens to.
    let mut topics = state.topics();
    topics.push(contracts::topics::CALENDAR_YEARS.to_owned());
    let consumer = Consumer {
        mailbox: mailbox.clone(),
        kafka: bus::member(&settings.kafka, process),
        topics,
        settings: ConsumerSettings {
            window: settings.consumer.window(),
            pace: settings.consumer.pace(),
            max_batch: settings.consumer.max_batch,
        },
        handler: Arc::clone(&handler),
        degraded: degraded.clone(),
        pulses: pulses.clone(),
    };
    workers.start("consumer", |stop| consumer.run(stop));
    let open_subjects = handler.open_subjects();
    let timers = Timers { mailbox: mailbox.clone(), handler };
    workers.start("timers", |stop| timers.run(stop));
    let keeper = Keeper { mailbox: mailbox.clone(), degraded: degraded.clone(), open_subjects };
    workers.start("calendar", |stop| keeper.run(stop));
    for worker in Arc::clone(state).workers() {
        workers.start(worker.name, worker.work);
    }
    let says = Relay {
        mailbox: mailbox.clone(),
        kafka: bus::client(&settings.kafka, process),
        settings: RelaySettings {
            tick: settings.relay.tick(),
            poll: settings.relay.poll(),
            idle_poll: settings.relay.idle_poll(),
        },
        degraded: degraded.clone(),
        pulses: pulses.clone(),
    };
    relay.start("relay", |stop| says.run(stop));
}
