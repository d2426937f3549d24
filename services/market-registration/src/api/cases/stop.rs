//! `POST /v1/cases/{id}/stop`: what the case was built on is gone: it is ended, and what was done is taken back.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use casework::{NotPossible, Stop, StopKind};
use chassis::http::{AsOf, Body, Faults, Long, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::OpeningShown;
use crate::{permissions::StopOpening, service::MarketRegistration, usecases::operate};

/// Why the case ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StopBody {
    kind: Kind,
    /// Legal basis.
    basis: Long,
}

/// What has happened.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The applicant died, or the legal person ended.
    ApplicantEnded,
    /// The licence is revoked.
    LicenceRevoked,
    /// A department refused, and nobody goes on without.
    TaskRefused,
}

/// Ends a case; open tasks are cancelled, results are taken back, and what stands is listed.
#[utoipa::path(
    tag = "cases",
    params(("id" = Uuid, Path, description = "Case")),
    request_body = StopBody,
    responses((status = 200, description = "The opening as it is being stopped", body = AsOf<OpeningShown>))
)]
#[post("/v1/cases/{id}/stop")]
pub async fn stop(
    permit: Permit<StopOpening>,
    id: Path<Uuid>,
    body: Body<StopBody>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let basis = faults.text("/basis", &body.value.basis);
    faults.none()?;
    let kind = match body.value.kind {
        Kind::ApplicantEnded => StopKind::ApplicantEnded,
        Kind::LicenceRevoked => StopKind::LicenceRevoked,
        Kind::TaskRefused => StopKind::TaskRefused,
    };
    let asker = permit.asker();
    let opening = operate::change(&desk, &asker, id.into_inner(), |opening, now| {
        let stop = Stop { kind, basis: basis.clone(), by: asker.subject().to_owned(), at: now };
        opening.case.as_mut().ok_or(NotPossible::NotRunning)?.stop(stop)
    })
    .await?;
    let (sequence, as_of) = (opening.stem.sequence(), desk.mailbox.clocks().business.now());
    Ok(HttpResponse::Ok().json(AsOf { value: OpeningShown::of(&desk, &opening), sequence, as_of }))
}
