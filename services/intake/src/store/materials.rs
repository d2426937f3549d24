//! Papers: who brought what, and where its bytes are.

use std::collections::BTreeMap;

use mailbox::{Row, Sql};
use sqlx::{PgPool, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

/// A paper.
#[derive(Clone, Debug)]
pub struct Material {
    pub id: Uuid,
    /// Token subject of who brought it.
    pub applicant: String,
    pub code: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SM3, 64 hexadecimal characters: also the name of the bytes in the object store.
    pub sm3: String,
    pub received_at: OffsetDateTime,
}

/// The applicant's papers among these.
///
/// # Errors
/// Where the database fails.
pub async fn of_applicant(db: &PgPool, applicant: &str, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Material>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = sqlx::query(
        "select id, applicant, code, media_type, size, sm3, received_at from materials where id = any($1) and applicant = $2",
    )
    .bind(ids)
    .bind(applicant)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| read(row).map(|material| (material.id, material))).collect()
}

/// These papers, whoever brought them: for a case that has them.
///
/// # Errors
/// Where the database fails.
pub async fn of_ids(db: &PgPool, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Material>, sqlx::Error> {
    let rows =
        sqlx::query("select id, applicant, code, media_type, size, sm3, received_at from materials where id = any($1)")
            .bind(ids)
            .fetch_all(db)
            .await?;
    rows.iter().map(|row| read(row).map(|material| (material.id, material))).collect()
}

/// One paper, whoever brought it: for holders of a link.
///
/// # Errors
/// Where the database fails.
pub async fn find(db: &PgPool, id: Uuid) -> Result<Option<Material>, sqlx::Error> {
    let row =
        sqlx::query("select id, applicant, code, media_type, size, sm3, received_at from materials where id = $1")
            .bind(id)
            .fetch_optional(db)
            .await?;
    row.as_ref().map(read).transpose()
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
