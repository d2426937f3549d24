//! For tests: an issuer in the process and a server that asks it, and golden files of kept states.

pub mod golden;
mod issuer;
pub mod matrix;
mod server;
pub mod walk;

pub use issuer::Issuer;
pub use server::TestServer;

use std::path::Path;

use contracts::links;

use crate::{Service, http::Document};

/// Holds the links that people are sent to this service against its routes: each is read by GET, with just these arguments.
fn assert_links(service: &str, document: &[u8]) {
    let document: serde_json::Value = serde_json::from_slice(document).unwrap_or_default();
    for line in links::TABLE.iter().filter(|line| line.place == service) {
        let path = line.path.split('?').next().unwrap_or_default();
        let read = &document["paths"][path]["get"];
        let named = |parameter: &serde_json::Value| parameter["name"].as_str().map(str::to_owned);
        let mut taken: Vec<String> = read["parameters"].as_array().into_iter().flatten().filter_map(named).collect();
        let mut given: Vec<String> = line.arguments().map(str::to_owned).collect();
        taken.sort();
        given.sort();
        assert_eq!(taken, given, "{service} has no such page as the link {} opens: GET {}", line.name, line.path);
    }
}

/// Holds the routes against the matrix of who may do what.
fn assert_permitted(service: &str, document: &[u8]) {
    let document = serde_json::from_slice(document).unwrap_or_default();
    let told = matrix::Matrix::read().map(|matrix| matrix.differences(service, &document));
    let told = told.unwrap_or_else(|error| vec![format!("{error:#}")]);
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// Compares the API's description with `openapi.json` in the service's folder; with `WUTONG_WRITE_SCHEMA` it is written.
///
/// # Panics
/// Where they differ, two operations have the same id, a link that people are sent opens nothing here, or `permissions.toml` has
/// other operations.
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
    assert_links(S::NAME, document.json());
    assert_permitted(S::NAME, document.json());
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(checked_in == made, "{} is not what the handlers say: run `make schema`", path.display());
}
