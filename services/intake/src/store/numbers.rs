//! Case numbers: drawn from the database in blocks, issued once, never used again.

use std::{collections::HashMap, ops::Range};

use ids::{CaseNumber, RegionCode};
use sqlx::PgPool;
use time::Date;
use tokio::sync::Mutex;

/// The blocks that this instance has drawn and not used up.
#[derive(Debug)]
pub struct Numbers {
    block: i32,
    region: RegionCode,
    left: Mutex<HashMap<(Date, u8), Range<i32>>>,
}

/// Why there is no number.
#[derive(Debug, thiserror::Error)]
pub enum NoNumber {
    #[error("the numbers of this day and channel are used up")]
    Exhausted,
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl Numbers {
    #[must_use]
    pub fn new(region: RegionCode, block: i32) -> Self {
        Self { block: block.max(1), region, left: Mutex::default() }
    }

    /// The next number of a day and channel.
    ///
    /// # Errors
    /// [`NoNumber`].
    pub async fn next(&self, db: &PgPool, day: Date, channel: u8) -> Result<CaseNumber, NoNumber> {
        let mut left = self.left.lock().await;
        left.retain(|(of, _), _| *of >= day);
        let range = left.entry((day, channel)).or_insert(0..0);
        if range.start >= range.end {
            let end: i32 = sqlx::query_scalar(
                "insert into number_blocks (day, channel, next) values ($1, $2, 1 + $3)
                 on conflict (day, channel) do update set next = number_blocks.next + $3 returning next",
            )
            .bind(day)
            .bind(i32::from(channel))
            .bind(self.block)
            .fetch_one(db)
            .await?;
            *range = end - self.block..end;
        }
        let sequence = range.next().and_then(|next| u32::try_from(next).ok()).ok_or(NoNumber::Exhausted)?;
        CaseNumber::build(self.region, day, channel, sequence).map_err(|_| NoNumber::Exhausted)
    }
}
