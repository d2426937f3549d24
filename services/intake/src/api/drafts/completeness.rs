//! `GET /v1/drafts/{id}/completeness`: everything that a draft still lacks, at once.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use chassis::http::{Permit, Problem};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{domain::completeness::Missing, permissions::SubmitApplication, service::Intake, usecases};

/// What a draft lacks against the item version that holds today.
#[derive(Debug, Serialize, ToSchema)]
pub struct Lacks {
    complete: bool,
    /// `code@version` that it was compared with.
    reference: String,
    /// True where the draft was written for an earlier version.
    superseded: bool,
    /// Entries that are missing or wrong.
    faults: Vec<chassis::http::Fault>,
    /// Papers that only the applicant can bring.
    missing: Vec<Missing>,
}

/// Compares a draft with its item.
#[utoipa::path(
    tag = "drafts",
    operation_id = "completeness_of_draft",
    params(("id" = Uuid, Path, description = "Draft")),
    responses((status = 200, description = "Everything it lacks", body = Lacks))
)]
#[get("/v1/drafts/{id}/completeness")]
pub async fn completeness(
    permit: Permit<SubmitApplication>,
    id: Path<Uuid>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let lacks = usecases::drafts::compare::compare(&desk, &permit.asker(), id.into_inner()).await?;
    Ok(HttpResponse::Ok().json(Lacks {
        complete: lacks.completeness.is_complete() && !lacks.superseded,
        reference: lacks.entry.reference(),
        superseded: lacks.superseded,
        faults: lacks.completeness.faults,
        missing: lacks.completeness.missing,
    }))
}
