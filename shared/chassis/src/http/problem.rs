//! Everything that goes wrong, as `application/problem+json` (RFC 9457). What the client reads and what caused it are
//! two fields: the cause is logged and never sent.

use std::{error::Error as StdError, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
};
use mailbox::CommitError;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    codes::{self, Code, Kind},
    text::{Language, Text},
};
use crate::chain;

/// A problem of the table, with what is special about this one. Small: it is the other half of many results.
#[derive(Debug)]
pub struct Problem(Box<Special>);

#[derive(Debug)]
struct Special {
    code: &'static Code,
    detail: Option<Text>,
    faults: Vec<Fault>,
    cause: Option<anyhow::Error>,
    headers: Vec<(HeaderName, HeaderValue)>,
    occasion: Occasion,
}

/// One thing to correct in what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// Where: a JSON pointer into the body (RFC 6901), or the name of a header or of a part of the address.
    pub pointer: String,
    /// Stable within its operation.
    pub code: String,
    pub zh: String,
    pub en: String,
}

impl Fault {
    pub fn new(
        pointer: impl Into<String>,
        code: impl Into<String>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { pointer: pointer.into(), code: code.into(), zh: zh.into(), en: en.into() }
    }
}

/// Who asked, and under which trace.
#[derive(Clone, Debug, Default)]
pub(super) struct Occasion {
    pub language: Language,
    pub trace_id: Option<String>,
}

impl Problem {
    #[must_use]
    pub fn new(code: &'static Code) -> Self {
        let occasion = Occasion::default();
        Self(Box::new(Special { code, detail: None, faults: vec![], cause: None, headers: vec![], occasion }))
    }

    /// A form with faults: all of them at once.
    #[must_use]
    pub fn faulty(faults: Vec<Fault>) -> Self {
        Self::new(&codes::FORM_FAULTY).with_faults(faults)
    }

    #[must_use]
    pub fn not_found() -> Self {
        Self::new(&codes::NOT_FOUND)
    }

    /// The database or something else is away for the moment.
    pub fn unavailable(code: &'static Code, cause: impl Into<anyhow::Error>) -> Self {
        Self::new(code).caused_by(cause).retry_after(1)
    }

    /// Ours; the client learns nothing but the trace id.
    pub fn defect(cause: impl Into<anyhow::Error>) -> Self {
        Self::new(&codes::DEFECT).caused_by(cause)
    }

    /// What is special about this one, for people. No internals.
    #[must_use]
    pub fn detail(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.0.detail = Some(Text::new(zh.into(), en.into()));
        self
    }

    #[must_use]
    pub fn with_faults(mut self, faults: Vec<Fault>) -> Self {
        self.0.faults.extend(faults);
        self
    }

    /// What the log tells and the client does not.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    #[must_use]
    pub fn code(&self) -> &'static Code {
        self.0.code
    }

    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.code.kind()
    }

    /// Everything to correct.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// The whole chain of causes on one line, for the log.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        self.0.cause.as_ref().map(|cause| chain::told(cause.as_ref()))
    }

    #[must_use]
    pub(super) fn on(mut self, occasion: Occasion) -> Self {
        self.0.occasion = occasion;
        self
    }

    /// The answer, in the reader's order of languages.
    pub(super) fn answer(&self, occasion: &Occasion) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        for (name, value) in &self.0.headers {
            answer.insert_header((name.clone(), value.clone()));
        }
        let body = serde_json::to_string(&Body::of(self, occasion)).unwrap_or_default();
        answer.content_type("application/problem+json").body(body)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0.code.title.en, self.0.code.name)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        self.answer(&self.0.occasion)
    }
}

/// Sorted by what the reader does: what passes by itself is unavailable, everything else is ours.
impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        if mailbox::is_passing(&error) { Self::unavailable(&codes::DATABASE_AWAY, error) } else { Self::defect(error) }
    }
}

/// What the use case could not resolve by deciding again.
impl From<CommitError> for Problem {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Stale(_) | CommitError::Taken(_) | CommitError::KeyUsed => {
                Self::new(&codes::CHANGED_MEANWHILE).caused_by(error)
            }
            CommitError::Unavailable(_) => Self::unavailable(&codes::DATABASE_AWAY, error),
            CommitError::Defect(_) => Self::defect(error),
        }
    }
}

/// The members of RFC 9457, then ours. `title`, `detail` and `what_to_do` hold both languages on one line; `text` holds
/// them apart, for programs that show one.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    what_to_do: String,
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    faults: &'a [Fault],
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a str>,
    text: Texts<'a>,
}

impl<'a> Body<'a> {
    fn of(problem: &'a Problem, occasion: &'a Occasion) -> Self {
        let Occasion { language, trace_id } = occasion;
        Self {
            kind: format!("urn:wutong:problem:{}", problem.0.code.name),
            title: problem.0.code.title.line(*language),
            status: problem.0.code.status,
            code: problem.0.code.name,
            detail: problem.0.detail.as_ref().map(|detail| detail.line(*language)),
            what_to_do: problem.0.code.what_to_do.line(*language),
            faults: &problem.0.faults,
            instance: trace_id.as_ref().map(|id| format!("urn:wutong:trace:{id}")),
            trace_id: trace_id.as_deref(),
            text: Texts { problem, language: *language },
        }
    }
}

struct Texts<'a> {
    problem: &'a Problem,
    language: Language,
}

#[derive(Serialize)]
struct OneLanguage<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    what_to_do: &'a str,
}

impl Serialize for Texts<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (code, detail) = (self.problem.0.code, self.problem.0.detail.as_ref());
        let zh = OneLanguage { title: &code.title.zh, detail: detail.map(|d| &*d.zh), what_to_do: &code.what_to_do.zh };
        let en = OneLanguage { title: &code.title.en, detail: detail.map(|d| &*d.en), what_to_do: &code.what_to_do.en };
        self.language.both(&zh, &en, to)
    }
}

/// What a library of the web framework refused, in our words.
pub(super) fn translate(error: &actix_web::Error) -> Problem {
    let status = error.as_response_error().status_code();
    let code = match status.as_u16() {
        404 => &codes::ROUTE_UNKNOWN,
        405 => &codes::METHOD_NOT_ALLOWED,
        413 => &codes::BODY_TOO_LARGE,
        415 => &codes::CONTENT_TYPE,
        400..=499 => &codes::REQUEST_MALFORMED,
        _ => &codes::DEFECT,
    };
    Problem::new(code).caused_by(anyhow::anyhow!("{error}"))
}

impl Occasion {
    pub(super) fn of(headers: &HeaderMap, trace_id: Option<String>) -> Self {
        Self { language: Language::preferred(headers), trace_id }
    }
}

/// So that `?` takes a problem from functions that speak of errors in general.
impl StdError for Problem {}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::body::MessageBody as _;

    fn body(problem: &Problem, language: Language) -> String {
        let occasion = Occasion { language, trace_id: Some("4bf92f3577b34da6a3ce929d0e0e4736".into()) };
        let answer = problem.answer(&occasion);
        String::from_utf8(answer.into_body().try_into_bytes().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn the_cause_is_never_sent() {
        let problem = Problem::defect(anyhow::anyhow!("relation \"cases\" does not exist").context("loading a case"));
        assert_eq!(problem.cause().unwrap(), "loading a case: relation \"cases\" does not exist");
        assert!(!body(&problem, Language::Chinese).contains("relation"));
    }

    #[test]
    fn both_languages_are_given_and_the_readers_stands_first() {
        let problem = Problem::new(&codes::NOT_FOUND).detail("没有案件 7", "there is no case 7");
        let (zh, en) = (body(&problem, Language::Chinese), body(&problem, Language::English));
        assert!(zh.contains(r#""title":"没有找到 / Not found""#) && zh.find("\"zh\":") < zh.find("\"en\":"), "{zh}");
        assert!(en.contains(r#""detail":"there is no case 7 / 没有案件 7""#), "{en}");
        assert!(en.find("\"en\":") < en.find("\"zh\":"), "{en}");
        assert!(en.contains(r#""instance":"urn:wutong:trace:4bf92f3577b34da6a3ce929d0e0e4736""#), "{en}");
    }

    #[test]
    fn what_passes_by_itself_is_unavailable() {
        assert_eq!(Problem::from(sqlx::Error::PoolTimedOut).kind(), Kind::Unavailable);
        assert_eq!(Problem::from(sqlx::Error::RowNotFound).kind(), Kind::Defect);
    }
}
