//! Bytes that no paper names any more: forgotten by the object store, in two commits, so that whoever brings the same bytes
//! meanwhile sees it.

use mailbox::{Row, Sql};
use sqlx::PgPool;

/// What is to be forgotten, the oldest name first.
///
/// # Errors
/// Where the database fails.
pub async fn waiting(db: &PgPool, limit: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("select sm3 from papers_gone order by sm3 limit $1").bind(limit).fetch_all(db).await
}

/// Those among these that are being forgotten.
///
/// # Errors
/// Where the database fails.
pub async fn claimed(db: &PgPool, digests: &[String]) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("select sm3 from papers_gone where claimed and sm3 = any($1)").bind(digests).fetch_all(db).await
}

/// Whether these bytes are noted as to be forgotten, claimed or not.
///
/// # Errors
/// Where the database fails.
pub async fn noted(db: &PgPool, sm3: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select exists (select from papers_gone where sm3 = $1)").bind(sm3).fetch_one(db).await
}

/// A paper names them again: they are not to be forgotten, unless that has begun.
pub struct NamedAgain(pub String);

impl Row for NamedAgain {
    type Key = String;

    fn key(&self) -> String {
        self.0.clone()
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let digests = sql.bind(rows.into_iter().map(|row| row.0).collect());
        let text = format!("delete from papers_gone where not claimed and sm3 = any({digests}::text[])");
        sql.part("papers_named_again", text);
    }
}

/// From this commit on they are being forgotten, unless a paper names them again: then they are to stay.
pub struct Claim(pub String);

impl Row for Claim {
    type Key = String;

    fn key(&self) -> String {
        self.0.clone()
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let digests = sql.bind(rows.into_iter().map(|row| row.0).collect());
        sql.part(
            "papers_not_gone",
            format!(
                "delete from papers_gone g where g.sm3 = any({digests}::text[]) and not g.claimed
                   and exists (select from materials m where m.sm3 = g.sm3)"
            ),
        );
        sql.part(
            "papers_claimed",
            format!(
                "update papers_gone g set claimed = true where g.sm3 = any({digests}::text[])
                   and not exists (select from materials m where m.sm3 = g.sm3)"
            ),
        );
    }
}

/// They are forgotten.
pub struct Forgotten(pub String);

impl Row for Forgotten {
    type Key = String;

    fn key(&self) -> String {
        self.0.clone()
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let digests = sql.bind(rows.into_iter().map(|row| row.0).collect());
        sql.part("papers_forgotten", format!("delete from papers_gone where claimed and sm3 = any({digests}::text[])"));
    }
}
