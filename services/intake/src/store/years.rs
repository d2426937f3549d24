//! Years of the calendar that were taken in, and what the folder of notices looked like last.

use std::collections::BTreeMap;

use mailbox::{Row, STEM_COLUMNS, Sql, Stem};
use sqlx::{AssertSqlSafe, PgPool, Row as _, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;
use workdays::Announcement;

/// The kind of subject that a year is in the ledger.
pub const SUBJECT: &str = "calendar_year";

/// Ids of years in the ledger are made from their number: two instances that take one in at once make the same.
const NAMESPACE: Uuid = Uuid::from_u128(0x2f4d_7a90_51c3_4b7b_8c25_94ab_6f0d_31e7);

/// The id of a year in the ledger.
#[must_use]
pub fn subject(year: i32) -> Uuid {
    Uuid::new_v5(&NAMESPACE, year.to_string().as_bytes())
}

/// The last revision of a year.
#[derive(Debug)]
pub struct Taken {
    pub stem: Stem,
    pub revision: u32,
    /// Of what it says, 64 hexadecimal characters.
    pub sm3: String,
}

/// The last revision of a year; none where it was never announced.
///
/// # Errors
/// Where the database fails.
pub async fn last(db: &PgPool, year: i32) -> Result<Option<Taken>, sqlx::Error> {
    let text = format!(
        "select y.revision, y.sm3, {STEM_COLUMNS}
         from announced_years y join subjects s on s.id = $2 where y.year = $1 order by y.revision desc limit 1"
    );
    let id = subject(year);
    let row = sqlx::query(AssertSqlSafe(text)).bind(year).bind(id).fetch_optional(db).await?;
    row.map(|row| {
        let stem = Stem::read(id, SUBJECT, &row)?;
        Ok(Taken { stem, revision: revision(row.try_get("revision")?)?, sm3: row.try_get("sm3")? })
    })
    .transpose()
}

/// Whether this text of a year was taken in before, as whichever revision.
///
/// # Errors
/// Where the database fails.
pub async fn is_known(db: &PgPool, year: i32, sm3: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select exists (select from announced_years where year = $1 and sm3 = $2)")
        .bind(year)
        .bind(sm3)
        .fetch_one(db)
        .await
}

/// A revision of a year.
#[derive(Debug)]
pub struct YearShown {
    pub revision: u32,
    pub said: Announcement,
    /// Token subject of the operator, a file of the folder, or the program.
    pub by: String,
    pub at: OffsetDateTime,
}

/// The last revision of every year, in order.
///
/// # Errors
/// Where the database fails.
pub async fn years(db: &PgPool) -> Result<Vec<YearShown>, sqlx::Error> {
    let rows = sqlx::query(
        "select distinct on (year) revision, announcement, announced_by, announced_at
         from announced_years order by year, revision desc",
    )
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let Json(said) = row.try_get("announcement")?;
            Ok(YearShown {
                revision: revision(row.try_get("revision")?)?,
                said,
                by: row.try_get("announced_by")?,
                at: row.try_get("announced_at")?,
            })
        })
        .collect()
}

fn revision(stored: i32) -> Result<u32, sqlx::Error> {
    u32::try_from(stored).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// A year as it was taken in.
pub struct YearRow {
    pub revision: u32,
    pub sm3: String,
    pub said: Announcement,
    pub by: String,
    pub at: OffsetDateTime,
}

impl Row for YearRow {
    type Key = (i32, u32);

    fn key(&self) -> Self::Key {
        (self.said.year, self.revision)
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let count = rows.len();
        let years = sql.bind(rows.iter().map(|row| row.said.year).collect());
        let revisions =
            sql.bind(rows.iter().map(|row| i32::try_from(row.revision).unwrap_or(i32::MAX)).collect::<Vec<_>>());
        let digests = sql.bind(rows.iter().map(|row| row.sm3.clone()).collect());
        let bys = sql.bind(rows.iter().map(|row| row.by.clone()).collect());
        let ats = sql.bind(rows.iter().map(|row| row.at).collect());
        let said = sql.bind(rows.into_iter().map(|row| Json(row.said)).collect());
        let text = format!(
            "insert into announced_years (year, revision, sm3, announcement, announced_by, announced_at)
             select * from unnest({years}::int[], {revisions}::int[], {digests}::text[], {said}::jsonb[],
                    {bys}::text[], {ats}::timestamptz[])
             on conflict do nothing returning 1"
        );
        // Where another instance took it in meanwhile, it is decided again.
        sql.expect("new_years", text, count);
    }
}

/// A file of the folder that could not be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub file: String,
    /// Of the file's bytes, 64 hexadecimal characters; of what was wrong where it cannot be read.
    pub sm3: String,
    pub faults: Vec<Sentence>,
    pub at: OffsetDateTime,
}

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Sentence {
    pub zh: String,
    pub en: String,
}

/// Files that could not be taken in, by name.
///
/// # Errors
/// Where the database fails.
pub async fn refused(db: &PgPool) -> Result<BTreeMap<String, Refused>, sqlx::Error> {
    let rows = sqlx::query("select file, sm3, faults, refused_at from refused_years").fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let file: String = row.try_get("file")?;
            let Json(faults) = row.try_get("faults")?;
            let refused =
                Refused { file: file.clone(), sm3: row.try_get("sm3")?, faults, at: row.try_get("refused_at")? };
            Ok((file, refused))
        })
        .collect()
}

impl Row for Refused {
    type Key = String;

    fn key(&self) -> String {
        self.file.clone()
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let files = sql.bind(rows.iter().map(|row| row.file.clone()).collect());
        let digests = sql.bind(rows.iter().map(|row| row.sm3.clone()).collect());
        let ats = sql.bind(rows.iter().map(|row| row.at).collect());
        let faults = sql.bind(rows.into_iter().map(|row| Json(row.faults)).collect());
        let text = format!(
            "insert into refused_years (file, sm3, faults, refused_at)
             select * from unnest({files}::text[], {digests}::text[], {faults}::jsonb[], {ats}::timestamptz[])
             on conflict (file) do update set sm3 = excluded.sm3, faults = excluded.faults, refused_at = excluded.refused_at"
        );
        sql.part("refuse_years", text);
    }
}

/// A file that is gone, or right by now.
pub struct NotRefused(pub String);

impl Row for NotRefused {
    type Key = String;

    fn key(&self) -> String {
        self.0.clone()
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let files = sql.bind(rows.into_iter().map(|row| row.0).collect::<Vec<_>>());
        sql.part("forget_refused_years", format!("delete from refused_years where file = any({files}::text[])"));
    }
}
