//! This service's section of the settings.

use std::path::PathBuf;

use chassis::settings::Secret;
use serde::{Deserialize, Serialize};

/// Section `[intake]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct IntakeSettings {
    /// Folder of the papers' bytes.
    pub materials_folder: PathBuf,
    /// Folder of TOML files with items, themes, departments and materials beside the built-in catalogue; empty for none.
    pub catalogue_folder: PathBuf,
    /// Seals the links through which departments read papers; process owners hold the same key.
    pub material_key: Secret,
    /// Region whose hall this is, 6 digits: stands in the case numbers.
    pub region: String,
    /// How many case numbers an instance draws at once.
    pub number_block: i32,
}

/// What holds where nobody says otherwise.
pub const DEFAULTS: &str = r#"
[http]
# Papers are brought one by one.
body_limit_bytes = 10485760

[intake]
materials_folder = "materials"
catalogue_folder = ""
material_key = ""
region = "370683"
number_block = 100
"#;
