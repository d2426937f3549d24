//! Which agents read a project and edit its list.

use mailbox::{Row, Sql};
use sqlx::{PgPool, Row as _, postgres::PgRow};
use time::OffsetDateTime;
use uuid::Uuid;

/// An agent has a project from now on.
pub struct AssignedRow {
    pub project_id: Uuid,
    /// Token subject.
    pub agent: String,
    pub at: OffsetDateTime,
    pub by: String,
}

impl Row for AssignedRow {
    type Key = (Uuid, String);

    fn key(&self) -> Self::Key {
        (self.project_id, self.agent.clone())
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let projects = sql.bind(rows.iter().map(|r| r.project_id).collect());
        let agents = sql.bind(rows.iter().map(|r| r.agent.clone()).collect());
        let ats = sql.bind(rows.iter().map(|r| r.at).collect());
        let bys = sql.bind(rows.into_iter().map(|r| r.by).collect());
        let text = format!(
            "insert into assignments (project_id, agent, assigned_at, assigned_by)
             select * from unnest({projects}::uuid[], {agents}::text[], {ats}::timestamptz[], {bys}::text[])
             on conflict (project_id, agent) do update
             set assigned_at = excluded.assigned_at, assigned_by = excluded.assigned_by, ended_at = null"
        );
        sql.part("assigned", text);
    }
}

/// An agent has it no more.
pub struct EndedRow {
    pub project_id: Uuid,
    pub agent: String,
    pub at: OffsetDateTime,
}

impl Row for EndedRow {
    type Key = (Uuid, String);

    fn key(&self) -> Self::Key {
        (self.project_id, self.agent.clone())
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let projects = sql.bind(rows.iter().map(|r| r.project_id).collect());
        let agents = sql.bind(rows.iter().map(|r| r.agent.clone()).collect());
        let ats = sql.bind(rows.into_iter().map(|r| r.at).collect());
        let text = format!(
            "update assignments a set ended_at = n.at
             from unnest({projects}::uuid[], {agents}::text[], {ats}::timestamptz[]) as n (project_id, agent, at)
             where a.project_id = n.project_id and a.agent = n.agent"
        );
        sql.part("assignments_ended", text);
    }
}

/// An assignment that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub agent: String,
    pub at: OffsetDateTime,
    pub by: String,
}

/// Agents who have a project now, the first assigned first.
///
/// # Errors
/// Where the database fails.
pub async fn assignments(db: &PgPool, project: Uuid) -> Result<Vec<Assignment>, sqlx::Error> {
    let rows = sqlx::query(
        "select agent, assigned_at, assigned_by from assignments
         where project_id = $1 and ended_at is null order by assigned_at, agent",
    )
    .bind(project)
    .fetch_all(db)
    .await?;
    let read = |row: &PgRow| {
        Ok(Assignment {
            agent: row.try_get("agent")?,
            at: row.try_get("assigned_at")?,
            by: row.try_get("assigned_by")?,
        })
    };
    rows.iter().map(read).collect()
}
