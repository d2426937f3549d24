//! This service's section of the settings.

use chassis::settings::Secret;
use serde::{Deserialize, Serialize};

/// Section `[market_registration]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationSettings {
    /// Public address of the front desk, where papers are read.
    pub front_desk_url: String,
    /// Seals the links through which departments read papers; the front desk holds the same key.
    pub material_key: Secret,
    /// One-time codes of applicants are kept under a digest with this key, at least 16 bytes; all instances hold the same.
    pub code_key: Secret,
    /// Signs name reservations: an Ed25519 key in PKCS#8 (PEM). The front desk holds the public half.
    pub name_key: Secret,
}

/// What holds where nobody says otherwise.
pub const DEFAULTS: &str = r#"
[market_registration]
front_desk_url = "http://127.0.0.1:8101"
material_key = ""
code_key = ""
name_key = ""
"#;
