//! `/v1/tasks`

pub mod check_site;
pub mod decide;
pub mod end_procedure;
pub mod extend;
pub mod list;
pub mod refuse;
pub mod said;
pub mod show;
pub mod start_procedure;
pub mod supplement;

use casework::SignatureFault;
use chassis::http::{Fault, Problem, Role};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::task::{Status, Task},
    permissions::Colleague,
    store::Sent,
    usecases::Doer,
};

/// Where the task stands after it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskChanged {
    task_id: Uuid,
    round: u32,
    status: Status,
    /// A read that asks for `at_least` this sequence sees it.
    sequence: i64,
}

impl TaskChanged {
    fn of(task: &Task, sequence: i64) -> Self {
        Self { task_id: task.desk.task.uuid(), round: task.desk.round, status: task.status(), sequence }
    }
}

/// The decision of a round; whoever sends the same again gets the same answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionSent {
    task_id: Uuid,
    round: i32,
    /// `granted` or `refused`.
    result: String,
    #[serde(with = "chassis::http::instant")]
    decided_at: OffsetDateTime,
    /// A read that asks for `at_least` this sequence sees it.
    sequence: i64,
}

impl DecisionSent {
    fn of(task_id: Uuid, sent: Sent) -> Self {
        Self { task_id, round: sent.round, result: sent.result, decided_at: sent.decided_at, sequence: sent.sequence }
    }
}

impl<P> Colleague<P> {
    /// How the ledger and the log of decisions name him.
    fn doer(&self) -> Doer {
        let role = if self.has(Role::DepartmentHead) { "department_head" } else { "department_clerk" };
        Doer { actor: self.subject().to_owned(), role }
    }
}

/// What the engine misses, though the body looked whole.
fn unsigned(faults: &[SignatureFault]) -> Problem {
    let told = |fault: &SignatureFault| {
        Fault::new(format!("/{}", fault.subject()), fault.code(), fault.zh(), fault.to_string())
    };
    Problem::faulty(faults.iter().map(told).collect())
}
