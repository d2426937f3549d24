//! `POST /v1/drafts/{id}/submission`: a draft becomes a case.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    consent::PhoneProof,
    http::{Body, IdempotencyKey, Permit, Problem},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::applications::submit::Slip,
    permissions::SubmitApplication,
    service::Intake,
    usecases::{
        drafts::submit::{Submission, submit_draft},
        submit::Handed,
    },
};

/// Which state of the draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Submitted {
    /// Sequence of the draft as it was seen last.
    sequence: i64,
    /// Hand it in although papers are missing: they are told in a one-time notice.
    #[serde(default)]
    as_it_stands: bool,
    /// SM3 of the undertaking for what is missing, as `GET /v1/items/{code}/undertaking` shows it: the applicant signs it.
    undertaking_sm3: Option<String>,
    /// A telephone of the applicant, and the code that went there (`POST /v1/phones/codes`).
    phone_proof: Option<PhoneProof>,
}

/// Submits a draft. Everything that it lacks is told at once, and it stays; a repeated request gets the same slip.
#[utoipa::path(
    tag = "drafts",
    operation_id = "submit_draft",
    params(
        ("id" = Uuid, Path, description = "Draft"),
        ("Idempotency-Key" = String, Header, description = "One key for each intended submission")
    ),
    request_body = Submitted,
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
    let asker = permit.asker();
    let intent = key.intent_about(&asker, &format!("submit_draft {id}"), body.digest);
    let Submitted { sequence, as_it_stands, undertaking_sm3, phone_proof } = body.value;
    let handed = Handed { as_it_stands, undertaking_sm3, phone_proof };
    let submission = Submission { id: *id, sequence, handed, asker: &asker, intent };
    let case = submit_draft(&desk, submission).await?;
    Ok(HttpResponse::Created().json(Slip::of(&case)))
}
