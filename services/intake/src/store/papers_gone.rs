//! Bytes that no paper names any more: forgotten by the object store, in two commits, so that whoever brings the same bytes
//! meanwhile sees it.
//!
//! He names them in the commit of his paper, before they are stored. A note that his commit sees it takes away, or it finds the
//! bytes claimed and begins again; one that came too late for it to see is not claimed before his paper is there to be seen.

use mailbox::{Row, Sql};
use sqlx::PgPool;

/// What is to be forgotten, by name: what was noted a minute ago, or is claimed already.
///
/// # Errors
/// Where the database fails.
pub async fn waiting(db: &PgPool, limit: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "select sm3 from papers_gone where claimed or noted_at < now() - interval '1 minute' order by sm3 limit $1",
    )
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Those among these that are being forgotten.
///
/// # Errors
/// Where the database fails.
pub async fn claimed(db: &PgPool, digests: &[String]) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("select sm3 from papers_gone where claimed and sm3 = any($1)").bind(digests).fetch_all(db).await
}

/// A paper names them again: they are not to be forgotten. Where that has begun, the commit is stale.
pub struct NamedAgain(pub String);

impl Row for NamedAgain {
    type Key = String;

    fn key(&self) -> String {
        self.0.clone()
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let digests = sql.bind(rows.into_iter().map(|row| row.0).collect());
        let noted = format!("delete from papers_gone where not claimed and sm3 = any({digests}::text[]) returning 1");
        sql.part("papers_named_again", noted);
        // One that was seen and not deleted is claimed, or was by the time its row was free.
        let all = format!(
            "select 1 where (select count(*) from papers_gone where sm3 = any({digests}::text[]))
                          = (select count(*) from papers_named_again)"
        );
        sql.expect("papers_not_being_forgotten", all, 1);
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
