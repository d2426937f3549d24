//! Projects: loads of whole batches with one statement each, and rows that a commit writes.

use std::collections::HashMap;

use casework::{Card, Case, CaseHead, CaseParts, Task};
use chassis::{
    http::Scope,
    owner::kept::{HeadShape, TaskShape},
};
use mailbox::{
    Row, STEM_COLUMNS, Sql, Stem,
    state::{Keep, Kept},
};
use sqlx::{AssertSqlSafe, PgPool, Postgres, QueryBuilder, Row as _, postgres::PgRow, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::kept::{EntryShape, RecordShape};
use crate::domain::project::{Entry, Given, Project, Record, SUBJECT, Untold};

/// A project's head.
pub struct ProjectRow {
    pub id: Uuid,
    pub entry: Entry,
    pub phase: &'static str,
    pub card: Card,
    /// None before its list was acknowledged.
    pub head: Option<CaseHead>,
}

impl Row for ProjectRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let codes = sql.bind(rows.iter().map(|r| r.entry.code.clone()).collect());
        let holders = sql.bind(rows.iter().map(|r| r.entry.holder.clone()).collect());
        let investors = sql.bind(rows.iter().map(|r| r.entry.investor.credit_code.clone()).collect());
        let regions = sql.bind(rows.iter().map(|r| r.entry.place.region.clone()).collect());
        let registered = sql.bind(rows.iter().map(|r| r.entry.registered_at).collect());
        let phases = sql.bind(rows.iter().map(|r| r.phase.to_owned()).collect());
        let cards = sql.bind(rows.iter().map(|r| card_name(r.card).to_owned()).collect());
        let entries = sql.bind_json(rows.iter().map(|r| Keep::<EntryShape>::new(&r.entry)));
        let heads = sql.bind_json(rows.iter().map(|r| r.head.as_ref().map(Keep::<HeadShape>::new)));
        let text = format!(
            "insert into projects (id, code, holder, investor, region, registered_at, phase, card, entry, head)
             select * from unnest({ids}::uuid[], {codes}::text[], {holders}::text[], {investors}::text[], {regions}::text[],
                    {registered}::timestamptz[], {phases}::text[], {cards}::text[], {entries}, {heads})
             on conflict (id) do update
             set phase = excluded.phase, card = excluded.card, entry = excluded.entry, head = excluded.head"
        );
        sql.part("put_projects", text);
    }
}

/// One task of a project.
pub struct TaskRow {
    pub id: Uuid,
    pub project_id: Uuid,
    /// In the order of the plan.
    pub place: i32,
    pub state: Task,
}

impl Row for TaskRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let projects = sql.bind(rows.iter().map(|r| r.project_id).collect());
        let places = sql.bind(rows.iter().map(|r| r.place).collect());
        let states = sql.bind_json(rows.iter().map(|r| Keep::<TaskShape>::new(&r.state)));
        let text = format!(
            "insert into tasks (id, project_id, place, state)
             select * from unnest({ids}::uuid[], {projects}::uuid[], {places}::int[], {states})
             on conflict (id) do update set state = excluded.state"
        );
        sql.part("put_tasks", text);
    }
}

/// What the applicant entered and brought.
pub struct RecordRow {
    pub project_id: Uuid,
    pub record: Record,
}

impl Row for RecordRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.project_id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.project_id).collect());
        let records = sql.bind_json(rows.iter().map(|r| Keep::<RecordShape>::new(&r.record)));
        let text = format!(
            "insert into records (project_id, record) select * from unnest({ids}::uuid[], {records})
             on conflict (project_id) do update set record = excluded.record"
        );
        sql.part("put_records", text);
    }
}

/// The projects among these, whole.
///
/// # Errors
/// Where the database fails, or a stored state is not of its form.
pub async fn projects(db: &PgPool, ids: &[Uuid]) -> Result<HashMap<Uuid, Project>, sqlx::Error> {
    let text = format!("{} where p.id = any($1)", select());
    let rows = sqlx::query(AssertSqlSafe(text)).bind(ids).fetch_all(db).await?;
    rows.iter().map(|row| read(row).map(|project| (project.stem.id, project))).collect()
}

/// One project within the scope, whole.
///
/// # Errors
/// As [`projects`].
pub async fn project_within(db: &PgPool, scope: &Scope, id: Uuid) -> Result<Option<Project>, sqlx::Error> {
    let mut query = QueryBuilder::new(format!("{} where p.id = ", select()));
    query.push_bind(id).push(" and ");
    within(&mut query, scope);
    query.build().fetch_optional(db).await?.as_ref().map(read).transpose()
}

fn select() -> String {
    format!(
        "select p.id, p.entry, p.card, p.head, r.record, {STEM_COLUMNS},
                array(select t.state from tasks t where t.project_id = p.id order by t.place) as tasks
         from projects p join subjects s using (id) join records r on r.project_id = p.id"
    )
}

/// Limits a statement to projects `p` of the scope.
fn within(query: &mut QueryBuilder<Postgres>, scope: &Scope) {
    match scope {
        Scope::Own(own) => own.limit(query, "p.holder"),
        Scope::Assigned(agent) => drop(
            query
                .push(
                    "exists (select from assignments a where a.project_id = p.id and a.ended_at is null and a.agent = ",
                )
                .push_bind(agent.clone())
                .push(")"),
        ),
        Scope::Hall => drop(query.push("true")),
        // Departments have services of their own, and no desk of a place carries projects.
        Scope::Place(_) | Scope::Department(_) => drop(query.push("false")),
    }
}

fn read(row: &PgRow) -> Result<Project, sqlx::Error> {
    let id: Uuid = row.try_get("id")?;
    let card: &str = row.try_get("card")?;
    let Json(Kept(entry)) = row.try_get::<Json<Kept<EntryShape>>, _>("entry")?;
    let head = row.try_get::<Option<Json<Kept<HeadShape>>>, _>("head")?;
    let tasks =
        row.try_get::<Vec<Json<Kept<TaskShape>>>, _>("tasks")?.into_iter().map(|Json(Kept(task))| task).collect();
    let Json(Kept(record)) = row.try_get::<Json<Kept<RecordShape>>, _>("record")?;
    Ok(Project {
        stem: Stem::read(id, SUBJECT, row)?,
        entry,
        case: head.map(|Json(Kept(head))| Case::from_parts(CaseParts { head, tasks })),
        record,
        card: card_named(card).ok_or_else(|| sqlx::Error::Decode(format!("`{card}` is no card").into()))?,
        untold: Untold::default(),
    })
}

/// Stable name of a card.
#[must_use]
pub fn card_name(card: Card) -> &'static str {
    match card {
        Card::None => "none",
        Card::Yellow => "yellow",
        Card::Red => "red",
    }
}

fn card_named(name: &str) -> Option<Card> {
    [Card::None, Card::Yellow, Card::Red].into_iter().find(|card| card_name(*card) == name)
}

/// The project to which a task belongs.
///
/// # Errors
/// Where the database fails.
pub async fn project_of_task(db: &PgPool, task: Uuid) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar("select project_id from tasks where id = $1").bind(task).fetch_optional(db).await
}

/// The project that has a code.
///
/// # Errors
/// Where the database fails.
pub async fn code_holder(db: &PgPool, code: &str) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar("select subject from numbers where kind = 'project_code' and value = $1")
        .bind(code)
        .fetch_optional(db)
        .await
}

/// Papers of an applicant's other projects, the newest project first, each with the code of the project that brought it.
///
/// # Errors
/// Where the database fails.
pub async fn holders_papers(db: &PgPool, holder: &str) -> Result<Vec<(String, Given)>, sqlx::Error> {
    let rows = sqlx::query(
        "select p.code, r.record from projects p join records r on r.project_id = p.id
         where p.holder = $1 order by p.registered_at desc limit 20",
    )
    .bind(holder)
    .fetch_all(db)
    .await?;
    let mut papers = Vec::new();
    for row in &rows {
        let Json(Kept(Record { papers: given, reused, .. })) = row.try_get::<Json<Kept<RecordShape>>, _>("record")?;
        let code: String = row.try_get("code")?;
        let origin = |given: Given| (reused.get(&given.paper.code).unwrap_or(&code).clone(), given);
        papers.extend(given.into_values().map(origin));
    }
    Ok(papers)
}

/// Where a page of projects ends: the last one's day of registration and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub at: OffsetDateTime,
    pub id: Uuid,
}

/// A project in a list.
pub struct Listed {
    pub place: Place,
    pub entry: Entry,
    pub phase: String,
    pub card: String,
}

/// Projects of the scope, the newest first.
///
/// # Errors
/// Where the database fails.
pub async fn listed(db: &PgPool, scope: &Scope, after: Option<Place>, limit: i64) -> Result<Vec<Listed>, sqlx::Error> {
    let mut query = QueryBuilder::new("select p.id, p.registered_at, p.entry, p.phase, p.card from projects p where ");
    within(&mut query, scope);
    if let Some(after) = after {
        query.push(" and (p.registered_at, p.id) < (").push_bind(after.at).push(", ").push_bind(after.id).push(")");
    }
    query.push(" order by p.registered_at desc, p.id desc limit ").push_bind(limit);
    let rows = query.build().fetch_all(db).await?;
    let read = |row: &PgRow| {
        let Json(Kept(entry)) = row.try_get::<Json<Kept<EntryShape>>, _>("entry")?;
        let place = Place { at: row.try_get("registered_at")?, id: row.try_get("id")? };
        Ok(Listed { place, entry, phase: row.try_get("phase")?, card: row.try_get("card")? })
    };
    rows.iter().map(read).collect()
}
