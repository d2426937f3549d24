//! `POST /v1/projects/{id}/codes`: a one-time code goes to the applicant's telephone.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    consent::CodeSent,
    http::{Body, Permit, Problem},
};
use uuid::Uuid;

use super::ActBody;
use crate::{permissions::AskConsent, service::ConstructionPermit, usecases::consents};

/// Sends a code for one act to the telephone that counts for the project. Three an hour; a code holds for ten minutes and three tries.
#[utoipa::path(
    tag = "consents",
    params(("id" = Uuid, Path, description = "Project")),
    request_body = ActBody,
    responses((status = 201, description = "It is on its way; the code is the applicant's alone", body = CodeSent))
)]
#[post("/v1/projects/{id}/codes")]
pub async fn send(
    permit: Permit<AskConsent>,
    id: Path<Uuid>,
    body: Body<ActBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let matter = body.value.read()?;
    let sent = consents::send_code(&desk, &permit.asker(), id.into_inner(), &matter).await?;
    Ok(HttpResponse::Created().json(sent))
}
