//! Rows of tasks.

use casework::{Desk, TaskCode};
use mailbox::{Row, Sql};
use sqlx::{PgPool, Row as _, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{clock::Clock, task::Status};

/// A task as it stands.
pub struct TaskRow {
    pub id: Uuid,
    pub case_id: Uuid,
    pub case_number: String,
    pub theme: String,
    pub task_code: TaskCode,
    pub region: String,
    pub owner: String,
    pub round: i32,
    pub status: Status,
    pub assigned_at: OffsetDateTime,
    pub due_at: Option<OffsetDateTime>,
    /// Version of the calendar that reckoned `due_at`.
    pub calendar: String,
    pub desk: Desk,
    pub clock: Clock,
}

impl Row for TaskRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let cases = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let numbers = sql.bind(rows.iter().map(|r| r.case_number.clone()).collect());
        let themes = sql.bind(rows.iter().map(|r| r.theme.clone()).collect());
        let codes = sql.bind(rows.iter().map(|r| r.task_code.to_string()).collect());
        let regions = sql.bind(rows.iter().map(|r| r.region.clone()).collect());
        let owners = sql.bind(rows.iter().map(|r| r.owner.clone()).collect());
        let rounds = sql.bind(rows.iter().map(|r| r.round).collect());
        let statuses = sql.bind(rows.iter().map(|r| r.status.name()).collect());
        let assigned = sql.bind(rows.iter().map(|r| r.assigned_at).collect());
        let dues = sql.bind(rows.iter().map(|r| r.due_at).collect());
        let calendars = sql.bind(rows.iter().map(|r| r.calendar.clone()).collect());
        let clocks = sql.bind_json(rows.iter().map(|r| &r.clock));
        let desks = sql.bind_json(rows.iter().map(|r| &r.desk));
        let text = format!(
            "insert into tasks (id, case_id, case_number, theme, task_code, region, owner, round, status, assigned_at,
                                due_at, calendar, desk, clock)
             select * from unnest({ids}::uuid[], {cases}::uuid[], {numbers}::text[], {themes}::text[], {codes}::text[],
                    {regions}::text[], {owners}::text[], {rounds}::int[], {statuses}::text[],
                    {assigned}::timestamptz[], {dues}::timestamptz[], {calendars}::text[], {desks},
                    {clocks})
             on conflict (id) do update set case_number = excluded.case_number, theme = excluded.theme,
                task_code = excluded.task_code, region = excluded.region, round = excluded.round,
                status = excluded.status, assigned_at = excluded.assigned_at, due_at = excluded.due_at,
                calendar = excluded.calendar, desk = excluded.desk, clock = excluded.clock"
        );
        sql.part("put_tasks", text);
    }
}

/// An open task whose due date another calendar reckoned.
pub struct Outdated {
    pub id: Uuid,
    pub desk: Desk,
    pub clock: Clock,
}

/// Some of the open tasks whose due date another calendar reckoned.
///
/// # Errors
/// Where the database fails.
pub async fn outdated(db: &PgPool, calendar: &str, limit: i64) -> Result<Vec<Outdated>, sqlx::Error> {
    let rows = sqlx::query(
        "select id, desk, clock from tasks
         where status in ('received', 'in_review', 'suspended') and calendar <> $1 order by rank, id limit $2",
    )
    .bind(calendar)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let (Json(desk), Json(clock)) = (row.try_get("desk")?, row.try_get("clock")?);
            Ok(Outdated { id: row.try_get("id")?, desk, clock })
        })
        .collect()
}

/// A due date that is reckoned again. A projection: the task itself does not change.
pub struct DueRow {
    pub id: Uuid,
    pub due_at: Option<OffsetDateTime>,
    pub calendar: String,
}

impl Row for DueRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let dues = sql.bind(rows.iter().map(|r| r.due_at).collect());
        let calendars = sql.bind(rows.into_iter().map(|r| r.calendar).collect());
        let text = format!(
            "update tasks t set due_at = n.due_at, calendar = n.calendar
             from unnest({ids}::uuid[], {dues}::timestamptz[], {calendars}::text[]) as n (id, due_at, calendar)
             where t.id = n.id"
        );
        sql.part("reckon_dues", text);
    }
}
