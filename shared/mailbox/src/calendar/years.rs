//! Announced years and what was reckoned by them, in the database.

use std::collections::HashMap;

use sqlx::{PgPool, Row as _, types::Json};
use uuid::Uuid;
use workdays::Announcement;

use crate::{changes::Changes, row::Row, sql::Sql};

/// A year as it was heard.
pub struct YearRow {
    /// Counts from 1 for each year; a lower one than is stored changes nothing.
    pub revision: u32,
    pub said: Announcement,
}

impl Row for YearRow {
    type Key = i32;

    fn key(&self) -> i32 {
        self.said.year
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let years = sql.bind(rows.iter().map(|row| row.said.year).collect());
        let revisions =
            sql.bind(rows.iter().map(|row| i32::try_from(row.revision).unwrap_or(i32::MAX)).collect::<Vec<_>>());
        let said = sql.bind(rows.into_iter().map(|row| Json(row.said)).collect());
        let text = format!(
            "insert into calendar_years as known (year, revision, announcement)
             select * from unnest({years}::int[], {revisions}::int[], {said}::jsonb[])
             on conflict (year) do update set revision = excluded.revision, announcement = excluded.announcement
             where known.revision < excluded.revision"
        );
        sql.part("hear_years", text);
    }
}

impl Changes {
    /// A year was announced: it is stored, and after the commit this process looks at its calendar.
    pub fn announce(&mut self, year: YearRow) {
        self.years = true;
        self.put(year);
    }
}

/// A subject that was reckoned again.
pub(crate) struct Reckoned {
    pub subject: Uuid,
    pub version: String,
    /// Its sequence as it was reckoned, or afterwards where that changed it.
    pub sequence: i64,
}

impl Row for Reckoned {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.subject
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let subjects = sql.bind(rows.iter().map(|row| row.subject).collect());
        let sequences = sql.bind(rows.iter().map(|row| row.sequence).collect());
        let versions = sql.bind(rows.into_iter().map(|row| row.version).collect());
        let text = format!(
            "insert into reckoned_again (subject, version, sequence)
             select * from unnest({subjects}::uuid[], {versions}::text[], {sequences}::bigint[])
             on conflict (subject) do update set version = excluded.version, sequence = excluded.sequence"
        );
        sql.part("put_reckoned", text);
    }
}

/// How far each of these subjects has come.
pub(crate) async fn sequences(db: &PgPool, subjects: &[Uuid]) -> Result<HashMap<Uuid, i64>, sqlx::Error> {
    let rows = sqlx::query_as("select id, sequence from subjects where id = any($1)").bind(subjects).fetch_all(db);
    Ok(rows.await?.into_iter().collect())
}

/// What the database knows of the calendar.
pub(super) struct Known {
    pub announced: Vec<Announcement>,
    /// By which years everything was last reckoned to the end.
    pub reckoned: Option<(String, Vec<Announcement>)>,
}

pub(super) async fn known(db: &PgPool) -> Result<Known, sqlx::Error> {
    let rows = sqlx::query(
        "select null as version, announcement as said from calendar_years
         union all select version, years from calendar_reckoned where version is not null",
    )
    .fetch_all(db)
    .await?;
    let mut known = Known { announced: Vec::new(), reckoned: None };
    for row in rows {
        match row.try_get::<Option<String>, _>("version")? {
            None => known.announced.push(row.try_get::<Json<Announcement>, _>("said")?.0),
            Some(version) => known.reckoned = Some((version, row.try_get::<Json<Vec<Announcement>>, _>("said")?.0)),
        }
    }
    Ok(known)
}

/// Rises with every year that is heard: cheap to ask for.
pub(super) async fn revisions(db: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select coalesce(sum(revision), 0) from calendar_years").fetch_one(db).await
}
