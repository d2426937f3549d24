//! The public API of a service: its routes inside everything that surrounds them.

use actix_web::{
    App, Error, HttpRequest, HttpResponse,
    body::BoxBody,
    dev::{Service as _, ServiceFactory, ServiceRequest, ServiceResponse},
    error::{JsonPayloadError, PathError, QueryPayloadError, ResponseError as _},
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
    middleware::from_fn,
    web::{self, Data},
};
use utoipa_actix_web::AppExt as _;

use super::{
    admit::{Admission, admit},
    body::BodyLimit,
    codes::{self, Code},
    gate::Gate,
    limits::Limits,
    misfit,
    observe::{Observer, observe},
    openapi::{self, Document, Routes},
    problem::Problem,
    tokens::Tokens,
};
use crate::settings::sections;

/// What every thread of the server shares.
#[derive(Clone)]
pub struct Kit {
    document: Document,
    routes: Routes,
    observer: Data<Observer>,
    admission: Data<Admission>,
    body_limit: usize,
    upload_limit: usize,
}

impl Kit {
    #[must_use]
    pub fn new(service: &str, routes: Routes, settings: &sections::Http, tokens: Tokens, gate: Gate) -> Self {
        Self {
            document: Document::of(service, routes),
            routes,
            observer: Data::new(Observer::new(gate)),
            admission: Data::new(Admission {
                tokens,
                limits: Limits::new(settings),
                trusted_proxies: settings.trusted_proxies.clone(),
            }),
            body_limit: settings.body_limit_bytes,
            upload_limit: settings.upload_limit_bytes,
        }
    }

    /// One thread's app; `state` puts the service's own state beside the routes.
    pub fn app(
        &self,
        state: &dyn Fn(&mut web::ServiceConfig),
    ) -> App<
        impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<BoxBody>, Error = Error, InitError = ()>
        + use<>,
    > {
        let path = |e: PathError, _: &HttpRequest| misfits(&codes::PATH_MALFORMED, &e.to_string()).into();
        let query = |e: QueryPayloadError, _: &HttpRequest| match e {
            QueryPayloadError::Deserialize(e) => misfits(&codes::QUERY_MALFORMED, &e.to_string()).into(),
            e => refused(&codes::QUERY_MALFORMED, &e).into(),
        };
        let (app, _) = App::new().into_utoipa_app().configure(self.routes).split_for_parts();
        app.configure(|config| state(config))
            .app_data(self.document.clone())
            .app_data(BodyLimit(self.body_limit))
            .app_data(self.observer.clone())
            .app_data(self.admission.clone())
            .app_data(web::PathConfig::default().error_handler(path))
            .app_data(web::QueryConfig::default().error_handler(query))
            .app_data(web::PayloadConfig::new(self.upload_limit))
            .app_data(web::JsonConfig::default().limit(self.body_limit).error_handler(|e, _| json(&e).into()))
            .route(openapi::ITSELF, web::get().to(openapi::serve))
            .default_service(web::to(elsewhere))
            .wrap(from_fn(admit))
            .wrap(from_fn(observe))
            .wrap_fn(|mut request, app| {
                // The answer to HEAD is that to GET without its body (RFC 9110), which the server leaves out.
                if request.method() == Method::HEAD {
                    request.head_mut().method = Method::GET;
                }
                app.call(request)
            })
    }
}

/// No route took the request: the path is unknown, or it takes other methods.
async fn elsewhere(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let allowed = request.app_data::<Document>().map(|document| document.allowed(request.path())).unwrap_or_default();
    if allowed.is_empty() {
        return Err(Problem::new(&codes::ROUTE_UNKNOWN));
    }
    let names = allowed.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    let allow = HeaderValue::from_str(&names).unwrap_or(HeaderValue::from_static(""));
    Err(Problem::new(&codes::METHOD_NOT_ALLOWED).header(header::ALLOW, allow))
}

/// A part of the address that does not fit; a library's own sentence repeats what was sent.
fn misfits(code: &'static Code, sentence: &str) -> Problem {
    let (zh, en) = misfit::told(sentence);
    Problem::new(code).detail(zh, en)
}

/// Where a handler takes the framework's own `Json` instead of our `Body`.
fn json(error: &JsonPayloadError) -> Problem {
    let code = match error.status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => &codes::BODY_TOO_LARGE,
        _ if matches!(error, JsonPayloadError::ContentType) => &codes::CONTENT_TYPE,
        _ => &codes::BODY_INVALID,
    };
    refused(code, error)
}

fn refused(code: &'static Code, error: &impl std::fmt::Display) -> Problem {
    Problem::new(code).caused_by(anyhow::anyhow!("{error}"))
}
