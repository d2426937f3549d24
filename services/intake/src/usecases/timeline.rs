//! The timeline of a case: what the front desk did and what the owner of the process told, in one order and in both languages.

use contracts::{
    account::{self, Arguments, ROLE, Words},
    words::words as task_words,
};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    domain::{
        case::{Case, Output},
        catalogue::Entry,
        words,
    },
    service::Intake,
    store::{self, outcomes::DeskStep, steps::Step},
};

/// One step, as people read it.
#[derive(Clone, Debug)]
pub struct Line {
    pub at: OffsetDateTime,
    /// Stable name, e.g. `task_assigned`.
    pub event: String,
    pub words: Words,
    /// Of these the sentence is made.
    pub arguments: Arguments,
    /// Empty for steps of the case as a whole.
    pub task: String,
    pub task_id: Option<Uuid>,
    pub department: String,
    pub round: i32,
    /// Results that the applicant may see.
    pub outputs: Vec<Output>,
}

/// Every step of a case. Each side keeps its own order; between them time decides.
///
/// # Errors
/// Where the database fails.
pub async fn timeline(desk: &Intake, case: &Case) -> Result<Vec<Line>, sqlx::Error> {
    let (db, entry) = (desk.mailbox.db(), desk.catalogue.named(&case.theme));
    let (own, told) = (store::outcomes::steps(db, case.id()).await?, store::steps::of_case(db, case.id()).await?);
    let known = |code: &str| known(entry?, code);
    let mut own = own.into_iter().map(|step| of_desk(step, &known)).peekable();
    let mut lines = Vec::new();
    for step in told {
        while let Some(earlier) = own.next_if(|own| own.at <= step.at) {
            lines.push(earlier);
        }
        lines.push(of_owner(step, &known));
    }
    lines.extend(own);
    Ok(lines)
}

/// What the catalogue calls a paper, a field of the form, or the department that the item belongs to; and what a task is called.
fn known(entry: &Entry, code: &str) -> Option<Words> {
    if let Some(role) = code.strip_prefix(ROLE) {
        let choice = entry.form.choices.iter().find(|choice| choice.role == role)?;
        return Some(Words::new(&choice.zh, &choice.en));
    }
    if let Some(material) = entry.material(code) {
        return Some(Words::new(&material.name.zh, &material.name.en));
    }
    if let Some(field) = entry.form.fields.iter().find(|field| field.name == code) {
        return Some(Words::new(&field.zh, &field.en));
    }
    if let Some(task) = task_words().tasks_of(&entry.code).find(|task| task.code == code) {
        return Some(Words::new(&task.zh, &task.en));
    }
    (entry.department == code).then(|| Words::new(&entry.contact.department.zh, &entry.contact.department.en))
}

fn of_owner(step: Step, known: &dyn Fn(&str) -> Option<Words>) -> Line {
    Line {
        at: step.at,
        event: account::name(step.kind),
        words: account::words(step.kind, &step.arguments, known),
        arguments: step.arguments,
        task: step.task,
        task_id: step.task_id,
        department: step.department,
        round: step.round,
        outputs: step.outputs,
    }
}

fn of_desk(step: DeskStep, known: &dyn Fn(&str) -> Option<Words>) -> Line {
    Line {
        at: step.at,
        words: words::words(&step.event, &step.arguments, known),
        event: step.event,
        arguments: step.arguments,
        task: String::new(),
        task_id: None,
        department: String::new(),
        round: 0,
        outputs: vec![],
    }
}
