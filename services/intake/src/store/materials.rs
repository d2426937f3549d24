//! Papers: who brought what, and where its bytes are.

use std::collections::BTreeMap;

use mailbox::{Changes, Row, Sql};
use sqlx::{AssertSqlSafe, PgPool, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::paper::Quota;

/// A paper.
#[derive(Clone, Debug)]
pub struct Material {
    pub id: Uuid,
    /// Key of who brought it: the applicant, or the clerk who scanned it for him.
    pub applicant: String,
    pub code: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SM3, 64 hexadecimal characters: also the name of the bytes in the object store.
    pub sm3: String,
    pub received_at: OffsetDateTime,
}

const COLUMNS: &str = "id, applicant, code, media_type, size, sm3, received_at";

/// The papers among these that one of `bringers` brought.
///
/// # Errors
/// Where the database fails.
pub async fn brought_by(
    db: &PgPool,
    bringers: &[String],
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Material>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = format!("select {COLUMNS} from materials where id = any($1) and applicant = any($2)");
    let rows = sqlx::query(AssertSqlSafe(text)).bind(ids).bind(bringers).fetch_all(db).await?;
    rows.iter().map(|row| read(row).map(|material| (material.id, material))).collect()
}

/// These papers, whoever brought them: for a case that has them.
///
/// # Errors
/// Where the database fails.
pub async fn of_ids(db: &PgPool, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Material>, sqlx::Error> {
    let text = format!("select {COLUMNS} from materials where id = any($1)");
    let rows = sqlx::query(AssertSqlSafe(text)).bind(ids).fetch_all(db).await?;
    rows.iter().map(|row| read(row).map(|material| (material.id, material))).collect()
}

/// One paper, whoever brought it: for holders of a link.
///
/// # Errors
/// Where the database fails.
pub async fn find(db: &PgPool, id: Uuid) -> Result<Option<Material>, sqlx::Error> {
    let text = format!("select {COLUMNS} from materials where id = $1");
    let row = sqlx::query(AssertSqlSafe(text)).bind(id).fetch_optional(db).await?;
    row.as_ref().map(read).transpose()
}

/// Papers of an applicant that nobody uses: how many, and their bytes.
///
/// # Errors
/// Where the database fails.
pub async fn unused(db: &PgPool, applicant: &str) -> Result<(i64, i64), sqlx::Error> {
    let text = "select count(*), coalesce(sum(size), 0)::bigint from materials where applicant = $1 and not used";
    sqlx::query_as(text).bind(applicant).fetch_one(db).await
}

/// One paper more is within what a bringer may have lying here unused, or it does not pass
/// ([`CommitError::Taken`](mailbox::CommitError::Taken)).
pub struct WithinQuota {
    pub bringer: String,
    pub size: i64,
    pub quota: Quota,
}

impl Row for WithinQuota {
    type Key = String;

    fn key(&self) -> String {
        self.bringer.clone()
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let count = rows.len();
        let bringers = sql.bind(rows.iter().map(|r| r.bringer.clone()).collect());
        let sizes = sql.bind(rows.iter().map(|r| r.size).collect());
        let papers = sql.bind(rows.iter().map(|r| r.quota.papers).collect());
        let bytes = sql.bind(rows.iter().map(|r| r.quota.bytes).collect());
        let text = format!(
            "select 1 from unnest({bringers}::text[], {sizes}::bigint[], {papers}::bigint[], {bytes}::bigint[])
                        as q (bringer, size, papers, bytes),
                    lateral (select count(*) as papers, coalesce(sum(m.size), 0) as bytes
                             from materials m where m.applicant = q.bringer and not m.used) lying
             where lying.papers < q.papers and lying.bytes + q.size <= q.bytes"
        );
        sql.take("papers_within_quota", text, count);
    }
}

/// Papers that came by then and that nobody uses; one that a draft names is kept for as long as the draft.
///
/// # Errors
/// Where the database fails.
pub async fn unwanted(db: &PgPool, by: OffsetDateTime, limit: i64) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "select m.id from materials m where not m.used and m.received_at <= $1 and not exists (
             select from drafts d, jsonb_array_elements(d.entered -> 'materials') p
             where d.applicant = m.applicant and p ->> 1 = m.id::text) limit $2",
    )
    .bind(by)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// From this commit on these papers are in use, and stay.
pub fn take(changes: &mut Changes, ids: impl IntoIterator<Item = Uuid>) {
    for id in ids {
        changes.put(Used(id));
    }
}

/// A paper is in use. One that went in the meantime makes the commit stale.
struct Used(Uuid);

impl Row for Used {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.0
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let count = rows.len();
        let ids = sql.bind(rows.into_iter().map(|row| row.0).collect());
        let text = format!("update materials set used = true where id = any({ids}::uuid[]) returning 1");
        sql.expect("papers_used", text, count);
    }
}

/// Somebody else told that he uses it; one that is not there any more stays so.
pub struct UsedElsewhere(pub Uuid);

impl Row for UsedElsewhere {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.0
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.into_iter().map(|row| row.0).collect());
        sql.part("papers_used_elsewhere", format!("update materials set used = true where id = any({ids}::uuid[])"));
    }
}

/// A paper goes that nobody used; its bytes are to be forgotten where no other paper has the same.
pub struct Unwanted(pub Uuid);

impl Row for Unwanted {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.0
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.into_iter().map(|row| row.0).collect());
        let gone = format!("delete from materials where id = any({ids}::uuid[]) and not used returning sm3");
        sql.part("papers_unwanted", gone);
        // Of a statement's parts none sees what another did: whoever forgets the bytes looks whether they are named.
        let noted = "insert into papers_gone (sm3) select distinct sm3 from papers_unwanted on conflict do nothing";
        sql.part("papers_to_forget", noted.to_owned());
    }
}

fn read(row: &sqlx::postgres::PgRow) -> Result<Material, sqlx::Error> {
    Ok(Material {
        id: row.try_get("id")?,
        applicant: row.try_get("applicant")?,
        code: row.try_get("code")?,
        media_type: row.try_get("media_type")?,
        size: row.try_get("size")?,
        sm3: row.try_get("sm3")?,
        received_at: row.try_get("received_at")?,
    })
}

impl Row for Material {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let applicants = sql.bind(rows.iter().map(|r| r.applicant.clone()).collect());
        let codes = sql.bind(rows.iter().map(|r| r.code.clone()).collect());
        let types = sql.bind(rows.iter().map(|r| r.media_type.clone()).collect());
        let sizes = sql.bind(rows.iter().map(|r| r.size).collect());
        let digests = sql.bind(rows.iter().map(|r| r.sm3.clone()).collect());
        let received = sql.bind(rows.iter().map(|r| r.received_at).collect());
        let text = format!(
            "insert into materials (id, applicant, code, media_type, size, sm3, received_at)
             select * from unnest({ids}::uuid[], {applicants}::text[], {codes}::text[], {types}::text[], {sizes}::bigint[],
                    {digests}::text[], {received}::timestamptz[])"
        );
        sql.part("new_materials", text);
    }
}
