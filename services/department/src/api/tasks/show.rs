//! `GET /v1/tasks/{id}`: a task with its dossier, what was wrong with the last answer, and what happened so far.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use casework::{DepartmentSays, DeskGround, DeskState, Fault, Limit, suspension::RECTIFICATION};
use chassis::http::{AsOf, AtLeast, Problem};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::said::{ExtensionShown, SiteCheckShown};
use crate::{
    domain::{
        dossier::Dossier,
        task::{Held, Status, Task},
    },
    permissions::{Colleague, ReadTasks},
    service::Department,
    store::{self, NoteShown, Sent, SetAsideShown, Step},
    usecases::act::find,
};

/// A task, whole.
#[derive(Serialize, ToSchema)]
pub struct TaskShown {
    task_id: Uuid,
    case_id: Uuid,
    /// 23 digits.
    case_number: String,
    theme: String,
    task_code: String,
    /// The role in which this department acts.
    role: String,
    region: String,
    /// Owner of the process, who is answered.
    owner: String,
    round: u32,
    status: Status,
    #[serde(with = "chassis::http::instant")]
    assigned_at: OffsetDateTime,
    /// What was promised, e.g. `60 window minutes`.
    promised: String,
    /// More time, by the head of the department; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    extension: Option<ExtensionShown>,
    /// Absent while the clock stands still.
    #[serde(with = "chassis::http::instant::option", skip_serializing_if = "Option::is_none")]
    due_at: Option<OffsetDateTime>,
    /// `due_at` rests on days that no notice covers, and may still move. Absent with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    provisional: Option<bool>,
    /// Kinds of output that a decision has to yield.
    outputs: Vec<String>,
    dossier: Dossier,
    /// Why the last answer came back; empty where none did.
    faults: Vec<AnswerFault>,
    /// Why the clock stands still; empty where it runs.
    stands_still: Vec<Ground>,
    /// Site checks of this round, in order.
    site_checks: Vec<SiteCheckShown>,
    /// The owner cancelled when the answer was already under way.
    cancelled: bool,
    decisions: Vec<Sent>,
    /// What was said of it and set aside by its owner, and what became of that.
    set_aside: Vec<SetAsideShown>,
    /// What its owner noted about this department's clock and count.
    notes: Vec<NoteShown>,
    history: Vec<Step>,
}

/// One thing that was wrong with the last answer.
#[derive(Serialize, ToSchema)]
pub struct AnswerFault {
    /// Output, field or material that it concerns.
    subject: String,
    code: String,
    zh: String,
    en: String,
}

/// Why the clock stands still.
#[derive(Serialize, ToSchema)]
pub struct Ground {
    /// `supplement`, `procedure`, `applicant` or `legal`.
    kind: String,
    #[serde(with = "chassis::http::instant")]
    since: OffsetDateTime,
    /// Procedure's name, as it is ended, or why the supplement is asked for.
    what: String,
    /// The procedure's own limit, e.g. `7 calendar days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<String>,
}

/// Shows a task.
#[utoipa::path(
    tag = "tasks",
    operation_id = "show_task",
    params(("id" = Uuid, Path, description = "Task"), AtLeast),
    responses((status = 200, description = "The task", body = AsOf<TaskShown>))
)]
#[get("/v1/tasks/{id}")]
pub async fn show(
    colleague: Colleague<ReadTasks>,
    id: Path<Uuid>,
    at_least: Query<AtLeast>,
    desk: Data<Department>,
) -> Result<HttpResponse, Problem> {
    let (scope, id) = (colleague.scope(), id.into_inner());
    let look = || async {
        let (held, task) = find(&desk, &scope, id).await?;
        let sequence = held.stem.sequence();
        Ok(((held, task), sequence))
    };
    let ((held, task), sequence) = at_least.wait_for(look).await?;
    colleague.looks_at(&desk.mailbox, task.desk.case.uuid()).await?;
    let value = shown(&desk, held, task).await?;
    let as_of = desk.mailbox.clocks().business.now();
    Ok(HttpResponse::Ok().json(AsOf { value, sequence, as_of }))
}

async fn shown(desk: &Department, held: Held, task: Task) -> Result<TaskShown, Problem> {
    let (db, id) = (desk.mailbox.db(), held.stem.id);
    let dossier = store::dossier(db, id).await?.unwrap_or_default();
    let (status, assignment, due) = (task.status(), &task.desk.assignment, task.due(&desk.calendar()));
    Ok(TaskShown {
        task_id: id,
        case_id: task.desk.case.uuid(),
        case_number: task.case_number.clone(),
        theme: task.theme.clone(),
        task_code: assignment.task_code.to_string(),
        role: assignment.role.to_string(),
        region: task.region.clone(),
        owner: held.owner,
        round: task.desk.round,
        status,
        assigned_at: assignment.assigned_at,
        promised: assignment.promised.to_string(),
        extension: task.desk.said.iter().find_map(ExtensionShown::of),
        due_at: due.map(|due| due.at),
        provisional: due.map(|due| due.provisional),
        outputs: assignment.outputs.clone(),
        dossier: if status.is_over() { dossier.without_links() } else { dossier },
        faults: faults(&task.desk.state).iter().map(AnswerFault::of).collect(),
        stands_still: grounds(&task.desk.state).iter().map(Ground::of).collect(),
        site_checks: task.desk.site_checks().filter_map(SiteCheckShown::of).collect(),
        cancelled: matches!(task.desk.state, DeskState::Answered { cancelled: true, .. } | DeskState::Cancelled { .. }),
        decisions: store::decisions(db, id).await?,
        set_aside: store::set_aside_of_task(db, id).await?,
        notes: store::notes(db, id).await?,
        history: store::history(db, id).await?,
    })
}

fn faults(state: &DeskState) -> &[Fault] {
    match state {
        DeskState::InReview { faults } | DeskState::Suspended { faults, .. } => faults,
        DeskState::Received { .. }
        | DeskState::Answered { .. }
        | DeskState::Closed { .. }
        | DeskState::Cancelled { .. } => &[],
    }
}

fn grounds(state: &DeskState) -> &[DeskGround] {
    match state {
        DeskState::Suspended { grounds, .. } => grounds,
        DeskState::Received { .. }
        | DeskState::InReview { .. }
        | DeskState::Answered { .. }
        | DeskState::Closed { .. }
        | DeskState::Cancelled { .. } => &[],
    }
}

impl AnswerFault {
    fn of(fault: &Fault) -> Self {
        let Fault { subject, code, zh, en } = fault.clone();
        Self { subject, code, zh, en }
    }
}

impl Ground {
    fn of(ground: &DeskGround) -> Self {
        match ground {
            DeskGround::Owner { kind, since } => {
                Self { kind: format!("{kind:?}").to_lowercase(), since: *since, what: String::new(), limit: None }
            }
            DeskGround::Own(says) => Self::own(says),
        }
    }

    fn own(says: &DepartmentSays) -> Self {
        let ground = |kind: &str, what: &str, limit: Option<Limit>| Self {
            kind: kind.to_owned(),
            since: says.said_at(),
            what: what.to_owned(),
            limit: limit.map(|limit| limit.to_string()),
        };
        if let DepartmentSays::SupplementAsked { reason, .. } = says {
            ground("supplement", reason, None)
        } else if let DepartmentSays::ProcedureStarted { procedure, limit_working_days, limit_calendar_days, .. } = says
        {
            let limit = DepartmentSays::procedure_limit(*limit_working_days, *limit_calendar_days);
            ground("procedure", procedure, limit)
        } else if let DepartmentSays::SiteChecked { rectification_working_days, .. } = says {
            ground("procedure", RECTIFICATION, rectification_working_days.map(Limit::WorkingDays))
        } else {
            ground(says.kind(), "", None)
        }
    }
}
