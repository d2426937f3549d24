//! What operations answer beside their own: written once, and added to each by what it takes. What is special about one
//! operation it documents itself, by status; the problem's shape is added here.

use std::collections::BTreeMap;

use utoipa::openapi::{
    Content, ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Schema,
    path::{Operation, ParameterIn},
    request_body::RequestBody,
    schema::{SchemaType, Type},
};

use super::{
    codes::{self, Code},
    openapi::PROBLEM,
};

/// The header that names an intended effect.
pub(super) const KEY: &str = "Idempotency-Key";

/// Bytes of the largest JSON body and of the largest paper, where a city sets no others (`http.body_limit_bytes`,
/// `http.upload_limit_bytes`).
pub(super) const BODY_LIMIT: usize = 1_048_576;
pub(super) const UPLOAD_LIMIT: usize = 10_485_760;

const JSON: &str = "application/json";
const PROBLEM_JSON: &str = "application/problem+json";

/// Statuses whose answer says when to come again.
const LATER: [u16; 2] = [429, 503];

/// One response for each status of the table.
pub(super) fn common() -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<u16, Vec<&Code>> = BTreeMap::new();
    for code in codes::ALL.iter().filter(|code| code.status != 405) {
        by_status.entry(code.status).or_default().push(code);
    }
    by_status.into_iter().map(|(status, codes)| (named(status), RefOr::T(response(status, &codes)))).collect()
}

/// Adds what an operation answers by what it takes; one that is public asks nobody who he is.
pub(super) fn complete(operation: &mut Operation, changes: bool) {
    let public = operation.security.is_some();
    let mut statuses = vec![400, 429, 500, 503];
    if !public {
        statuses.extend([401, 403]);
    }
    if changes && !public {
        statuses.push(409);
    }
    let parameters = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    });
    for parameter in parameters {
        if parameter.parameter_in == ParameterIn::Path {
            statuses.push(404);
        }
        if parameter.name == KEY {
            statuses.push(422);
        }
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        statuses.extend([413, 415, 422]);
        describe(body);
    }
    let responses = &mut operation.responses.responses;
    for status in statuses {
        responses.entry(status.to_string()).or_insert_with(|| RefOr::Ref(Ref::from_response_name(named(status))));
    }
    for (status, response) in responses.iter_mut() {
        if let RefOr::T(response) = response
            && response.content.is_empty()
            && status.starts_with(['4', '5'])
        {
            response.content.insert(PROBLEM_JSON.to_owned(), RefOr::T(problem()));
        }
    }
}

/// How large the body may be.
fn describe(body: &mut RequestBody) {
    let mut most = BODY_LIMIT;
    for (media_type, content) in &mut body.content {
        let RefOr::T(content) = content else { continue };
        if media_type == JSON {
            continue;
        }
        most = UPLOAD_LIMIT;
        // Bytes as they are: whatever says more would say it of a text.
        let bytes = ObjectBuilder::new().schema_type(SchemaType::AnyValue).max_length(Some(most)).build();
        content.schema = Some(RefOr::T(Schema::Object(bytes)));
    }
    let before = body.description.take().map(|text| format!("{text} ")).unwrap_or_default();
    body.description = Some(format!("{before}At most {most} bytes where the city sets no other limit."));
}

fn named(status: u16) -> String {
    format!("{PROBLEM}{status}")
}

fn response(status: u16, codes: &[&Code]) -> Response {
    let told: Vec<String> = codes.iter().map(|code| format!("`{}`: {}.", code.name, code.title.en)).collect();
    let response = ResponseBuilder::new().description(told.join(" ")).content(PROBLEM_JSON, problem());
    if !LATER.contains(&status) {
        return response.build();
    }
    let seconds = HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer))));
    response.header("Retry-After", seconds.description(Some("Seconds")).build()).build()
}

fn problem() -> Content {
    ContentBuilder::new().schema(Some(Ref::from_schema_name(PROBLEM))).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_that_are_told_are_those_of_the_defaults() {
        let defaults: toml::Table = toml::from_str(include_str!("../settings/defaults.toml")).unwrap();
        let told = |key: &str| defaults["http"][key].as_integer().and_then(|bytes| usize::try_from(bytes).ok());
        assert_eq!(told("body_limit_bytes"), Some(BODY_LIMIT));
        assert_eq!(told("upload_limit_bytes"), Some(UPLOAD_LIMIT));
    }
}
