//! `GET /v1/projects/{id}/back-schedule`: backwards from a wanted day (R48): by when each item has to be accepted and decided.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use casework::{
    Feasibility,
    schedule::{Ahead, Slot},
};
use chassis::http::{AsOf, Fault, Permit, Problem};
use serde::{Deserialize, Serialize};
use time::Date;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    api::{projects::as_of, shown::DueShown},
    domain::{attribute::read_day, catalogue::ItemCode, project::graph},
    permissions::ReadProjects,
    service::ConstructionPermit,
    usecases::change::{catalogue, look},
};

/// What is wanted, and by when.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Target {
    /// Item that is to be decided, e.g. `C06`.
    target: String,
    /// E.g. `2025-06-30`.
    by: String,
}

/// The timetable.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleShown {
    today: Date,
    /// The day by which the wanted items are to be decided.
    by: Date,
    feasibility: FeasibilityShown,
    /// What the wanted items need and is not decided yet, themselves included.
    slots: Vec<SlotShown>,
}

/// Whether the wanted day can be met.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeasibilityShown {
    Feasible,
    Infeasible {
        /// The earliest day on which all wanted items are decided.
        earliest: DueShown,
        /// Working days after the wanted day.
        late: u32,
        /// The items that make it so late, first to last.
        chain: Vec<String>,
    },
}

/// When an item has to happen.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotShown {
    code: String,
    /// Before acceptance; absent where that is past.
    ahead: Option<AheadShown>,
    /// The latest working day of the decision.
    latest_decide: DueShown,
    /// Working days between the earliest and the latest acceptance, or decision where it is accepted already; negative where
    /// that makes the wanted day impossible.
    slack: i64,
}

/// What has to happen before an item is with its department.
#[derive(Debug, Serialize, ToSchema)]
pub struct AheadShown {
    /// The latest working day on which the applicant begins to prepare.
    prepare_from: DueShown,
    /// The latest working day of acceptance: by then the applicant's materials are complete.
    latest_accept: DueShown,
    /// The earliest working day of acceptance, from today.
    earliest_accept: DueShown,
}

/// Reckons the timetable towards a wanted day; where it cannot be met, by how many days and through which items.
#[utoipa::path(
    tag = "projects",
    operation_id = "back_schedule",
    params(("id" = Uuid, Path, description = "Project"), Target),
    responses(
        (status = 200, description = "The timetable", body = AsOf<ScheduleShown>),
        (status = 422, description = "`form-faulty`: no day, or an item that is not planned")
    )
)]
#[get("/v1/projects/{id}/back-schedule")]
pub async fn back_schedule(
    permit: Permit<ReadProjects>,
    path: Path<Uuid>,
    query: Query<Target>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let project = look(&desk, &permit, path.into_inner()).await?;
    let catalogue = catalogue(&desk, &project)?;
    let target = ItemCode::from(query.target.as_str());
    let planned = project.planned();
    let (by, is_planned) = (read_day(&query.by), planned.contains(&target));
    let Some(by) = by.filter(|_| is_planned) else {
        let faults = [by.is_none().then(no_day), (!is_planned).then(not_planned)];
        return Err(Problem::faulty(faults.into_iter().flatten().collect()));
    };
    let today = desk.today();
    let graph = graph(catalogue, &planned, Some((&project, &desk.calendar(), today)), desk.preparation);
    let schedule = graph.map_err(Problem::defect)?.back(&desk.calendar(), &[target.as_str().into()], by, today);
    let value = ScheduleShown {
        today: schedule.today,
        by: schedule.by,
        feasibility: schedule.feasibility.into(),
        slots: schedule.slots.iter().map(SlotShown::from).collect(),
    };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}

fn no_day() -> Fault {
    Fault::new("/by", "no_date", "应为日期,如2025-06-30", "is a day such as 2025-06-30")
}

fn not_planned() -> Fault {
    Fault::new(
        "/target",
        "item_not_planned",
        "清单中没有该事项,请从清单中选择",
        "the list has no such item; choose one of it",
    )
}

impl From<Feasibility> for FeasibilityShown {
    fn from(feasibility: Feasibility) -> Self {
        match feasibility {
            Feasibility::Feasible => Self::Feasible,
            Feasibility::Infeasible { earliest, late, chain } => {
                let chain = chain.iter().map(ToString::to_string).collect();
                Self::Infeasible { earliest: earliest.into(), late, chain }
            }
        }
    }
}

impl From<&Slot> for SlotShown {
    fn from(slot: &Slot) -> Self {
        Self {
            code: slot.code.to_string(),
            ahead: slot.ahead.map(Into::into),
            latest_decide: slot.latest_decide.into(),
            slack: slot.slack,
        }
    }
}

impl From<Ahead> for AheadShown {
    fn from(ahead: Ahead) -> Self {
        Self {
            prepare_from: ahead.prepare_from.into(),
            latest_accept: ahead.latest_accept.into(),
            earliest_accept: ahead.earliest_accept.into(),
        }
    }
}
