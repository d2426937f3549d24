//! For tests of handlers: an issuer in the process, and a server that asks it.

mod issuer;
mod server;

pub use issuer::Issuer;
pub use server::TestServer;

use std::path::Path;

use crate::{Service, http::Document};

/// Compares the API's description with `openapi.json` in the service's folder; with `WUTONG_WRITE_SCHEMA` it is written.
///
/// # Panics
/// Where they differ, or two operations have the same id.
pub fn assert_described<S: Service>(folder: &str) {
    let document = Document::of(S::NAME, S::routes);
    let made = String::from_utf8_lossy(document.json());
    let path = Path::new(folder).join("openapi.json");
    if std::env::var_os("WUTONG_WRITE_SCHEMA").is_some() {
        let _ = std::fs::write(&path, made.as_bytes());
    }
    let mut ids: Vec<&str> = made.lines().filter(|line| line.trim_start().starts_with("\"operationId\"")).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "two operations have the same id");
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(checked_in == made, "{} is not what the handlers say: run `make schema`", path.display());
}
