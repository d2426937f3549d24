//! Rows that a commit writes.

use casework::{CaseHead, Task};
use chassis::owner::kept::{HeadShape, TaskShape};
use mailbox::{Row, Sql, state::Keep};
use serde_json::Value;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

/// An opening's head.
pub struct OpeningRow {
    pub id: Uuid,
    pub number: String,
    pub region: String,
    pub received_at: OffsetDateTime,
    pub phase: &'static str,
    /// None before a plan was made.
    pub head: Option<CaseHead>,
    pub card: &'static str,
    pub red_reason: Option<Value>,
}

impl Row for OpeningRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let numbers = sql.bind(rows.iter().map(|r| r.number.clone()).collect());
        let regions = sql.bind(rows.iter().map(|r| r.region.clone()).collect());
        let received = sql.bind(rows.iter().map(|r| r.received_at).collect());
        let phases = sql.bind(rows.iter().map(|r| r.phase).collect());
        let heads = sql.bind_json(rows.iter().map(|r| r.head.as_ref().map(Keep::<HeadShape>::new)));
        let cards = sql.bind(rows.iter().map(|r| r.card).collect());
        let reasons = sql.bind(rows.into_iter().map(|r| r.red_reason.map(Json)).collect());
        let text = format!(
            "insert into openings (id, number, region, received_at, phase, head, card, red_reason)
             select * from unnest({ids}::uuid[], {numbers}::text[], {regions}::text[], {received}::timestamptz[],
                    {phases}::text[], {heads}, {cards}::text[], {reasons}::jsonb[])
             on conflict (id) do update
             set phase = excluded.phase, head = excluded.head, card = excluded.card, red_reason = excluded.red_reason"
        );
        sql.part("put_openings", text);
    }
}

/// One task of an opening.
pub struct TaskRow {
    pub id: Uuid,
    pub case_id: Uuid,
    /// In the order of the plan.
    pub place: i32,
    pub department: Option<String>,
    pub state: Task,
}

impl Row for TaskRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let cases = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let places = sql.bind(rows.iter().map(|r| r.place).collect());
        let departments = sql.bind(rows.iter().map(|r| r.department.clone()).collect());
        let states = sql.bind_json(rows.iter().map(|r| Keep::<TaskShape>::new(&r.state)));
        let text = format!(
            "insert into tasks (id, case_id, place, department, state)
             select * from unnest({ids}::uuid[], {cases}::uuid[], {places}::int[], {departments}::text[], {states})
             on conflict (id) do update set department = excluded.department, state = excluded.state"
        );
        sql.part("put_tasks", text);
    }
}

/// What the applicant entered and brought.
pub struct DossierRow {
    pub case_id: Uuid,
    pub fields: Value,
    pub materials: Value,
}

impl Row for DossierRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.case_id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let fields = sql.bind(rows.iter().map(|r| Json(r.fields.clone())).collect());
        let materials = sql.bind(rows.into_iter().map(|r| Json(r.materials)).collect());
        let text = format!(
            "insert into dossiers (case_id, fields, materials)
             select * from unnest({ids}::uuid[], {fields}::jsonb[], {materials}::jsonb[])
             on conflict (case_id) do update set fields = excluded.fields, materials = excluded.materials"
        );
        sql.part("put_dossiers", text);
    }
}
