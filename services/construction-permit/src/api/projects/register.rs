//! `POST /v1/projects`: a project is registered.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, post, web::Data};
use chassis::http::{AsOf, Body, IdempotencyKey, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ProjectShown, as_of, unknown_type};
use crate::{
    api::catalogue::kind,
    domain::project::Registration,
    permissions::{CarryProject, scope},
    service::ConstructionPermit,
    usecases::{
        change::find,
        register::{Wanted, register as take, value_fault},
    },
};

/// A project.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectBody {
    /// The national platform's code (24 characters); one of our own series where absent.
    code: Option<String>,
    /// `G`, `S`, `I`, `L` or `P`.
    #[serde(rename = "type")]
    kind: String,
    name: String,
    place: PlaceBody,
    investor: InvestorBody,
    /// Total investment in fen.
    total_fen: Option<i64>,
    /// Attribute -> value, as the questionnaire asks.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: BTreeMap<String, serde_json::Value>,
    /// Whether the catalogue's defaults hold where nothing is answered.
    #[serde(default)]
    defaults: bool,
}

/// Where.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceBody {
    /// Nine digits: town or subdistrict.
    region: String,
    /// Twelve digits.
    village: Option<String>,
    address: String,
}

/// Who.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvestorBody {
    name: String,
    credit_code: String,
}

/// Registers a project with its attributes; the first version of its list is made at once.
#[utoipa::path(
    tag = "projects",
    operation_id = "register",
    params(("Idempotency-Key" = String, Header, description = "One for each project")),
    responses((status = 201, description = "The project", body = AsOf<ProjectShown>))
)]
#[post("/v1/projects")]
pub async fn register(
    permit: Permit<CarryProject>,
    key: IdempotencyKey,
    body: Body<ProjectBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let actor = permit.actor();
    let intent = key.intent(actor, "construction.projects.register", &body);
    let given = body.value;
    let registration = Registration {
        code: given.code,
        name: given.name,
        region: given.place.region,
        village: given.place.village,
        address: given.place.address,
        investor: given.investor.name,
        credit_code: given.investor.credit_code,
        total_fen: given.total_fen,
    };
    let Some(kind) = kind(&given.kind) else {
        // Which attributes count depends on the type; everything else is told with it.
        let faults = registration.faults().into_iter().map(value_fault);
        return Err(Problem::faulty(std::iter::once(unknown_type()).chain(faults).collect()));
    };
    let wanted = Wanted {
        registration,
        kind,
        answers: given.attributes,
        defaults: given.defaults,
        holder: actor.applicant().to_owned(),
        actor: actor.subject.clone(),
        intent,
    };
    let id = take(&desk, wanted).await?;
    let project = find(&desk, &scope(actor), id).await?;
    let shown = ProjectShown::of(&desk, &project)?;
    Ok(HttpResponse::Created().json(as_of(&desk, &project, shown)))
}
