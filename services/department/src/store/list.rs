//! The work list: what is due first stands first; what stands still comes last.

use chassis::http::Scope;
use sqlx::{AssertSqlSafe, PgPool, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use super::load::within;
use crate::domain::task::Status;

/// A place in the list; pages begin behind one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub rank: OffsetDateTime,
    pub id: Uuid,
}

impl Place {
    /// Before everything.
    pub const START: Self = Self { rank: OffsetDateTime::UNIX_EPOCH, id: Uuid::nil() };
}

/// A task in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub place: Place,
    pub case_id: Uuid,
    pub case_number: String,
    pub theme: String,
    pub task_code: String,
    pub round: i32,
    pub status: String,
    pub assigned_at: OffsetDateTime,
    pub due_at: Option<OffsetDateTime>,
    pub provisional: bool,
}

/// A page of tasks of one of these statuses, which are written into the statement: the partial indexes apply.
///
/// # Errors
/// Where the database fails.
pub async fn list(
    db: &PgPool,
    scope: &Scope,
    statuses: &[Status],
    after: Place,
    limit: i64,
) -> Result<Vec<Listed>, sqlx::Error> {
    let statuses: Vec<String> = statuses.iter().map(|status| format!("'{}'", status.name())).collect();
    let text = format!(
        "select id, case_id, case_number, theme, task_code, round, status, assigned_at, due_at, provisional, rank from tasks
         where {} and status in ({}) and (rank, id) > ($1, $2) order by rank, id limit $3",
        within(scope),
        statuses.join(", ")
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(after.rank).bind(after.id).bind(limit).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                place: Place { rank: row.try_get("rank")?, id: row.try_get("id")? },
                case_id: row.try_get("case_id")?,
                case_number: row.try_get("case_number")?,
                theme: row.try_get("theme")?,
                task_code: row.try_get("task_code")?,
                round: row.try_get("round")?,
                status: row.try_get("status")?,
                assigned_at: row.try_get("assigned_at")?,
                due_at: row.try_get("due_at")?,
                provisional: row.try_get("provisional")?,
            })
        })
        .collect()
}
