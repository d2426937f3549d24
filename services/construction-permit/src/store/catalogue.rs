//! Published versions of the catalogue, with their files.

use mailbox::{Row, Sql};
use serde_json::Value;
use sqlx::{PgPool, Row as _, types::Json};
use time::OffsetDateTime;

/// One version.
pub struct VersionRow {
    pub code: String,
    pub version: i32,
    pub sm3: String,
    /// File name -> text.
    pub sources: Value,
    pub published_at: OffsetDateTime,
}

impl Row for VersionRow {
    type Key = (String, i32);

    fn key(&self) -> Self::Key {
        (self.code.clone(), self.version)
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let codes = sql.bind(rows.iter().map(|r| r.code.clone()).collect());
        let versions = sql.bind(rows.iter().map(|r| r.version).collect());
        let digests = sql.bind(rows.iter().map(|r| r.sm3.clone()).collect());
        let sources = sql.bind(rows.iter().map(|r| Json(r.sources.clone())).collect());
        let ats = sql.bind(rows.into_iter().map(|r| r.published_at).collect());
        let text = format!(
            "insert into catalogue_versions (code, version, sm3, sources, published_at)
             select * from unnest({codes}::text[], {versions}::int[], {digests}::text[], {sources}::jsonb[], {ats}::timestamptz[])"
        );
        sql.part("new_catalogue_versions", text);
    }
}

/// Every published version in order: number, digest, files.
///
/// # Errors
/// Where the database fails.
pub async fn versions(db: &PgPool, code: &str) -> Result<Vec<(i32, String, Value)>, sqlx::Error> {
    let rows = sqlx::query("select version, sm3, sources from catalogue_versions where code = $1 order by version")
        .bind(code)
        .fetch_all(db)
        .await?;
    let read = |row: &sqlx::postgres::PgRow| {
        let Json(sources) = row.try_get::<Json<Value>, _>("sources")?;
        Ok((row.try_get("version")?, row.try_get("sm3")?, sources))
    };
    rows.iter().map(read).collect()
}
