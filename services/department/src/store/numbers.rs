//! Who holds which number.

use std::collections::BTreeMap;

use sqlx::{PgPool, Row as _};
use uuid::Uuid;

use crate::domain::numbers::Number;

/// Those of these numbers that a task holds.
///
/// # Errors
/// Where the database fails.
pub async fn holders(
    db: &PgPool,
    numbers: impl IntoIterator<Item = Number>,
) -> Result<BTreeMap<Number, Uuid>, sqlx::Error> {
    let (kinds, values): (Vec<_>, Vec<_>) = numbers.into_iter().unzip();
    if kinds.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = sqlx::query(
        "select n.kind, n.value, n.subject from unnest($1::text[], $2::text[]) as w (kind, value)
         join numbers n on n.kind = w.kind and n.value = w.value",
    )
    .bind(kinds)
    .bind(values)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok(((row.try_get("kind")?, row.try_get("value")?), row.try_get("subject")?))).collect()
}
