//! Where everything of a suite is. The launcher writes it down, so that another program (`local status`, a test) finds
//! the suite without having started it.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{Context, Result, bail};
use mailbox::ids::Ids;
use rdkafka::ClientConfig;
use serde::{Deserialize, Serialize};

use super::{options::Clock, roster::Process};
use crate::{
    kafka::Access,
    paths::{RunDir, Workspace},
    postgres::{Database, SUPERUSER},
    secrets::{Secrets, write_private},
    sign_in::{People, SignIn},
};

/// A process and its two addresses.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Place {
    #[serde(flatten)]
    pub process: Process,
    pub port: u16,
    pub health_port: u16,
    pub settings: PathBuf,
}

/// A role of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DbRole {
    Superuser,
    Owner,
    App,
}

/// Addresses, ports and people of one suite.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SuiteMap {
    pub name: String,
    pub run_dir: PathBuf,
    pub clock: Clock,
    /// Parts that every suite has: sign-in, sink, mail, postgres, kafka, kafka-admin.
    pub parts: BTreeMap<String, u16>,
    pub processes: Vec<Place>,
    pub departments: Vec<String>,
    /// Every service that a token is for.
    pub audience: Vec<String>,
    pub people: People,
}

impl SuiteMap {
    /// Reads what the launcher of a suite wrote down.
    ///
    /// # Errors
    /// When no suite was ever started in this folder.
    pub fn read(run: &RunDir) -> Result<Self> {
        let path = run.map();
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("no suite was started in {}", run.path().display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not right", path.display()))
    }

    /// Writes it down.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self) -> Result<()> {
        write_private(&self.run().map(), serde_json::to_string_pretty(self)?.as_bytes())
    }

    #[must_use]
    pub fn run(&self) -> RunDir {
        RunDir::new(self.run_dir.clone())
    }

    /// The suite's passwords and keys.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        Secrets::new(self.run().secrets(), Ids::from_system())
    }

    /// The port of a part.
    ///
    /// # Errors
    /// When the suite has no such part.
    pub fn part(&self, name: &str) -> Result<u16> {
        self.parts.get(name).copied().with_context(|| format!("the suite has no part called {name}"))
    }

    /// A process by name.
    ///
    /// # Errors
    /// When the suite has no such process; with the names that it has.
    pub fn place(&self, process: &str) -> Result<&Place> {
        let found = self.processes.iter().find(|place| place.process.name == process);
        found.with_context(|| {
            let names: Vec<&str> = self.processes.iter().map(|place| place.process.name.as_str()).collect();
            format!("the suite has no process called {process}; it has {}", names.join(", "))
        })
    }

    /// The address of a process, of `sign-in` or of `sink`.
    ///
    /// # Errors
    /// When the suite has neither.
    pub fn url(&self, name: &str) -> Result<String> {
        let port = match self.parts.get(name) {
            Some(port) => *port,
            None => self.place(name)?.port,
        };
        Ok(format!("http://127.0.0.1:{port}"))
    }

    /// The address of a process's second port.
    ///
    /// # Errors
    /// When the suite has no such process.
    pub fn health_url(&self, process: &str) -> Result<String> {
        Ok(format!("http://127.0.0.1:{}", self.place(process)?.health_port))
    }

    /// Every process's name.
    #[must_use]
    pub fn processes(&self) -> Vec<&str> {
        self.processes.iter().map(|place| place.process.name.as_str()).collect()
    }

    /// Replaces the placeholders of `suite.toml` in a text.
    ///
    /// # Errors
    /// When one names something that is not there.
    pub fn fill(&self, text: &str, workspace: &Workspace) -> Result<String> {
        let run = self.run();
        let mut text = text
            .replace("{workspace}", &workspace.root().display().to_string())
            .replace("{run}", &run.path().display().to_string())
            .replace("{secrets}", &run.secrets().display().to_string());
        while let Some((before, rest)) = text.split_once("{url:") {
            let (name, after) = rest.split_once('}').with_context(|| format!("{text} lacks a closing bracket"))?;
            // With a question mark: of a process that not every suite has.
            let url = match name.strip_suffix('?') {
                Some(name) => self.url(name).unwrap_or_default(),
                None => self.url(name)?,
            };
            text = format!("{before}{url}{after}");
        }
        Ok(text)
    }

    /// A bearer token of a person by id (`clerk-tax`), by role (`applicant`), or by department and role (`TAX/department_head`).
    ///
    /// # Errors
    /// When the suite has no such person, or was never started.
    pub fn token(&self, person: &str) -> Result<String> {
        let person = self.people.find(person)?;
        SignIn::open(&self.secrets(), self.url("sign-in")?, self.audience.clone())?.token(person)
    }

    /// How this suite's broker is reached.
    ///
    /// # Errors
    /// When the map is not whole.
    pub fn kafka(&self) -> Result<Access> {
        Ok(Access { port: self.part("kafka")?, admin_port: self.part("kafka-admin")?, secrets: self.secrets() })
    }

    /// A client of a principal, with nothing but its own rights.
    ///
    /// # Errors
    /// When the suite has no such principal.
    pub fn kafka_config(&self, principal: &str) -> Result<ClientConfig> {
        if !self.run().secrets().join(Access::secret_name(principal)).exists() {
            bail!("the broker knows no principal called {principal}");
        }
        self.kafka()?.of(principal)
    }

    /// A client above all access rules.
    ///
    /// # Errors
    /// When the suite was never started.
    pub fn admin_kafka_config(&self) -> Result<ClientConfig> {
        self.kafka()?.admin()
    }

    /// A database's address with its password, for `sqlx` and `psql`.
    ///
    /// # Errors
    /// When the suite was never started.
    pub fn db_url(&self, database: &str, role: DbRole) -> Result<String> {
        let known = Database { name: database.to_owned() };
        let (user, secret) = match role {
            DbRole::Superuser => (SUPERUSER.to_owned(), "postgres-superuser".to_owned()),
            DbRole::Owner => (known.owner(), format!("postgres-{}", known.owner())),
            DbRole::App => (known.app(), format!("postgres-{}", known.app())),
        };
        let password = self.secrets().get(&secret)?;
        Ok(format!("postgres://{user}:{password}@127.0.0.1:{}/{database}", self.part("postgres")?))
    }
}
