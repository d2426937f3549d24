//! This service's section of the settings.

use std::path::PathBuf;

use chassis::settings::Secret;
use serde::{Deserialize, Serialize};

/// Section `[intake]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct IntakeSettings {
    /// Where the papers' bytes are: a folder, or `s3://bucket/prefix` with the endpoint and credentials of the usual
    /// `AWS_` variables.
    pub materials_store: String,
    /// Folder of TOML files with items, themes, departments and materials beside the built-in catalogue; empty for none.
    pub catalogue_folder: PathBuf,
    /// Folder of notices, `<year>.toml` each: on which days the city works in a year that was announced since the program was
    /// built. It is looked at again and again; empty for none.
    pub calendar_folder: PathBuf,
    /// Seals the links through which departments read papers; process owners hold the same. One key a line, the oldest
    /// first; a `*` before the one that seals.
    pub material_key: Secret,
    /// One-time codes of applicants are kept under a digest with this key, at least 16 bytes; both instances hold the same.
    pub code_key: Secret,
    /// Key set (JWKS) of who signs name reservations; without it none is recognised.
    pub name_keys_file: PathBuf,
    /// Region whose hall this is, 6 digits: stands in the case numbers.
    pub region: String,
    /// How many case numbers an instance draws at once.
    pub number_block: i32,
    /// Days after which a paper goes that nobody used.
    pub papers_unused_days: u32,
    /// Papers, and MiB of them, that one applicant may have here unused.
    pub papers_unused_most: u32,
    pub papers_unused_most_mib: u32,
}

/// What holds where nobody says otherwise.
pub const DEFAULTS: &str = r#"
[intake]
materials_store = "materials"
catalogue_folder = ""
calendar_folder = ""
material_key = ""
code_key = ""
name_keys_file = ""
region = "370683"
number_block = 100
papers_unused_days = 30
papers_unused_most = 1000
papers_unused_most_mib = 1024
"#;
