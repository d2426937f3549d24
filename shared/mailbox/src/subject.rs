//! A subject of the ledger: a case, a task, an application. Its stem is what every commit about it must name.

use std::collections::BTreeMap;

use sqlx::{Row as _, postgres::PgRow, types::Json};
use uuid::Uuid;

use crate::ledger::Digest;

/// The end of a subject's chain: which fact was last, its hash, and what was sent about it. A stem that was loaded is
/// the state that a decision was made on; the commit passes only while it still is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stem {
    pub id: Uuid,
    pub(crate) kind: &'static str,
    pub(crate) sequence: i64,
    pub(crate) head: Digest,
    /// Topic -> number of messages sent about it; and `<` with a sender -> the number of the last that was heard of him.
    pub(crate) sent: BTreeMap<String, i64>,
}

/// The columns that [`Stem::read`] needs, for `select .. from subjects s`.
pub const STEM_COLUMNS: &str = "s.sequence as stem_sequence, s.head as stem_head, s.sent as stem_sent";

impl Stem {
    /// A subject that does not exist yet; its first fact makes it.
    #[must_use]
    pub fn new(id: Uuid, kind: &'static str) -> Self {
        Self { id, kind, sequence: 0, head: Digest::ZERO, sent: BTreeMap::new() }
    }

    /// Reads [`STEM_COLUMNS`].
    ///
    /// # Errors
    /// Where a column is absent or of another type.
    pub fn read(id: Uuid, kind: &'static str, row: &PgRow) -> Result<Self, sqlx::Error> {
        let head: Vec<u8> = row.try_get("stem_head")?;
        let Json(sent) = row.try_get::<Json<BTreeMap<String, i64>>, _>("stem_sent")?;
        let head = Digest::try_from(head.as_slice()).map_err(|e| sqlx::Error::Decode(Box::new(e)))?;
        Ok(Self { id, kind, sequence: row.try_get("stem_sequence")?, head, sent })
    }

    /// Whether anything about it was sent on this topic.
    pub(crate) fn was_told_on(&self, topic: &str) -> bool {
        self.sent.contains_key(topic)
    }

    /// The number of the last fact; 0 before the first. What a write returns and a read may wait for.
    #[must_use]
    pub fn sequence(&self) -> i64 {
        self.sequence
    }
}
