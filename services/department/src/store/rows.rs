//! Rows of tasks.

use casework::{Desk, TaskCode};
use mailbox::{Row, Sql, state::Keep};
use time::OffsetDateTime;
use uuid::Uuid;
use workdays::DueAt;

use super::kept::{ClockShape, DeskShape};
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
    pub due: Option<DueAt>,
    /// Version of the calendar that reckoned `due`.
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
        let dues = sql.bind(rows.iter().map(|r| r.due.map(|due| due.at)).collect::<Vec<_>>());
        let provisional = sql.bind(rows.iter().map(|r| r.due.is_some_and(|due| due.provisional)).collect::<Vec<_>>());
        let calendars = sql.bind(rows.iter().map(|r| r.calendar.clone()).collect());
        let clocks = sql.bind_json(rows.iter().map(|r| Keep::<ClockShape>::new(&r.clock)));
        let desks = sql.bind_json(rows.iter().map(|r| Keep::<DeskShape>::new(&r.desk)));
        let text = format!(
            "insert into tasks (id, case_id, case_number, theme, task_code, region, owner, round, status, assigned_at,
                                due_at, provisional, calendar, desk, clock)
             select * from unnest({ids}::uuid[], {cases}::uuid[], {numbers}::text[], {themes}::text[], {codes}::text[],
                    {regions}::text[], {owners}::text[], {rounds}::int[], {statuses}::text[],
                    {assigned}::timestamptz[], {dues}::timestamptz[], {provisional}::boolean[], {calendars}::text[], {desks},
                    {clocks})
             on conflict (id) do update set case_number = excluded.case_number, theme = excluded.theme,
                task_code = excluded.task_code, region = excluded.region, round = excluded.round,
                status = excluded.status, assigned_at = excluded.assigned_at, due_at = excluded.due_at,
                provisional = excluded.provisional, calendar = excluded.calendar, desk = excluded.desk, clock = excluded.clock"
        );
        sql.part("put_tasks", text);
    }
}
