//! A private PostgreSQL and a real Kafka, on free ports, in a folder below `.run/` that goes with the test binary.
//!
//! The kernel ends both when the test binary dies, however it dies; the folder that a killed one leaves is removed by the
//! next.

use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, File},
    sync::Mutex,
    time::Duration,
};

use anyhow::{Context as _, Result};
use local::{
    kafka::{self, ADMIN, Access, Broker, Jars, Listeners},
    paths::{RunDir, Workspace},
    ports::{Offsets, PortBook, Ports},
    postgres::{self, Server},
    processes::{Child, Watch},
    progress::Progress,
    secrets::Secrets,
};
use mailbox::ids::Ids;
use sqlx::migrate::Migrator;
use tokio::sync::{OnceCell, mpsc};

use crate::{
    bus::Bus,
    database::{Database, Template},
};

/// Departments whose principals the broker knows; streets are used with the administrator's rights.
pub(crate) const DEPARTMENTS: [&str; 2] = ["TAX", "BNK"];
const PATIENCE: Duration = Duration::from_secs(20);

/// What stories stand on.
pub struct Ground {
    run: RunDir,
    _lock: File,
    ports: PortBook,
    pub(crate) secrets: Secrets,
    crashes: Watch,
    postgres: OnceCell<Part<Server>>,
    kafka: OnceCell<(Part<Broker>, Bus)>,
    templates: tokio::sync::Mutex<HashMap<String, Template>>,
}

/// A server and its process, which may be killed and started again.
struct Part<S> {
    server: S,
    child: Mutex<Child>,
}

impl<S> Part<S> {
    fn new(server: S, child: Child) -> Self {
        Self { server, child: Mutex::new(child) }
    }

    fn child(&self) -> Child {
        self.child.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    fn put(&self, child: Child) {
        *self.child.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = child;
    }
}

impl Ground {
    pub(crate) async fn lay(name: &str, which: &str) -> Result<Self> {
        let workspace = Workspace::find()?;
        let run = RunDir::new(workspace.run_dir(&format!("test-{name}-{}-{which}", std::process::id())));
        fs::create_dir_all(run.path()).with_context(|| format!("cannot create {}", run.path().display()))?;
        let lock = File::create(run.lock())?;
        lock.try_lock().context("another test binary uses this folder")?;
        run.create()?;
        let parts = ["postgres", "kafka", "kafka-admin", "kafka-controller"];
        let parts: BTreeMap<String, i32> = parts.into_iter().map(str::to_owned).zip(0..).collect();
        let ports = PortBook::choose(Ports::Free, &Offsets { base: 0, parts, health: 0 }, &[])?;
        // A process that ends shows by what no longer works; nobody reads the reports.
        let (crashes, _) = mpsc::unbounded_channel();
        Ok(Self {
            secrets: Secrets::new(run.secrets(), Ids::from_system()),
            run,
            _lock: lock,
            ports,
            crashes,
            postgres: OnceCell::new(),
            kafka: OnceCell::new(),
            templates: tokio::sync::Mutex::default(),
        })
    }

    /// A new database with the mailbox's tables and the service's.
    ///
    /// # Panics
    /// Where PostgreSQL cannot be started or a migration fails.
    #[expect(clippy::panic, reason = "without its database no story can be played")]
    pub async fn database(&self, migrator: &Migrator) -> Database {
        match self.copy(migrator).await {
            Ok(database) => database,
            Err(error) => panic!("a database for this story: {error:#}"),
        }
    }

    async fn copy(&self, migrator: &Migrator) -> Result<Database> {
        let server = &self.postgres().await?.server;
        let mut templates = self.templates.lock().await;
        let kind: String = migrator.iter().map(|m| format!("{:?}", m.checksum)).collect();
        if !templates.contains_key(&kind) {
            let template = Template::make(server, &self.secrets, templates.len(), migrator).await?;
            templates.insert(kind.clone(), template);
        }
        let template = templates.get(&kind).context("the template was just made")?;
        template.copy(server, &self.secrets).await
    }

    async fn postgres(&self) -> Result<&Part<Server>> {
        let start = async || {
            let port = self.ports.of("postgres")?;
            let server = Server::prepare(&self.run, &self.secrets, port, false, &Progress::silent()).await?;
            let child = server.start(self.crashes.clone()).await?;
            anyhow::Ok(Part::new(server, child))
        };
        self.postgres.get_or_try_init(start).await
    }

    /// The broker, with the topics file's own topics for two departments, TAX and BNK, and their access rules.
    ///
    /// # Panics
    /// Where Kafka cannot be started.
    #[expect(clippy::panic, reason = "without its broker no story can be played")]
    pub async fn bus(&self) -> &Bus {
        match self.kafka().await {
            Ok((_, bus)) => bus,
            Err(error) => panic!("Kafka for this story: {error:#}"),
        }
    }

    async fn kafka(&self) -> Result<&(Part<Broker>, Bus)> {
        let start = async || {
            let jars = Jars::fetch(&Workspace::find()?, &Progress::silent()).await?;
            let access = Access {
                port: self.ports.of("kafka")?,
                admin_port: self.ports.of("kafka-admin")?,
                secrets: self.secrets.clone(),
            };
            let topics = contracts::topics::topics().expand(&DEPARTMENTS);
            let mut passwords = BTreeMap::new();
            for principal in kafka::principals(&topics).into_iter().chain([ADMIN.to_owned()]) {
                passwords.insert(principal.clone(), self.secrets.get(&Access::secret_name(&principal))?);
            }
            let listeners = Listeners {
                clients: access.port,
                admin: access.admin_port,
                controller: self.ports.of("kafka-controller")?,
            };
            let broker = Broker::prepare(jars, &self.run, listeners, access.clone(), &passwords)?;
            let child = broker.start(self.crashes.clone()).await?;
            let bus = Bus::new(access)?;
            kafka::create_topics(&bus.admin, &topics, 1).await?;
            bus.allow(usual_rules()).await;
            anyhow::Ok((Part::new(broker, child), bus))
        };
        self.kafka.get_or_try_init(start).await
    }

    /// Kills PostgreSQL and its sessions with SIGKILL.
    ///
    /// # Panics
    /// Where it was never started.
    pub async fn kill_postgres(&self) {
        let part = self.started(self.postgres.get());
        part.server.kill(&part.child()).await;
    }

    /// Starts PostgreSQL again and waits until it answers.
    ///
    /// # Panics
    /// Where it does not.
    pub async fn start_postgres(&self) {
        let part = self.started(self.postgres.get());
        part.put(fine(part.server.start(self.crashes.clone()).await));
    }

    /// Kills Kafka with SIGKILL.
    ///
    /// # Panics
    /// Where it was never started.
    pub async fn kill_kafka(&self) {
        self.started(self.kafka.get()).0.child().kill().await;
    }

    /// Starts Kafka again and waits until every partition can be written.
    ///
    /// # Panics
    /// Where it does not start.
    pub async fn start_kafka(&self) {
        let part = &self.started(self.kafka.get()).0;
        part.put(fine(part.server.start(self.crashes.clone()).await));
    }

    /// Starts again what an earlier story killed.
    pub(crate) async fn mend(&self) {
        if self.postgres.get().is_some_and(|part| !part.child().runs()) {
            self.start_postgres().await;
        }
        if self.kafka.get().is_some_and(|(part, _)| !part.child().runs()) {
            self.start_kafka().await;
        }
    }

    #[expect(clippy::panic, reason = "a story that breaks what it never asked for is wrong")]
    fn started<'a, T>(&self, part: Option<&'a T>) -> &'a T {
        match part {
            Some(part) => part,
            None => panic!("it was never started"),
        }
    }

    /// Ends both and forgets their data.
    pub(crate) async fn clear(&self) -> Result<()> {
        // Nobody needs the data: killed, not stopped in order.
        if let Some((part, _)) = self.kafka.get() {
            part.child().kill().await;
        }
        if let Some(part) = self.postgres.get() {
            let _ = part.child().stop(PATIENCE).await;
        }
        postgres::choose_place(self.run.path())?.remove()?;
        fs::remove_dir_all(self.run.path()).with_context(|| format!("cannot remove {}", self.run.path().display()))
    }
}

#[expect(clippy::panic, reason = "a part that does not come back fails the story")]
fn fine<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("{error:#}"))
}

/// Removes what test binaries of this name left behind when they were killed; one that still runs is left alone.
pub(crate) async fn sweep(name: &str) -> Result<()> {
    let folder = Workspace::find()?.run_dir("");
    let prefix = format!("test-{name}-");
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            // Refused where its lock is held.
            let _ = local::suite::remove(&RunDir::new(entry.path()), &Progress::silent()).await;
        }
    }
    Ok(())
}

/// The access rules that every broker of the tests begins with: those of the topics file.
#[must_use]
pub fn usual_rules() -> std::collections::BTreeSet<kafka::Rule> {
    kafka::rules(&contracts::topics::topics().expand(&DEPARTMENTS))
}
