//! What a test server answers is held against the API's description, and so is what it takes: an answer that the description
//! does not tell of becomes one that no story expects, and the server fails when it goes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{
    Error, FromRequest as _, HttpMessage as _, HttpResponse,
    body::{BoxBody, to_bytes},
    dev::{Payload, ResourceDef, ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap},
    },
    middleware::Next,
    web::{Bytes, Data},
};
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use workdays::CITY;

/// Longer bodies are sent to be refused.
const LONGEST: usize = 65_536;

/// No answer of ours.
const NOT_DESCRIBED: u16 = 599;

/// An API's description, ready to be compared with.
pub(super) struct Described {
    components: Value,
    operations: Vec<Operation>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
    faults: Mutex<Vec<String>>,
}

struct Operation {
    pattern: ResourceDef,
    method: Method,
    described: Value,
}

/// What was asked.
struct Asked {
    method: Method,
    path: String,
    query: String,
    /// A JSON body.
    body: Option<Value>,
}

/// What was answered.
struct Answered<'a> {
    status: StatusCode,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

impl Described {
    /// # Errors
    /// Where it is no JSON.
    pub(super) fn read(document: &[u8]) -> serde_json::Result<Self> {
        let mut document: Value = serde_json::from_slice(document)?;
        resolve_responses(&mut document);
        let mut operations = Vec::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, described) in item.as_object().into_iter().flatten() {
                let Ok(method) = Method::from_bytes(method.to_ascii_uppercase().as_bytes()) else { continue };
                let pattern = ResourceDef::new(path.as_str());
                operations.push(Operation { pattern, method, described: described.clone() });
            }
        }
        let mut schemas = document["components"]["schemas"].take();
        schemas.as_object_mut().into_iter().flat_map(|all| all.values_mut()).for_each(close_within);
        let components = json!({ "schemas": schemas });
        Ok(Self { components, operations, validators: Mutex::default(), faults: Mutex::default() })
    }

    /// Everything that was not as described so far.
    pub(super) fn faults(&self) -> Vec<String> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, faults: &[String]) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(faults);
    }

    fn compare(&self, asked: &Asked, answered: &Answered<'_>) -> Vec<String> {
        let place = format!("{} {} -> {}", asked.method, asked.path, answered.status.as_u16());
        let faults = self.compared(asked, answered);
        faults.into_iter().map(|fault| format!("{place}: {fault}")).collect()
    }

    fn compared(&self, asked: &Asked, answered: &Answered<'_>) -> Vec<String> {
        let of_path = || self.operations.iter().filter(|operation| operation.pattern.is_match(&asked.path));
        // The first route that fits takes a request; a path without parameters is written before one that has some.
        let found = of_path().filter(|operation| operation.method == asked.method);
        let Some(operation) = found.min_by_key(|operation| operation.pattern.segments_taken()) else {
            return elsewhere(of_path().next().is_some(), asked, answered);
        };
        let status = answered.status.as_u16().to_string();
        let response = &operation.described["responses"][&status];
        if response.is_null() {
            return vec!["the description tells of no such status".to_owned()];
        }
        let mut faults = self.body(&operation.id(&status), response, answered);
        if answered.status.is_success() {
            faults.extend(self.taken(operation, asked));
        }
        faults
    }

    /// The body of an answer.
    fn body(&self, id: &str, response: &Value, answered: &Answered<'_>) -> Vec<String> {
        let media_type = answered.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        let Some(content) = response["content"].as_object().filter(|content| !content.is_empty()) else {
            return if answered.body.is_empty() { vec![] } else { vec!["a body where none is described".to_owned()] };
        };
        let Some(described) = content.get(media_type) else {
            return vec![format!("{media_type} is no described media type")];
        };
        if !media_type.ends_with("json") {
            return vec![];
        }
        let Ok(body) = serde_json::from_slice::<Value>(answered.body) else {
            return vec!["the body is no JSON".to_owned()];
        };
        let mut faults = self.fits(id, &described["schema"], &body);
        abroad(&body, &mut faults);
        faults
    }

    /// What an operation took has to be described as well.
    fn taken(&self, operation: &Operation, asked: &Asked) -> Vec<String> {
        let parameters = operation.described["parameters"].as_array();
        let named = |name: &str| {
            let mut all = parameters.into_iter().flatten();
            all.any(|parameter| parameter["in"] == "query" && parameter["name"] == name)
        };
        let names = asked.query.split('&').filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty());
        let unknown = names.filter(|name| !named(name));
        let mut faults: Vec<_> = unknown.map(|name| format!("it takes {name}, which is not described")).collect();
        let described = &operation.described["requestBody"];
        let something = |body: &&Value| !described.is_null() || body.as_object().is_none_or(|body| !body.is_empty());
        if let Some(body) = asked.body.as_ref().filter(something) {
            let schema = &described["content"]["application/json"]["schema"];
            let told = self.fits(&operation.id("asked"), schema, body);
            faults.extend(told.into_iter().map(|fault| format!("it takes what is not described: {fault}")));
        }
        faults
    }

    fn fits(&self, id: &str, schema: &Value, value: &Value) -> Vec<String> {
        match self.validator(id, schema) {
            Ok(validator) => {
                let told = validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path()));
                told.collect()
            }
            Err(fault) => vec![fault],
        }
    }

    fn validator(&self, id: &str, schema: &Value) -> Result<Arc<Validator>, String> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = validators.get(id) {
            return Ok(Arc::clone(validator));
        }
        let mut closed = schema.clone();
        close(&mut closed);
        let Value::Object(mut root) = closed else { return Err("there is no schema".to_owned()) };
        root.insert("components".to_owned(), self.components.clone());
        let options =
            jsonschema::draft202012::options().should_validate_formats(true).with_format("date-time", is_instant);
        let validator =
            options.build(&Value::Object(root)).map_err(|error| format!("the schema does not hold: {error}"))?;
        let validator = Arc::new(validator);
        validators.insert(id.to_owned(), Arc::clone(&validator));
        Ok(validator)
    }
}

impl Operation {
    fn id(&self, what: &str) -> String {
        format!("{} {what}", self.described["operationId"].as_str().unwrap_or_default())
    }
}

/// How many parts of a path a pattern leaves open.
trait Open {
    fn segments_taken(&self) -> usize;
}

impl Open for ResourceDef {
    fn segments_taken(&self) -> usize {
        self.pattern().unwrap_or_default().matches('{').count()
    }
}

/// What is answered where nothing is described.
fn elsewhere(path_known: bool, asked: &Asked, answered: &Answered<'_>) -> Vec<String> {
    let itself = asked.path == crate::http::DESCRIPTION && asked.method == Method::GET;
    let early = matches!(answered.status.as_u16(), 400 | 429 | 503);
    let expected = if path_known || asked.path == crate::http::DESCRIPTION { 405 } else { 404 };
    match answered.status.as_u16() {
        _ if itself || early => vec![],
        405 if expected == 405 && !answered.headers.contains_key(header::ALLOW) => vec!["no Allow header".to_owned()],
        status if status == expected => vec![],
        _ => vec![format!("nothing is described here: {expected} is right")],
    }
}

/// Puts a response in the place of each reference to one.
fn resolve_responses(document: &mut Value) {
    let responses = document["components"]["responses"].clone();
    let items = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    for operation in items.filter_map(Value::as_object_mut).flat_map(|item| item.values_mut()) {
        let described = operation.get_mut("responses").and_then(Value::as_object_mut);
        for response in described.into_iter().flat_map(|all| all.values_mut()) {
            let name = response["$ref"].as_str().and_then(|of| of.strip_prefix("#/components/responses/"));
            if let Some(found) = name.and_then(|name| responses.get(name)) {
                *response = found.clone();
            }
        }
    }
}

/// An object holds what its schema names, and nothing else.
fn close(schema: &mut Value) {
    close_within(schema);
    let Some(members) = schema.as_object_mut() else { return };
    let object = ["$ref", "properties", "allOf", "anyOf", "oneOf"].iter().any(|name| members.contains_key(*name));
    if object || members.get("type").is_some_and(|of| of == "object") {
        members.entry("unevaluatedProperties").or_insert(Value::Bool(false));
    }
}

/// The same for everything that a schema holds; of its alternatives only together with what stands beside them.
fn close_within(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else { return };
    for name in ["allOf", "anyOf", "oneOf", "prefixItems"] {
        let parts = members.get_mut(name).and_then(Value::as_array_mut);
        let each = if name == "prefixItems" { close } else { close_within };
        parts.into_iter().flatten().for_each(each);
    }
    for name in ["items", "additionalProperties"] {
        members.get_mut(name).filter(|inner| inner.is_object()).into_iter().for_each(close);
    }
    let properties = members.get_mut("properties").and_then(Value::as_object_mut);
    properties.into_iter().flat_map(Map::values_mut).for_each(close);
}

/// Instants leave in the city's zone.
fn is_instant(text: &str) -> bool {
    OffsetDateTime::parse(text, &Rfc3339).is_ok_and(|at| at.offset() == CITY)
}

/// Every instant that is in no zone of ours, described as one or not.
fn abroad(value: &Value, faults: &mut Vec<String>) {
    match value {
        Value::String(text) if OffsetDateTime::parse(text, &Rfc3339).is_ok() && !is_instant(text) => {
            faults.push(format!("{text} is not in the city's zone"));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| abroad(entry, faults)),
        Value::Object(members) => members.values().for_each(|member| abroad(member, faults)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Outermost: sees what a client sends and gets.
pub(super) async fn held(
    described: Data<Described>,
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse, Error> {
    let asked = Asked {
        // The answer to HEAD is that to GET.
        method: if request.method() == Method::HEAD { Method::GET } else { request.method().clone() },
        path: request.path().to_owned(),
        query: request.query_string().to_owned(),
        body: json_of(&mut request).await,
    };
    let (request, answer) = next.call(request).await?.into_parts();
    let (head, body) = answer.into_parts();
    let Ok(body) = to_bytes(body).await else {
        return Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(()))));
    };
    let answered = Answered { status: head.status(), headers: head.headers(), body: &body };
    let faults = described.compare(&asked, &answered);
    if faults.is_empty() {
        return Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(body))));
    }
    described.note(&faults);
    let status = StatusCode::from_u16(NOT_DESCRIBED).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok(ServiceResponse::new(request, HttpResponse::build(status).json(json!({ "not_as_described": faults }))))
}

/// A body that says it is JSON and is, put back for the handler.
async fn json_of(request: &mut ServiceRequest) -> Option<Value> {
    let length = request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse::<usize>().ok()?;
    if length > LONGEST || request.content_type() != "application/json" {
        return None;
    }
    let (head, payload) = request.parts_mut();
    let bytes = Bytes::from_request(head, payload).await.ok()?;
    request.set_payload(Payload::from(bytes.clone()));
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described() -> Described {
        let document = json!({
            "paths": {
                "/v1/cases/{id}": { "get": {
                    "operationId": "show",
                    "responses": {
                        "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Case" } } } },
                        "404": { "$ref": "#/components/responses/Gone" },
                    },
                } },
            },
            "components": {
                "schemas": {
                    "Case": { "allOf": [
                        { "type": "object", "required": ["open"], "properties": { "open": { "type": "array", "items": { "$ref": "#/components/schemas/Open" } } } },
                        { "type": "object", "properties": { "at": { "type": "string", "format": "date-time" } } },
                    ] },
                    "Open": { "type": "object", "properties": { "task": { "type": "string" } } },
                },
                "responses": { "Gone": { "content": { "application/problem+json": { "schema": { "type": "object", "additionalProperties": { "type": "string" } } } } } },
            },
        });
        Described::read(document.to_string().as_bytes()).unwrap()
    }

    fn told(method: Method, path: &str, status: u16, media_type: &'static str, body: &Value) -> Vec<String> {
        let asked = Asked { method, path: path.to_owned(), query: String::new(), body: None };
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(media_type));
        let status = StatusCode::from_u16(status).unwrap();
        described().compare(&asked, &Answered { status, headers: &headers, body: body.to_string().as_bytes() })
    }

    fn shown(body: &Value) -> Vec<String> {
        told(Method::GET, "/v1/cases/7", 200, "application/json", body)
    }

    #[test]
    fn what_is_described_passes() {
        let fits = json!({ "open": [{ "task": "a" }], "at": "2025-09-28T09:12:00+08:00" });
        assert_eq!(shown(&fits), Vec::<String>::new());
        let gone = json!({ "code": "not-found" });
        assert_eq!(told(Method::GET, "/v1/cases/7", 404, "application/problem+json", &gone), Vec::<String>::new());
        assert_eq!(told(Method::GET, "/elsewhere", 404, "application/problem+json", &gone), Vec::<String>::new());
    }

    #[test]
    fn everything_else_is_told() {
        for (body, says) in [
            (json!({}), "required"),
            (json!({ "open": [], "more": 1 }), "more"),
            (json!({ "open": [{ "task": "a", "more": 1 }] }), "/open/0"),
            (json!({ "open": [{ "task": 1 }] }), "/open/0/task"),
            (json!({ "open": [], "at": "2025-09-28T01:12:00Z" }), "/at"),
            (json!({ "open": [{ "task": "2025-09-28T01:12:00Z" }] }), "zone"),
        ] {
            let faults = shown(&body);
            assert!(faults.iter().any(|fault| fault.contains(says)), "{body}: {faults:?}");
        }
        let some = json!({ "open": [] });
        for (method, path, status, media_type) in [
            (Method::GET, "/v1/cases/7", 201, "application/json"),
            (Method::GET, "/v1/cases/7", 200, "text/plain"),
            (Method::POST, "/v1/cases/7", 200, "application/json"),
            (Method::POST, "/v1/cases/7", 405, "application/json"),
            (Method::GET, "/v1/elsewhere", 200, "application/json"),
        ] {
            assert_eq!(told(method.clone(), path, status, media_type, &some).len(), 1, "{method} {path} {status}");
        }
    }
}
