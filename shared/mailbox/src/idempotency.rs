//! A client's key: the same request sent again changes nothing and gets the same answer.

use sqlx::{PgPool, Row as _};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::ledger::Digest;

/// How long a key is remembered.
pub const KEPT: Duration = Duration::hours(72);

/// A request that is carried out under a client's key.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// Token subject and operation, e.g. `a-1 submit_application`.
    pub scope: String,
    pub key: String,
    /// Digest of the request's body.
    pub request: Digest,
    /// What the request made: its resource is rendered again for a repeated request.
    pub subject: Uuid,
    /// System time.
    pub at: OffsetDateTime,
}

/// What is known of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Never seen.
    New,
    /// Carried out: this is what it made.
    Same(Uuid),
    /// Used for another body.
    Other,
}

/// Looks a key up.
///
/// # Errors
/// Where the database fails.
pub async fn look_up(db: &PgPool, scope: &str, key: &str, request: &Digest) -> Result<Known, sqlx::Error> {
    let row = sqlx::query("select request, subject from idempotency where scope = $1 and key = $2")
        .bind(scope)
        .bind(key)
        .fetch_optional(db)
        .await?;
    let Some(row) = row else { return Ok(Known::New) };
    let seen: &[u8] = row.try_get("request")?;
    Ok(if seen == request.as_bytes() { Known::Same(row.try_get("subject")?) } else { Known::Other })
}
