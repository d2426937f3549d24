//! How a case went on: the steps that its process owner told.

use mailbox::{Row, Sql};
use serde::Serialize;
use sqlx::{PgPool, Row as _, types::Json};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// One step, as it is shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Step {
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Stable name, e.g. `task_assigned`.
    pub event: String,
    /// Empty for steps of the case as a whole.
    pub task: String,
    pub task_id: Option<Uuid>,
    pub department: String,
    pub round: i32,
    pub note: String,
    /// Results that the applicant may see.
    pub outputs: serde_json::Value,
}

/// Every step of a case, in order.
///
/// # Errors
/// Where the database fails.
pub async fn of_case(db: &PgPool, case: Uuid) -> Result<Vec<Step>, sqlx::Error> {
    let rows = sqlx::query(
        "select at, event, task_id, task_code, department, round, note, outputs from case_steps
         where case_id = $1 order by message, place",
    )
    .bind(case)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Step {
                at: row.try_get("at")?,
                event: row.try_get("event")?,
                task: row.try_get("task_code")?,
                task_id: row.try_get("task_id")?,
                department: row.try_get("department")?,
                round: row.try_get("round")?,
                note: row.try_get("note")?,
                outputs: row.try_get("outputs")?,
            })
        })
        .collect()
}

/// True where the task is with nobody, however it ended: nothing may be read for it any more. A task that was refused and
/// assigned anew is with somebody again.
///
/// # Errors
/// Where the database fails.
pub async fn task_has_ended(db: &PgPool, task: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "select event <> 'task_assigned' from case_steps where task_id = $1
             and event in ('task_assigned', 'task_ended', 'task_refused', 'task_cancelled', 'task_omitted')
         order by message desc, place desc limit 1",
    )
    .bind(task)
    .fetch_optional(db)
    .await
    .map(|ended| ended.unwrap_or(false))
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
        let events = sql.bind(rows.iter().map(|r| r.step.event.clone()).collect());
        let ids = sql.bind(rows.iter().map(|r| r.step.task_id).collect());
        let tasks = sql.bind(rows.iter().map(|r| r.step.task.clone()).collect());
        let departments = sql.bind(rows.iter().map(|r| r.step.department.clone()).collect());
        let rounds = sql.bind(rows.iter().map(|r| r.step.round).collect());
        let notes = sql.bind(rows.iter().map(|r| r.step.note.clone()).collect());
        let outputs = sql.bind(rows.into_iter().map(|r| Json(r.step.outputs)).collect());
        let text = format!(
            "insert into case_steps (case_id, message, place, at, event, task_id, task_code, department, round, note, outputs)
             select * from unnest({cases}::uuid[], {messages}::bigint[], {places}::int[], {ats}::timestamptz[],
                    {events}::text[], {ids}::uuid[], {tasks}::text[], {departments}::text[], {rounds}::int[],
                    {notes}::text[], {outputs}::jsonb[])
             on conflict do nothing"
        );
        sql.part("new_steps", text);
    }
}
