//! `POST /v1/cases/{id}/signpost`: the applicant is shown where it is done.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    data::Label,
    http::{Body, Faults, Long, Permit, Problem, Short},
};
use contracts::notification::is_office_phone;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Outcome;
use crate::{domain::catalogue::Signpost, permissions::GiveOutcome, service::Intake, usecases::outcomes};

/// The whole way.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Way {
    #[serde(default)]
    method: Short,
    #[serde(default)]
    department: Short,
    #[serde(default)]
    address: Short,
    #[serde(default)]
    phone: Short,
    #[serde(default)]
    explanation: Long,
}

/// Shows the way. Method, department, address and phone are all there; a text alone closes nothing.
#[utoipa::path(
    tag = "outcomes",
    params(("id" = Uuid, Path, description = "Case")),
    request_body = Way,
    responses((status = 200, description = "The outcome", body = Outcome))
)]
#[post("/v1/cases/{id}/signpost")]
pub async fn signpost(
    permit: Permit<GiveOutcome>,
    id: Path<Uuid>,
    body: Body<Way>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let (mut faults, way) = (Faults::default(), body.value);
    let method = faults.text("/method", &way.method);
    let department = faults.text("/department", &way.department);
    let address = faults.text("/address", &way.address);
    let phone = faults.text("/phone", &way.phone);
    let explanation = faults.maybe("/explanation", &way.explanation);
    if !phone.is_empty() && !is_office_phone(&phone) {
        let (zh, en) = (
            "应为办公电话:区号加号码、400电话或短号",
            "is an office's telephone: with its area code, 400…, or a short number",
        );
        faults.add("/phone", "no_office_phone", zh, en);
    }
    faults.none()?;
    let said = |text: &str| Label::new(text, text);
    let signpost = Signpost { method: said(&method), department: said(&department), address: said(&address), phone };
    let case = outcomes::signpost::signpost(&desk, &permit.asker(), id.into_inner(), &signpost, &explanation).await?;
    Ok(HttpResponse::Ok().json(Outcome::of(&case, &[&method, &explanation])))
}
