//! Steps and open tasks of a case, as they leave the house.

use chassis::data::Label;
use contracts::account::Arguments;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::case::{Open, Output},
    usecases::timeline::Line,
};

/// One step of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepShown {
    #[serde(with = "chassis::http::instant")]
    at: OffsetDateTime,
    /// Stable name, e.g. `task_assigned`.
    event: String,
    /// What people read.
    words: Label,
    /// Codes and numbers that the words are made of, by name.
    arguments: Arguments,
    /// Empty for steps of the case as a whole.
    task: String,
    task_id: Option<Uuid>,
    department: String,
    round: i32,
    /// Results that the applicant may see.
    outputs: Vec<OutputShown>,
}

/// A result.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutputShown {
    /// E.g. `credit_code`.
    kind: String,
    value: String,
}

impl StepShown {
    pub(super) fn of(line: Line) -> Self {
        let output = |output: Output| OutputShown { kind: output.kind, value: output.value };
        Self {
            at: line.at,
            event: line.event,
            words: Label::new(line.words.zh, line.words.en),
            arguments: line.arguments,
            task: line.task,
            task_id: line.task_id,
            department: line.department,
            round: line.round,
            outputs: line.outputs.into_iter().map(output).collect(),
        }
    }
}

/// What a case waits for, and who holds it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenShown {
    /// The task; the case where the front desk holds it.
    task_id: Option<Uuid>,
    task: String,
    /// Empty where no department has it.
    department: String,
    #[serde(with = "chassis::http::instant::option")]
    since: Option<OffsetDateTime>,
    /// Absent while the clock stands still, or where nobody has promised anything.
    #[serde(with = "chassis::http::instant::option")]
    due_at: Option<OffsetDateTime>,
    /// `due_at` rests on days that no notice has announced yet.
    provisional: bool,
    /// `department`, `applicant`, `procedure`, `cancellation`, `binding`, `window` or `chief_representative`.
    waits_for: String,
    /// Material codes that the applicant has still to bring before the task starts; `due_at` is their deadline.
    papers: Vec<String>,
    /// Fields and material codes that the department asked the applicant for: these, and nothing else, may be supplied.
    asked: Vec<String>,
}

impl OpenShown {
    pub(super) fn of(open: Open) -> Self {
        Self {
            task_id: open.task_id,
            task: open.task,
            department: open.department,
            since: open.since,
            due_at: open.due_at,
            provisional: open.provisional,
            waits_for: open.waits_for,
            papers: open.papers,
            asked: open.asked,
        }
    }
}
