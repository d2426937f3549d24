//! `POST /v1/projects`: a project is registered.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, post, web::Data};
use chassis::{
    consent::PhoneProof,
    http::{ApplicantBody, AsOf, Body, IdempotencyKey, Permit, Problem},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ProjectShown, as_of, unknown_type};
use crate::{
    api::{catalogue::kind, shown::given},
    domain::project::Registration,
    permissions::CarryProject,
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
    #[schema(pattern = "^[GSILP]$")]
    kind: String,
    #[schema(max_length = 200)]
    name: String,
    place: PlaceBody,
    investor: InvestorBody,
    /// Total investment in fen.
    total_fen: Option<i64>,
    /// Attribute -> value, as the questionnaire asks.
    #[serde(default)]
    #[schema(schema_with = given)]
    attributes: BTreeMap<String, serde_json::Value>,
    /// Whether the catalogue's defaults hold where nothing is answered.
    #[serde(default)]
    defaults: bool,
    /// At a window: the applicant who stands there. A clerk names him; whoever signs in himself does not.
    applicant: Option<ApplicantBody>,
    /// A telephone of the applicant, and the code that went there (`POST /v1/phones/codes`): his codes go there from then on.
    phone_proof: Option<PhoneProof>,
}

/// Where.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceBody {
    /// Nine digits: town or subdistrict.
    region: String,
    /// Twelve digits.
    village: Option<String>,
    #[schema(max_length = 200)]
    address: String,
}

/// Who.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvestorBody {
    #[schema(max_length = 200)]
    name: String,
    #[schema(min_length = 18, max_length = 18)]
    credit_code: String,
}

/// Registers a project with its attributes; the first version of its list is made at once.
#[utoipa::path(
    tag = "projects",
    operation_id = "register",
    params(("Idempotency-Key" = String, Header, description = "One for each project")),
    request_body = ProjectBody,
    responses((status = 201, description = "The project", body = AsOf<ProjectShown>))
)]
#[post("/v1/projects")]
pub async fn register(
    permit: Permit<CarryProject>,
    key: IdempotencyKey,
    body: Body<ProjectBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let (asker, digest, given) = (permit.asker(), body.digest, body.value);
    let acting = asker.for_new(given.applicant.as_ref(), desk.links.seals.founding());
    let registration = Registration {
        code: given.code,
        name: given.name.trim().to_owned(),
        region: given.place.region,
        village: given.place.village,
        address: given.place.address.trim().to_owned(),
        investor: given.investor.name.trim().to_owned(),
        credit_code: given.investor.credit_code,
        total_fen: given.total_fen,
    };
    let (kind, (behalf, named)) = match (kind(&given.kind), acting) {
        (Some(kind), Ok(acting)) => (kind, acting),
        (kind, acting) => {
            // Which attributes count depends on the type; everything else is told with it.
            let mut faults: Vec<_> = kind.is_none().then(unknown_type).into_iter().collect();
            faults.extend(registration.faults(desk.region).into_iter().map(value_fault));
            faults.extend(acting.err().unwrap_or_default());
            return Err(Problem::faulty(faults));
        }
    };
    let intent = key.intent(&behalf, "construction.projects.register", digest);
    let wanted = Wanted {
        registration,
        kind,
        answers: given.attributes,
        defaults: given.defaults,
        behalf,
        named,
        phone_proof: given.phone_proof,
        vouched: asker.actor().phone(),
        intent,
    };
    let id = take(&desk, wanted).await?;
    let project = find(&desk, asker.scope(), id).await?;
    let shown = ProjectShown::of(&desk, &project)?;
    Ok(HttpResponse::Created().json(as_of(&desk, &project, shown)))
}
