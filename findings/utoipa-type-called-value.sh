#!/usr/bin/env bash
# utoipa 6.0.0 (utoipa-gen 6.0.1): a type of one's own that is called `Value` is described as "anything".
#
# The derive macro knows serde_json::Value by its last name alone. A field whose type is the program's own `Value`, with a
# `ToSchema` of its own, becomes `{}` without a warning; the same type under another name is referred to. A document with `{}`
# is valid, so that no validator tells: whoever makes a client from it gets no type for that field.
#
# Seen, for `struct Header { value: Value, content: Content }` with two types that differ in their names only:
#   "content": { "$ref": "#/components/schemas/Content" }
#   "value": {}
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
serde_json = "=1.0.154"
utoipa = "=6.0.0"
utoipa-gen = "=6.0.1"
TOML
cat >src/main.rs <<'RUST'
use utoipa::{OpenApi, ToSchema};

#[derive(ToSchema)]
#[allow(dead_code)]
struct Value {
    hex: String,
}

#[derive(ToSchema)]
#[allow(dead_code)]
struct Content {
    hex: String,
}

#[derive(ToSchema)]
#[allow(dead_code)]
struct Header {
    value: Value,
    content: Content,
}

#[derive(OpenApi)]
#[openapi(components(schemas(Header)))]
struct Api;

fn main() {
    let document: serde_json::Value = serde_json::from_str(&Api::openapi().to_json().unwrap()).unwrap();
    let fields = &document["components"]["schemas"]["Header"]["properties"];
    println!("value: {}", fields["value"]);
    println!("content: {}", fields["content"]);
}
RUST
cargo run --quiet >seen
cat seen
diff seen - <<'EXPECTED'
value: {}
content: {"$ref":"#/components/schemas/Content"}
EXPECTED
