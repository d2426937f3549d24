//! What operators do with parked messages.

use serde::Serialize;
use sqlx::{PgPool, QueryBuilder, Row as _, postgres::PgRow, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    HeaderValue, ParkedState, STAYS,
    acts::{self, Act, By},
};
use crate::{consumer::Record, mailbox::Mailbox};

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
    /// The reason in Chinese; empty where the code says it all.
    pub zh: String,
    pub attempts: i32,
    /// How often the same was said.
    pub times: i32,
    /// When its sender was told of it last; none where the topic does not name him.
    #[serde(with = "time::serde::rfc3339::option")]
    pub told_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub retry_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    pub parked_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub resolved_at: Option<OffsetDateTime>,
    pub resolved_by: Option<String>,
    pub resolution: Option<String>,
    /// What operators did with it, in order.
    pub acts: Vec<Act>,
}

impl Parked {
    /// As the broker gave it, or as an operator mended it.
    pub(crate) fn record(&self) -> Record {
        Record {
            topic: self.topic.clone(),
            partition: self.partition,
            offset: self.offset,
            key: self.key.as_ref().map(HeaderValue::bytes),
            headers: self.headers.clone(),
            body: self.body.clone(),
        }
    }
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
    #[error("the message is so already")]
    Unchanged,
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

const COLUMNS: &str =
    "id, topic, partition, \"offset\", last_offset, key, headers, body, event, state, code, reason, zh,
                       attempts, times, told_at, retry_at, parked_at, resolved_at, resolved_by, resolution";

/// Lists parked messages, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn list(db: &PgPool, filter: &Filter) -> Result<Vec<Parked>, sqlx::Error> {
    let states: Vec<&str> = match filter.state {
        Some(state) => vec![state.name()],
        None => vec!["poison", "blocked", "waiting"],
    };
    let mut query = QueryBuilder::new(format!("select {COLUMNS} from parked where state = any("));
    query.push_bind(states).push(")");
    if let Some(topic) = &filter.topic {
        query.push(" and topic = ").push_bind(topic);
    }
    if let Some(before) = filter.before {
        query.push(" and id < ").push_bind(before);
    }
    query.push(" order by id desc limit ").push_bind(filter.limit);
    let rows = query.build().fetch_all(db).await?;
    let mut parked: Vec<Parked> = rows.iter().map(read).collect::<Result<_, _>>()?;
    let ids: Vec<Uuid> = parked.iter().map(|parked| parked.id).collect();
    for (id, act) in acts::of(db, &ids).await? {
        if let Some(of) = parked.iter_mut().find(|parked| parked.id == id) {
            of.acts.push(act);
        }
    }
    Ok(parked)
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

/// What is to be done about what is parked.
pub(super) struct Standing {
    /// As [`open_count`] counts.
    pub open: i64,
    /// Something is tried again by itself.
    pub waits: bool,
    /// A sender does not know yet what an operator did, or what was left out of what he was told.
    pub untold: bool,
}

pub(super) async fn standing(db: &PgPool) -> Result<Standing, sqlx::Error> {
    let row = sqlx::query(
        "select count(*) as open, count(*) filter (where state in ('blocked', 'waiting')) > 0 as waits,
                exists (select from parked_acts where told_at is null)
                or exists (select from told_senders where left_out > 0) as untold
         from parked where state in ('poison', 'blocked', 'waiting')",
    )
    .fetch_one(db)
    .await?;
    Ok(Standing { open: row.try_get("open")?, waits: row.try_get("waits")?, untold: row.try_get("untold")? })
}

/// One parked message.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn get(db: &PgPool, id: Uuid) -> Result<Parked, ParkingError> {
    let text = format!("select {COLUMNS} from parked where id = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(text)).bind(id).fetch_optional(db).await?;
    let mut parked = read(&row.ok_or(ParkingError::Unknown(id))?)?;
    parked.acts = acts::of(db, &[id]).await?.into_iter().map(|(_, act)| act).collect();
    Ok(parked)
}

/// Has the message tried again at once, as if it had just arrived. The service's leader does it.
///
/// # Errors
/// Where the message is not open, waits behind another, or the database fails.
pub async fn replay(mailbox: &Mailbox, id: Uuid, by: By<'_>) -> Result<Parked, ParkingError> {
    let done = sqlx::query(
        "with replayed as (
             update parked set state = 'blocked', retry_at = $3
             where id = $1 and state in ('poison', 'blocked') and last_offset is null returning 1
         )
         insert into parked_acts (id, parked, act, at, by_whom, reason) select $2, $1, 'replayed', $3, $4, $5 from replayed",
    )
    .bind(id)
    .bind(by.id)
    .bind(by.at)
    .bind(by.operator)
    .bind(by.reason)
    .execute(mailbox.db())
    .await?;
    settled(mailbox, id, done.rows_affected()).await
}

/// What is put in the place of a parked message's own; what is none stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Mend {
    pub body: Option<Vec<u8>>,
    pub headers: Option<Vec<(String, HeaderValue)>>,
    pub key: Option<Vec<u8>>,
}

/// Replaces parts of the message; it has to be replayed afterwards. The digests of what it was and of what it is stay with it.
///
/// # Errors
/// Where the message is not open, waits behind another, is so already, or the database fails.
pub async fn mend(mailbox: &Mailbox, id: Uuid, mend: Mend, by: By<'_>) -> Result<Parked, ParkingError> {
    let mut transaction = mailbox.db().begin().await?;
    let text = format!(
        "select {COLUMNS} from parked where id = $1 and state in ('poison', 'blocked') and last_offset is null for update"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(text)).bind(id).fetch_optional(&mut *transaction).await?;
    let Some(before) = row.as_ref().map(read).transpose()? else {
        drop(transaction);
        return settled(mailbox, id, 0).await;
    };
    let Mend { body, headers, key } = mend;
    let after = Parked {
        body: body.unwrap_or_else(|| before.body.clone()),
        headers: headers.unwrap_or_else(|| before.headers.clone()),
        key: key.map(|key| HeaderValue::of(&key)).or_else(|| before.key.clone()),
        ..before.clone()
    };
    let (was, is) = (acts::digest(&before), acts::digest(&after));
    if was == is {
        return Err(ParkingError::Unchanged);
    }
    let record = after.record();
    sqlx::query(
        "with mended as (
             update parked set body = $6, headers = $7, key = $8, event = coalesce($9, event),
                    resolution = concat_ws('; ', resolution, 'mended by ' || $4 || ': ' || $5)
             where id = $1
         )
         insert into parked_acts (id, parked, act, at, by_whom, reason, digest_before, digest_after)
         values ($2, $1, 'mended', $3, $4, $5, $10, $11)",
    )
    .bind(id)
    .bind(by.id)
    .bind(by.at)
    .bind(by.operator)
    .bind(by.reason)
    .bind(&record.body)
    .bind(Json(&record.headers))
    .bind(&record.key)
    .bind(record.event())
    .bind(was.as_bytes().as_slice())
    .bind(is.as_bytes().as_slice())
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    settled(mailbox, id, 1).await
}

/// Gives the message up; what waits behind it goes on.
///
/// # Errors
/// Where the message is not open or the database fails.
pub async fn discard(mailbox: &Mailbox, id: Uuid, by: By<'_>) -> Result<Parked, ParkingError> {
    // A valid message that is given up is done with: it is not acted upon either when it is delivered again.
    let text = format!(
        "with seen as (select id, event, state from parked where id = $1 for update),
         gone as (
             update parked p set state = 'discarded', resolved_at = $3, resolved_by = $4, body = {STAYS},
                    resolution = concat_ws('; ', resolution, $5)
             from seen where p.id = seen.id and seen.state in ('poison', 'blocked', 'waiting') returning 1
         ),
         told as (
             insert into inbox (id) select event from seen
             where state in ('blocked', 'waiting') and event is not null on conflict do nothing
         )
         insert into parked_acts (id, parked, act, at, by_whom, reason) select $2, $1, 'discarded', $3, $4, $5 from gone"
    );
    let done = sqlx::query(sqlx::AssertSqlSafe(text))
        .bind(id)
        .bind(by.id)
        .bind(by.at)
        .bind(by.operator)
        .bind(by.reason)
        .execute(mailbox.db())
        .await?;
    settled(mailbox, id, done.rows_affected()).await
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

async fn settled(mailbox: &Mailbox, id: Uuid, touched: u64) -> Result<Parked, ParkingError> {
    mailbox.stir_parking();
    let parked = get(mailbox.db(), id).await?;
    match (touched, parked.state) {
        (1.., _) => Ok(parked),
        (0, ParkedState::Poison) if parked.last_offset.is_some() => Err(ParkingError::Batch),
        (0, ParkedState::Waiting) => Err(ParkingError::Waits),
        (0, state) => Err(ParkingError::Resolved(state)),
    }
}

fn read(row: &PgRow) -> Result<Parked, sqlx::Error> {
    let state = ParkedState::stored(row.try_get("state")?)?;
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
        zh: row.try_get("zh")?,
        attempts: row.try_get("attempts")?,
        times: row.try_get("times")?,
        told_at: row.try_get("told_at")?,
        retry_at: row.try_get("retry_at")?,
        parked_at: row.try_get("parked_at")?,
        resolved_at: row.try_get("resolved_at")?,
        resolved_by: row.try_get("resolved_by")?,
        resolution: row.try_get("resolution")?,
        acts: Vec::new(),
    })
}
