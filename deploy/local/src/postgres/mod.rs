//! A private PostgreSQL for one suite: its own data, port and passwords; the machine's own server is never touched.

mod databases;
mod place;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::process::Command;

use crate::{
    paths::RunDir,
    processes::{Child, Watch, child::Plan, last_lines},
    procfs,
    progress::Progress,
    secrets::{Secrets, write_private},
};
pub use databases::{Database, create as create_databases};
pub use place::{Place, choose as choose_place};

/// The role that the launcher and tests use; services never do.
pub const SUPERUSER: &str = "postgres";

/// A PostgreSQL server that can be started, stopped and killed.
#[derive(Clone, Debug)]
pub struct Server {
    programs: PathBuf,
    place: Place,
    run: RunDir,
    port: u16,
    password: String,
    fsync: bool,
}

impl Server {
    /// Prepares the data folder where there is none yet.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or the folder cannot be made.
    pub async fn prepare(run: &RunDir, secrets: &Secrets, port: u16, fsync: bool, progress: &Progress) -> Result<Self> {
        let programs = programs()?;
        let place = place::choose(run.path())?;
        if let Some(why) = &place.moved {
            progress.say(&format!("  {why}"));
        }
        let password = secrets.get("postgres-superuser")?;
        let server = Self { programs, place, run: run.clone(), port, password, fsync };
        server.initialise().await?;
        Ok(server)
    }

    async fn initialise(&self) -> Result<()> {
        self.place.create()?;
        let data = self.place.data();
        if data.join("PG_VERSION").exists() {
            return Ok(());
        }
        // A folder without PG_VERSION is what an interrupted initdb leaves.
        let _ = fs::remove_dir_all(&data);
        let password = self.place.root.join("initial-password");
        write_private(&password, self.password.as_bytes())?;
        self.place.give(&password)?;
        let mut initdb = self.place.command(&self.programs.join("initdb"));
        initdb.args([
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-instructions",
            "--username",
            SUPERUSER,
        ]);
        initdb.arg("--pwfile").arg(&password).arg("--pgdata").arg(&data);
        if !self.fsync {
            initdb.arg("--no-sync");
        }
        let output = initdb.output().await.context("initdb cannot be run")?;
        let _ = fs::remove_file(&password);
        if !output.status.success() {
            let _ = fs::remove_dir_all(&data);
            bail!("initdb failed:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    /// Starts the server and waits until it answers.
    ///
    /// # Errors
    /// When it ends instead; with the last lines of its log.
    pub async fn start(&self, crashes: Watch) -> Result<Child> {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let child = Child::start(self.plan(), crashes.clone()).await?;
            child.expect_end();
            match self.wait(&child, deadline).await {
                Ok(()) => {
                    child.watch_from_here();
                    return Ok(child);
                }
                // After a kill -9 the old sessions may hold the shared memory for some more milliseconds.
                Err(_) if !child.runs() && self.memory_still_in_use() && Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn wait(&self, child: &Child, deadline: Instant) -> Result<()> {
        loop {
            child.check()?;
            let error = match PgConnection::connect_with(&self.superuser("postgres")).await {
                Ok(connection) => return Ok(connection.close().await?),
                Err(error) => error,
            };
            if Instant::now() > deadline {
                child.kill().await;
                bail!("PostgreSQL does not answer on port {}: {error}", self.port);
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    fn memory_still_in_use(&self) -> bool {
        last_lines(&self.run.log("postgres"), 5).iter().any(|line| line.contains("shared memory block"))
    }

    /// Kills the server and every session at once, as a machine that loses power would.
    pub async fn kill(&self, child: &Child) {
        // Held, because a number may be somebody else's by the time the server is dead.
        let pids = procfs::children(child.pid()).into_iter().filter_map(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
        let sessions: Vec<_> = pids.filter_map(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()).collect();
        child.kill().await;
        for session in sessions {
            let _ = pidfd_send_signal(session, Signal::KILL);
        }
    }

    /// How the superuser connects to a database.
    #[must_use]
    pub fn superuser(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username(SUPERUSER)
            .password(&self.password)
            .database(database)
    }

    fn plan(&self) -> Plan {
        let fsync = if self.fsync { "on" } else { "off" };
        let settings = [
            format!("port={}", self.port),
            "listen_addresses=127.0.0.1".to_owned(),
            format!("unix_socket_directories={}", self.place.socket.display()),
            format!("fsync={fsync}"),
            format!("full_page_writes={fsync}"),
            // What a whole suite and its tests need at once, and little memory for each.
            "max_connections=300".to_owned(),
            "shared_buffers=64MB".to_owned(),
            "work_mem=4MB".to_owned(),
            "maintenance_work_mem=32MB".to_owned(),
            "max_wal_size=512MB".to_owned(),
            "wal_level=minimal".to_owned(),
            "max_wal_senders=0".to_owned(),
            "max_parallel_workers_per_gather=0".to_owned(),
            "jit=off".to_owned(),
            // Counts statements for the measurements.
            "shared_preload_libraries=pg_stat_statements".to_owned(),
            "pg_stat_statements.track=all".to_owned(),
            "timezone=UTC".to_owned(),
            "log_timezone=UTC".to_owned(),
        ];
        let mut args = vec!["-D".to_owned(), self.place.data().display().to_string()];
        args.extend(settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]));
        Plan {
            name: "postgres".to_owned(),
            program: self.programs.join("postgres"),
            args,
            env: std::collections::BTreeMap::new(),
            folder: self.place.root.clone(),
            log: self.run.log("postgres"),
            record: self.run.pids().join("postgres.json"),
            user: self.place.user,
            stop: Signal::INT,
        }
    }
}

/// The newest PostgreSQL of the Debian package, or the one on the path.
fn programs() -> Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| complete(folder))
        .collect();
    found.sort();
    if let Some((_, folder)) = found.pop() {
        return Ok(folder);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .find(|folder| complete(folder))
        .context("PostgreSQL is not installed: `apt-get install postgresql`")
}

fn complete(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
}

impl Place {
    /// A command that runs as the server's user, in a folder that this user can reach.
    fn command(&self, program: &Path) -> Command {
        let mut command = match self.user {
            Some(user) => {
                let mut command = Command::new("setpriv");
                command.args([
                    "--reuid",
                    &user.uid.to_string(),
                    "--regid",
                    &user.gid.to_string(),
                    "--init-groups",
                    "--",
                ]);
                command.arg(program);
                command
            }
            None => Command::new(program),
        };
        command.current_dir(&self.root);
        command
    }
}
