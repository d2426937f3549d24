//! A side's suite while it is measured: started, asked, made quiet and stopped through its own launcher.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::PathBuf,
    process::Stdio,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use local::{investor::Town, ports, processes::Record, procfs, suite::http_client};
use reqwest::Client;
use serde::Deserialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339, macros::datetime};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

use super::side::Side;

/// Business time on every side: a day on which the hall is open, and the day of the stories.
const BUSINESS: OffsetDateTime = datetime!(2025-09-28 09:00 +8);

const PATIENCE: Duration = Duration::from_secs(240);

/// A started suite of a side.
pub struct Running<'s> {
    pub side: &'s Side,
    pub http: Client,
    name: String,
    map: Map,
    launcher: Child,
    tokens: Mutex<BTreeMap<String, String>>,
    /// Business time moves a second with every drain: that is how a launcher is asked whether its suite is quiet.
    drained: Mutex<u32>,
}

/// What a launcher writes down, as far as every commit does it alike.
#[derive(Deserialize)]
struct Map {
    run_dir: PathBuf,
    parts: BTreeMap<String, u16>,
    processes: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    name: String,
    port: u16,
    database: String,
}

impl<'s> Running<'s> {
    /// Starts a suite of one flow, or of both, on data of its own.
    ///
    /// # Errors
    /// When the launcher does not say that it is ready.
    pub async fn start(side: &'s Side, name: &str, flow: Option<&str>) -> Result<Self> {
        let name = format!("bench-{name}-{}", std::process::id());
        let run = side.root.join(".run").join(&name);
        fs::create_dir_all(&run).with_context(|| format!("cannot create {}", run.display()))?;
        let said = run.join("launcher.log");
        let mut command = Command::new(side.launcher());
        command.current_dir(&side.root).args(["--name", &name, "up", "--no-build", "--clock"]);
        command.arg(BUSINESS.format(&Rfc3339)?).args(["--base-port", &ports::free_base()?.to_string()]);
        command.args(flow.into_iter().flat_map(|flow| ["--flow", flow]));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&said)?).kill_on_drop(true);
        let mut launcher = command.spawn().with_context(|| format!("{} cannot be run", side.launcher().display()))?;
        let mut lines = BufReader::new(launcher.stdout.take().context("the launcher says nothing")?).lines();
        let ready = async {
            while let Some(line) = lines.next_line().await? {
                if line.contains("Ctrl-C") {
                    return Ok(());
                }
            }
            bail!("the launcher of {} ended: {}", side.label, fs::read_to_string(&said).unwrap_or_default())
        };
        timeout(PATIENCE, ready).await.with_context(|| format!("the suite of {} does not start", side.label))??;
        let text = fs::read_to_string(run.join("map.json")).context("the launcher wrote no map")?;
        let map = serde_json::from_str(&text).context("the launcher's map cannot be read")?;
        let (tokens, drained) = (Mutex::default(), Mutex::default());
        Ok(Self { side, http: http_client(), name, map, launcher, tokens, drained })
    }

    /// Signs people in, so that nothing is left to do for it while something is measured.
    ///
    /// # Errors
    /// When the suite has no such person.
    pub async fn sign_in(&self, people: &[&str]) -> Result<()> {
        for person in people {
            let token = self.launch(&["token", person]).await?;
            self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert((*person).to_owned(), token);
        }
        Ok(())
    }

    /// Waits until nothing is on its way any more.
    ///
    /// # Errors
    /// When it is not quiet in time.
    pub async fn drain(&self) -> Result<()> {
        let seconds = {
            let mut drained = self.drained.lock().unwrap_or_else(PoisonError::into_inner);
            *drained += 1;
            *drained
        };
        let to = (BUSINESS + Duration::from_secs(1) * seconds).format(&Rfc3339)?;
        self.launch(&["clock", "advance", &to]).await.map(|_| ())
    }

    /// Processor time that each process has used, Kafka and PostgreSQL among them; the launcher's is not counted.
    ///
    /// # Errors
    /// When the launcher's records cannot be read.
    pub fn processor_time(&self) -> Result<BTreeMap<String, Duration>> {
        let records = fs::read_dir(self.map.run_dir.join("pids"))?;
        let times = records.map(|entry| {
            let path = entry?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let record: Record = serde_json::from_str(&fs::read_to_string(&path)?)?;
            Ok((name, procfs::processor_time(record.pid)))
        });
        times.collect()
    }

    /// Every database once.
    #[must_use]
    pub fn databases(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.map.processes.iter().map(|place| place.database.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// A database's address, above all rights.
    ///
    /// # Errors
    /// When the suite has no database server.
    pub fn db_url(&self, database: &str) -> Result<String> {
        let port = self.map.parts.get("postgres").context("the suite has no PostgreSQL")?;
        let password = fs::read_to_string(self.map.run_dir.join("secrets/postgres-superuser"))?;
        Ok(format!("postgres://{}:{}@127.0.0.1:{port}/{database}", local::postgres::SUPERUSER, password.trim()))
    }

    /// Stops everything and forgets the data.
    ///
    /// # Errors
    /// When something had to be killed.
    pub async fn forget(mut self) -> Result<()> {
        let pid = self.launcher.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        }
        let ended = timeout(PATIENCE, self.launcher.wait()).await.context("the launcher does not stop")??;
        ensure!(ended.success(), "the launcher of {} ended with {ended}", self.side.label);
        self.launch(&["reset"]).await.map(|_| ())
    }

    async fn launch(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(self.side.launcher());
        command.current_dir(&self.side.root).args(["--name", &self.name]).args(arguments);
        let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
        let error = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{} {}: {}", self.side.label, arguments.join(" "), error.trim());
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

impl Town for Running<'_> {
    fn url(&self, process: &str) -> Result<String> {
        let place = self.map.processes.iter().find(|place| place.name == process);
        let place = place.with_context(|| format!("{} has no process {process}", self.side.label))?;
        Ok(format!("http://127.0.0.1:{}", place.port))
    }

    fn token(&self, person: &str) -> Result<String> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.get(person).cloned().with_context(|| format!("{person} was not signed in"))
    }
}
