//! Where things lie: the checkout, and the folder of one suite under `.run/`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The checkout that this program was started in.
#[derive(Clone, Debug)]
pub struct Workspace(PathBuf);

impl Workspace {
    /// Walks up from the working folder until it finds `deploy/local/suite.toml`.
    ///
    /// # Errors
    /// When the working folder is not inside a checkout.
    pub fn find() -> Result<Self> {
        let here = std::env::current_dir().context("the working folder cannot be read")?;
        here.ancestors()
            .find(|folder| folder.join("deploy/local/suite.toml").is_file())
            .map(|folder| Self(folder.to_path_buf()))
            .with_context(|| format!("{} is not inside a checkout of Wutong", here.display()))
    }

    /// The checkout's top folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.0
    }

    /// A file of the checkout.
    #[must_use]
    pub fn file(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.0.join(relative)
    }

    /// What all suites of this checkout share: the broker's jars, and what a stranger's department runs on.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.0.join(".run/cache")
    }

    /// The folder of the suite `name`.
    #[must_use]
    pub fn run_dir(&self, name: &str) -> PathBuf {
        self.0.join(".run").join(name)
    }
}

/// The folder of one suite. Everything that a suite writes is below it, except where PostgreSQL cannot reach it.
#[derive(Clone, Debug)]
pub struct RunDir(PathBuf);

impl RunDir {
    /// Names the folder; creates nothing.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// One TOML file per process.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.0.join("settings")
    }

    /// One file per process, written by the process itself.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }

    /// The log of one process.
    #[must_use]
    pub fn log(&self, process: &str) -> PathBuf {
        self.logs().join(format!("{process}.log"))
    }

    /// Passwords and keys, each a file that only its owner reads.
    #[must_use]
    pub fn secrets(&self) -> PathBuf {
        self.0.join("secrets")
    }

    /// One file per running process, so that a later start can find what an earlier launcher left.
    #[must_use]
    pub fn pids(&self) -> PathBuf {
        self.0.join("pids")
    }

    #[must_use]
    pub fn kafka(&self) -> PathBuf {
        self.0.join("kafka")
    }

    /// What the local SMS and mail sink received.
    #[must_use]
    pub fn sink(&self) -> PathBuf {
        self.0.join("sink")
    }

    /// Held while a launcher runs this suite.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    /// Ports, addresses and processes, for the launcher's other subcommands.
    #[must_use]
    pub fn map(&self) -> PathBuf {
        self.0.join("map.json")
    }

    /// Creates the folders that every suite has.
    ///
    /// # Errors
    /// When a folder cannot be created.
    pub fn create(&self) -> Result<()> {
        for folder in [self.settings(), self.logs(), self.secrets(), self.pids(), self.kafka(), self.sink()] {
            std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        Ok(())
    }
}
