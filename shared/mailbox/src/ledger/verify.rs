//! Reads the whole ledger again and names every row and block that is not as it was written.

use std::fmt;

use futures::TryStreamExt as _;
use sqlx::{PgPool, Row as _};
use uuid::Uuid;

use super::{Digest, Entry, block};

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub facts: u64,
    pub subjects: u64,
    pub blocks: u64,
    pub findings: Vec<Finding>,
}

/// One thing that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The row's content does not give its hash: the row, or the one before it, was altered.
    Altered { subject: Uuid, sequence: i64 },
    /// A row is missing before this one.
    Gap { subject: Uuid, sequence: i64, expected: i64 },
    /// The subject names another last fact than the ledger holds.
    Head { subject: Uuid, subject_says: i64, ledger_says: i64 },
    /// The rows sealed in the block are not those that are there now.
    Block { number: i64, sealed: i64, found: i64 },
    /// The block itself was altered.
    BlockChain { number: i64 },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered { subject, sequence } => {
                write!(f, "subject {subject} fact {sequence}: content and hash disagree")
            }
            Self::Gap { subject, sequence, expected } => {
                write!(f, "subject {subject}: fact {expected} is missing before fact {sequence}")
            }
            Self::Head { subject, subject_says, ledger_says } => {
                write!(
                    f,
                    "subject {subject}: its row names fact {subject_says} as the last, the ledger ends with {ledger_says}"
                )
            }
            Self::Block { number, sealed, found } => {
                write!(f, "block {number}: sealed over {sealed} facts, {found} are there now or their hashes changed")
            }
            Self::BlockChain { number } => {
                write!(f, "block {number}: its own hash does not follow from the block before")
            }
        }
    }
}

/// Verifies every chain, every head and every block.
///
/// # Errors
/// Where the database fails.
pub async fn verify(db: &PgPool) -> Result<Report, sqlx::Error> {
    let mut report = Report::default();
    chains(db, &mut report).await?;
    blocks(db, &mut report).await?;
    Ok(report)
}

async fn chains(db: &PgPool, report: &mut Report) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query(
        "select coalesce(l.subject, s.id) as subject, l.sequence, l.kind, l.actor, l.at, l.body, l.messages, l.hash,
                s.sequence as last, s.head
         from ledger l full join subjects s on s.id = l.subject
         order by 1, 2",
    )
    .fetch(db);
    let mut chain: Option<Chain> = None;
    while let Some(row) = rows.try_next().await? {
        let subject: Uuid = row.try_get("subject")?;
        if chain.as_ref().is_none_or(|chain| chain.subject != subject) {
            finish(chain.take(), report);
            let head: Option<Vec<u8>> = row.try_get("head")?;
            chain = Some(Chain {
                subject,
                sequence: 0,
                hash: Digest::ZERO,
                says: (row.try_get::<Option<i64>, _>("last")?.unwrap_or(0), head),
            });
        }
        let (Some(chain), Some(sequence)) = (chain.as_mut(), row.try_get::<Option<i64>, _>("sequence")?) else {
            continue;
        };
        let entry = Entry {
            subject,
            sequence,
            kind: row.try_get("kind")?,
            actor: row.try_get("actor")?,
            at: row.try_get("at")?,
            body: row.try_get("body")?,
            messages: row.try_get("messages")?,
            hash: block::digest(&row, "hash")?,
        };
        report.facts += 1;
        chain.follow(&entry, report);
    }
    finish(chain, report);
    Ok(())
}

struct Chain {
    subject: Uuid,
    sequence: i64,
    hash: Digest,
    /// What the subject's row says: last sequence and head.
    says: (i64, Option<Vec<u8>>),
}

impl Chain {
    fn follow(&mut self, entry: &Entry, report: &mut Report) {
        if entry.sequence != self.sequence + 1 {
            let (subject, sequence, expected) = (self.subject, entry.sequence, self.sequence + 1);
            report.findings.push(Finding::Gap { subject, sequence, expected });
        } else if entry.hash_after(&self.hash) != entry.hash {
            report.findings.push(Finding::Altered { subject: self.subject, sequence: entry.sequence });
        }
        self.sequence = entry.sequence;
        self.hash = entry.hash;
    }
}

fn finish(chain: Option<Chain>, report: &mut Report) {
    let Some(chain) = chain else { return };
    report.subjects += 1;
    let head_holds = chain.says.1.as_deref() == Some(chain.hash.as_bytes().as_slice());
    if chain.says.0 != chain.sequence || !head_holds {
        report.findings.push(Finding::Head {
            subject: chain.subject,
            subject_says: chain.says.0,
            ledger_says: chain.sequence,
        });
    }
}

async fn blocks(db: &PgPool, report: &mut Report) -> Result<(), sqlx::Error> {
    let sealed = sqlx::query(
        "select number, closed_at, rows, root, hash, snapshot::text as snapshot,
                coalesce(lag(snapshot::text) over (order by number), '1:1:') as before
         from ledger_block order by number",
    )
    .fetch_all(db)
    .await?;
    let mut before = Digest::ZERO;
    for (place, row) in sealed.iter().enumerate() {
        let number: i64 = row.try_get("number")?;
        let (count, root) = (row.try_get("rows")?, block::digest(row, "root")?);
        let hash = block::digest(row, "hash")?;
        let follows = i64::try_from(place).is_ok_and(|place| number == place + 1);
        if !follows || block::block_hash(&before, number, row.try_get("closed_at")?, count, &root) != hash {
            report.findings.push(Finding::BlockChain { number });
        }
        before = hash;
        let mut now = block::Root::new();
        let mut rows = sqlx::query(
            "select subject, sequence, hash from ledger
             where xid >= pg_snapshot_xmin($1::pg_snapshot) and xid < pg_snapshot_xmax($2::pg_snapshot)
               and not pg_visible_in_snapshot(xid, $1::pg_snapshot) and pg_visible_in_snapshot(xid, $2::pg_snapshot)
             order by subject, sequence",
        )
        .bind(row.try_get::<String, _>("before")?)
        .bind(row.try_get::<String, _>("snapshot")?)
        .fetch(db);
        while let Some(row) = rows.try_next().await? {
            now = now.add(row.try_get("subject")?, row.try_get("sequence")?, row.try_get::<&[u8], _>("hash")?);
        }
        let found = now.rows;
        if found != count || now.finish() != root {
            report.findings.push(Finding::Block { number, sealed: count, found });
        }
        report.blocks += 1;
    }
    Ok(())
}
