//! Blocks seal the ledger as a whole: a chain shows a changed row, a block shows a removed subject or tail.

use futures::TryStreamExt as _;
use sqlx::{PgConnection, PgPool, Row as _, postgres::PgRow};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Digest, Hasher};

/// The snapshot in which nothing is visible yet.
pub(super) const BEFORE_ALL: &str = "1:1:";

/// One sealed block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub number: i64,
    /// System time.
    pub closed_at: OffsetDateTime,
    pub rows: i64,
    /// Over the (subject, sequence, hash) of every row in it.
    pub root: Digest,
    /// Over the root and the block before.
    pub hash: Digest,
}

/// The digest over the rows of a block, which come in (subject, sequence) order.
pub(super) struct Root {
    hasher: Hasher,
    pub(super) rows: i64,
}

impl Root {
    pub(super) fn new() -> Self {
        Self { hasher: Hasher::new("root"), rows: 0 }
    }

    pub(super) fn add(mut self, subject: Uuid, sequence: i64, hash: &[u8]) -> Self {
        self.hasher = self.hasher.part(subject.as_bytes()).part(&sequence.to_be_bytes()).part(hash);
        self.rows += 1;
        self
    }

    pub(super) fn finish(self) -> Digest {
        self.hasher.finish()
    }
}

pub(super) fn block_hash(before: &Digest, number: i64, at: OffsetDateTime, rows: i64, root: &Digest) -> Digest {
    let micros = at.unix_timestamp_nanos() / 1_000;
    Hasher::new("block")
        .part(before.as_bytes())
        .part(&number.to_be_bytes())
        .part(&micros.to_be_bytes())
        .part(&rows.to_be_bytes())
        .part(root.as_bytes())
        .finish()
}

/// Seals what became visible since the last block; nothing new, no block. Only the relay's leader calls it, once a
/// minute and at shutdown.
///
/// # Errors
/// Where the database fails.
pub async fn close_block(connection: &mut PgConnection, now: OffsetDateTime) -> Result<Option<Block>, sqlx::Error> {
    let last =
        sqlx::query("select number, hash, snapshot::text as snapshot from ledger_block order by number desc limit 1")
            .fetch_optional(&mut *connection)
            .await?;
    let (number, before, snapshot) = match &last {
        Some(row) => (row.try_get::<i64, _>("number")? + 1, digest(row, "hash")?, row.try_get("snapshot")?),
        None => (1, Digest::ZERO, BEFORE_ALL),
    };
    // One statement, one snapshot: the rows that are read are exactly those visible in the snapshot that is stored.
    let mut rows = sqlx::query(
        "select subject, sequence, hash, pg_current_snapshot()::text as seen from ledger
         where xid >= pg_snapshot_xmin($1::pg_snapshot) and not pg_visible_in_snapshot(xid, $1::pg_snapshot)
         order by subject, sequence",
    )
    .bind(snapshot)
    .fetch(&mut *connection);
    let (mut root, mut seen): (_, Option<String>) = (Root::new(), None);
    while let Some(row) = rows.try_next().await? {
        if seen.is_none() {
            seen = Some(row.try_get("seen")?);
        }
        root = root.add(row.try_get("subject")?, row.try_get("sequence")?, row.try_get::<&[u8], _>("hash")?);
    }
    drop(rows);
    let Some(seen) = seen else { return Ok(None) };
    let count = root.rows;
    let root = root.finish();
    let hash = block_hash(&before, number, now, count, &root);
    sqlx::query(
        "insert into ledger_block (number, closed_at, snapshot, rows, root, hash)
         values ($1, $2, $3::pg_snapshot, $4, $5, $6)",
    )
    .bind(number)
    .bind(now)
    .bind(seen)
    .bind(count)
    .bind(root.as_bytes().as_slice())
    .bind(hash.as_bytes().as_slice())
    .execute(&mut *connection)
    .await?;
    Ok(Some(Block { number, closed_at: now, rows: count, root, hash }))
}

/// The last block, which vouches for everything before it: what the daily export carries out of the house.
///
/// # Errors
/// Where the database fails.
pub async fn export_last_block(db: &PgPool) -> Result<Option<Block>, sqlx::Error> {
    let last = sqlx::query("select number, closed_at, rows, root, hash from ledger_block order by number desc limit 1");
    last.fetch_optional(db).await?.map(read).transpose()
}

/// One block.
///
/// # Errors
/// Where the database fails.
pub async fn block(db: &PgPool, number: i64) -> Result<Option<Block>, sqlx::Error> {
    let block =
        sqlx::query("select number, closed_at, rows, root, hash from ledger_block where number = $1").bind(number);
    block.fetch_optional(db).await?.map(read).transpose()
}

fn read(row: PgRow) -> Result<Block, sqlx::Error> {
    Ok(Block {
        number: row.try_get("number")?,
        closed_at: row.try_get("closed_at")?,
        rows: row.try_get("rows")?,
        root: digest(&row, "root")?,
        hash: digest(&row, "hash")?,
    })
}

pub(super) fn digest(row: &PgRow, column: &str) -> Result<Digest, sqlx::Error> {
    let bytes: &[u8] = row.try_get(column)?;
    Digest::try_from(bytes).map_err(|e| sqlx::Error::Decode(Box::new(e)))
}
