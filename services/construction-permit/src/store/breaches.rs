//! Undertakings that were not kept.

use mailbox::{Row, Sql};
use sqlx::{PgPool, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

/// One of them.
pub struct BreachRow {
    pub project_id: Uuid,
    pub item: String,
    pub round: i32,
    /// Key of the applicant who undertook it: of his legal person only where the sign-in vouches for it.
    pub holder: String,
    pub papers: Vec<String>,
    pub at: OffsetDateTime,
}

impl Row for BreachRow {
    type Key = (Uuid, String, i32);

    fn key(&self) -> Self::Key {
        (self.project_id, self.item.clone(), self.round)
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let projects = sql.bind(rows.iter().map(|r| r.project_id).collect());
        let items = sql.bind(rows.iter().map(|r| r.item.clone()).collect());
        let rounds = sql.bind(rows.iter().map(|r| r.round).collect());
        let holders = sql.bind(rows.iter().map(|r| r.holder.clone()).collect());
        let papers = sql.bind(rows.iter().map(|r| Json(serde_json::json!(r.papers))).collect());
        let ats = sql.bind(rows.into_iter().map(|r| r.at).collect());
        let text = format!(
            "insert into breaches (project_id, item, round, investor, papers, at)
             select * from unnest({projects}::uuid[], {items}::text[], {rounds}::int[], {holders}::text[],
                    {papers}::jsonb[], {ats}::timestamptz[])"
        );
        sql.part("new_breaches", text);
    }
}

/// When an applicant did not keep an undertaking, since an instant.
///
/// # Errors
/// Where the database fails.
pub async fn breaches(db: &PgPool, holder: &str, since: OffsetDateTime) -> Result<Vec<OffsetDateTime>, sqlx::Error> {
    sqlx::query_scalar("select at from breaches where investor = $1 and at >= $2 order by at")
        .bind(holder)
        .bind(since)
        .fetch_all(db)
        .await
}
