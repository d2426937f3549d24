//! `POST /v1/projects/{id}/items/{code}/suspension`: the clock of an item stands still because the applicant asks for time, or the law says so.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    consent::ConsentBody,
    http::{AsOf, Body, Faults, Line, Permit, Problem},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Ground;
use crate::api::projects::{ProjectShown, written};
use crate::{permissions::StopClock, service::ConstructionPermit, usecases::suspend::suspend as take};

/// On what ground.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuspensionBody {
    ground: Ground,
    /// 2 to 200 characters.
    reason: Line<200>,
    /// At a window, on the applicant's ground: what he agreed with.
    consent: Option<ConsentBody>,
}

/// Stops the clock of an item: the applicant for his own part, the chief representative on a legal ground.
#[utoipa::path(
    tag = "items",
    operation_id = "suspend",
    params(("id" = Uuid, Path, description = "Project"), ("code" = String, Path, description = "Item, e.g. C06")),
    request_body = SuspensionBody,
    responses((status = 200, description = "The project", body = AsOf<ProjectShown>))
)]
#[post("/v1/projects/{id}/items/{code}/suspension")]
pub async fn suspend(
    permit: Permit<StopClock>,
    path: Path<(Uuid, String)>,
    body: Body<SuspensionBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let asker = permit.asker();
    let mut faults = Faults::default();
    let reason = faults.text("/reason", &body.value.reason);
    if faults.is_empty() && reason.chars().count() < 2 {
        faults.add("/reason", "length", "请用2至200字说明原因", "give the reason in 2 to 200 characters");
    }
    faults.none()?;
    let ground = body.value.ground.allowed(permit.actor())?;
    let (id, code) = path.into_inner();
    let project =
        take(&desk, &asker, id, &code.as_str().into(), (ground, &reason, body.value.consent.as_ref())).await?;
    written(&desk, &project)
}
