//! `GET /v1/projects/{id}/clock`: the clock of the project: union, stages, items.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use casework::ProjectClock;
use chassis::http::{AsOf, Permit, Problem};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::projects::as_of,
    domain::project::{clock_rules, facts},
    permissions::ReadProjects,
    service::ConstructionPermit,
    usecases::change::{catalogue, look},
};

/// The clock, reckoned from recorded facts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockShown {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    clock: serde_json::Value,
    /// The calendar by which it was reckoned.
    calendar: String,
    /// The last day that a notice covers; later ones are provisional.
    announced_to: String,
}

/// Shows the clock: counted working days of the project, of each stage and each item, with promise and legal limit.
#[utoipa::path(
    tag = "projects",
    operation_id = "clock",
    params(("id" = Uuid, Path, description = "Project")),
    responses((status = 200, description = "The clock", body = AsOf<ClockShown>))
)]
#[get("/v1/projects/{id}/clock")]
pub async fn clock(
    permit: Permit<ReadProjects>,
    path: Path<Uuid>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let project = look(&desk, &permit, path.into_inner()).await?;
    let catalogue = catalogue(&desk, &project)?;
    let facts = facts(&project, catalogue);
    let clock = ProjectClock::reckon(&facts, &clock_rules(catalogue), &desk.calendar(), desk.today());
    let value = ClockShown {
        clock: serde_json::json!(clock),
        calendar: desk.calendar().version().to_owned(),
        announced_to: desk.calendar().announced_to().to_string(),
    };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}
