//! `POST /v1/cases/{id}/notice`: everything that is missing or has a defect is told, at once.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Body, Fault, Permit, Problem};
use ids::DepartmentCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Outcome, maybe_typed, typed};
use crate::{permissions::GiveOutcome, service::Intake, usecases::outcomes};

/// What the window adds to what is missing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeBody {
    /// Papers that were brought and have a defect.
    #[serde(default)]
    defects: Vec<Defect>,
    /// Department code of the body that forgot something in the first notice; `CTR` is the centre itself.
    overlooked_by: Option<String>,
    #[serde(default)]
    explanation: String,
}

/// A paper with a defect.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Defect {
    /// Material code.
    code: String,
    /// What is wrong with it.
    reason: String,
}

/// Gives a one-time notice. What is missing stands in it by itself; a second notice adds only with a record of who forgot.
#[utoipa::path(
    tag = "outcomes",
    params(("id" = Uuid, Path, description = "Case")),
    responses((status = 200, description = "The outcome", body = Outcome))
)]
#[post("/v1/cases/{id}/notice")]
pub async fn notice(
    permit: Permit<GiveOutcome>,
    id: Path<Uuid>,
    body: Body<NoticeBody>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let (notice, faults) = parse(body.value);
    if !faults.is_empty() {
        return Err(Problem::faulty(faults));
    }
    let case = outcomes::notice::notice(&desk, &permit.asker(), id.into_inner(), &notice).await?;
    let reasons = notice.defects.iter().map(|(_, reason)| reason.as_str());
    let typed: Vec<&str> = reasons.chain([notice.explanation.as_str()]).collect();
    Ok(HttpResponse::Ok().json(Outcome::of(&case, &typed)))
}

fn parse(body: NoticeBody) -> (outcomes::notice::Notice, Vec<Fault>) {
    let mut faults = Vec::new();
    let defects = body.defects.into_iter().enumerate().map(|(place, defect)| {
        let reason = typed(&format!("/defects/{place}/reason"), &defect.reason, &mut faults);
        (defect.code, reason)
    });
    let defects = defects.collect();
    if let Some(Err(error)) = body.overlooked_by.as_deref().map(DepartmentCode::parse) {
        faults.push(Fault::new("/overlooked_by", "department", error.zh(), error.to_string()));
    }
    let explanation = maybe_typed("/explanation", &body.explanation, &mut faults);
    (outcomes::notice::Notice { defects, overlooked_by: body.overlooked_by, explanation }, faults)
}
