//! One pass over the outbox.

use std::time::Duration;

use futures::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Row as _};
use tokio::time::Instant;
use tracing::info;
use uuid::Uuid;

use super::{
    Relay, RelayError,
    flight::{Flight, Held},
    voice::{LETTER_COLUMNS, Letter, Voice},
};
use crate::{leadership::Leader, metrics::METRICS};

/// How often a topic that refuses is tried again.
const TRY_HELD_EVERY: Duration = Duration::from_secs(1);
/// Messages of such a topic that are read at once.
const HELD_AT_ONCE: usize = 1_000;

/// What a leader carries from pass to pass.
pub(super) struct Shift {
    /// How far the outbox was read; the database's cursor is behind it while something is held back.
    snapshot: String,
    /// Whether the database's cursor says the same.
    kept: bool,
    held: Held,
    /// Something was said that must not be kept.
    secrets: bool,
    tried: Instant,
    /// When the last pass began.
    pub last: Instant,
    /// When something was last found to say.
    pub said: Instant,
}

impl Shift {
    /// Begins at the database's cursor.
    pub(super) async fn begin(leader: &mut Leader) -> Result<Self, RelayError> {
        let cursor = sqlx::query(
            "select snapshot::text as snapshot,
                    pg_snapshot_xmax(snapshot) > pg_snapshot_xmax(pg_current_snapshot()) as ahead
             from relay",
        )
        .fetch_one(&mut leader.connection)
        .await?;
        if cursor.try_get("ahead")? {
            return Err(RelayError::CursorAhead);
        }
        let now = Instant::now();
        Ok(Self {
            snapshot: cursor.try_get("snapshot")?,
            kept: true,
            held: Held::default(),
            secrets: false,
            tried: now,
            last: now,
            said: now,
        })
    }
}

impl Relay {
    /// Says everything committed since the last pass, and tries what is held back.
    pub(super) async fn pass(
        &self,
        leader: &mut Leader,
        shift: &mut Shift,
        voice: &mut Voice,
    ) -> Result<(), RelayError> {
        let mut flight = Flight::new(voice, &self.degraded);
        let (mut read, now) = (0, Some(self.mailbox.clocks().system.now()));
        if !shift.held.is_empty() && shift.tried.elapsed() >= TRY_HELD_EVERY {
            for topic in shift.held.topics() {
                self.try_held(leader, &mut shift.held, &mut flight, &topic).await?;
            }
            shift.tried = Instant::now();
        }
        // One statement has one snapshot: the rows it sees are exactly those visible in the snapshot it returns. Not
        // visible before is: begun after the old snapshot, or under way when it was taken. Both are ranges of an index;
        // a join would read the whole outbox.
        let text = format!(
            "select {LETTER_COLUMNS}, pg_current_snapshot()::text as seen
             from (
                 select * from outbox where xid >= pg_snapshot_xmax($1::pg_snapshot)
                 union all
                 select * from outbox where xid = any(array(select pg_snapshot_xip($1::pg_snapshot)))
             ) o
             order by o.seq"
        );
        let mut rows = sqlx::query(AssertSqlSafe(text)).bind(&shift.snapshot).fetch(&mut leader.connection);
        let mut seen: Option<String> = None;
        while let Some(row) = rows.try_next().await? {
            if seen.is_none() {
                seen = Some(row.try_get("seen")?);
            }
            let letter = Letter::read(&row, flight.source(), now)?;
            shift.secrets |= letter.is_secret;
            flight.send(letter, &mut shift.held).await?;
            read += 1;
        }
        drop(rows);
        flight.land(&mut shift.held).await?;
        if let Some(seen) = seen {
            METRICS.published(read, shift.last.elapsed().as_secs_f64());
            shift.said = Instant::now();
            shift.snapshot = seen;
            shift.kept = false;
        }
        self.keep_cursor(leader, shift).await
    }

    /// Moves the database's cursor where nothing is held back.
    async fn keep_cursor(&self, leader: &mut Leader, shift: &mut Shift) -> Result<(), RelayError> {
        if !shift.held.is_empty() {
            self.degraded.note("broker", shift.held.told());
            return Ok(());
        }
        if shift.kept {
            return Ok(());
        }
        if self.degraded.clear("broker") {
            info!("relay: the broker takes messages again");
        }
        let moved = sqlx::query("update relay set snapshot = $1::pg_snapshot where epoch = $2")
            .bind(&shift.snapshot)
            .bind(leader.epoch)
            .execute(&mut leader.connection)
            .await?;
        if moved.rows_affected() == 0 {
            // Somebody else leads.
            return Err(sqlx::Error::RowNotFound.into());
        }
        shift.kept = true;
        if std::mem::take(&mut shift.secrets) {
            let now = self.mailbox.clocks().system.now();
            sqlx::query("select blank_said($1)").bind(now).execute(&mut leader.connection).await?;
        }
        Ok(())
    }

    /// Tries the first message of a topic that refused; where it goes through, the next ones follow.
    async fn try_held(
        &self,
        leader: &mut Leader,
        held: &mut Held,
        flight: &mut Flight<'_>,
        topic: &str,
    ) -> Result<(), RelayError> {
        let now = Some(self.mailbox.clocks().system.now());
        for count in [1, HELD_AT_ONCE] {
            let ids = held.first(topic, count);
            let text = format!("select {LETTER_COLUMNS} from outbox o where o.id = any($1) order by o.seq");
            let rows = sqlx::query(AssertSqlSafe(text)).bind(&ids).fetch_all(&mut leader.connection).await?;
            let mut refused = Held::default();
            for row in rows {
                let letter = Letter::read(&row, flight.source(), now)?;
                flight.send(letter, &mut refused).await?;
            }
            flight.land(&mut refused).await?;
            let refused = refused.first(topic, count);
            let said: Vec<Uuid> = ids.into_iter().filter(|id| !refused.contains(id)).collect();
            held.release(topic, &said);
            if !refused.is_empty() {
                return Ok(());
            }
        }
        Ok(())
    }
}
