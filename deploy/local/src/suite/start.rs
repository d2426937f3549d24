//! From nothing to a suite that is ready.

use std::{collections::BTreeMap, path::PathBuf, process::Stdio};

use anyhow::{Context, Result, bail};
use contracts::topics::Topic;
use futures::future::try_join_all;
use mailbox::ids::Ids;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::{
    control::{Desks, Parts},
    lock::RunLock,
    map::{Place, SuiteMap},
    options::SuiteOptions,
    roster::{Process, roster},
    settings,
};
use crate::{
    kafka::{self, ADMIN, Access, Broker, Jars, Listeners},
    paths::RunDir,
    ports::PortBook,
    postgres::{self, Database, Server},
    processes::{Child, Watch, clear_leftovers, last_lines},
    progress::Progress,
    secrets::Secrets,
    sign_in::{self, People, SignIn},
    sink,
};

/// Prepares and starts everything but the services.
pub async fn start(options: &SuiteOptions, crashes: &Watch, progress: &Progress) -> Result<Parts> {
    let run = RunDir::new(options.run_dir.clone());
    let lock = RunLock::take(&run)?;
    run.create()?;
    clear_leftovers(&run.pids(), progress).await?;
    let roster = roster(options);
    let processes = if options.serve { roster.clone() } else { Vec::new() };
    let names: Vec<String> = processes.iter().map(|process| process.name.clone()).collect();
    let ports = PortBook::choose(options.ports, &options.offsets, &names)?;
    let ids = Ids::from_system();
    let secrets = Secrets::new(run.secrets(), ids.clone());
    let map = chart(options, &run, &ports, &roster)?;
    map.write()?;
    let desks = open_desks(&map, &secrets, &ids)?;
    let programs = build(options, progress).await?;
    let topics = contracts::topics::topics().expand(&options.codes());
    let (database, bus) = tokio::try_join!(
        start_database(options, &map, &roster, crashes, progress),
        start_bus(options, &map, &secrets, &topics, crashes, progress),
    )?;
    settings::make_secrets(&secrets, &map)?;
    for process in &processes {
        settings::write_serve(options, &map, process)?;
    }
    migrate(options, &map, &programs, progress).await?;
    Ok(Parts { map, programs, workspace: options.workspace.clone(), desks, database, bus, _lock: lock, _ports: ports })
}

fn chart(options: &SuiteOptions, run: &RunDir, ports: &PortBook, roster: &[Process]) -> Result<SuiteMap> {
    let parts: Result<BTreeMap<String, u16>> =
        options.offsets.parts.keys().map(|name| Ok((name.clone(), ports.of(name)?))).collect();
    let mut audience: Vec<String> = roster.iter().map(|process| process.service.clone()).collect();
    audience.dedup();
    let places: Result<Vec<Place>> = roster
        .iter()
        .filter(|_| options.serve)
        .cloned()
        .map(|process| {
            Ok(Place {
                port: ports.of(&process.name)?,
                health_port: ports.health_of(&process.name)?,
                settings: run.settings().join(format!("{}.toml", process.name)),
                process,
            })
        })
        .collect();
    Ok(SuiteMap {
        name: options.name.clone(),
        run_dir: run.path().to_path_buf(),
        clock: options.clock,
        parts: parts?,
        processes: places?,
        departments: options.departments.iter().map(|department| department.code.clone()).collect(),
        audience,
        people: People::read(&options.workspace, &options.departments)?,
    })
}

fn open_desks(map: &SuiteMap, secrets: &Secrets, ids: &Ids) -> Result<Desks> {
    let stop = CancellationToken::new();
    let sign_in = SignIn::open(secrets, map.url("sign-in")?, map.audience.clone())?;
    let store = sink::Store::open(&map.run().sink().join("messages.jsonl"))?;
    let servers = vec![
        sign_in::serve(map.part("sign-in")?, sign_in, map.people.clone())?,
        sink::serve(map.part("sink")?, store.clone(), secrets.get("sink-key")?, ids.clone())?,
    ];
    Ok(Desks { servers, stop, mail: Some((map.part("mail")?, store, ids.clone())) })
}

/// The folder with the services' programs: the one that this program itself was built into.
async fn build(options: &SuiteOptions, progress: &Progress) -> Result<PathBuf> {
    let here = std::env::current_exe().context("this program does not know where it is")?;
    let folder = here.parent().context("this program lies in no folder")?;
    let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    if options.serve && options.build {
        let step = progress.begin("building the services");
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--workspace", "--quiet"]).current_dir(options.workspace.root());
        if folder.ends_with("release") {
            cargo.arg("--release");
        }
        let built = cargo.stdin(Stdio::null()).output().await.context("`cargo` cannot be run")?;
        if !built.status.success() {
            bail!("the services cannot be built:\n{}", String::from_utf8_lossy(&built.stderr));
        }
        step.done("");
    }
    Ok(folder.to_path_buf())
}

async fn start_database(
    options: &SuiteOptions,
    map: &SuiteMap,
    roster: &[Process],
    crashes: &Watch,
    progress: &Progress,
) -> Result<(Server, Child)> {
    let step = progress.begin("PostgreSQL");
    let port = map.part("postgres")?;
    let secrets = map.secrets();
    let server = Server::prepare(&map.run(), &secrets, port, options.fsync, progress).await?;
    step.tell("starting");
    let child = server.start(crashes.clone()).await?;
    step.tell("databases and roles");
    let mut names: Vec<String> = roster.iter().map(|process| process.database.clone()).collect();
    names.sort();
    names.dedup();
    let databases: Vec<Database> = names.into_iter().map(|name| Database { name }).collect();
    postgres::create_databases(&server, &secrets, &databases).await?;
    step.done(&format!("port {port}, {} databases", databases.len()));
    Ok((server, child))
}

async fn start_bus(
    options: &SuiteOptions,
    map: &SuiteMap,
    secrets: &Secrets,
    topics: &[Topic],
    crashes: &Watch,
    progress: &Progress,
) -> Result<(Broker, Child)> {
    let jars = Jars::fetch(&options.workspace, progress).await?;
    let step = progress.begin("Kafka");
    let mut passwords = BTreeMap::new();
    for principal in kafka::principals(topics).into_iter().chain([ADMIN.to_owned()]) {
        let password = secrets.get(&Access::secret_name(&principal))?;
        passwords.insert(principal, password);
    }
    let listeners = Listeners {
        clients: map.part("kafka")?,
        admin: map.part("kafka-admin")?,
        controller: map.part("kafka-controller")?,
    };
    let broker = Broker::prepare(jars, &map.run(), listeners, map.kafka()?, &passwords)?;
    step.tell("starting");
    let child = broker.start(crashes.clone()).await?;
    step.tell("topics and access rules");
    let admin = map.admin_kafka_config()?;
    kafka::create_topics(&admin, topics, contracts::topics::topics().defaults.local_partitions).await?;
    let rules = kafka::rules(topics);
    let count = rules.len();
    tokio::task::spawn_blocking(move || kafka::replace_rules(&admin, &rules)).await??;
    step.done(&format!("port {}, {} topics, {count} access rules", listeners.clients, topics.len()));
    Ok((broker, child))
}

/// Migrates each database once, all at the same time.
async fn migrate(
    options: &SuiteOptions,
    map: &SuiteMap,
    programs: &std::path::Path,
    progress: &Progress,
) -> Result<()> {
    let first: Vec<&Process> =
        map.processes.iter().map(|place| &place.process).filter(|process| process.instance == 1).collect();
    if first.is_empty() {
        return Ok(());
    }
    let step = progress.begin("migrating");
    let count = first.len();
    try_join_all(first.into_iter().map(|process| migrate_one(options, map, programs, process))).await?;
    step.done(&format!("{count} databases"));
    Ok(())
}

async fn migrate_one(
    options: &SuiteOptions,
    map: &SuiteMap,
    programs: &std::path::Path,
    process: &Process,
) -> Result<()> {
    let settings = settings::write_migrate(options, map, process)?;
    let log = map.run().log(&format!("migrate-{}", process.database));
    let file = std::fs::File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    let program = programs.join(&process.service);
    let status = Command::new(&program)
        .args(["migrate", "--settings"])
        .arg(&settings)
        .current_dir(options.workspace.root())
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .kill_on_drop(true)
        .status()
        .await
        .with_context(|| format!("{} cannot be run; `cargo build --workspace` makes it", program.display()))?;
    if !status.success() {
        bail!("{} could not be migrated ({status}):\n  {}", process.database, last_lines(&log, 20).join("\n  "));
    }
    Ok(())
}
