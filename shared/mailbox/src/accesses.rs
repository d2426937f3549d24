//! Who looked: whoever reads another's personal data leaves a row in the service that has it, before he is answered.

use sqlx::{PgPool, QueryBuilder, Row as _, postgres::PgRow};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// One look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Orders them, newest last.
    pub id: Uuid,
    /// Whose data it is: an applicant's key, or `case:<id>` where the service does not know the applicant.
    pub subject: String,
    /// The case, project, name or paper.
    pub about: Uuid,
    /// Token subject; a department that used a link.
    pub reader: String,
    /// By which right.
    pub ground: String,
    /// The permission under which it was read.
    pub purpose: String,
    /// Business time.
    pub at: OffsetDateTime,
}

/// Whose looks are wanted.
#[derive(Clone, Debug)]
pub enum Of {
    /// At what belongs to one of these.
    Subjects(Vec<String>),
    /// At one case, project, name or paper.
    About(Uuid),
}

/// Leaves rows; several looks of one reader within an hour, for one purpose, are one row.
///
/// # Errors
/// Where the database fails: then nothing may be shown.
pub async fn leave(db: &PgPool, looks: &[Access]) -> Result<(), sqlx::Error> {
    if looks.is_empty() {
        return Ok(());
    }
    let text = |part: fn(&Access) -> &String| looks.iter().map(part).cloned().collect::<Vec<_>>();
    sqlx::query(
        "insert into accesses (id, subject, about, reader, ground, purpose, at, hour)
         select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                $8::timestamptz[])
         on conflict do nothing",
    )
    .bind(looks.iter().map(|look| look.id).collect::<Vec<_>>())
    .bind(text(|look| &look.subject))
    .bind(looks.iter().map(|look| look.about).collect::<Vec<_>>())
    .bind(text(|look| &look.reader))
    .bind(text(|look| &look.ground))
    .bind(text(|look| &look.purpose))
    .bind(looks.iter().map(|look| look.at).collect::<Vec<_>>())
    .bind(looks.iter().map(|look| hour(look.at)).collect::<Vec<_>>())
    .execute(db)
    .await
    .map(drop)
}

/// A page of looks, newest first, behind `before`.
///
/// # Errors
/// Where the database fails.
pub async fn list(db: &PgPool, of: &Of, before: Option<Uuid>, limit: i64) -> Result<Vec<Access>, sqlx::Error> {
    let mut query = QueryBuilder::new("select id, subject, about, reader, ground, purpose, at from accesses where ");
    match of {
        Of::Subjects(subjects) => query.push("subject = any(").push_bind(subjects.clone()).push(")"),
        Of::About(about) => query.push("about = ").push_bind(*about),
    };
    if let Some(before) = before {
        query.push(" and id < ").push_bind(before);
    }
    query.push(" order by id desc limit ").push_bind(limit);
    query.build().fetch_all(db).await?.iter().map(read).collect()
}

fn read(row: &PgRow) -> Result<Access, sqlx::Error> {
    Ok(Access {
        id: row.try_get("id")?,
        subject: row.try_get("subject")?,
        about: row.try_get("about")?,
        reader: row.try_get("reader")?,
        ground: row.try_get("ground")?,
        purpose: row.try_get("purpose")?,
        at: row.try_get("at")?,
    })
}

fn hour(at: OffsetDateTime) -> OffsetDateTime {
    let past = i64::from(at.minute()) * 60 + i64::from(at.second());
    at - Duration::seconds(past) - Duration::nanoseconds(i64::from(at.nanosecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn an_hour_begins_on_the_hour() {
        assert_eq!(hour(datetime!(2025-09-28 09:59:59.123456 +8)), datetime!(2025-09-28 09:00 +8));
    }
}
