//! `GET /v1/projects/{id}/items/{code}`: one item of a project: where it stands, what it lacks, what happened.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use casework::{ProjectClock, TaskState, Why};
use chassis::http::{AsOf, Permit, Problem};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::projects::{as_of, item},
    domain::project::{clock_rules, facts},
    permissions::ReadProjects,
    service::ConstructionPermit,
    usecases::change::{catalogue, look},
};

/// The item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemShown {
    #[schema(value_type = Object)]
    item: serde_json::Value,
    /// What it still lacks before it can be applied for.
    #[schema(value_type = Vec<Object>)]
    lacking: serde_json::Value,
    /// Why its clock stands still, and when it did.
    #[schema(value_type = Vec<Object>)]
    suspensions: serde_json::Value,
    /// What a department asked for and has not got.
    #[schema(value_type = Vec<Object>)]
    asked: serde_json::Value,
    /// More time that the head gave, and why.
    #[schema(value_type = Object)]
    extension: serde_json::Value,
    /// The refusal with basis, reasons and remedies; what it blocks and what remains possible.
    #[schema(value_type = Object)]
    refusal: serde_json::Value,
    /// Promise and legal limit with their days.
    #[schema(value_type = Object)]
    clock: serde_json::Value,
    /// Documents that were issued.
    #[schema(value_type = Vec<Object>)]
    results: serde_json::Value,
}

/// Shows an item of a project.
#[utoipa::path(
    tag = "items",
    operation_id = "show",
    params(("id" = Uuid, Path, description = "Project"), ("code" = String, Path, description = "Item, e.g. C06")),
    responses((status = 200, description = "The item", body = AsOf<ItemShown>))
)]
#[get("/v1/projects/{id}/items/{code}")]
pub async fn show(
    permit: Permit<ReadProjects>,
    path: Path<(Uuid, String)>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let (id, code) = path.into_inner();
    let project = look(&desk, &permit, id).await?;
    let catalogue = catalogue(&desk, &project)?;
    let case = project.case.as_ref().ok_or_else(Problem::not_found)?;
    let task = case.task_by_code(&code.as_str().into()).ok_or_else(Problem::not_found)?;
    let facts = facts(&project, catalogue);
    let clock = ProjectClock::reckon(&facts, &clock_rules(catalogue), &desk.calendar(), desk.today());
    let table = project.materials(catalogue);
    let known = catalogue.item(&code.as_str().into());
    let lacking = known.map(|known| project.lacking(catalogue, &desk.calendar(), &table, known, desk.today()));
    let remaining = case.remaining().into_iter().find(|remaining| remaining.task == task.code);
    let refusal = match &task.state {
        TaskState::Refused { refusal, .. } => json!({
            "basis": refusal.grounds.basis, "reasons": refusal.grounds.reasons, "remedies": refusal.grounds.remedies,
            "blocks": remaining.as_ref().map(|remaining| &remaining.blocked),
            "ways": remaining.as_ref().map(|remaining| &remaining.ways),
        }),
        TaskState::Waiting
        | TaskState::Assigned
        | TaskState::InReview
        | TaskState::Suspended { .. }
        | TaskState::Cancelling { .. }
        | TaskState::Cancelled { .. }
        | TaskState::Ended { .. }
        | TaskState::Omitted { .. } => serde_json::Value::Null,
    };
    let asked = task.grounds().iter().filter_map(|ground| match &ground.why {
        Why::Supplement { items } => Some(items),
        Why::Procedure { .. } | Why::Applicant | Why::Legal => None,
    });
    let extension = task.round().and_then(|round| round.extension.as_ref());
    let value = ItemShown {
        item: item(&project, catalogue, task, &facts, &clock),
        lacking: json!(lacking.filter(|_| task.awaits_application() || task.is_refused()).unwrap_or_default()),
        suspensions: json!(task.suspensions()),
        asked: json!(asked.flatten().collect::<Vec<_>>()),
        extension: extension.map_or(
            serde_json::Value::Null,
            |extension| json!({"working_days": extension.working_days, "reason": extension.reason}),
        ),
        refusal,
        clock: json!(clock.items.iter().find(|own| own.code == task.code)),
        results: json!(task.decision().map(|decision| &decision.outputs)),
    };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}
