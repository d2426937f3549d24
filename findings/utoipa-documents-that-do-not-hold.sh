#!/usr/bin/env bash
# utoipa 6.0.0 (utoipa-gen 6.0.1) writes documents that OpenAPI 3.1 does not allow, from code that compiles without a warning.
#
# 1. An answer without `description` leaves the member out. OpenAPI 3.1.0, Response Object: `description` is REQUIRED.
# 2. `IntoParams` refers to the schema of an enum among its fields, and registers it nowhere: the reference dangles.
#    `#[param(inline)]` on the field helps.
#
# Seen for `responses((status = 404))` and `params(Page)`:
#   "404": {}
#   "schema": { "$ref": "#/components/schemas/Standing" }, and no schema of that name
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
serde = { version = "=1.0.229", features = ["derive"] }
serde_json = "=1.0.154"
utoipa = "=6.0.0"
utoipa-gen = "=6.0.1"
TOML
cat >src/main.rs <<'RUST'
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

#[derive(Deserialize, ToSchema)]
#[allow(dead_code)]
enum Standing {
    Open,
    Closed,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
struct Page {
    standing: Option<Standing>,
}

#[utoipa::path(get, path = "/cases", params(Page), responses((status = 404)))]
#[allow(dead_code)]
fn cases() {}

#[derive(OpenApi)]
#[openapi(paths(cases))]
struct Api;

fn main() {
    let document: serde_json::Value = serde_json::from_str(&Api::openapi().to_json().unwrap()).unwrap();
    let operation = &document["paths"]["/cases"]["get"];
    println!("404: {}", operation["responses"]["404"]);
    println!("parameter: {}", operation["parameters"][0]["schema"]);
    println!("schema: {}", document["components"]["schemas"]["Standing"]);
}
RUST
cargo run --quiet >seen
cat seen
diff seen - <<'EXPECTED'
404: {}
parameter: {"$ref":"#/components/schemas/Standing"}
schema: null
EXPECTED
