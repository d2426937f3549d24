//! For tests: an issuer in the process and a server that asks it, and golden files of kept states.

mod described;
pub mod golden;
mod issuer;
pub mod matrix;
mod server;
pub mod walk;

pub use issuer::Issuer;
pub use server::TestServer;

use std::path::Path;

use contracts::links;
use serde_json::Value;

use crate::{Service, http::Document};

/// Holds the links that people are sent to this service against its routes: each is read by GET, with just these arguments.
fn assert_links(service: &str, document: &[u8]) {
    let document: Value = serde_json::from_slice(document).unwrap_or_default();
    for line in links::TABLE.iter().filter(|line| line.place == service) {
        let path = line.path.split('?').next().unwrap_or_default();
        let read = &document["paths"][path]["get"];
        let named = |parameter: &Value| parameter["name"].as_str().map(str::to_owned);
        let mut taken: Vec<String> = read["parameters"].as_array().into_iter().flatten().filter_map(named).collect();
        let mut given: Vec<String> = line.arguments().map(str::to_owned).collect();
        taken.sort();
        given.sort();
        assert_eq!(taken, given, "{service} has no such page as the link {} opens: GET {}", line.name, line.path);
    }
}

/// The specification's own schema of such descriptions (OAI/OpenAPI-Specification, Apache-2.0).
const OPENAPI: &str = include_str!("../../tests-data/openapi-3.1.json");

/// Holds a description against the specification, and each schema of it against JSON Schema; each reference leads somewhere,
/// none says no more than that there is an object, and days that somebody has time until say whether they may still move.
fn assert_valid(document: &[u8]) {
    let document: Value = serde_json::from_slice(document).unwrap_or_default();
    let specification: Value = serde_json::from_str(OPENAPI).unwrap_or_default();
    let faults: Vec<String> = match jsonschema::draft202012::new(&specification) {
        Ok(valid) => valid.iter_errors(&document).map(|fault| format!("{}: {fault}", fault.instance_path())).collect(),
        Err(fault) => vec![fault.to_string()],
    };
    assert!(faults.is_empty(), "this is no OpenAPI 3.1: {faults:#?}");
    let mut faults = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        if let Err(fault) = jsonschema::draft202012::meta::validate(schema) {
            faults.push(format!("{name} is no JSON Schema: {fault}"));
        }
        vague(name, schema, &mut faults);
        unmarked_days(name, schema, &mut faults);
    }
    dangling(&document, &document, &mut faults);
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Days until which somebody has time that do not say whether they may still move.
fn unmarked_days(name: &str, schema: &Value, faults: &mut Vec<String>) {
    let children = match schema {
        Value::Object(members) => members.values().collect(),
        Value::Array(all) => all.iter().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    if let Some(properties) = schema["properties"].as_object() {
        // What is not a day itself is a schema of its own.
        let is_day = |schema: &Value| matches!(schema["format"].as_str(), Some("date" | "date-time"));
        let days = ["due", "due_at", "until"].into_iter().filter(|day| properties.get(*day).is_some_and(is_day));
        let unmarked = days.filter(|_| !properties.contains_key("provisional"));
        faults.extend(unmarked.map(|day| format!("{name}: `{day}` has no `provisional` beside it")));
    }
    children.into_iter().for_each(|child| unmarked_days(name, child, faults));
}

/// References that lead nowhere.
fn dangling(document: &Value, value: &Value, faults: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(to)) = members.get("$ref")
                && to.strip_prefix('#').and_then(|pointer| document.pointer(pointer)).is_none()
            {
                faults.push(format!("{to} is nowhere"));
            }
            members.values().for_each(|member| dangling(document, member, faults));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| dangling(document, entry, faults)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Schemas that say nothing of what is in an object.
fn vague(place: &str, schema: &Value, faults: &mut Vec<String>) {
    let Some(members) = schema.as_object() else { return };
    let says = ["properties", "additionalProperties", "allOf", "anyOf", "oneOf", "$ref", "enum", "const"];
    let silent =
        members.get("type").is_none_or(|of| of == "object") && !says.iter().any(|name| members.contains_key(*name));
    if silent {
        faults.push(format!("{place} says nothing of what it holds"));
    }
    for name in ["allOf", "anyOf", "oneOf"] {
        let parts = members.get(name).and_then(Value::as_array);
        parts.into_iter().flatten().for_each(|part| vague(place, part, faults));
    }
    for name in ["items", "additionalProperties"] {
        let inner = members.get(name).filter(|inner| inner.is_object());
        inner.into_iter().for_each(|inner| vague(&format!("{place}/{name}"), inner, faults));
    }
    for (name, property) in members.get("properties").and_then(Value::as_object).into_iter().flatten() {
        vague(&format!("{place}/{name}"), property, faults);
    }
}

/// Compares the API's description with `openapi.json` in the service's folder; with `WUTONG_WRITE_SCHEMA` it is written.
///
/// # Panics
/// Where they differ, it is no valid description, two operations have the same id, or a link that people are sent opens nothing here.
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
    assert_valid(document.json());
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(checked_in == made, "{} is not what the handlers say: run `make schema`", path.display());
}
