//! `POST /v1/cases/{id}/withdrawal`: the applicant takes his application back.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    consent::ConsentBody,
    http::{Body, Faults, Long, Permit, Problem},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Asked;
use crate::{
    permissions::SubmitApplication,
    service::Intake,
    usecases::ask::{Ask, ask},
};

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    reason: Long,
    /// At a window: what the applicant agreed with.
    consent: Option<ConsentBody>,
}

/// Asks for the withdrawal; the owner of the process stops what runs and says what stands.
#[utoipa::path(
    tag = "cases",
    params(("id" = Uuid, Path, description = "Case")),
    request_body = Withdrawal,
    responses((status = 202, description = "Recorded", body = Asked))
)]
#[post("/v1/cases/{id}/withdrawal")]
pub async fn withdraw(
    permit: Permit<SubmitApplication>,
    id: Path<Uuid>,
    body: Body<Withdrawal>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let Withdrawal { reason, consent } = body.value;
    let reason = faults.text("/reason", &reason);
    faults.none()?;
    let case = ask(&desk, &permit.asker(), id.into_inner(), (&Ask::Withdraw { reason }, consent.as_ref())).await?;
    Ok(HttpResponse::Accepted().json(Asked::of(&case)))
}
