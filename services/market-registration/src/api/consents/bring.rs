//! `POST /v1/names/{id}/consents`: the consent that the applicant signed, for people without a telephone.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    consent::PaperShown,
    http::{Body, Permit, Problem},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ActBody;
use crate::{permissions::AskConsent, service::MarketRegistration, usecases::names::consents};

/// A signed consent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedConsent {
    /// What he agreed to.
    to: ActBody,
    /// The statement that `POST /v1/materials?code=CONSENT` gave.
    statement: String,
}

/// Brings a signed consent. It is good for its act once a chief representative has countersigned it, for three days.
#[utoipa::path(
    tag = "consents",
    params(("id" = Uuid, Path, description = "Reservation")),
    request_body = SignedConsent,
    responses((status = 201, description = "The consent, to be countersigned", body = PaperShown))
)]
#[post("/v1/names/{id}/consents")]
pub async fn bring(
    permit: Permit<AskConsent>,
    id: Path<Uuid>,
    body: Body<SignedConsent>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let SignedConsent { to, statement } = body.value;
    let matter = to.read()?;
    let brought = consents::bring(&desk, &permit.asker(), id.into_inner(), (&matter, &statement)).await?;
    Ok(HttpResponse::Created().json(brought))
}
