//! This service's section of the settings.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Section `[department]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DepartmentSettings {
    /// Upper case, such as `TAX`.
    pub code: String,
    /// For people; the code where empty.
    pub name: String,
    pub adapter: AdapterKind,
    /// What the adapter `rules` answers by.
    pub rules_file: PathBuf,
    /// Owners of processes whom this department answers.
    pub owners: Vec<String>,
}

/// How a department decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AdapterKind {
    /// People, over the HTTP API.
    Manual,
    /// A file, at once; people where the file has no answer or the answer did not hold.
    Rules,
}

/// What holds where nobody says otherwise.
pub const DEFAULTS: &str = r#"
[department]
code = ""
name = ""
adapter = "manual"
rules_file = ""
owners = ["market-registration", "construction-permit"]
"#;
