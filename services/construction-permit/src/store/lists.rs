//! Versions of tailored lists.

use mailbox::{
    Row, Sql,
    state::{Keep, Kept},
};
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, Row as _, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::kept::ListShape;
use crate::domain::tailored::TailoredList;

/// From what a version was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MadeFrom {
    Answers,
    Edit,
    Catalogue,
}

impl MadeFrom {
    fn name(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Edit => "edit",
            Self::Catalogue => "catalogue",
        }
    }
}

/// A new version.
pub struct ListRow {
    pub project_id: Uuid,
    pub list: TailoredList,
    pub made_at: OffsetDateTime,
    pub made_by: String,
    pub made_from: MadeFrom,
}

impl Row for ListRow {
    type Key = (Uuid, u32);

    fn key(&self) -> Self::Key {
        (self.project_id, self.list.version)
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let projects = sql.bind(rows.iter().map(|r| r.project_id).collect());
        let versions = sql.bind(rows.iter().map(|r| stored(r.list.version)).collect());
        let lists = sql.bind_json(rows.iter().map(|r| Keep::<ListShape>::new(&r.list)));
        let ats = sql.bind(rows.iter().map(|r| r.made_at).collect());
        let bys = sql.bind(rows.iter().map(|r| r.made_by.clone()).collect());
        let froms = sql.bind(rows.into_iter().map(|r| r.made_from.name().to_owned()).collect());
        let text = format!(
            "insert into lists (project_id, version, list, made_at, made_by, made_from)
             select * from unnest({projects}::uuid[], {versions}::int[], {lists}, {ats}::timestamptz[],
                    {bys}::text[], {froms}::text[])"
        );
        sql.part("new_lists", text);
    }
}

/// A version was acknowledged.
pub struct AcknowledgedRow {
    pub project_id: Uuid,
    pub version: u32,
    pub at: OffsetDateTime,
    pub by: String,
}

impl Row for AcknowledgedRow {
    type Key = (Uuid, u32);

    fn key(&self) -> Self::Key {
        (self.project_id, self.version)
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let projects = sql.bind(rows.iter().map(|r| r.project_id).collect());
        let versions = sql.bind(rows.iter().map(|r| stored(r.version)).collect());
        let ats = sql.bind(rows.iter().map(|r| r.at).collect());
        let bys = sql.bind(rows.into_iter().map(|r| r.by).collect());
        let text = format!(
            "update lists l set acknowledged_at = n.at, acknowledged_by = n.by
             from unnest({projects}::uuid[], {versions}::int[], {ats}::timestamptz[], {bys}::text[])
                  as n (project_id, version, at, by)
             where l.project_id = n.project_id and l.version = n.version"
        );
        sql.part("acknowledged_lists", text);
    }
}

/// A version as it is kept.
pub struct Made {
    pub list: TailoredList,
    pub made_at: OffsetDateTime,
    pub made_by: String,
    pub made_from: String,
    pub acknowledged_at: Option<OffsetDateTime>,
}

/// One version of a project's list; the newest where none is named.
///
/// # Errors
/// Where the database fails.
pub async fn list(db: &PgPool, project: Uuid, version: Option<u32>) -> Result<Option<Made>, sqlx::Error> {
    let row = sqlx::query(
        "select list, made_at, made_by, made_from, acknowledged_at from lists
         where project_id = $1 and ($2::int is null or version = $2) order by version desc limit 1",
    )
    .bind(project)
    .bind(version.map(stored))
    .fetch_optional(db)
    .await?;
    let read = |row: &sqlx::postgres::PgRow| {
        let Json(Kept(list)) = row.try_get::<Json<Kept<ListShape>>, _>("list")?;
        Ok(Made {
            list,
            made_at: row.try_get("made_at")?,
            made_by: row.try_get("made_by")?,
            made_from: row.try_get("made_from")?,
            acknowledged_at: row.try_get("acknowledged_at")?,
        })
    };
    row.as_ref().map(read).transpose()
}

fn stored(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}
