//! `GET /v1/projects/{id}/clock`: the clock of the project: union, stages, items.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use casework::{ProjectClock, clock::StageClock};
use chassis::http::{AsOf, Permit, Problem};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::{
        projects::as_of,
        shown::{BudgetShown, CardShown, CountShown, ItemClockShown},
    },
    domain::project::{clock_rules, facts},
    permissions::ReadProjects,
    service::ConstructionPermit,
    usecases::change::{catalogue, look},
};

/// The clock, reckoned from recorded facts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockShown {
    /// Working days that count towards the limit.
    counted: CountShown,
    budget: BudgetShown,
    card: CardShown,
    /// Working days on which an item of the main flow or a parallel one ran.
    whole_process: CountShown,
    /// A day on which two stages ran is in both, and once in the project.
    stages: Vec<StageClockShown>,
    items: Vec<ItemClockShown>,
    /// The calendar by which it was reckoned.
    calendar: String,
    /// The last day that a notice covers; later ones are provisional.
    announced_to: Date,
}

/// The clock of one stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageClockShown {
    /// One letter.
    stage: String,
    counted: CountShown,
    budget: BudgetShown,
    card: CardShown,
}

impl From<&StageClock> for StageClockShown {
    fn from(of: &StageClock) -> Self {
        Self { stage: of.stage.to_string(), counted: of.counted.into(), budget: of.budget.into(), card: of.card.into() }
    }
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
        counted: clock.counted.into(),
        budget: clock.budget.into(),
        card: clock.card.into(),
        whole_process: clock.whole_process.into(),
        stages: clock.stages.iter().map(StageClockShown::from).collect(),
        items: clock.items.iter().map(ItemClockShown::from).collect(),
        calendar: desk.calendar().version().to_owned(),
        announced_to: desk.calendar().announced_to(),
    };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}
