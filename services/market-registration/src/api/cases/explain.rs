//! `POST /v1/cases/{id}/red-card-reason`: why the case passed its limit.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{AsOf, Body, Faults, Permit, Problem, Reason};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::OpeningShown;
use crate::{permissions::ExplainRedCard, service::MarketRegistration, usecases};

/// Characters that a reason has at least.
const SHORTEST: usize = 5;

/// The reason, for supervision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    /// 5 to 500 characters.
    reason: Reason,
}

/// Says why a case passed its limit of window minutes.
#[utoipa::path(
    tag = "cases",
    params(("id" = Uuid, Path, description = "Case")),
    request_body = ReasonBody,
    responses((status = 200, description = "The opening", body = AsOf<OpeningShown>))
)]
#[post("/v1/cases/{id}/red-card-reason")]
pub async fn explain(
    permit: Permit<ExplainRedCard>,
    id: Path<Uuid>,
    body: Body<ReasonBody>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let reason = faults.text("/reason", &body.value.reason);
    if faults.is_empty() && reason.chars().count() < SHORTEST {
        faults.add("/reason", "length", "请用5至500字说明原因", "give the reason in 5 to 500 characters");
    }
    faults.none()?;
    let opening = usecases::clock::explain(&desk, &permit.asker(), id.into_inner(), &reason).await?;
    let (sequence, as_of) = (opening.stem.sequence(), desk.mailbox.clocks().business.now());
    Ok(HttpResponse::Ok().json(AsOf { value: OpeningShown::of(&desk, &opening), sequence, as_of }))
}
