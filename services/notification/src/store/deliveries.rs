//! Deliveries by SMS.

use mailbox::{Row, STEM_COLUMNS, Sql};
use sqlx::{AssertSqlSafe, PgPool, Row as _, postgres::PgRow};
use time::OffsetDateTime;
use uuid::Uuid;

use super::messages::{self, Message};
use crate::domain::delivery::State;

/// A delivery with the message that it carries.
#[derive(Clone)]
pub struct Delivery {
    pub message: Message,
    pub state: State,
    /// As loaded; 0 before the first commit.
    pub version: i64,
    /// None once it has ended.
    pub phone: Option<String>,
    pub phone_masked: String,
    pub signature: String,
    pub body: String,
    /// The text without its code, for as long as it has one.
    pub blank: Option<String>,
    /// System time from which on its code is worth nothing.
    pub expires_at: Option<OffsetDateTime>,
    pub attempts: i32,
    /// Business time.
    pub due_at: OffsetDateTime,
    /// Not held back by quiet hours.
    pub any_hour: bool,
    /// System time.
    pub retry_at: Option<OffsetDateTime>,
    pub reason: String,
    pub receipt: String,
    pub changed_at: OffsetDateTime,
}

impl Delivery {
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.message.stem.id
    }

    /// It is not sent any more.
    #[must_use]
    pub fn has_expired(&self, system: OffsetDateTime) -> bool {
        self.expires_at.is_some_and(|at| at <= system)
    }

    /// It has ended: the number is forgotten, and so is a code.
    pub fn end(&mut self, state: State) {
        self.state = state;
        self.phone = None;
        self.retry_at = None;
        if let Some(blank) = self.blank.take() {
            self.body = blank;
        }
    }
}

/// A delivery as it stands after this commit.
pub struct DeliveryRow(pub Delivery);

impl Row for DeliveryRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.0.id()
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let rows: Vec<Delivery> = rows.into_iter().map(|row| row.0).collect();
        let count = rows.len();
        let ids = sql.bind(rows.iter().map(Delivery::id).collect());
        let states = sql.bind(rows.iter().map(|r| r.state.name()).collect());
        let versions = sql.bind(rows.iter().map(|r| r.version).collect());
        let phones = sql.bind(rows.iter().map(|r| r.phone.clone()).collect());
        let masked = sql.bind(rows.iter().map(|r| r.phone_masked.clone()).collect());
        let signatures = sql.bind(rows.iter().map(|r| r.signature.clone()).collect());
        let bodies = sql.bind(rows.iter().map(|r| r.body.clone()).collect());
        let blanks = sql.bind(rows.iter().map(|r| r.blank.clone()).collect());
        let expiries = sql.bind(rows.iter().map(|r| r.expires_at).collect());
        let attempts = sql.bind(rows.iter().map(|r| r.attempts).collect());
        let dues = sql.bind(rows.iter().map(|r| r.due_at).collect());
        let any_hours = sql.bind(rows.iter().map(|r| r.any_hour).collect());
        let retries = sql.bind(rows.iter().map(|r| r.retry_at).collect());
        let reasons = sql.bind(rows.iter().map(|r| r.reason.clone()).collect());
        let receipts = sql.bind(rows.iter().map(|r| r.receipt.clone()).collect());
        let changed = sql.bind(rows.iter().map(|r| r.changed_at).collect());
        let text = format!(
            "insert into deliveries as d (message_id, state, version, phone, phone_masked, signature, body, attempts,
                    due_at, any_hour, retry_at, reason, receipt, changed_at, blank, expires_at)
             select n.id, n.state, n.version + 1, n.phone, n.masked, n.signature, n.body, n.attempts, n.due_at, n.any_hour,
                    n.retry_at, n.reason, n.receipt, n.changed_at, n.blank, n.expires_at
             from unnest({ids}::uuid[], {states}::text[], {versions}::bigint[], {phones}::text[], {masked}::text[],
                    {signatures}::text[], {bodies}::text[], {attempts}::int[], {dues}::timestamptz[],
                    {any_hours}::boolean[], {retries}::timestamptz[], {reasons}::text[], {receipts}::text[],
                    {changed}::timestamptz[], {blanks}::text[], {expiries}::timestamptz[])
                  as n (id, state, version, phone, masked, signature, body, attempts, due_at, any_hour, retry_at,
                        reason, receipt, changed_at, blank, expires_at)
             on conflict (message_id) do update set state = excluded.state, version = excluded.version,
                phone = excluded.phone, body = excluded.body, blank = excluded.blank, attempts = excluded.attempts, due_at = excluded.due_at,
                retry_at = excluded.retry_at, reason = excluded.reason, receipt = excluded.receipt,
                changed_at = excluded.changed_at
             where d.version = excluded.version - 1 returning 1"
        );
        sql.expect("deliveries_as_loaded", text, count);
    }
}

fn select(condition: &str) -> String {
    format!(
        "select m.id, {}, {STEM_COLUMNS}, d.state, d.version, d.phone, d.phone_masked, d.signature, d.body, d.attempts,
                d.due_at, d.any_hour, d.retry_at, d.reason, d.receipt, d.changed_at, d.blank, d.expires_at
         from deliveries d join messages m on m.id = d.message_id join subjects s on s.id = m.id
         where {condition}",
        messages::COLUMNS
    )
}

/// What is to be done now, the longest due first; what is parked and worth nothing any more is to be ended.
///
/// # Errors
/// Where the database fails.
pub async fn to_do(
    db: &PgPool,
    business: OffsetDateTime,
    system: OffsetDateTime,
    limit: i64,
) -> Result<Vec<Delivery>, sqlx::Error> {
    let text = select(
        "d.message_id = any(array(
             (select message_id from deliveries
              where state in ('waiting', 'uncertain') and due_at <= $1 and (retry_at is null or retry_at <= $2)
              order by due_at, message_id limit $3)
             union all
             (select message_id from deliveries where state = 'parked' and expires_at <= $2 limit $3)))
         order by d.due_at, d.message_id limit $3",
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(business).bind(system).bind(limit).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// One delivery.
///
/// # Errors
/// Where the database fails.
pub async fn find(db: &PgPool, id: Uuid) -> Result<Option<Delivery>, sqlx::Error> {
    let text = select("m.id = $1");
    let row = sqlx::query(AssertSqlSafe(text)).bind(id).fetch_optional(db).await?;
    row.as_ref().map(read).transpose()
}

/// A page of parked deliveries, the longest parked first.
///
/// # Errors
/// Where the database fails.
pub async fn parked(
    db: &PgPool,
    after: Option<(OffsetDateTime, Uuid)>,
    limit: i64,
) -> Result<Vec<Delivery>, sqlx::Error> {
    let (at, id) = after.unwrap_or((OffsetDateTime::UNIX_EPOCH, Uuid::nil()));
    let text = select(
        "d.state = 'parked' and (d.changed_at, d.message_id) > ($1, $2) order by d.changed_at, d.message_id limit $3",
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(at).bind(id).bind(limit).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

fn read(row: &PgRow) -> Result<Delivery, sqlx::Error> {
    let state: &str = row.try_get("state")?;
    Ok(Delivery {
        message: messages::read(row)?,
        state: State::read(state).ok_or_else(|| sqlx::Error::Decode(format!("no state: {state}").into()))?,
        version: row.try_get("version")?,
        phone: row.try_get("phone")?,
        phone_masked: row.try_get("phone_masked")?,
        signature: row.try_get("signature")?,
        body: row.try_get("body")?,
        blank: row.try_get("blank")?,
        expires_at: row.try_get("expires_at")?,
        attempts: row.try_get("attempts")?,
        due_at: row.try_get("due_at")?,
        any_hour: row.try_get("any_hour")?,
        retry_at: row.try_get("retry_at")?,
        reason: row.try_get("reason")?,
        receipt: row.try_get("receipt")?,
        changed_at: row.try_get("changed_at")?,
    })
}
