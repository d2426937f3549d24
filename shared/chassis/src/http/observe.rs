//! What surrounds every request: one span that continues the caller's trace, one measurement, one log line, and every
//! failure as a problem. No query strings and no bodies: they may hold personal data.

use std::{panic::AssertUnwindSafe, time::Instant};

use actix_web::{
    Error, HttpMessage as _,
    body::{BodySize, BoxBody, MessageBody as _},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use futures::FutureExt as _;
use opentelemetry::{KeyValue, metrics::Histogram};
use tracing::{Instrument as _, Span, error, field::Empty, info, warn};

use super::{
    codes::{self, Kind},
    gate::Gate,
    problem::{Occasion, Problem, translate},
};
use crate::telemetry;

/// What the observing needs, made once per process.
pub(super) struct Observer {
    pub gate: Gate,
    pub duration: Histogram<f64>,
}

impl Observer {
    pub(super) fn new(gate: Gate) -> Self {
        let duration = opentelemetry::global::meter("wutong")
            .f64_histogram("http.server.request.duration")
            .with_unit("s")
            .with_description("How long requests take")
            .build();
        Self { gate, duration }
    }
}

/// The outermost middleware.
pub(super) async fn observe(
    observer: Data<Observer>,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse, Error> {
    let span = span_of(&request);
    let asked = Asked { method: known(request.method()), begun: Instant::now() };
    async move {
        let occasion = Occasion::of(request.headers(), telemetry::current_trace_id());
        let Some(_pass) = observer.gate.enter() else {
            let (request, _) = request.into_parts();
            let problem = Problem::new(&codes::SHUTTING_DOWN).retry_after(1);
            return Ok(finish(&observer, ServiceResponse::new(request, closing(problem.answer(&occasion))), &asked));
        };
        match AssertUnwindSafe(next.call(request)).catch_unwind().await {
            Ok(Ok(answer)) => Ok(finish(&observer, as_problem(answer, &occasion), &asked)),
            Ok(Err(error)) => Err(failed(Problem::defect(anyhow::anyhow!("{error}")), occasion)),
            Err(_panic) => Err(failed(Problem::defect(anyhow::anyhow!("the handler panicked")), occasion)),
        }
    }
    .instrument(span)
    .await
}

struct Asked {
    method: &'static str,
    begun: Instant,
}

/// A method that anybody may invent makes no label of its own.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];
    KNOWN.into_iter().find(|name| *name == method.as_str()).unwrap_or("_OTHER")
}

fn span_of(request: &ServiceRequest) -> Span {
    let span = tracing::info_span!(
        "http.request",
        otel.name = Empty,
        otel.kind = "server",
        http.request.method = known(request.method()),
        http.route = Empty,
        http.response.status_code = Empty,
        otel.status_code = Empty,
    );
    if let Some(parent) = request.headers().get("traceparent").and_then(|value| value.to_str().ok()) {
        telemetry::continue_from(&span, parent);
    }
    span
}

/// Failures as problems, in the asker's language; empty refusals of the router too.
fn as_problem(answer: ServiceResponse, occasion: &Occasion) -> ServiceResponse {
    let (request, mut answer) = answer.into_parts();
    let problem = match answer.error() {
        Some(error) => match error.as_error::<Problem>() {
            Some(problem) => Some((problem.answer(occasion), told(problem))),
            None => {
                let problem = translate(error);
                Some((problem.answer(occasion), told(&problem)))
            }
        },
        None => empty_refusal(&answer).map(|problem| (problem.answer(occasion), told(&problem))),
    };
    if let Some((mut instead, told)) = problem {
        for (name, value) in answer.headers_mut().drain() {
            if let Some(name) = name.filter(|name| *name == header::ALLOW) {
                instead.headers_mut().insert(name, value);
            }
        }
        request.extensions_mut().insert(told);
        answer = instead;
    }
    ServiceResponse::new(request, answer)
}

fn empty_refusal(answer: &actix_web::HttpResponse) -> Option<Problem> {
    let empty = matches!(answer.body().size(), BodySize::None | BodySize::Sized(0));
    match answer.status() {
        StatusCode::NOT_FOUND if empty => Some(Problem::new(&codes::ROUTE_UNKNOWN)),
        StatusCode::METHOD_NOT_ALLOWED if empty => Some(Problem::new(&codes::METHOD_NOT_ALLOWED)),
        _ => None,
    }
}

/// What the log line says of a problem.
#[derive(Clone)]
struct Told {
    kind: Kind,
    code: &'static str,
    cause: Option<String>,
}

fn told(problem: &Problem) -> Told {
    Told { kind: problem.kind(), code: problem.code().name, cause: problem.cause() }
}

fn closing(mut answer: actix_web::HttpResponse) -> actix_web::HttpResponse {
    answer.head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
    answer
}

/// A request that left no answer behind, only this error.
fn failed(problem: Problem, occasion: Occasion) -> Error {
    error!(code = problem.code().name, cause = problem.cause(), "a request failed");
    Span::current().record("otel.status_code", "ERROR");
    problem.on(occasion).into()
}

fn finish(observer: &Observer, mut answer: ServiceResponse, asked: &Asked) -> ServiceResponse {
    let status = answer.status().as_u16();
    let route = answer.request().match_pattern().unwrap_or_else(|| "(unknown)".to_owned());
    let took = asked.begun.elapsed();
    let told = answer.request().extensions().get::<Told>().cloned();
    let span = Span::current();
    span.record("otel.name", format!("{} {route}", asked.method));
    span.record("http.route", &route);
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
    let (code, cause) = told.as_ref().map_or((None, None), |told| (Some(told.code), told.cause.as_deref()));
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a request")]
    let ms = took.as_micros() as f64 / 1000.0;
    macro_rules! line {
        ($level:ident) => {
            $level!(method = asked.method, route, status, ms, code, cause, "request")
        };
    }
    match told.as_ref().map(|told| told.kind) {
        Some(Kind::Defect) => line!(error),
        Some(Kind::Unavailable) => line!(warn),
        Some(Kind::Refusal | Kind::Conflict) | None => line!(info),
    }
    let labels = [
        KeyValue::new("http.request.method", asked.method),
        KeyValue::new("http.route", route),
        KeyValue::new("http.response.status_code", i64::from(status)),
    ];
    observer.duration.record(took.as_secs_f64(), &labels);
    let headers = answer.headers_mut();
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if observer.gate.is_closed() {
        answer.response_mut().head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
    }
    answer
}
