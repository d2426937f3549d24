//! What this service said, by the ids under which it did.

use std::collections::HashMap;

use sqlx::{PgPool, Row as _};
use uuid::Uuid;

/// A message as it was said.
#[derive(Clone, Debug)]
pub struct Spoken {
    pub topic: String,
    /// Full protobuf name.
    pub kind: String,
    pub body: Vec<u8>,
}

/// The messages of these ids, as far as the outbox has them: 30 days.
///
/// # Errors
/// Where the database fails.
pub async fn spoken(db: &PgPool, ids: &[Uuid]) -> Result<HashMap<Uuid, Spoken>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows =
        sqlx::query("select id, topic, kind, body from outbox where id = any($1)").bind(ids).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let said = Spoken { topic: row.try_get("topic")?, kind: row.try_get("kind")?, body: row.try_get("body")? };
            Ok((row.try_get("id")?, said))
        })
        .collect()
}
