//! The API's description, collected from the handlers themselves; the same bytes at `/openapi.json` and by `openapi`.

use actix_web::{App, HttpRequest, HttpResponse, dev::ResourceDef, http::Method, web::Bytes};
use utoipa::openapi::{
    Components, ContentBuilder, HttpMethod, InfoBuilder, ObjectBuilder, OpenApi, Ref, RefOr, ResponseBuilder,
    path::Operation,
    schema::{ArrayBuilder, Schema, SchemaType, Type},
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};
use utoipa_actix_web::{AppExt as _, service_config::ServiceConfig};

const BEARER: &str = "bearer";
const PROBLEM: &str = "Problem";

/// Where the description is served.
pub(super) const ITSELF: &str = "/openapi.json";

/// How a service registers its routes.
pub type Routes = fn(&mut ServiceConfig<'_>);

/// The description, and which methods each described path takes.
#[derive(Clone)]
pub struct Document {
    json: Bytes,
    paths: Vec<(ResourceDef, Vec<Method>)>,
}

impl Document {
    /// Collects it. The same routes always give the same bytes.
    #[must_use]
    pub fn of(service: &str, routes: Routes) -> Self {
        let (_, mut api) = App::new().into_utoipa_app().configure(routes).split_for_parts();
        api.info = InfoBuilder::new().title(format!("Wutong: {service}")).version(env!("CARGO_PKG_VERSION")).build();
        api.security = Some(vec![SecurityRequirement::new(BEARER, Vec::<String>::new())]);
        let components = api.components.get_or_insert_with(Components::new);
        components.schemas.insert(PROBLEM.into(), RefOr::T(problem_schema()));
        components.responses.insert(PROBLEM.into(), RefOr::T(problem_response()));
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        components.security_schemes.insert(BEARER.into(), SecurityScheme::Http(scheme).into());
        let described = api.paths.paths.keys().map(|path| (ResourceDef::new(path.as_str()), methods(&api, path)));
        let paths = described.chain([(ResourceDef::new(ITSELF), vec![Method::GET])]).collect();
        every_operation(&mut api, |operation| {
            let problem = RefOr::Ref(Ref::from_response_name(PROBLEM));
            operation.responses.responses.entry("default".into()).or_insert(problem);
            // A handler is called by its verb; the whole API has several that list or show.
            if let (Some(tag), Some(id)) = (operation.tags.iter().flatten().next(), &mut operation.operation_id) {
                *id = format!("{tag}_{id}");
            }
        });
        let mut json = serde_json::to_string_pretty(&api).unwrap_or_default();
        json.push('\n');
        Self { json: json.into(), paths }
    }

    #[must_use]
    pub fn json(&self) -> &Bytes {
        &self.json
    }

    /// Which methods the path of this request takes; empty where there is no such path.
    pub(super) fn allowed(&self, path: &str) -> Vec<Method> {
        let of = |(pattern, methods): &(ResourceDef, Vec<Method>)| pattern.is_match(path).then(|| methods.clone());
        self.paths.iter().filter_map(of).flatten().collect()
    }
}

/// Serves the description at [`ITSELF`].
pub(super) async fn serve(request: HttpRequest) -> HttpResponse {
    let json = request.app_data::<Document>().map(|document| document.json.clone()).unwrap_or_default();
    HttpResponse::Ok().content_type("application/json").body(json)
}

const METHODS: [(HttpMethod, Method); 5] = [
    (HttpMethod::Get, Method::GET),
    (HttpMethod::Put, Method::PUT),
    (HttpMethod::Post, Method::POST),
    (HttpMethod::Delete, Method::DELETE),
    (HttpMethod::Patch, Method::PATCH),
];

fn methods(api: &OpenApi, path: &str) -> Vec<Method> {
    let described = |of: &HttpMethod| api.paths.get_path_operation(path, of.clone()).is_some();
    METHODS.iter().filter(|(of, _)| described(of)).map(|(_, method)| method.clone()).collect()
}

fn every_operation(api: &mut OpenApi, mut change: impl FnMut(&mut Operation)) {
    for item in api.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        operations.into_iter().flatten().for_each(&mut change);
    }
}

fn problem_response() -> utoipa::openapi::Response {
    ResponseBuilder::new()
        .description("Whatever went wrong (RFC 9457); `code` is stable")
        .content("application/problem+json", ContentBuilder::new().schema(Some(Ref::from_schema_name(PROBLEM))).build())
        .build()
}

fn problem_schema() -> Schema {
    let text = || ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).build();
    let of_texts =
        |names: &[&str]| names.iter().fold(ObjectBuilder::new(), |object, name| object.property(*name, text()));
    let language = || of_texts(&["title", "detail", "what_to_do"]);
    let fault = of_texts(&["pointer", "code", "zh", "en"]);
    of_texts(&["type", "title", "code", "detail", "what_to_do", "instance", "trace_id"])
        .property("status", ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer)))
        .property("faults", ArrayBuilder::new().items(fault))
        .property("text", ObjectBuilder::new().property("zh", language()).property("en", language()))
        .required("type")
        .required("title")
        .required("status")
        .required("code")
        .required("what_to_do")
        .into()
}
