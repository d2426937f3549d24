//! This service's section of the settings.

use std::path::PathBuf;

use chassis::settings::Secret;
use serde::{Deserialize, Serialize};

/// Section `[construction_permit]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ConstructionSettings {
    /// Public address of the front desk, where papers are read.
    pub front_desk_url: String,
    /// Seals the links through which departments read papers, and proves the front desk's statements about papers; it holds
    /// the same. One key a line, the oldest
    /// first; a `*` before the one that seals.
    pub material_key: Secret,
    /// One-time codes of applicants are kept under a digest with this key, at least 16 bytes; all instances hold the same.
    pub code_key: Secret,
    /// A folder with the city's own catalogue files, which take the place of the program's; none where empty.
    pub catalogue_folder: PathBuf,
    /// Region whose hall this is, 6 digits: projects lie in it, and it stands in the codes of the city's own series.
    pub region: String,
    /// Working days that an applicant is given to prepare an item's materials, in timetables.
    pub preparation_days: u32,
}

/// What holds where nobody says otherwise.
pub const DEFAULTS: &str = r#"
[construction_permit]
front_desk_url = "http://127.0.0.1:8101"
material_key = ""
code_key = ""
catalogue_folder = ""
region = "370683"
preparation_days = 5
"#;
