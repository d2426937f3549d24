//! `POST /v1/cases/{id}/consents/{consent}/countersignature`: a second person has looked at a signed consent.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    consent::{PaperBody, PaperShown},
    http::{Body, Permit, Problem},
};
use uuid::Uuid;

use crate::{permissions::CountersignConsent, service::Intake, usecases::consents};

/// Countersigns it. Whoever brought it cannot.
#[utoipa::path(
    tag = "consents",
    params(("id" = Uuid, Path, description = "Case"), ("consent" = Uuid, Path, description = "Signed consent")),
    request_body = PaperBody,
    responses((status = 200, description = "The consent, good for its act", body = PaperShown))
)]
#[post("/v1/cases/{id}/consents/{consent}/countersignature")]
pub async fn countersign(
    permit: Permit<CountersignConsent>,
    path: Path<(Uuid, Uuid)>,
    body: Body<PaperBody>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let ((id, consent), PaperBody {}) = (path.into_inner(), body.value);
    Ok(HttpResponse::Ok().json(consents::countersign(&desk, &permit.asker(), id, consent).await?))
}
