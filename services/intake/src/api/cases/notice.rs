//! `POST /v1/cases/{id}/notice`: everything that is missing or has a defect is told, at once.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{AtMost, Body, Faults, Long, Permit, Problem, Short};
use ids::DepartmentCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Outcome;
use crate::{permissions::GiveOutcome, service::Intake, usecases::outcomes};

/// What the window adds to what is missing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeBody {
    /// Papers that were brought and have a defect.
    #[serde(default)]
    defects: AtMost<100, Defect>,
    /// Department code of the body that forgot something in the first notice; `CTR` is the centre itself.
    overlooked_by: Option<Short>,
    #[serde(default)]
    explanation: Long,
}

/// A paper with a defect.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Defect {
    /// Material code.
    code: Short,
    /// What is wrong with it.
    reason: Long,
}

/// Gives a one-time notice. What is missing stands in it by itself; a second notice adds only with a record of who forgot.
#[utoipa::path(
    tag = "outcomes",
    params(("id" = Uuid, Path, description = "Case")),
    request_body = NoticeBody,
    responses((status = 200, description = "The outcome", body = Outcome))
)]
#[post("/v1/cases/{id}/notice")]
pub async fn notice(
    permit: Permit<GiveOutcome>,
    id: Path<Uuid>,
    body: Body<NoticeBody>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let notice = parse(body.value)?;
    let case = outcomes::notice::notice(&desk, &permit.asker(), id.into_inner(), &notice).await?;
    let reasons = notice.defects.iter().map(|(_, reason)| reason.as_str());
    let typed: Vec<&str> = reasons.chain([notice.explanation.as_str()]).collect();
    Ok(HttpResponse::Ok().json(Outcome::of(&case, &typed)))
}

fn parse(body: NoticeBody) -> Result<outcomes::notice::Notice, Problem> {
    let mut faults = Faults::default();
    let defects = faults.list("/defects", body.defects).into_iter().enumerate().map(|(place, defect)| {
        let code = faults.text(format!("/defects/{place}/code"), &defect.code);
        (code, faults.text(format!("/defects/{place}/reason"), &defect.reason))
    });
    let defects = defects.collect();
    let overlooked_by = body.overlooked_by.map(|code| faults.text("/overlooked_by", &code));
    if let Some(Err(error)) = overlooked_by.as_deref().filter(|code| !code.is_empty()).map(DepartmentCode::parse) {
        faults.add("/overlooked_by", "department", error.zh(), error.to_string());
    }
    let explanation = faults.maybe("/explanation", &body.explanation);
    faults.none()?;
    Ok(outcomes::notice::Notice { defects, overlooked_by, explanation })
}
