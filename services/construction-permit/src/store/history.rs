//! What happened to a project, as its ledger tells.

use sqlx::{PgPool, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

/// One fact.
pub struct Happened {
    pub sequence: i64,
    pub kind: String,
    pub actor: String,
    pub at: OffsetDateTime,
    /// What the fact says; empty where it is no JSON object.
    pub body: serde_json::Value,
}

/// Every fact of a project, in order.
///
/// # Errors
/// Where the database fails.
pub async fn history(db: &PgPool, project: Uuid) -> Result<Vec<Happened>, sqlx::Error> {
    let rows = sqlx::query("select sequence, kind, actor, at, body from ledger where subject = $1 order by sequence")
        .bind(project)
        .fetch_all(db)
        .await?;
    let read = |row: &sqlx::postgres::PgRow| {
        Ok(Happened {
            sequence: row.try_get("sequence")?,
            kind: row.try_get("kind")?,
            actor: row.try_get("actor")?,
            at: row.try_get("at")?,
            body: serde_json::from_slice(row.try_get("body")?).unwrap_or_default(),
        })
    };
    rows.iter().map(read).collect()
}
