//! Drafts.

use chassis::http::Scope;
use contracts::applicants::was_named_at_a_window;
use mailbox::{Row, Sql};
use sqlx::{PgPool, Postgres, QueryBuilder, Row as _, postgres::PgRow, types::Json};
use uuid::Uuid;

use crate::domain::draft::Draft;

const COLUMNS: &str = "id, applicant, theme, entered, sequence, changed_at, expires_at";

/// One draft within the scope.
///
/// # Errors
/// Where the database fails.
pub async fn find(db: &PgPool, scope: &Scope, id: Uuid) -> Result<Option<Draft>, sqlx::Error> {
    let mut query = within(scope);
    query.push(" and id = ").push_bind(id);
    query.build().fetch_optional(db).await?.as_ref().map(read).transpose()
}

/// The scope's drafts, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn list(db: &PgPool, scope: &Scope, limit: i64) -> Result<Vec<Draft>, sqlx::Error> {
    let mut query = within(scope);
    query.push(" order by id desc limit ").push_bind(limit);
    query.build().fetch_all(db).await?.iter().map(read).collect()
}

/// A statement over the drafts of the scope. The hall has those that were begun at a window, and nobody's own.
fn within(scope: &Scope) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(format!("select {COLUMNS} from drafts where "));
    match scope {
        Scope::Own(own) => own.limit(&mut query, "applicant"),
        Scope::Hall => drop(query.push("at_window")),
        Scope::Place(_) | Scope::Department(_) | Scope::Assigned(_) => drop(query.push("false")),
    }
    query
}

fn read(row: &PgRow) -> Result<Draft, sqlx::Error> {
    let Json(written) = row.try_get("entered")?;
    Ok(Draft {
        id: row.try_get("id")?,
        applicant: row.try_get("applicant")?,
        theme: row.try_get("theme")?,
        written,
        sequence: row.try_get("sequence")?,
        changed_at: row.try_get("changed_at")?,
        expires_at: row.try_get("expires_at")?,
    })
}

/// A draft as it is from now on: new where its sequence is 1, else changed from the sequence before.
pub struct DraftRow(pub Draft);

impl Row for DraftRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.0.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let count = rows.len();
        let ids = sql.bind(rows.iter().map(|r| r.0.id).collect());
        let applicants = sql.bind(rows.iter().map(|r| r.0.applicant.clone()).collect());
        let at_window = sql.bind(rows.iter().map(|r| was_named_at_a_window(&r.0.applicant)).collect());
        let themes = sql.bind(rows.iter().map(|r| r.0.theme.clone()).collect());
        let sequences = sql.bind(rows.iter().map(|r| r.0.sequence).collect());
        let changed = sql.bind(rows.iter().map(|r| r.0.changed_at).collect());
        let expires = sql.bind(rows.iter().map(|r| r.0.expires_at).collect());
        let entered = sql.bind(rows.into_iter().map(|r| Json(r.0.written)).collect());
        let text = format!(
            "insert into drafts as d (id, applicant, at_window, theme, entered, sequence, changed_at, expires_at)
             select * from unnest({ids}::uuid[], {applicants}::text[], {at_window}::boolean[], {themes}::text[],
                    {entered}::jsonb[], {sequences}::bigint[], {changed}::timestamptz[], {expires}::timestamptz[])
             on conflict (id) do update set theme = excluded.theme, entered = excluded.entered,
                sequence = excluded.sequence, changed_at = excluded.changed_at, expires_at = excluded.expires_at
             where d.sequence = excluded.sequence - 1 returning 1"
        );
        sql.expect("put_drafts", text, count);
    }
}

/// A draft ends: whatever it is, or as it was loaded.
pub struct DraftGone {
    pub id: Uuid,
    /// The commit is stale where the draft has another sequence or is gone already.
    pub expected: Option<i64>,
}

impl Row for DraftGone {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let expected = rows.iter().filter(|row| row.expected.is_some()).count();
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let sequences = sql.bind(rows.into_iter().map(|r| r.expected).collect::<Vec<Option<i64>>>());
        let gone = format!(
            "delete from drafts d using unnest({ids}::uuid[], {sequences}::bigint[]) as g (id, sequence)
             where d.id = g.id and (g.sequence is null or d.sequence = g.sequence) returning g.sequence"
        );
        sql.part("drafts_gone", gone);
        sql.expect("drafts_as_loaded", "select 1 from drafts_gone where sequence is not null".to_owned(), expected);
    }
}
