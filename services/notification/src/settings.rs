//! This service's section of the settings.

use chassis::settings::Secret;
use serde::{Deserialize, Serialize};

/// Section `[notification]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NotificationSettings {
    /// Address of the SMS provider, such as `http://127.0.0.1:8095`.
    pub sms_url: String,
    /// What the provider knows this sender by.
    pub sms_key: Secret,
    /// How long one call to the provider may take, milliseconds.
    pub sms_timeout_ms: u64,
    /// Messages under way at the provider at once.
    pub sms_at_once: usize,
    /// Public address that links in messages stand below; empty: messages have no links.
    pub public_url: String,
    /// The same of construction projects, where they are reached elsewhere.
    pub construction_permit_url: String,
    /// Quiet hours in the city's time; equal times: none.
    pub quiet_from: String,
    pub quiet_until: String,
    /// Tries before a message is parked.
    pub attempts: i32,
    /// Pause after the first try, milliseconds; doubled with each further one, up to five minutes.
    pub first_pause_ms: u64,
    /// How often it is looked for work, milliseconds.
    pub poll_ms: u64,
}

/// What holds where nobody says otherwise.
pub const DEFAULTS: &str = r#"
[notification]
sms_url = ""
sms_key = ""
sms_timeout_ms = 4000
sms_at_once = 32
public_url = ""
construction_permit_url = ""
quiet_from = "21:00"
quiet_until = "08:00"
attempts = 20
first_pause_ms = 1000
poll_ms = 500
"#;
