//! What people read in the suite.

use chassis::http::Scope;
use mailbox::{Row, Sql};
use sqlx::{PgPool, Postgres, QueryBuilder, Row as _, postgres::PgRow};
use time::OffsetDateTime;
use uuid::Uuid;

/// A message that somebody reads in the suite.
#[derive(Clone, Debug)]
pub struct InApp {
    pub message_id: Uuid,
    /// Subject of the person's token.
    pub reader: String,
    pub body: String,
    /// `zh` or `en`.
    pub language: String,
    /// Business time.
    pub told_at: OffsetDateTime,
    pub read_at: Option<OffsetDateTime>,
}

impl Row for InApp {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.message_id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.message_id).collect());
        let readers = sql.bind(rows.iter().map(|r| r.reader.clone()).collect());
        let bodies = sql.bind(rows.iter().map(|r| r.body.clone()).collect());
        let languages = sql.bind(rows.iter().map(|r| r.language.clone()).collect());
        let told = sql.bind(rows.iter().map(|r| r.told_at).collect());
        let read = sql.bind(rows.iter().map(|r| r.read_at).collect());
        let text = format!(
            "insert into in_app (message_id, reader, body, language, told_at, read_at)
             select * from unnest({ids}::uuid[], {readers}::text[], {bodies}::text[], {languages}::text[],
                    {told}::timestamptz[], {read}::timestamptz[])
             on conflict (message_id) do update set read_at = coalesce(in_app.read_at, excluded.read_at)"
        );
        sql.part("put_in_app", text);
    }
}

/// A listed message, with the case that it is about.
#[derive(Clone, Debug)]
pub struct Listed {
    pub message: InApp,
    pub case_id: Uuid,
    pub case_number: String,
    pub event: String,
    pub template: String,
}

const COLUMNS: &str =
    "i.message_id, i.reader, i.body, i.language, i.told_at, i.read_at, m.case_id, m.case_number, m.event, m.template";

/// A page of the reader's messages, newest first, behind `before`.
///
/// # Errors
/// Where the database fails.
pub async fn list(
    db: &PgPool,
    scope: &Scope,
    unread: bool,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Listed>, sqlx::Error> {
    let mut query = within(scope);
    if unread {
        query.push(" and i.read_at is null");
    }
    if let Some(before) = before {
        query
            .push(
                " and (i.told_at, i.message_id) < (select b.told_at, b.message_id from in_app b where b.message_id = ",
            )
            .push_bind(before)
            .push(" and ");
        limit_to(&mut query, scope, "b.reader");
        query.push(")");
    }
    query.push(" order by i.told_at desc, i.message_id desc limit ").push_bind(limit);
    query.build().fetch_all(db).await?.iter().map(read).collect()
}

/// One of the reader's messages.
///
/// # Errors
/// Where the database fails.
pub async fn find(db: &PgPool, scope: &Scope, id: Uuid) -> Result<Option<Listed>, sqlx::Error> {
    let mut query = within(scope);
    query.push(" and i.message_id = ").push_bind(id);
    query.build().fetch_optional(db).await?.as_ref().map(read).transpose()
}

/// A statement over what is told to the scope: everybody reads his own, and his legal person's.
fn within(scope: &Scope) -> QueryBuilder<Postgres> {
    let mut query =
        QueryBuilder::new(format!("select {COLUMNS} from in_app i join messages m on m.id = i.message_id where "));
    limit_to(&mut query, scope, "i.reader");
    query
}

fn limit_to(query: &mut QueryBuilder<Postgres>, scope: &Scope, reader: &str) {
    match scope {
        Scope::Own(own) => own.limit(query, reader),
        Scope::Place(_) | Scope::Department(_) | Scope::Assigned(_) | Scope::Hall => drop(query.push("false")),
    }
}

fn read(row: &PgRow) -> Result<Listed, sqlx::Error> {
    Ok(Listed {
        message: InApp {
            message_id: row.try_get("message_id")?,
            reader: row.try_get("reader")?,
            body: row.try_get("body")?,
            language: row.try_get("language")?,
            told_at: row.try_get("told_at")?,
            read_at: row.try_get("read_at")?,
        },
        case_id: row.try_get("case_id")?,
        case_number: row.try_get("case_number")?,
        event: row.try_get("event")?,
        template: row.try_get("template")?,
    })
}
