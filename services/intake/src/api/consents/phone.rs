//! `POST /v1/cases/{id}/phone`: another telephone of the applicant counts for the case.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    consent::{PhoneBody, PhoneShown},
    http::{Body, Permit, Problem},
};
use uuid::Uuid;

use crate::{permissions::AskConsent, service::Intake, usecases::consents};

/// Has another telephone count. Where one counts already, only its code or a signed paper changes it.
#[utoipa::path(
    tag = "consents",
    operation_id = "change_phone",
    params(("id" = Uuid, Path, description = "Case")),
    request_body = PhoneBody,
    responses((status = 200, description = "The telephone that counts now", body = PhoneShown))
)]
#[post("/v1/cases/{id}/phone")]
pub async fn change(
    permit: Permit<AskConsent>,
    id: Path<Uuid>,
    body: Body<PhoneBody>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(consents::change_phone(&desk, &permit.asker(), id.into_inner(), &body.value).await?))
}
