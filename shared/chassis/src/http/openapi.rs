//! The API's description, collected from the handlers themselves; the same bytes at `/openapi.json` and by `openapi`. What
//! every operation has in common is written here and in [`super::answers`], by what the operation takes.

use actix_web::{App, HttpRequest, HttpResponse, dev::ResourceDef, http::Method, web::Bytes};
use utoipa::{
    PartialSchema as _,
    openapi::{
        Components, HttpMethod, InfoBuilder, ObjectBuilder, OpenApi, RefOr, Schema,
        path::{Operation, Parameter},
        schema::{ArrayBuilder, SchemaType, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_actix_web::{AppExt as _, service_config::ServiceConfig};

use super::{answers, door::LONGEST, problem::Fault};

const BEARER: &str = "bearer";
const FAULT: &str = "Fault";

/// The problem's schema among the components.
pub(super) const PROBLEM: &str = "Problem";

/// Where the description is served.
pub(crate) const ITSELF: &str = "/openapi.json";

const ABOUT: &str = "Every failure is a problem (RFC 9457) whose `code` is stable. An address that is not described here is \
answered with 404; another method of a described one with 405, and the header `Allow` says which it takes. Instants are in the \
city's zone (+08:00), and every text is held to what its schema says: no control characters, no marks that turn the direction \
of writing, no characters that cannot be seen.";

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
        let info = InfoBuilder::new().title(format!("Wutong: {service}")).version(env!("CARGO_PKG_VERSION"));
        api.info = info.description(Some(ABOUT)).build();
        api.security = Some(vec![SecurityRequirement::new(BEARER, Vec::<String>::new())]);
        let components = api.components.get_or_insert_with(Components::new);
        components.schemas.insert(FAULT.into(), Fault::schema());
        components.schemas.insert(PROBLEM.into(), RefOr::T(problem_schema()));
        components.responses.extend(answers::common());
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        components.security_schemes.insert(BEARER.into(), SecurityScheme::Http(scheme).into());
        let described = api.paths.paths.keys().map(|path| (ResourceDef::new(path.as_str()), methods(&api, path)));
        let paths = described.chain([(ResourceDef::new(ITSELF), vec![Method::GET])]).collect();
        every_operation(&mut api, |method, operation| {
            operation.parameters.iter_mut().flatten().for_each(limit);
            answers::complete(operation, method != HttpMethod::Get);
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

fn every_operation(api: &mut OpenApi, mut change: impl FnMut(HttpMethod, &mut Operation)) {
    for item in api.paths.paths.values_mut() {
        let operations = [
            (HttpMethod::Get, &mut item.get),
            (HttpMethod::Put, &mut item.put),
            (HttpMethod::Post, &mut item.post),
            (HttpMethod::Delete, &mut item.delete),
            (HttpMethod::Patch, &mut item.patch),
        ];
        for (method, operation) in operations {
            operation.iter_mut().for_each(|operation| change(method.clone(), operation));
        }
    }
}

/// What holds for every text of an address or a header.
fn limit(parameter: &mut RefOr<Parameter>) {
    let RefOr::T(parameter) = parameter else { return };
    let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema else { return };
    if parameter.name == answers::KEY {
        (object.min_length, object.max_length) = (Some(1), Some(128));
        object.pattern = Some("^[\\x21-\\x7e]+$".to_owned());
    }
    let text = match &object.schema_type {
        SchemaType::Type(of) => *of == Type::String,
        SchemaType::Array(of) => of.contains(&Type::String),
        SchemaType::AnyValue => false,
    };
    if text && object.format.is_none() && object.enum_values.is_none() {
        object.max_length.get_or_insert(LONGEST);
    }
}

fn problem_schema() -> Schema {
    let text = || ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
    let of_texts =
        |names: &[&str]| names.iter().fold(ObjectBuilder::new(), |object, name| object.property(*name, text()));
    let language = || of_texts(&["title", "detail", "what_to_do"]).required("title").required("what_to_do");
    of_texts(&["type", "title", "code", "detail", "what_to_do", "instance", "trace_id"])
        .property("status", ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer)))
        .property("faults", ArrayBuilder::new().items(utoipa::openapi::Ref::from_schema_name(FAULT)))
        .property(
            "text",
            ObjectBuilder::new().property("zh", language()).property("en", language()).required("zh").required("en"),
        )
        .required("type")
        .required("title")
        .required("status")
        .required("code")
        .required("what_to_do")
        .required("text")
        .into()
}
