//! Loads: whole batches with one statement each.

use std::collections::{BTreeMap, HashMap};

use casework::{Case, CaseParts};
use chassis::{
    http::Scope,
    owner::kept::{HeadShape, TaskShape},
};
use contracts::materials::Paper;
use ids::RegionCode;
use mailbox::{STEM_COLUMNS, Stem, state::Kept};
use sqlx::{AssertSqlSafe, PgPool, Postgres, QueryBuilder, Row as _, postgres::PgRow, types::Json};
use uuid::Uuid;

use crate::domain::{
    clock::{Card, RedReason},
    entitlement::Entered,
    opening::{Opening, Untold},
};

/// The kind of subject that an opening is in the ledger.
pub const SUBJECT: &str = "opening";

/// The openings among these cases, whole.
///
/// # Errors
/// Where the database fails, or a stored state is not of its form.
pub async fn openings(db: &PgPool, ids: &[Uuid]) -> Result<HashMap<Uuid, Opening>, sqlx::Error> {
    let text = format!("{} where o.id = any($1)", select());
    let rows = sqlx::query(AssertSqlSafe(text)).bind(ids).fetch_all(db).await?;
    let mut names = super::names::of_cases(db, ids).await?;
    let opening = |row| {
        let mut opening = read(row)?;
        opening.name = names.remove(&opening.stem.id);
        Ok((opening.stem.id, opening))
    };
    rows.iter().map(opening).collect()
}

/// One opening within the scope, whole.
///
/// # Errors
/// As [`openings`].
pub async fn opening_within(db: &PgPool, scope: &Scope, id: Uuid) -> Result<Option<Opening>, sqlx::Error> {
    let mut query = QueryBuilder::new(select());
    query.push(" where o.id = ").push_bind(id);
    within(&mut query, scope);
    let Some(row) = query.build().fetch_optional(db).await? else { return Ok(None) };
    let name = super::names::of_cases(db, &[id]).await?.remove(&id);
    Ok(Some(Opening { name, ..read(&row)? }))
}

fn select() -> String {
    format!(
        "select o.id, o.number, o.region, o.received_at, o.head, o.card, o.red_reason, d.fields, d.materials, {STEM_COLUMNS},
                array(select t.state from tasks t where t.case_id = o.id order by t.place) as tasks
         from openings o join subjects s using (id) join dossiers d on d.case_id = o.id"
    )
}

/// Limits a statement to openings `o` of the scope. Whose they are the front desk knows alone; an authority sees those in
/// which it has a task.
fn within(query: &mut QueryBuilder<Postgres>, scope: &Scope) {
    query.push(" and ");
    match scope {
        Scope::Hall => drop(query.push("true")),
        Scope::Department(code) => drop(
            query
                .push("exists (select from tasks t where t.case_id = o.id and t.department = ")
                .push_bind(code.clone())
                .push(")"),
        ),
        Scope::Own(_) | Scope::Place(_) | Scope::Assigned(_) => drop(query.push("false")),
    }
}

fn read(row: &PgRow) -> Result<Opening, sqlx::Error> {
    let id: Uuid = row.try_get("id")?;
    let region: &str = row.try_get("region")?;
    let card: &str = row.try_get("card")?;
    let reason: Option<Json<RedReason>> = row.try_get("red_reason")?;
    let head = row.try_get::<Option<Json<Kept<HeadShape>>>, _>("head")?;
    let tasks =
        row.try_get::<Vec<Json<Kept<TaskShape>>>, _>("tasks")?.into_iter().map(|Json(Kept(task))| task).collect();
    let Json(fields) = row.try_get::<Json<BTreeMap<String, String>>, _>("fields")?;
    let Json(papers) = row.try_get::<Json<Vec<Paper>>, _>("materials")?;
    Ok(Opening {
        stem: Stem::read(id, SUBJECT, row)?,
        number: row.try_get("number")?,
        region: RegionCode::parse(region).map_err(|error| sqlx::Error::Decode(error.to_string().into()))?,
        received_at: row.try_get("received_at")?,
        case: head.map(|Json(Kept(head))| Case::from_parts(CaseParts { head, tasks })),
        entered: Entered { fields, papers },
        card: Card::named(card).ok_or_else(|| sqlx::Error::Decode(format!("`{card}` is no card").into()))?,
        red_reason: reason.map(|Json(reason)| reason),
        untold: Untold::default(),
        name: None,
    })
}

/// Who holds these numbers, by (kind, value).
///
/// # Errors
/// Where the database fails.
pub async fn numbers(
    db: &PgPool,
    wanted: &[(String, String)],
) -> Result<BTreeMap<(String, String), Uuid>, sqlx::Error> {
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (kinds, values): (Vec<_>, Vec<_>) = wanted.iter().cloned().unzip();
    let rows = sqlx::query(
        "select n.kind, n.value, n.subject from numbers n
         join unnest($1::text[], $2::text[]) as w (kind, value) on n.kind = w.kind and n.value = w.value",
    )
    .bind(kinds)
    .bind(values)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok(((row.try_get("kind")?, row.try_get("value")?), row.try_get("subject")?))).collect()
}

/// The case to which a task belongs.
///
/// # Errors
/// Where the database fails.
pub async fn case_of_task(db: &PgPool, task: Uuid) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar("select case_id from tasks where id = $1").bind(task).fetch_optional(db).await
}

/// Openings with a red card and no reason: id and case number, the oldest first.
///
/// # Errors
/// Where the database fails.
pub async fn unexplained(db: &PgPool, scope: &Scope, at_most: i64) -> Result<Vec<(Uuid, String)>, sqlx::Error> {
    let mut query =
        QueryBuilder::new("select o.id, o.number from openings o where o.card = 'red' and o.red_reason is null");
    within(&mut query, scope);
    query.push(" order by o.received_at, o.id limit ").push_bind(at_most);
    let rows = query.build().fetch_all(db).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("number")?))).collect()
}
