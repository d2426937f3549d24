//! What operators did with parked messages: written with the row, shown to operators, and told to the sender by the leader, who
//! knows what may come of saying it again.

use contracts::task::v1::ParkedStanding;
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, Row as _};
use time::{Duration, OffsetDateTime};
use tracing::warn;
use uuid::Uuid;

use super::{
    Parked, desk,
    letter::{Letter, Why},
    windows,
};
use crate::{commit::CommitError, consumer::Consumer, ledger::Digest};

/// Acts told in one turn.
const AT_ONCE: i64 = 50;

/// What an operator did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActKind {
    Mended,
    Replayed,
    Discarded,
}

impl ActKind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mended => "mended",
            Self::Replayed => "replayed",
            Self::Discarded => "discarded",
        }
    }

    fn read(name: &str) -> Result<Self, sqlx::Error> {
        let known = [Self::Mended, Self::Replayed, Self::Discarded].into_iter().find(|kind| kind.name() == name);
        known.ok_or_else(|| sqlx::Error::Decode(format!("act {name:?}").into()))
    }

    fn standing(self) -> ParkedStanding {
        match self {
            Self::Mended => ParkedStanding::Mended,
            Self::Replayed => ParkedStanding::Replayed,
            Self::Discarded => ParkedStanding::Discarded,
        }
    }
}

/// Who did something with a parked message, when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Act {
    pub act: ActKind,
    /// System time.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Subject of the operator's token.
    pub by: String,
    pub reason: String,
    /// SM3 over key, headers and body, 64 hexadecimal characters: as the message was before it was mended ..
    pub digest_before: Option<String>,
    /// .. and as it is since.
    pub digest_after: Option<String>,
}

/// The operator who does something, and when: what an act needs beside what it does.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// A new id for the act.
    pub id: Uuid,
    /// Subject of the operator's token.
    pub operator: &'a str,
    /// Kept with the message and told to its sender.
    pub reason: &'a str,
    /// System time.
    pub at: OffsetDateTime,
}

/// What was done with these messages, in order: (message, act).
pub(super) async fn of(db: &PgPool, parked: &[Uuid]) -> Result<Vec<(Uuid, Act)>, sqlx::Error> {
    let rows = sqlx::query(
        "select parked, act, at, by_whom, reason, digest_before, digest_after from parked_acts
         where parked = any($1) order by at, id",
    )
    .bind(parked)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let digest = |column: &str| Ok::<_, sqlx::Error>(row.try_get::<Option<&[u8]>, _>(column)?.map(hex::encode));
            let act = Act {
                act: ActKind::read(row.try_get("act")?)?,
                at: row.try_get("at")?,
                by: row.try_get("by_whom")?,
                reason: row.try_get("reason")?,
                digest_before: digest("digest_before")?,
                digest_after: digest("digest_after")?,
            };
            Ok((row.try_get("parked")?, act))
        })
        .collect()
}

/// The whole message: what an operator may change of it.
pub(super) fn digest(parked: &Parked) -> Digest {
    parked.record().digest("mended", &[])
}

impl Consumer {
    /// Tells senders what operators did, and what was left out of a minute that is over. The leader does it between batches.
    pub(crate) async fn tell_later(&self) {
        let told = async {
            let now = self.mailbox.clocks().system.now();
            let (acts, cut): (bool, bool) = sqlx::query_as(
                "select exists (select from parked_acts where told_at is null),
                        exists (select from told_senders where left_out > 0 and minute <= $1)",
            )
            .bind(now - Duration::MINUTE)
            .fetch_one(self.mailbox.db())
            .await?;
            if acts {
                self.tell_acts(now).await?;
            }
            if cut {
                self.tell_left_out(now).await?;
            }
            Ok::<(), CommitError>(())
        };
        match told.await {
            Ok(()) => {}
            // Somebody else changed one of the cases: the next turn tells it.
            Err(error) if error.worth_deciding_again() => {}
            Err(error) => warn!(%error, "senders could not be told what became of their messages"),
        }
    }

    async fn tell_acts(&self, now: OffsetDateTime) -> Result<(), CommitError> {
        let rows = sqlx::query(
            "select id, parked, act, by_whom, reason from parked_acts where told_at is null order by at, id limit $1",
        )
        .bind(AT_ONCE)
        .fetch_all(self.mailbox.db())
        .await?;
        let mut changes = self.mailbox.changes();
        let mut letters = Vec::new();
        for row in &rows {
            changes.answers.act(row.try_get("id")?, now);
            let parked = match desk::get(self.mailbox.db(), row.try_get("parked")?).await {
                Ok(parked) => parked,
                Err(desk::ParkingError::Database(error)) => return Err(error.into()),
                Err(_) => continue,
            };
            let standing = ActKind::read(row.try_get("act")?)?.standing();
            let Some(letter) = parked.letter(standing) else { continue };
            let (actor, remark) = (row.try_get("by_whom")?, row.try_get("reason")?);
            letters.push(Letter { actor: Some(actor), remark, ..letter });
        }
        self.say(&mut changes, letters).await?;
        self.mailbox.commit(changes).await
    }

    async fn tell_left_out(&self, now: OffsetDateTime) -> Result<(), CommitError> {
        let mut changes = self.mailbox.changes();
        let mut cut = windows::over(self.mailbox.db(), now).await?;
        let letters = cut.values_mut().filter_map(|window| window.turn(now)).collect();
        changes.answers.windows = cut;
        self.say(&mut changes, letters).await?;
        self.mailbox.commit(changes).await
    }
}

impl Parked {
    /// What its sender is told; none where the topic does not name him.
    pub(super) fn letter(&self, standing: ParkedStanding) -> Option<Letter> {
        let why = Why { code: &self.code, zh: &self.zh, en: &self.reason };
        Letter::of(&self.record(), self.last_offset, why, standing)
    }
}
