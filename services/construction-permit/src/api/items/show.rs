//! `GET /v1/projects/{id}/items/{code}`: one item of a project: where it stands, what it lacks, what happened.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use casework::{Extension, Grounds, Output, ProjectClock, Remaining, SupplementItem, Suspension, TaskState, Why};
use chassis::{
    http::{AsOf, Permit, Problem},
    owner::shown::{SuspensionShown, WayShown},
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::{
        projects::{ItemOfProject, as_of, item},
        shown::{ItemClockShown, LackingShown},
    },
    domain::project::{clock_rules, facts},
    permissions::ReadProjects,
    service::ConstructionPermit,
    usecases::change::{catalogue, look},
};

/// The item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemShown {
    item: ItemOfProject,
    /// What it still lacks before it can be applied for.
    lacking: Vec<LackingShown>,
    /// Why its clock stands still, and when it did.
    suspensions: Vec<StoodStill>,
    /// What a department asked for and has not got.
    asked: Vec<AskedShown>,
    /// More time that the head gave, and why.
    extension: Option<ExtensionShown>,
    /// The refusal with basis, reasons and remedies; what it blocks and what remains possible.
    refusal: Option<RefusalShown>,
    /// Promise and legal limit with their days.
    clock: Option<ItemClockShown>,
    /// Documents that were issued.
    results: Vec<ResultShown>,
}

/// Days on which its clock stood still.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoodStill {
    kind: SuspensionShown,
    /// What stops it and by which rule.
    basis: String,
    /// This day itself is counted.
    from: Date,
    /// Absent while it lasts. May lie ahead where the end is fixed from the start.
    to: Option<Date>,
}

/// One thing that the department misses.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedShown {
    /// Material code or field name.
    code: String,
    note: String,
}

/// More time.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExtensionShown {
    working_days: u32,
    reason: String,
}

/// A refusal, and the ways on.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusalShown {
    basis: String,
    reasons: Vec<String>,
    remedies: Vec<String>,
    /// Items that cannot start because of it.
    blocks: Vec<String>,
    ways: Vec<WayShown>,
}

/// A document that was issued.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultShown {
    kind: String,
    /// Its number.
    value: String,
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
        TaskState::Refused { refusal, .. } => Some(RefusalShown::of(&refusal.grounds, remaining.as_ref())),
        TaskState::Waiting
        | TaskState::Assigned
        | TaskState::InReview
        | TaskState::Suspended { .. }
        | TaskState::Cancelling { .. }
        | TaskState::Cancelled { .. }
        | TaskState::Ended { .. }
        | TaskState::Omitted { .. } => None,
    };
    let asked = task.grounds().iter().filter_map(|ground| match &ground.why {
        Why::Supplement { items } => Some(items),
        Why::Procedure { .. } | Why::Applicant | Why::Legal => None,
    });
    let lacking = lacking.filter(|_| task.awaits_application() || task.is_refused()).unwrap_or_default();
    let value = ItemShown {
        item: item(&project, catalogue, task, &facts, &clock),
        lacking: lacking.into_iter().map(Into::into).collect(),
        suspensions: task.suspensions().into_iter().map(Into::into).collect(),
        asked: asked.flatten().map(AskedShown::from).collect(),
        extension: task.round().and_then(|round| round.extension.as_ref()).map(ExtensionShown::from),
        refusal,
        clock: clock.items.iter().find(|own| own.code == task.code).map(Into::into),
        results: task.decision().iter().flat_map(|decision| &decision.outputs).map(ResultShown::from).collect(),
    };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}

impl RefusalShown {
    fn of(grounds: &Grounds, remaining: Option<&Remaining>) -> Self {
        let blocked = remaining.iter().flat_map(|remaining| &remaining.blocked);
        let ways = remaining.iter().flat_map(|remaining| &remaining.ways);
        Self {
            basis: grounds.basis.clone(),
            reasons: grounds.reasons.clone(),
            remedies: grounds.remedies.clone(),
            blocks: blocked.map(ToString::to_string).collect(),
            ways: ways.map(Into::into).collect(),
        }
    }
}

impl From<Suspension> for StoodStill {
    fn from(suspension: Suspension) -> Self {
        let Suspension { kind, basis, from, to } = suspension;
        Self { kind: kind.into(), basis, from, to }
    }
}

impl From<&SupplementItem> for AskedShown {
    fn from(item: &SupplementItem) -> Self {
        Self { code: item.code.clone(), note: item.note.clone() }
    }
}

impl From<&Extension> for ExtensionShown {
    fn from(extension: &Extension) -> Self {
        Self { working_days: extension.working_days, reason: extension.reason.clone() }
    }
}

impl From<&Output> for ResultShown {
    fn from(output: &Output) -> Self {
        Self { kind: output.kind.clone(), value: output.value.clone() }
    }
}
