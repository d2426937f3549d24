//! Says again what was said: for a new consumer, or a read model that is rebuilt.

use futures::TryStreamExt as _;
use rdkafka::ClientConfig;
use sqlx::AssertSqlSafe;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    flight::{Flight, Held},
    voice::{LETTER_COLUMNS, Letter, Speechless, Voice},
};
use crate::{
    health::Degraded,
    mailbox::Mailbox,
    pulse::{Doubt, Pulses},
};

/// Why not everything was said again; it may be done once more, nobody acts twice.
#[derive(Debug, thiserror::Error)]
pub enum RepublishError {
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Broker(#[from] Speechless),
    #[error("not everything was said again: {0}")]
    Refused(String),
}

/// Sends everything on `topics` (all, where none is named) that was committed since an instant of system time and is
/// said already once more: same ids, same bytes but for what must not be kept, same order per key. Whoever acted upon it
/// does nothing; the ledger and the outbox stay as they are. Returns the number of messages.
///
/// Of a topic that keeps the last record of each key only the last is said again: an older one behind it would take its place.
///
/// What is committed meanwhile is the relay's and may come in between: a reader that has never seen the earlier facts is
/// to be started when this has ended. What is older than the outbox (30 days) is not there to be said.
///
/// # Errors
/// Where the database fails, the producer gives up, or a topic refuses.
pub async fn republish(
    mailbox: &Mailbox,
    kafka: &ClientConfig,
    since: OffsetDateTime,
    topics: &[String],
) -> Result<u64, RepublishError> {
    let mut voice = Voice::new(kafka, mailbox.source(), Pulses::default(), Doubt::new());
    let said = say_again(mailbox, &mut voice, since, topics).await;
    voice.fall_silent().await;
    said
}

async fn say_again(
    mailbox: &Mailbox,
    voice: &mut Voice,
    since: OffsetDateTime,
    topics: &[String],
) -> Result<u64, RepublishError> {
    let text = format!(
        "select {LETTER_COLUMNS} from outbox o, relay r
         where o.id >= $1 and (cardinality($2::text[]) = 0 or o.topic = any($2))
           and not (o.topic = any($3) and exists (
               select from outbox later where later.topic = o.topic and later.key = o.key and later.seq > o.seq))
           and pg_visible_in_snapshot(o.xid, r.snapshot)
         order by o.seq"
    );
    let mut rows = sqlx::query(AssertSqlSafe(text))
        .bind(first_id(since))
        .bind(topics)
        .bind(contracts::topics::compacted())
        .fetch(mailbox.db());
    let (degraded, mut held, mut count) = (Degraded::default(), Held::default(), 0);
    let mut flight = Flight::new(voice, &degraded);
    while let Some(row) = rows.try_next().await? {
        let letter = Letter::read(&row, flight.source(), None)?;
        flight.send(letter, &mut held).await?;
        count += 1;
    }
    flight.land(&mut held).await?;
    if held.is_empty() { Ok(count) } else { Err(RepublishError::Refused(held.told())) }
}

/// The smallest id that can have been made at `since`: ids sort by system time.
fn first_id(since: OffsetDateTime) -> Uuid {
    let millis = u128::try_from(since.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
    Uuid::from_u128(millis << 80)
}
