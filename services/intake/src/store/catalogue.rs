//! Which versions of the catalogue were published.

use std::collections::BTreeMap;

use mailbox::{Row, Sql};
use sqlx::{PgPool, Row as _};
use time::OffsetDateTime;

/// The kind of subject that a version is in the ledger.
pub const SUBJECT: &str = "catalogue_version";

/// Reference -> digest of what was published, 64 hexadecimal characters.
///
/// # Errors
/// Where the database fails.
pub async fn published(db: &PgPool) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let rows = sqlx::query("select reference, sm3 from catalogue_versions").fetch_all(db).await?;
    rows.iter().map(|row| Ok((row.try_get("reference")?, row.try_get("sm3")?))).collect()
}

/// A version that is published.
pub struct NewVersion {
    pub reference: String,
    pub sm3: String,
    pub published_at: OffsetDateTime,
}

impl Row for NewVersion {
    type Key = String;

    fn key(&self) -> String {
        self.reference.clone()
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let references = sql.bind(rows.iter().map(|r| r.reference.clone()).collect());
        let digests = sql.bind(rows.iter().map(|r| r.sm3.clone()).collect());
        let ats = sql.bind(rows.into_iter().map(|r| r.published_at).collect());
        let text = format!(
            "insert into catalogue_versions (reference, sm3, published_at)
             select * from unnest({references}::text[], {digests}::text[], {ats}::timestamptz[])
             on conflict do nothing"
        );
        sql.part("new_versions", text);
    }
}
