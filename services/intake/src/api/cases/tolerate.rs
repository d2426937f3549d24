//! `POST /v1/cases/{id}/tolerance`: an application is accepted with gaps.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    consent::ConsentBody,
    http::{Body, Permit, Problem},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Outcome;
use crate::{permissions::AcceptWithGaps, service::Intake, usecases::outcomes};

/// What the applicant signed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Gaps {
    /// SM3 of the undertaking for what is missing, as `GET /v1/items/{code}/undertaking` shows it.
    undertaking_sm3: String,
    /// At a window: what the applicant agreed with; it is how he signs.
    consent: Option<ConsentBody>,
}

/// Accepts with gaps: listed secondary papers only, under the undertaking that the applicant signed.
#[utoipa::path(
    tag = "outcomes",
    params(("id" = Uuid, Path, description = "Case")),
    request_body = Gaps,
    responses((status = 200, description = "The outcome", body = Outcome))
)]
#[post("/v1/cases/{id}/tolerance")]
pub async fn tolerate(
    permit: Permit<AcceptWithGaps>,
    id: Path<Uuid>,
    body: Body<Gaps>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let Gaps { undertaking_sm3, consent } = body.value;
    let signed = (undertaking_sm3.as_str(), consent.as_ref());
    let case = outcomes::tolerate::tolerate(&desk, &permit.asker(), id.into_inner(), signed).await?;
    Ok(HttpResponse::Ok().json(Outcome::of(&case, &[])))
}
