//! `deploy/local/suite.toml`: what a suite is made of.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::options::Adapter;
use crate::{paths::Workspace, ports::Offsets};

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuiteFile {
    pub ports: Offsets,
    pub hint: Hint,
    pub services: Vec<ServiceSpec>,
    pub departments: Vec<DepartmentSpec>,
}

/// What a newcomer may try first.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    pub zh: String,
    pub en: String,
    /// A line for the shell, with placeholders.
    pub command: String,
}

/// A service and how many of it run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceSpec {
    pub name: String,
    pub instances: u16,
    /// Its ports come after the departments': those that people have written down stay.
    #[serde(default)]
    pub after_departments: bool,
    /// What it is needed for, e.g. `opening`; everything where none is named.
    #[serde(default)]
    pub flows: Vec<String>,
    /// The service's own section of its settings, with placeholders.
    #[serde(default)]
    pub settings: toml::Table,
}

/// A department, which always runs once.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepartmentSpec {
    /// Upper case, as in messages and data.
    pub code: String,
    pub name: String,
    pub name_en: String,
    pub adapter: Adapter,
    /// What it is needed for, e.g. `opening`; everything where none is named.
    #[serde(default)]
    pub flows: Vec<String>,
    /// What the adapter `rules` answers by, from the checkout's top folder; `services/department/rules/<code>.toml` where not said.
    #[serde(default)]
    pub rules_file: Option<String>,
}

impl SuiteFile {
    /// Reads the checkout's file.
    ///
    /// # Errors
    /// When it cannot be read, or says something that it should not.
    pub fn read(workspace: &Workspace) -> Result<Self> {
        let path = workspace.file("deploy/local/suite.toml");
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not right", path.display()))
    }
}

impl DepartmentSpec {
    /// As in topic and process names.
    #[must_use]
    pub fn lower(&self) -> String {
        self.code.to_lowercase()
    }

    /// The rules file, from the checkout's top folder.
    #[must_use]
    pub fn rules(&self) -> String {
        self.rules_file.clone().unwrap_or_else(|| format!("services/department/rules/{}.toml", self.lower()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_file_has_every_department_once_and_two_of_what_people_wait_for() {
        let file = SuiteFile::read(&Workspace::find().unwrap()).unwrap();
        let codes: std::collections::BTreeSet<_> = file.departments.iter().map(|department| &department.code).collect();
        assert_eq!((file.departments.len(), codes.len()), (21, 21));
        let of = |flow: &str| {
            let serves = |flows: &[String]| flows.is_empty() || flows.iter().any(|of| of == flow);
            file.departments.iter().filter(|department| serves(&department.flows)).count()
        };
        assert_eq!((of("opening"), of("construction")), (8, 14));
        let instances: Vec<_> =
            file.services.iter().map(|service| (service.name.as_str(), service.instances)).collect();
        assert_eq!(
            instances,
            [("intake", 2), ("market-registration", 2), ("notification", 1), ("construction-permit", 1)]
        );
    }
}
