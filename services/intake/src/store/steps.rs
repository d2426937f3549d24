//! How a case went on: the steps that its process owner told.

use contracts::{
    account::{Arguments, name, named},
    process::v1::Kind,
};
use mailbox::{Row, Sql};
use sqlx::{PgPool, Row as _, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::case::Output;

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    pub at: OffsetDateTime,
    /// None where this program does not know what happened.
    pub kind: Option<Kind>,
    /// Empty for steps of the case as a whole.
    pub task: String,
    pub task_id: Option<Uuid>,
    pub department: String,
    pub round: i32,
    /// What belongs into the sentence that people read; no personal data.
    pub arguments: Arguments,
    /// Results that the applicant may see.
    pub outputs: Vec<Output>,
}

/// Every step of a case, in order.
///
/// # Errors
/// Where the database fails.
pub async fn of_case(db: &PgPool, case: Uuid) -> Result<Vec<Step>, sqlx::Error> {
    let rows = sqlx::query(
        "select at, event, task_id, task_code, department, round, arguments, outputs from case_steps
         where case_id = $1 order by message, place",
    )
    .bind(case)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let arguments: Option<Json<Arguments>> = row.try_get("arguments")?;
            let Json(outputs) = row.try_get("outputs")?;
            Ok(Step {
                at: row.try_get("at")?,
                kind: named(row.try_get("event")?),
                task: row.try_get("task_code")?,
                task_id: row.try_get("task_id")?,
                department: row.try_get("department")?,
                round: row.try_get("round")?,
                arguments: arguments.map(|Json(arguments)| arguments).unwrap_or_default(),
                outputs,
            })
        })
        .collect()
}

/// Where a task is, as far as the front desk has heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// With its department: it may read the papers.
    WithDepartment,
    /// With nobody, however it ended: nothing may be read for it any more.
    Over,
    /// Nothing was heard of it yet.
    Unheard,
}

/// Where a task is, by the last that was told of it. A task that was refused and assigned anew is with somebody again.
///
/// # Errors
/// Where the database fails.
pub async fn whereabouts(db: &PgPool, task: Uuid) -> Result<Whereabouts, sqlx::Error> {
    // Steps of programs before this one have no mark; then these told where the task was.
    let assigned: Option<bool> = sqlx::query_scalar(
        "select with_department from (
             select message, place, coalesce(assigned, case
                 when event = 'task_assigned' then true
                 when event in ('task_ended', 'task_refused', 'task_cancelling', 'task_cancelled', 'task_omitted') then false end)
             from case_steps where task_id = $1) as told (message, place, with_department)
         where with_department is not null order by message desc, place desc limit 1",
    )
    .bind(task)
    .fetch_optional(db)
    .await?;
    Ok(match assigned {
        Some(true) => Whereabouts::WithDepartment,
        Some(false) => Whereabouts::Over,
        None => Whereabouts::Unheard,
    })
}

/// Key of the applicant in whose case a task stands; none where the desk does not know the task.
///
/// # Errors
/// Where the database fails.
pub async fn applicant_of_task(db: &PgPool, task: Uuid) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "select c.applicant from case_steps s join cases c on c.id = s.case_id where s.task_id = $1 limit 1",
    )
    .bind(task)
    .fetch_optional(db)
    .await
}

/// A step that was told, with its place.
pub struct NewStep {
    pub case_id: Uuid,
    /// Place of the message within the case.
    pub message: i64,
    /// Place of the step within the message.
    pub place: i32,
    /// Whether the task was with its department after the message; none for steps of the case as a whole.
    pub assigned: Option<bool>,
    pub step: Step,
}

impl Row for NewStep {
    type Key = (Uuid, i64, i32);

    fn key(&self) -> Self::Key {
        (self.case_id, self.message, self.place)
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let cases = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let messages = sql.bind(rows.iter().map(|r| r.message).collect());
        let places = sql.bind(rows.iter().map(|r| r.place).collect());
        let ats = sql.bind(rows.iter().map(|r| r.step.at).collect());
        let events = sql.bind(rows.iter().map(|r| name(r.step.kind)).collect());
        let ids = sql.bind(rows.iter().map(|r| r.step.task_id).collect());
        let assigned = sql.bind(rows.iter().map(|r| r.assigned).collect());
        let tasks = sql.bind(rows.iter().map(|r| r.step.task.clone()).collect());
        let departments = sql.bind(rows.iter().map(|r| r.step.department.clone()).collect());
        let rounds = sql.bind(rows.iter().map(|r| r.step.round).collect());
        let arguments = rows.iter().map(|r| Some(&r.step.arguments).filter(|told| !told.is_empty()).cloned().map(Json));
        let arguments = sql.bind(arguments.collect::<Vec<Option<Json<Arguments>>>>());
        let outputs = sql.bind(rows.into_iter().map(|r| Json(r.step.outputs)).collect());
        let text = format!(
            "insert into case_steps (case_id, message, place, at, event, task_id, assigned, task_code, department, round,
                                     arguments, outputs)
             select * from unnest({cases}::uuid[], {messages}::bigint[], {places}::int[], {ats}::timestamptz[],
                    {events}::text[], {ids}::uuid[], {assigned}::bool[], {tasks}::text[], {departments}::text[],
                    {rounds}::int[], {arguments}::jsonb[], {outputs}::jsonb[])
             on conflict do nothing"
        );
        sql.part("new_steps", text);
    }
}
