//! How one suite differs from another.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::file::{DepartmentSpec, Hint, ServiceSpec, SuiteFile};
use crate::{
    paths::Workspace,
    ports::{Offsets, Ports},
};

/// Business time of every process.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(tag = "mode", rename_all = "lowercase")]
pub enum Clock {
    /// The machine's.
    System,
    /// Stands still until it is moved.
    Manual {
        #[serde(with = "time::serde::rfc3339")]
        start: OffsetDateTime,
    },
}

/// How a department decides.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Adapter {
    /// People, over the department's HTTP API.
    Manual,
    /// By a file, at once.
    Rules,
    /// By somebody else's program: the broker knows it, and the suite starts nothing for it.
    Stranger,
}

/// Everything that can be chosen about a suite.
#[derive(Clone, Debug)]
pub struct SuiteOptions {
    pub workspace: Workspace,
    pub name: String,
    pub run_dir: PathBuf,
    pub ports: Ports,
    pub offsets: Offsets,
    pub hint: Hint,
    pub clock: Clock,
    pub services: Vec<ServiceSpec>,
    pub departments: Vec<DepartmentSpec>,
    /// Off only in tests that kill nothing: a test's data need not survive the machine.
    pub fsync: bool,
    /// Where traces go; none sends nothing.
    pub otlp_endpoint: Option<String>,
    /// Builds the services first; off where `cargo` has just done so.
    pub build: bool,
    /// Off starts everything but the services.
    pub serve: bool,
    /// Which log lines the services write.
    pub log_filter: String,
}

impl SuiteOptions {
    /// What `suite.toml` says, on free ports, with the machine's clock, in `.run/<name>`.
    ///
    /// # Errors
    /// When the working folder is outside a checkout, or `suite.toml` is not right.
    pub fn new(name: &str) -> Result<Self> {
        let workspace = Workspace::find()?;
        let file = SuiteFile::read(&workspace)?;
        Ok(Self {
            run_dir: workspace.run_dir(name),
            workspace,
            name: name.to_owned(),
            ports: Ports::Free,
            offsets: file.ports,
            hint: file.hint,
            clock: Clock::System,
            services: file.services,
            departments: file.departments,
            fsync: true,
            otlp_endpoint: None,
            build: false,
            serve: true,
            log_filter: "info".to_owned(),
        })
    }

    /// How many of a service run.
    ///
    /// # Errors
    /// When `suite.toml` has no such service.
    pub fn with_instances(mut self, service: &str, instances: u16) -> Result<Self> {
        let spec = self.services.iter_mut().find(|spec| spec.name == service);
        spec.with_context(|| format!("the suite has no service called {service}"))?.instances = instances;
        Ok(self)
    }

    /// Keeps only these departments, by code.
    #[must_use]
    pub fn with_departments(mut self, codes: &[&str]) -> Self {
        self.departments.retain(|department| codes.contains(&department.code.as_str()));
        self
    }

    /// Keeps only what is needed for this, e.g. `opening` or `construction`.
    #[must_use]
    pub fn with_flow(mut self, flow: &str) -> Self {
        let serves = |flows: &[String]| flows.is_empty() || flows.iter().any(|of| of == flow);
        self.services.retain(|service| serves(&service.flows));
        self.departments.retain(|department| serves(&department.flows));
        self
    }

    /// How a department decides.
    ///
    /// # Errors
    /// When `suite.toml` has no such department.
    pub fn with_adapter(mut self, code: &str, adapter: Adapter) -> Result<Self> {
        let spec = self.departments.iter_mut().find(|spec| spec.code == code);
        spec.with_context(|| format!("the suite has no department {code}"))?.adapter = adapter;
        Ok(self)
    }

    /// The departments' codes.
    #[must_use]
    pub fn codes(&self) -> Vec<&str> {
        self.departments.iter().map(|department| department.code.as_str()).collect()
    }
}
