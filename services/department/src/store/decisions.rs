//! Decisions that were sent, and what else happened to a task.

use casework::DepartmentSays;
use mailbox::{Row, Sql};
use serde::Serialize;
use sqlx::{PgPool, Row as _, postgres::PgRow, types::Json};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::said::SaidShown;

/// A decision that is sent in this commit.
pub struct NewDecision {
    pub task_id: Uuid,
    /// Place in the task's chain.
    pub sequence: i64,
    pub round: i32,
    pub decided_at: OffsetDateTime,
    /// `granted` or `refused`.
    pub result: &'static str,
    /// Token subject, or the rule.
    pub actor: String,
    /// `rule`, `department_clerk` or `department_head`.
    pub role: &'static str,
    pub answer: serde_json::Value,
}

impl Row for NewDecision {
    type Key = (Uuid, i64);

    fn key(&self) -> Self::Key {
        (self.task_id, self.sequence)
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let tasks = sql.bind(rows.iter().map(|r| r.task_id).collect());
        let sequences = sql.bind(rows.iter().map(|r| r.sequence).collect());
        let rounds = sql.bind(rows.iter().map(|r| r.round).collect());
        let decided = sql.bind(rows.iter().map(|r| r.decided_at).collect());
        let results = sql.bind(rows.iter().map(|r| r.result).collect());
        let roles = sql.bind(rows.iter().map(|r| r.role).collect());
        let actors = sql.bind(rows.iter().map(|r| r.actor.clone()).collect());
        let answers = sql.bind(rows.into_iter().map(|r| Json(r.answer)).collect());
        let text = format!(
            "insert into decisions (task_id, sequence, round, decided_at, result, actor, role, answer)
             select * from unnest({tasks}::uuid[], {sequences}::bigint[], {rounds}::int[], {decided}::timestamptz[],
                    {results}::text[], {actors}::text[], {roles}::text[], {answers}::jsonb[])"
        );
        sql.part("new_decisions", text);
    }
}

/// A decision that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Sent {
    /// Place in the task's chain: what a read may ask for as `at_least`.
    pub sequence: i64,
    pub round: i32,
    #[serde(with = "chassis::http::instant")]
    pub decided_at: OffsetDateTime,
    /// `granted` or `refused`.
    pub result: String,
    /// Token subject, or the rule.
    pub actor: String,
    /// `rule`, `department_clerk` or `department_head`.
    pub role: String,
    /// The answer as it was sent.
    pub answer: SaidShown,
}

const COLUMNS: &str = "sequence, round, decided_at, result, actor, role, answer";

/// Every decision on a task, in order.
///
/// # Errors
/// Where the database fails.
pub async fn of_task(db: &PgPool, task: Uuid) -> Result<Vec<Sent>, sqlx::Error> {
    let text = format!("select {COLUMNS} from decisions where task_id = $1 order by sequence");
    let rows = sqlx::query(sqlx::AssertSqlSafe(text)).bind(task).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// The last decision of a round.
///
/// # Errors
/// Where the database fails.
pub async fn last_decision(db: &PgPool, task: Uuid, round: i32) -> Result<Option<Sent>, sqlx::Error> {
    let text =
        format!("select {COLUMNS} from decisions where task_id = $1 and round = $2 order by sequence desc limit 1");
    let row = sqlx::query(sqlx::AssertSqlSafe(text)).bind(task).bind(round).fetch_optional(db).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &PgRow) -> Result<Sent, sqlx::Error> {
    Ok(Sent {
        sequence: row.try_get("sequence")?,
        round: row.try_get("round")?,
        decided_at: row.try_get("decided_at")?,
        result: row.try_get("result")?,
        actor: row.try_get("actor")?,
        role: row.try_get("role")?,
        answer: row.try_get::<Json<DepartmentSays>, _>("answer")?.0.into(),
    })
}

/// One fact of a task's chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Step {
    pub sequence: i64,
    /// Stable name, e.g. `reply_rejected`.
    pub kind: String,
    /// Token subject, owner of the process, or the rule.
    pub actor: String,
    #[serde(with = "chassis::http::instant")]
    pub at: OffsetDateTime,
}

/// What happened to a task, in order.
///
/// # Errors
/// Where the database fails.
pub async fn history(db: &PgPool, task: Uuid) -> Result<Vec<Step>, sqlx::Error> {
    let rows = sqlx::query("select sequence, kind, actor, at from ledger where subject = $1 order by sequence")
        .bind(task)
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Step {
                sequence: row.try_get("sequence")?,
                kind: row.try_get("kind")?,
                actor: row.try_get("actor")?,
                at: row.try_get("at")?,
            })
        })
        .collect()
}
