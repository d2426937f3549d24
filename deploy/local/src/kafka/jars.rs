//! The broker's released jars, fetched once per checkout by their Maven coordinates and shared by all its suites.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use super::{ADMIN, Listeners, properties::render};
use crate::{paths::Workspace, progress::Progress, secrets::write_private};

/// A folder with everything that a broker needs to run.
#[derive(Clone, Debug)]
pub struct Jars {
    folder: PathBuf,
    logging: PathBuf,
}

/// One name for all local clusters: what keeps them apart is their ports and passwords.
const CLUSTER_ID: &str = "wutong-local-suite----";

/// Small heap, one collector thread, no second compiler: a third of the memory and half the processor time of the defaults.
const JVM: &[&str] =
    &["-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:disable", "-Xlog:all=error:stderr"];

impl Jars {
    /// Finds the jars in the cache, or fetches them; a second suite that starts meanwhile waits for the first.
    ///
    /// # Errors
    /// When Maven cannot fetch them.
    pub async fn fetch(workspace: &Workspace, progress: &Progress) -> Result<Self> {
        let pom = workspace.file("deploy/local/kafka/pom.xml");
        let text = fs::read_to_string(&pom).with_context(|| format!("cannot read {}", pom.display()))?;
        let cache = workspace.cache();
        fs::create_dir_all(&cache).with_context(|| format!("cannot create {}", cache.display()))?;
        let folder = cache.join(format!("kafka-{}", mark(&text)));
        let jars = Self { logging: workspace.file("deploy/local/kafka/log4j2.properties"), folder };
        let _only_one = wait_for(cache.join("kafka.lock")).await?;
        if !jars.complete().exists() {
            let step = progress.begin("fetching Apache Kafka (54 MB, once per checkout)");
            jars.copy(&pom).await?;
            step.tell("preparing a quick start");
            jars.archive().await?;
            fs::write(jars.complete(), "")?;
            step.done("");
        }
        Ok(jars)
    }

    fn complete(&self) -> PathBuf {
        self.folder.join("complete")
    }

    fn formatted(&self) -> PathBuf {
        self.folder.join("formatted")
    }

    fn classes(&self) -> PathBuf {
        self.folder.join("classes.jsa")
    }

    async fn copy(&self, pom: &Path) -> Result<()> {
        let _ = fs::remove_dir_all(&self.folder);
        let output = Command::new("mvn")
            .args(["--quiet", "--batch-mode", "--file"])
            .arg(pom)
            .args(["dependency:copy-dependencies", "-DincludeScope=runtime"])
            .arg(format!("-DoutputDirectory={}", self.folder.join("libs").display()))
            .output()
            .await
            .context("`mvn` cannot be run: `apt-get install maven`")?;
        if !output.status.success() {
            bail!("Maven could not fetch Apache Kafka:\n{}", String::from_utf8_lossy(&output.stdout));
        }
        Ok(())
    }

    /// Formats a data folder to copy for each suite, and runs a broker on it once, so that Java keeps the loaded classes
    /// in an archive: each later start takes half the time. A start without the archive works as well, so that a failure
    /// to make one is passed over.
    async fn archive(&self) -> Result<()> {
        let scratch = self.folder.join("scratch");
        fs::create_dir_all(&scratch)?;
        let listeners = Listeners { clients: free_port()?, admin: free_port()?, controller: free_port()? };
        let passwords = BTreeMap::from([(ADMIN.to_owned(), "scratch".to_owned())]);
        let properties = scratch.join("server.properties");
        write_private(&properties, render(listeners, &scratch.join("data"), &passwords).as_bytes())?;
        self.format(&properties).await?;
        copy_files(&scratch.join("data"), &self.formatted())?;
        let mut java = Command::new("java");
        java.args(JVM).arg(format!("-XX:ArchiveClassesAtExit={}", self.classes().display()));
        java.args(self.broker_args(&properties)).kill_on_drop(true);
        java.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let mut broker = java.spawn().context("`java` cannot be run")?;
        for _ in 0..300 {
            let up = tokio::net::TcpStream::connect(("127.0.0.1", listeners.clients)).await.is_ok();
            if up || broker.try_wait()?.is_some() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let pid = broker.id().and_then(|pid| i32::try_from(pid).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        let _ = tokio::time::timeout(std::time::Duration::from_secs(60), broker.wait()).await;
        let _ = fs::remove_dir_all(&scratch);
        Ok(())
    }

    /// Prepares an empty data folder for a broker.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn prepare(&self, data: &Path) -> Result<()> {
        copy_files(&self.formatted(), data)
    }

    async fn format(&self, properties: &Path) -> Result<()> {
        let output = Command::new("java")
            .args(["-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"])
            .arg(self.class_path())
            .args(["kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER_ID, "--config"])
            .arg(properties)
            .output()
            .await
            .context("`java` cannot be run: `apt-get install default-jre-headless`")?;
        if !output.status.success() {
            bail!("Kafka could not format its folder:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    /// What `java` must be called with to run the broker.
    #[must_use]
    pub fn run_args(&self, properties: &Path) -> Vec<String> {
        let mut args: Vec<String> = JVM.iter().map(|arg| (*arg).to_owned()).collect();
        if self.classes().exists() {
            args.push(format!("-XX:SharedArchiveFile={}", self.classes().display()));
        }
        args.extend(self.broker_args(properties));
        args
    }

    fn broker_args(&self, properties: &Path) -> Vec<String> {
        vec![
            format!("-Dlog4j2.configurationFile={}", self.logging.display()),
            "-cp".to_owned(),
            self.class_path(),
            "kafka.Kafka".to_owned(),
            properties.display().to_string(),
        ]
    }

    fn class_path(&self) -> String {
        format!("{}/*", self.folder.join("libs").display())
    }
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for file in fs::read_dir(from)?.filter_map(Result::ok).filter(|file| file.path().is_file()) {
        fs::copy(file.path(), to.join(file.file_name()))?;
    }
    Ok(())
}

/// Another pom is another folder, so that a checkout may go back and forth between versions.
fn mark(pom: &str) -> String {
    let mut hasher = DefaultHasher::new();
    pom.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

async fn wait_for(path: PathBuf) -> Result<File> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.with_context(|| format!("cannot write {}", path.display()))?;
    tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await?.context("the jars' lock cannot be taken")
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
