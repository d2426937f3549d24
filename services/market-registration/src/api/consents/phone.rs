//! `POST /v1/names/{id}/phone`: another telephone of the applicant counts for the name.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    consent::{PhoneBody, PhoneShown},
    http::{Body, Permit, Problem},
};
use uuid::Uuid;

use crate::{permissions::AskConsent, service::MarketRegistration, usecases::names::consents};

/// Has another telephone count. Where one counts already, only its code or a signed paper changes it.
#[utoipa::path(
    tag = "consents",
    operation_id = "change_phone",
    params(("id" = Uuid, Path, description = "Reservation")),
    request_body = PhoneBody,
    responses((status = 200, description = "The telephone that counts now", body = PhoneShown))
)]
#[post("/v1/names/{id}/phone")]
pub async fn change(
    permit: Permit<AskConsent>,
    id: Path<Uuid>,
    body: Body<PhoneBody>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(consents::change_phone(&desk, &permit.asker(), id.into_inner(), &body.value).await?))
}
