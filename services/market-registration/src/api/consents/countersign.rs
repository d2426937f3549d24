//! `POST /v1/names/{id}/consents/{consent}/countersignature`: a second person has looked at a signed consent.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    consent::{PaperBody, PaperShown},
    http::{Body, Permit, Problem},
};
use uuid::Uuid;

use crate::{permissions::CountersignConsent, service::MarketRegistration, usecases::names::consents};

/// Countersigns it. Whoever brought it cannot.
#[utoipa::path(
    tag = "consents",
    params(("id" = Uuid, Path, description = "Reservation"), ("consent" = Uuid, Path, description = "Signed consent")),
    request_body = PaperBody,
    responses((status = 200, description = "The consent, good for its act", body = PaperShown))
)]
#[post("/v1/names/{id}/consents/{consent}/countersignature")]
pub async fn countersign(
    permit: Permit<CountersignConsent>,
    path: Path<(Uuid, Uuid)>,
    body: Body<PaperBody>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let ((id, consent), PaperBody {}) = (path.into_inner(), body.value);
    Ok(HttpResponse::Ok().json(consents::countersign(&desk, &permit.asker(), id, consent).await?))
}
