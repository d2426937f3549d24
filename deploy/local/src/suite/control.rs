//! A running suite: where things are (by its map), and what can be done to it.

use std::{
    collections::BTreeMap,
    ops::Deref,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix_web::dev::ServerHandle;
use anyhow::{Context, Result, bail};
use futures::future::join_all;
use mailbox::ids::Ids;
use rustix::process::Signal;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{health, lock::RunLock, map::SuiteMap, options::SuiteOptions, start};
use crate::{
    kafka::Broker,
    paths::Workspace,
    ports::PortBook,
    postgres::Server,
    processes::{Child, Crash, Watch, child::Plan},
    procfs,
    progress::Progress,
    sink,
};

/// How long a service may drain, and the broker and the database may write down what they hold.
const PATIENCE: Duration = Duration::from_secs(30);

/// The sign-in and the sink, which run in the launcher itself.
pub struct Desks {
    pub servers: Vec<ServerHandle>,
    pub stop: CancellationToken,
    pub mail: Option<(u16, sink::Store, Ids)>,
}

/// What a start leaves behind.
pub struct Parts {
    pub map: SuiteMap,
    pub programs: PathBuf,
    pub workspace: Workspace,
    pub desks: Desks,
    pub database: (Server, Child),
    pub bus: (Broker, Child),
    pub _lock: RunLock,
    pub _ports: PortBook,
}

/// A suite that this program started. It lives in the runtime that started it; dropped without [`Suite::stop`], its
/// processes are killed.
pub struct Suite {
    parts: Parts,
    running: Mutex<BTreeMap<String, Child>>,
    crashes: Watch,
    reported: tokio::sync::Mutex<mpsc::UnboundedReceiver<Crash>>,
}

impl Deref for Suite {
    type Target = SuiteMap;

    fn deref(&self) -> &SuiteMap {
        &self.parts.map
    }
}

impl Suite {
    /// Prepares everything, starts everything, and waits until every service is ready.
    ///
    /// # Errors
    /// When a part cannot be prepared or started; what was started is ended again.
    pub async fn start(options: SuiteOptions, progress: &Progress) -> Result<Self> {
        let (crashes, reported) = mpsc::unbounded_channel();
        let mut parts = start::start(&options, &crashes, progress).await?;
        if let Some((port, store, ids)) = parts.desks.mail.take() {
            sink::receive_mail(port, store, ids, parts.desks.stop.clone()).await?;
        }
        let running = [("postgres", &parts.database.1), ("kafka", &parts.bus.1)];
        let running = running.map(|(name, child)| (name.to_owned(), child.clone())).into();
        let suite = Self { parts, running: Mutex::new(running), crashes, reported: tokio::sync::Mutex::new(reported) };
        let names: Vec<String> = suite.processes().into_iter().map(str::to_owned).collect();
        if !names.is_empty() {
            let step = progress.begin("services");
            let started = join_all(names.iter().map(|name| suite.start_process(name))).await;
            started.into_iter().collect::<Result<Vec<()>>>()?;
            step.done(&format!("{} processes are ready and hear", names.len()));
        }
        Ok(suite)
    }

    /// Starts a process that does not run, and waits until it is ready and hears.
    ///
    /// # Errors
    /// When it runs already, or does not become so; with the last lines of its log.
    pub async fn start_process(&self, name: &str) -> Result<()> {
        let place = self.place(name)?;
        if self.child(name).is_ok_and(|child| child.runs()) {
            bail!("{name} runs already");
        }
        let run = self.run();
        let plan = Plan {
            name: name.to_owned(),
            program: self.parts.programs.join(&place.process.service),
            args: vec!["serve".to_owned(), "--settings".to_owned(), place.settings.display().to_string()],
            env: BTreeMap::new(),
            folder: self.parts.workspace.root().to_path_buf(),
            log: run.log(name),
            record: run.pids().join(format!("{name}.json")),
            user: None,
            stop: Signal::TERM,
        };
        let child = Child::start(plan, self.crashes.clone()).await?;
        self.running().insert(name.to_owned(), child.clone());
        let url = self.health_url(name)?;
        health::ready(name, &child, &url).await?;
        health::hearing(name, &child, &url).await
    }

    /// Waits until a process says that each of its clients of the bus lives.
    ///
    /// # Errors
    /// When it does not run, or is deaf for a minute.
    pub async fn hears_again(&self, name: &str) -> Result<()> {
        health::hearing(name, &self.child(name)?, &self.health_url(name)?).await
    }

    /// Stops a process in order.
    ///
    /// # Errors
    /// When it does not run, or had to be killed.
    pub async fn stop_process(&self, name: &str) -> Result<()> {
        self.child(name)?.stop(PATIENCE).await
    }

    /// Waits until a process says that it does not hear.
    ///
    /// # Errors
    /// When it does not run, or says for a minute that it hears.
    pub async fn falls_deaf(&self, name: &str) -> Result<()> {
        health::deaf(name, &self.child(name)?, &self.health_url(name)?).await
    }

    /// Kills a process with SIGKILL and waits until it is gone.
    ///
    /// # Errors
    /// When the suite has no such process, or it never ran.
    pub async fn kill9(&self, name: &str) -> Result<()> {
        let child = self.child(name)?;
        if name == "postgres" {
            self.parts.database.0.kill(&child).await;
        } else {
            child.kill().await;
        }
        Ok(())
    }

    /// Kills the broker with SIGKILL.
    ///
    /// # Errors
    /// When it never ran.
    pub async fn kill9_broker(&self) -> Result<()> {
        self.kill9("kafka").await
    }

    /// Stops the broker in the middle of what it does, as a machine does that does not get to it: its connections stay.
    ///
    /// # Errors
    /// When it does not run.
    pub fn freeze_broker(&self) -> Result<()> {
        self.child("kafka")?.signal(Signal::STOP);
        Ok(())
    }

    /// A frozen broker goes on.
    ///
    /// # Errors
    /// When it does not run.
    pub fn thaw_broker(&self) -> Result<()> {
        self.child("kafka")?.signal(Signal::CONT);
        Ok(())
    }

    /// Stops the broker in order.
    ///
    /// # Errors
    /// When it had to be killed.
    pub async fn stop_broker(&self) -> Result<()> {
        self.stop_process("kafka").await
    }

    /// Starts the broker again and waits until every partition can be written.
    ///
    /// # Errors
    /// When it runs already or does not start.
    pub async fn start_broker(&self) -> Result<()> {
        self.refuse_running("kafka")?;
        let child = self.parts.bus.0.start(self.crashes.clone()).await?;
        self.running().insert("kafka".to_owned(), child);
        Ok(())
    }

    /// Kills PostgreSQL and all its sessions with SIGKILL.
    ///
    /// # Errors
    /// When it never ran.
    pub async fn kill9_postgres(&self) -> Result<()> {
        self.kill9("postgres").await
    }

    /// Stops PostgreSQL in order; sessions are ended.
    ///
    /// # Errors
    /// When it had to be killed.
    pub async fn stop_postgres(&self) -> Result<()> {
        self.stop_process("postgres").await
    }

    /// Starts PostgreSQL again and waits until it answers.
    ///
    /// # Errors
    /// When it runs already or does not start.
    pub async fn start_postgres(&self) -> Result<()> {
        self.refuse_running("postgres")?;
        let child = self.parts.database.0.start(self.crashes.clone()).await?;
        self.running().insert("postgres".to_owned(), child);
        Ok(())
    }

    /// Every running process with its id, `postgres` and `kafka` among them.
    #[must_use]
    pub fn pids(&self) -> BTreeMap<String, u32> {
        let running = self.running();
        running.iter().filter(|(_, child)| child.runs()).map(|(name, child)| (name.clone(), child.pid())).collect()
    }

    /// Processor time that each running process has used, with its children.
    #[must_use]
    pub fn processor_time(&self) -> BTreeMap<String, Duration> {
        self.pids().into_iter().map(|(name, pid)| (name, procfs::processor_time(pid))).collect()
    }

    /// Processes that ended without having been asked to, as far as nobody was told of them yet.
    pub async fn crashes(&self) -> Vec<Crash> {
        let mut reported = self.reported.lock().await;
        std::iter::from_fn(|| reported.try_recv().ok()).collect()
    }

    /// Waits for the next process that ends without having been asked to.
    pub async fn crashed(&self) -> Crash {
        match self.reported.lock().await.recv().await {
            Some(crash) => crash,
            None => std::future::pending().await,
        }
    }

    /// Stops services first, then the broker, then the database. The data stays.
    ///
    /// # Errors
    /// When a process had to be killed; everything is stopped all the same.
    pub async fn stop(self, progress: &Progress) -> Result<()> {
        let mut complaints = Vec::new();
        let step = progress.begin("stopping the services");
        let services: Vec<Child> = {
            let running = self.running();
            running.iter().filter(|(name, _)| !is_part(name)).map(|(_, child)| child.clone()).collect()
        };
        complaints.extend(join_all(services.iter().map(|child| child.stop(PATIENCE))).await);
        step.done("");
        let step = progress.begin("stopping Kafka and PostgreSQL");
        for part in ["kafka", "postgres"] {
            complaints.push(self.child(part)?.stop(PATIENCE).await);
        }
        self.parts.desks.stop.cancel();
        for server in &self.parts.desks.servers {
            server.stop(false).await;
        }
        step.done("the data is kept");
        complaints.into_iter().collect()
    }

    fn refuse_running(&self, name: &str) -> Result<()> {
        if self.child(name)?.runs() {
            bail!("{name} runs already");
        }
        Ok(())
    }

    fn child(&self, name: &str) -> Result<Child> {
        let child = self.running().get(name).cloned();
        child.with_context(|| format!("{name} was never started in this suite"))
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<String, Child>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_part(name: &str) -> bool {
    ["kafka", "postgres"].contains(&name)
}

impl Drop for Desks {
    fn drop(&mut self) {
        self.stop.cancel();
        for server in &self.servers {
            // The order to stop is given at once; nobody waits for it here.
            drop(server.stop(false));
        }
    }
}
