//! What operators do with parked messages.

use serde::Serialize;
use sqlx::{PgPool, Row as _, postgres::PgRow, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{HeaderValue, ParkedState, STAYS};

/// A parked message as an operator sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Parked {
    pub id: Uuid,
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    /// The last of a batch that could not be read; none for a message.
    pub last_offset: Option<i64>,
    /// As text, or hexadecimal where it is not text.
    pub key: Option<HeaderValue>,
    pub headers: Vec<(String, HeaderValue)>,
    pub body: Vec<u8>,
    pub event: Option<Uuid>,
    pub state: ParkedState,
    pub code: String,
    pub reason: String,
    pub attempts: i32,
    #[serde(with = "time::serde::rfc3339::option")]
    pub retry_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    pub parked_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub resolved_at: Option<OffsetDateTime>,
    pub resolved_by: Option<String>,
    pub resolution: Option<String>,
}

/// Which parked messages to list, newest first.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// `None`: all that are open.
    pub state: Option<ParkedState>,
    pub topic: Option<String>,
    /// Only older than this one: the last of the page before.
    pub before: Option<Uuid>,
    pub limit: i64,
}

/// Why an operator's verb was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ParkingError {
    #[error("there is no parked message {0}")]
    Unknown(Uuid),
    #[error("the message is {}: nothing more can be done with it", .0.name())]
    Resolved(ParkedState),
    #[error("the message waits behind an earlier one of its key: resolve that first")]
    Waits,
    #[error("nobody can read the batch: it can only be discarded")]
    Batch,
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

const COLUMNS: &str =
    "id, topic, partition, \"offset\", last_offset, key, headers, body, event, state, code, reason, attempts,
                       retry_at, parked_at, resolved_at, resolved_by, resolution";

/// Lists parked messages, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn list(db: &PgPool, filter: &Filter) -> Result<Vec<Parked>, sqlx::Error> {
    let states: Vec<&str> = match filter.state {
        Some(state) => vec![state.name()],
        None => vec!["poison", "blocked", "waiting"],
    };
    let text = format!(
        "select {COLUMNS} from parked
         where state = any($1) and ($2::text is null or topic = $2) and ($3::uuid is null or id < $3)
         order by id desc limit $4"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(text))
        .bind(states)
        .bind(&filter.topic)
        .bind(filter.before)
        .bind(filter.limit)
        .fetch_all(db)
        .await?;
    rows.iter().map(read).collect()
}

/// How many parked messages are open.
///
/// # Errors
/// Where the database fails.
pub async fn open_count(db: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select count(*) from parked where state in ('poison', 'blocked', 'waiting')")
        .fetch_one(db)
        .await
}

/// One parked message.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn get(db: &PgPool, id: Uuid) -> Result<Parked, ParkingError> {
    let text = format!("select {COLUMNS} from parked where id = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(text)).bind(id).fetch_optional(db).await?;
    Ok(read(&row.ok_or(ParkingError::Unknown(id))?)?)
}

/// Has the message tried again at once, as if it had just arrived. The service's leader does it.
///
/// # Errors
/// Where the message is not open, waits behind another, or the database fails.
pub async fn replay(db: &PgPool, id: Uuid, now: OffsetDateTime) -> Result<Parked, ParkingError> {
    let done = sqlx::query(
        "update parked set state = 'blocked', retry_at = $2
         where id = $1 and state in ('poison', 'blocked') and last_offset is null",
    )
    .bind(id)
    .bind(now)
    .execute(db)
    .await?;
    settled(db, id, done.rows_affected()).await
}

/// Replaces the message's body or headers; it has to be replayed afterwards.
///
/// # Errors
/// Where the message is not open, waits behind another, or the database fails.
pub async fn mend(
    db: &PgPool,
    id: Uuid,
    body: Option<Vec<u8>>,
    headers: Option<Vec<(String, HeaderValue)>>,
    key: Option<Vec<u8>>,
    by: (&str, &str),
) -> Result<Parked, ParkingError> {
    let event = headers.as_ref().and_then(|headers| {
        let (_, value) = headers.iter().find(|(name, _)| name == contracts::event::header::ID)?;
        Uuid::try_parse_ascii(&value.bytes()).ok()
    });
    let done = sqlx::query(
        "update parked set body = coalesce($2, body), headers = coalesce($3, headers), key = coalesce($4, key),
                event = coalesce($5, event), resolution = concat_ws('; ', resolution, 'mended by ' || $6 || ': ' || $7)
         where id = $1 and state in ('poison', 'blocked') and last_offset is null",
    )
    .bind(id)
    .bind(body)
    .bind(headers.map(Json))
    .bind(key)
    .bind(event)
    .bind(by.0)
    .bind(by.1)
    .execute(db)
    .await?;
    settled(db, id, done.rows_affected()).await
}

/// Gives the message up; what waits behind it goes on.
///
/// # Errors
/// Where the message is not open or the database fails.
pub async fn discard(
    db: &PgPool,
    id: Uuid,
    by: &str,
    reason: &str,
    now: OffsetDateTime,
) -> Result<Parked, ParkingError> {
    // A valid message that is given up is done with: it is not acted upon either when it is delivered again.
    let text = format!(
        "with seen as (select id, event, state from parked where id = $1 for update),
         gone as (
             update parked p set state = 'discarded', resolved_at = $2, resolved_by = $3, body = {STAYS},
                    resolution = concat_ws('; ', resolution, $4)
             from seen where p.id = seen.id and seen.state in ('poison', 'blocked', 'waiting') returning 1
         ),
         told as (
             insert into inbox (id) select event from seen
             where state in ('blocked', 'waiting') and event is not null on conflict do nothing
         )
         select count(*) from gone"
    );
    let done: i64 =
        sqlx::query_scalar(sqlx::AssertSqlSafe(text)).bind(id).bind(now).bind(by).bind(reason).fetch_one(db).await?;
    settled(db, id, done.unsigned_abs()).await
}

/// Gives up what is worth nothing any more, and keeps nothing of it but that it was there; what waits behind it goes on.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn forget_expired(db: &PgPool, now: OffsetDateTime) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(
        "with gone as (
             update parked set state = 'discarded', resolved_at = $1, resolved_by = 'expiry', body = '',
                    resolution = concat_ws('; ', resolution, 'worth nothing any more')
             where expires_at <= $1 and state in ('poison', 'blocked', 'waiting') returning event
         )
         insert into inbox (id) select event from gone where event is not null on conflict do nothing",
    )
    .bind(now)
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

async fn settled(db: &PgPool, id: Uuid, touched: u64) -> Result<Parked, ParkingError> {
    let parked = get(db, id).await?;
    match (touched, parked.state) {
        (1.., _) => Ok(parked),
        (0, ParkedState::Poison) if parked.last_offset.is_some() => Err(ParkingError::Batch),
        (0, ParkedState::Waiting) => Err(ParkingError::Waits),
        (0, state) => Err(ParkingError::Resolved(state)),
    }
}

fn read(row: &PgRow) -> Result<Parked, sqlx::Error> {
    let state: &str = row.try_get("state")?;
    let state = ParkedState::read(state).ok_or_else(|| sqlx::Error::Decode(format!("state {state:?}").into()))?;
    let Json(headers) = row.try_get::<Json<Vec<(String, HeaderValue)>>, _>("headers")?;
    Ok(Parked {
        id: row.try_get("id")?,
        topic: row.try_get("topic")?,
        partition: row.try_get("partition")?,
        offset: row.try_get("offset")?,
        last_offset: row.try_get("last_offset")?,
        key: row.try_get::<Option<&[u8]>, _>("key")?.map(HeaderValue::of),
        headers,
        body: row.try_get("body")?,
        event: row.try_get("event")?,
        state,
        code: row.try_get("code")?,
        reason: row.try_get("reason")?,
        attempts: row.try_get("attempts")?,
        retry_at: row.try_get("retry_at")?,
        parked_at: row.try_get("parked_at")?,
        resolved_at: row.try_get("resolved_at")?,
        resolved_by: row.try_get("resolved_by")?,
        resolution: row.try_get("resolution")?,
    })
}
