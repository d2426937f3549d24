//! This service's section of the settings.

use std::path::PathBuf;

use chassis::settings::Secret;
use serde::{Deserialize, Serialize};

/// Section `[market_registration]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationSettings {
    /// Public address of the front desk, where papers are read.
    pub front_desk_url: String,
    /// Seals the links through which departments read papers; the front desk holds the same. One key a line, the oldest
    /// first; a `*` before the one that seals.
    pub material_key: Secret,
    /// One-time codes of applicants are kept under a digest with this key, at least 16 bytes; all instances hold the same.
    pub code_key: Secret,
    /// Signs name reservations: an Ed25519 key in PKCS#8 (PEM). The front desk holds the public half.
    pub name_key: Secret,
    /// Public keys (JWKS) that signed before it: they are given out with its own. Empty: none did.
    pub name_known_keys_file: PathBuf,
}

/// What holds where nobody says otherwise.
pub const DEFAULTS: &str = r#"
[market_registration]
front_desk_url = "http://127.0.0.1:8101"
material_key = ""
code_key = ""
name_key = ""
name_known_keys_file = ""
"#;
