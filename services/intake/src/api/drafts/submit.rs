//! `POST /v1/drafts/{id}/submission`: a draft becomes a case.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Body, IdempotencyKey, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::applications::submit::Slip,
    permissions::{SubmitApplication, applicant},
    service::Intake,
    usecases::drafts::submit::{Submission, submit_draft},
};

/// Which state of the draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Submitted {
    /// Sequence of the draft as it was seen last.
    sequence: i64,
}

/// Submits a draft. Everything that it lacks is told at once, and it stays; a repeated request gets the same slip.
#[utoipa::path(
    tag = "drafts",
    operation_id = "submit_draft",
    params(
        ("id" = Uuid, Path, description = "Draft"),
        ("Idempotency-Key" = String, Header, description = "One key for each intended submission")
    ),
    responses((status = 201, description = "The slip", body = Slip))
)]
#[post("/v1/drafts/{id}/submission")]
pub async fn submit(
    permit: Permit<SubmitApplication>,
    key: IdempotencyKey,
    id: Path<Uuid>,
    body: Body<Submitted>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let submission = Submission {
        id: *id,
        sequence: body.value.sequence,
        applicant: applicant(permit.actor()),
        actor: &permit.actor().subject,
        intent: key.intent(permit.actor(), &format!("submit_draft {id}"), &body),
    };
    let case = submit_draft(&desk, submission).await?;
    Ok(HttpResponse::Created().json(Slip::of(&case)))
}
