//! One running process of a suite.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    process::Command,
    sync::{mpsc, watch},
};

use super::{leftovers::Record, log::last_lines, spawner, user::User};

/// What to start, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    pub name: String,
    pub program: PathBuf,
    pub args: Vec<String>,
    pub env: BTreeMap<String, String>,
    pub folder: PathBuf,
    pub log: PathBuf,
    pub record: PathBuf,
    /// Another user than the launcher's; only root can ask for it.
    pub user: Option<User>,
    /// What asks this program to stop in order.
    pub stop: Signal,
}

/// A process that ended without being asked to.
#[derive(Clone, Debug)]
pub struct Crash {
    pub process: String,
    pub status: String,
    pub log: PathBuf,
}

impl std::fmt::Display for Crash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} ended ({}). The last lines of {}:", self.process, self.status, self.log.display())?;
        for line in last_lines(&self.log, 20) {
            writeln!(f, "    {line}")?;
        }
        Ok(())
    }
}

/// Where unexpected ends are reported.
pub type Watch = mpsc::UnboundedSender<Crash>;

/// A started process; cheap to clone. It is killed when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Child(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    plan: Arc<Plan>,
    pid: u32,
    expected: Arc<AtomicBool>,
    ended: watch::Receiver<Option<ExitStatus>>,
}

impl Child {
    /// Starts a process in a group of its own. The kernel ends it when this program dies.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn start(plan: Plan, crashes: Watch) -> Result<Self> {
        let command = command(&plan)?;
        let mut child = spawner::spawn(command).await.with_context(|| format!("cannot start {}", plan.name))?;
        let pid = child.id().with_context(|| format!("{} ended at once", plan.name))?;
        if let Some(record) = Record::of(pid, &plan.program.display().to_string()) {
            record.write(&plan.record)?;
        }
        let expected = Arc::new(AtomicBool::new(false));
        let (end, ended) = watch::channel(None);
        let (plan, known) = (Arc::new(plan), Arc::clone(&expected));
        let watched = Arc::clone(&plan);
        tokio::spawn(async move {
            let status = child.wait().await.unwrap_or_default();
            let _ = fs::remove_file(&watched.record);
            let _ = end.send(Some(status));
            if !known.load(Ordering::SeqCst) {
                let (process, log) = (watched.name.clone(), watched.log.clone());
                let _ = crashes.send(Crash { process, status: status.to_string(), log });
            }
        });
        Ok(Self(Arc::new(Inner { plan, pid, expected, ended })))
    }

    #[must_use]
    pub fn pid(&self) -> u32 {
        self.0.pid
    }

    #[must_use]
    pub fn runs(&self) -> bool {
        self.0.runs()
    }

    /// Fails with the last lines of the log once the process has ended.
    ///
    /// # Errors
    /// When the process has ended.
    pub fn check(&self) -> Result<()> {
        let status = *self.0.ended.borrow();
        match status {
            None => Ok(()),
            Some(status) => {
                let (process, log) = (self.0.plan.name.clone(), self.0.plan.log.clone());
                bail!("{}", Crash { process, status: status.to_string(), log })
            }
        }
    }

    /// Asks the process to stop and waits until it has; after `patience` it is killed.
    ///
    /// # Errors
    /// When it had to be killed.
    pub async fn stop(&self, patience: Duration) -> Result<()> {
        self.0.signal(self.0.plan.stop);
        if tokio::time::timeout(patience, self.ended()).await.is_ok() {
            return Ok(());
        }
        self.kill().await;
        bail!("{} did not stop within {} s and was killed", self.0.plan.name, patience.as_secs())
    }

    /// Sends a signal to its group.
    pub fn signal(&self, signal: Signal) {
        self.0.signal(signal);
    }

    /// Kills the process (SIGKILL) and waits until it is gone.
    pub async fn kill(&self) {
        self.0.signal(Signal::KILL);
        self.ended().await;
    }

    /// Whatever happens from here on is not a crash.
    pub fn expect_end(&self) {
        self.0.expected.store(true, Ordering::SeqCst);
    }

    /// From here on an end is a crash again.
    pub fn watch_from_here(&self) {
        self.0.expected.store(false, Ordering::SeqCst);
    }

    async fn ended(&self) {
        let mut ended = self.0.ended.clone();
        let _ = ended.wait_for(Option::is_some).await;
    }
}

impl Inner {
    fn runs(&self) -> bool {
        self.ended.borrow().is_none()
    }

    fn signal(&self, signal: Signal) {
        self.expected.store(true, Ordering::SeqCst);
        let group = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        if let Some(group) = group.filter(|_| self.runs()) {
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

/// `setpriv` changes the user where asked, and arranges that the kernel sends the stop signal when the launcher dies.
fn command(plan: &Plan) -> Result<Command> {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&plan.log)
        .with_context(|| format!("cannot write {}", plan.log.display()))?;
    let death = if plan.stop == Signal::INT { "INT" } else { "TERM" };
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", death]);
    if let Some(user) = plan.user {
        command.args(["--reuid", &user.uid.to_string(), "--regid", &user.gid.to_string(), "--init-groups"]);
    }
    command.arg("--").arg(&plan.program).args(&plan.args);
    // The settings file says everything; a variable left in somebody's shell must not change one suite of two.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("WUTONG__")) {
        command.env_remove(name);
    }
    command
        .kill_on_drop(true)
        .envs(&plan.env)
        .current_dir(&plan.folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(folder: &std::path::Path, script: &str) -> Plan {
        Plan {
            name: "department-tax".to_owned(),
            program: "sh".into(),
            args: vec!["-c".to_owned(), script.to_owned()],
            env: BTreeMap::new(),
            folder: folder.to_path_buf(),
            log: folder.join("tax.log"),
            record: folder.join("tax.json"),
            user: None,
            stop: Signal::TERM,
        }
    }

    #[tokio::test]
    async fn a_process_that_dies_is_reported_with_its_last_lines() {
        let folder = tempfile::tempdir().unwrap();
        let (crashes, mut reported) = mpsc::unbounded_channel();
        let child = Child::start(plan(folder.path(), "echo no settings; exit 3"), crashes).await.unwrap();
        let crash = reported.recv().await.unwrap().to_string();
        assert!(crash.contains("department-tax ended (exit status: 3)"), "{crash}");
        assert!(crash.contains("no settings"), "{crash}");
        assert!(child.check().is_err());
        assert!(!folder.path().join("tax.json").exists());
    }

    #[tokio::test]
    async fn a_stopped_process_is_no_crash_and_takes_its_group_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let (crashes, mut reported) = mpsc::unbounded_channel();
        let child = Child::start(plan(folder.path(), "sleep 60 & wait"), crashes).await.unwrap();
        assert!(child.runs() && folder.path().join("tax.json").exists());
        child.stop(Duration::from_secs(5)).await.unwrap();
        assert!(!child.runs());
        assert!(reported.recv().await.is_none());
        assert!(crate::procfs::children(child.pid()).is_empty());
    }
}
