//! `GET /v1/cases/{id}`: a case with its timeline.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::http::{AsOf, AtLeast, NamedShown, Permit, Problem};
use contracts::applicants::was_named_at_a_window;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    CaseSummary,
    at_desk::AtDesk,
    steps::{OpenShown, StepShown},
};
use crate::{domain::case::Case, permissions::ReadCases, service::Intake, store, usecases::timeline::timeline};

/// A case with its timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseShown {
    #[serde(flatten)]
    summary: CaseSummary,
    query_code: String,
    channel: String,
    /// The applicant as a clerk entered him; absent where he signed in himself.
    applicant: Option<NamedShown>,
    desk: AtDesk,
    /// Every step so far.
    steps: Vec<StepShown>,
    /// Tasks that are open, who holds them, since when and until when.
    open: Vec<OpenShown>,
}

/// Shows a case.
#[utoipa::path(
    tag = "cases",
    params(("id" = Uuid, Path, description = "Case"), AtLeast),
    responses((status = 200, description = "The case", body = AsOf<CaseShown>))
)]
#[get("/v1/cases/{id}")]
pub async fn show(
    permit: Permit<ReadCases>,
    id: Path<Uuid>,
    at_least: Query<AtLeast>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let (scope, id) = (permit.scope(), id.into_inner());
    let look = || async {
        let case = store::cases::find(desk.mailbox.db(), &scope, id).await?.ok_or_else(Problem::not_found)?;
        let sequence = case.stem.sequence();
        Ok((case, sequence))
    };
    let (case, sequence) = at_least.wait_for(look).await?;
    permit.looks_at(&desk.mailbox, &case.applicant, case.id()).await?;
    let value = shown(&desk, &case).await?;
    let as_of = desk.mailbox.clocks().business.now();
    Ok(HttpResponse::Ok().json(AsOf { value, sequence, as_of }))
}

async fn shown(desk: &Intake, case: &Case) -> Result<CaseShown, Problem> {
    let db = desk.mailbox.db();
    Ok(CaseShown {
        summary: CaseSummary::of(case),
        query_code: case.query_code.clone(),
        channel: case.channel.clone(),
        applicant: match was_named_at_a_window(&case.applicant) {
            true => store::cases::form(db, case.id()).await?.named.as_ref().map(NamedShown::from),
            false => None,
        },
        desk: AtDesk::of(case),
        steps: timeline(desk, case).await?.into_iter().map(StepShown::of).collect(),
        open: store::cases::open_tasks(db, case.id()).await?.into_iter().map(OpenShown::of).collect(),
    })
}
