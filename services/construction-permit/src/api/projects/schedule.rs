//! `GET /v1/projects/{id}/back-schedule`: backwards from a wanted day (R48): by when each item has to be accepted and decided.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::http::{AsOf, Fault, Permit, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    api::projects::as_of,
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
    #[serde(flatten)]
    #[schema(value_type = Object)]
    schedule: serde_json::Value,
}

/// Reckons the timetable towards a wanted day; where it cannot be met, by how many days and through which items.
#[utoipa::path(
    tag = "projects",
    operation_id = "back_schedule",
    params(("id" = Uuid, Path, description = "Project"), Target),
    responses((status = 200, description = "The timetable", body = AsOf<ScheduleShown>))
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
    let value = ScheduleShown { schedule: serde_json::json!(schedule) };
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
