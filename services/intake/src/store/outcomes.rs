//! What the front desk decided: where a case stands, its own steps, breaches, and what bodies overlooked.

use contracts::account::Arguments;
use mailbox::{Row, Sql, state::Keep};
use sqlx::{PgPool, Row as _, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::kept::DeskShape;
use crate::domain::{
    case::{Open, Phase},
    desk::Desk,
};

/// When the applicant broke undertakings, since an instant.
///
/// # Errors
/// Where the database fails.
pub async fn breaches(db: &PgPool, applicant: &str, since: OffsetDateTime) -> Result<Vec<OffsetDateTime>, sqlx::Error> {
    sqlx::query_scalar("select at from tolerance_breaches where applicant = $1 and at >= $2 order by at")
        .bind(applicant)
        .bind(since)
        .fetch_all(db)
        .await
}

/// Steps of the front desk itself, in order.
///
/// # Errors
/// Where the database fails.
pub async fn steps(db: &PgPool, case: Uuid) -> Result<Vec<DeskStep>, sqlx::Error> {
    let rows =
        sqlx::query("select sequence, at, event, arguments from desk_steps where case_id = $1 order by sequence")
            .bind(case)
            .fetch_all(db)
            .await?;
    rows.iter()
        .map(|row| {
            let arguments: Option<Json<Arguments>> = row.try_get("arguments")?;
            Ok(DeskStep {
                case_id: case,
                sequence: row.try_get("sequence")?,
                at: row.try_get("at")?,
                event: row.try_get("event")?,
                arguments: arguments.map(|Json(arguments)| arguments).unwrap_or_default(),
            })
        })
        .collect()
}

/// One step of the front desk.
#[derive(Clone, Debug)]
pub struct DeskStep {
    pub case_id: Uuid,
    pub sequence: i64,
    pub at: OffsetDateTime,
    pub event: String,
    /// What belongs into the sentence that people read; no personal data.
    pub arguments: Arguments,
}

impl Row for DeskStep {
    type Key = (Uuid, i64);

    fn key(&self) -> Self::Key {
        (self.case_id, self.sequence)
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let cases = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let sequences = sql.bind(rows.iter().map(|r| r.sequence).collect());
        let ats = sql.bind(rows.iter().map(|r| r.at).collect());
        let events = sql.bind(rows.iter().map(|r| r.event.clone()).collect());
        let arguments =
            rows.into_iter().map(|r| Some(Json(r.arguments)).filter(|Json(arguments)| !arguments.is_empty()));
        let arguments = sql.bind(arguments.collect::<Vec<Option<Json<Arguments>>>>());
        let text = format!(
            "insert into desk_steps (case_id, sequence, at, event, arguments)
             select * from unnest({cases}::uuid[], {sequences}::bigint[], {ats}::timestamptz[], {events}::text[],
                    {arguments}::jsonb[])"
        );
        sql.part("new_desk_steps", text);
    }
}

/// Where a case stands at the front desk from now on.
pub struct DeskRow {
    pub case_id: Uuid,
    pub desk: Desk,
    /// Unchanged where absent: the owner of the process tells it.
    pub standing: Option<(Phase, Vec<Open>)>,
}

impl Row for DeskRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.case_id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let phases = rows.iter().map(|r| r.standing.as_ref().map(|(phase, _)| phase.name().to_owned()));
        let phases = sql.bind(phases.collect::<Vec<Option<String>>>());
        let open = rows.iter().map(|r| r.standing.as_ref().map(|(_, open)| Json(open.clone())));
        let open = sql.bind(open.collect::<Vec<Option<Json<Vec<Open>>>>>());
        let desks = sql.bind_json(rows.iter().map(|r| Keep::<DeskShape>::new(&r.desk)));
        let text = format!(
            "update cases c set desk = n.desk, phase = coalesce(n.phase, c.phase),
                    open_tasks = coalesce(n.open_tasks, c.open_tasks)
             from unnest({ids}::uuid[], {phases}::text[], {open}::jsonb[], {desks})
                  as n (id, phase, open_tasks, desk) where c.id = n.id"
        );
        sql.part("desks", text);
    }
}

/// An undertaking that was not kept.
pub struct Breach {
    pub case_id: Uuid,
    pub applicant: String,
    pub at: OffsetDateTime,
}

impl Row for Breach {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.case_id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let cases = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let applicants = sql.bind(rows.iter().map(|r| r.applicant.clone()).collect());
        let ats = sql.bind(rows.into_iter().map(|r| r.at).collect());
        let text = format!(
            "insert into tolerance_breaches (case_id, applicant, at)
             select * from unnest({cases}::uuid[], {applicants}::text[], {ats}::timestamptz[]) on conflict do nothing"
        );
        sql.part("new_breaches", text);
    }
}

/// What a body forgot in a first notice.
pub struct Overlooked {
    pub case_id: Uuid,
    pub sequence: i64,
    /// Department code; `CTR` is the centre itself.
    pub body: String,
    pub items: Vec<String>,
    pub at: OffsetDateTime,
}

impl Row for Overlooked {
    type Key = (Uuid, i64);

    fn key(&self) -> Self::Key {
        (self.case_id, self.sequence)
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let cases = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let sequences = sql.bind(rows.iter().map(|r| r.sequence).collect());
        let bodies = sql.bind(rows.iter().map(|r| r.body.clone()).collect());
        let ats = sql.bind(rows.iter().map(|r| r.at).collect());
        let items = sql.bind(rows.into_iter().map(|r| r.items.join(" ")).collect());
        let text = format!(
            "insert into overlooked (case_id, sequence, body, items, at)
             select case_id, sequence, body, string_to_array(items, ' '), at
             from unnest({cases}::uuid[], {sequences}::bigint[], {bodies}::text[], {items}::text[], {ats}::timestamptz[])
                  as n (case_id, sequence, body, items, at)"
        );
        sql.part("new_overlooked", text);
    }
}
