//! Tasks with their stems: a whole batch by one statement.

use std::collections::{BTreeMap, HashMap};

use chassis::http::Scope;
use mailbox::{STEM_COLUMNS, Stem, state::Kept};
use sqlx::{AssertSqlSafe, PgPool, QueryBuilder, Row as _, postgres::PgRow, types::Json};
use uuid::Uuid;

use super::kept::{ClockShape, DeskShape};
use crate::domain::{
    rules::Serials,
    task::{Held, SUBJECT, Task},
};

/// The last round of task `t` that a rule decided.
const RULED_IN: &str = "(select max(round) from decisions where task_id = t.id and role = 'rule') as ruled_in";

/// What a batch needs.
#[derive(Default)]
pub struct Loaded {
    /// Tasks that were heard of here before.
    pub held: HashMap<Uuid, Held>,
    pub serials: Serials,
}

/// Loads the tasks of a batch, and the counters of all series.
///
/// # Errors
/// Where the database fails.
pub async fn held(db: &PgPool, tasks: &[Uuid]) -> Result<Loaded, sqlx::Error> {
    // Every id gives a row, known or not: the counters travel with it.
    let text = format!(
        "select n.id, t.owner, t.case_number, t.theme, t.region, t.desk, t.clock, {STEM_COLUMNS}, {RULED_IN},
                (select jsonb_object_agg(series, next) from serials) as serials
         from unnest($1::uuid[]) as n (id)
         left join subjects s on s.id = n.id
         left join tasks t on t.id = n.id"
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(tasks).fetch_all(db).await?;
    let mut loaded = Loaded::default();
    if let Some(row) = rows.first() {
        let serials: Option<Json<BTreeMap<String, i64>>> = row.try_get("serials")?;
        loaded.serials = Serials::loaded(serials.map(|Json(serials)| serials).unwrap_or_default());
    }
    for row in &rows {
        if let Some(held) = read(row)? {
            loaded.held.insert(held.stem.id, held);
        }
    }
    Ok(loaded)
}

/// One task within the scope.
///
/// # Errors
/// Where the database fails.
pub async fn find(db: &PgPool, scope: &Scope, task: Uuid) -> Result<Option<Held>, sqlx::Error> {
    let mut query = QueryBuilder::new(format!(
        "select t.id, t.owner, t.case_number, t.theme, t.region, t.desk, t.clock, {STEM_COLUMNS}, {RULED_IN}
         from tasks t join subjects s using (id) where "
    ));
    query.push(within(scope)).push(" and t.id = ").push_bind(task);
    let row = query.build().fetch_optional(db).await?;
    Ok(row.as_ref().map(read).transpose()?.flatten())
}

/// Which tasks a scope has: the whole database is one department's, and whoever comes in its name was checked at the door.
pub(super) fn within(scope: &Scope) -> &'static str {
    match scope {
        Scope::Department(_) => "true",
        Scope::Own(_) | Scope::Place(_) | Scope::Assigned(_) | Scope::Hall => "false",
    }
}

fn read(row: &PgRow) -> Result<Option<Held>, sqlx::Error> {
    if row.try_get::<Option<i64>, _>("stem_sequence")?.is_none() {
        return Ok(None);
    }
    let stem = Stem::read(row.try_get("id")?, SUBJECT, row)?;
    let owner: Option<String> = row.try_get("owner")?;
    let task = match row.try_get::<Option<Json<Kept<DeskShape>>>, _>("desk")? {
        None => None,
        Some(Json(Kept(desk))) => {
            let Json(Kept(clock)) = row.try_get::<Json<Kept<ClockShape>>, _>("clock")?;
            Some(Task {
                desk,
                clock,
                case_number: row.try_get("case_number")?,
                theme: row.try_get("theme")?,
                region: row.try_get("region")?,
            })
        }
    };
    let ruled_in = row.try_get::<Option<i32>, _>("ruled_in")?.and_then(|round| u32::try_from(round).ok());
    Ok(Some(Held { task, ruled_in, ..Held::new(stem, &owner.unwrap_or_default()) }))
}
