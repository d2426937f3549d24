//! Nothing is set aside in silence: whoever wrote a message that is parked is told so in the same commit, where the topic names
//! him, and so he is of what becomes of it later.
//!
//! The answer is about the case where that can be read and he was told of it before, otherwise about himself. The same is kept
//! once and answered once an hour; beyond sixty answers a minute he is told how many there were. A sender that loops fills
//! neither the parking lot nor his own topic.

use std::collections::{BTreeMap, HashMap};

use contracts::task::v1::ParkedStanding;
use sqlx::{AssertSqlSafe, PgPool, Row as _};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    ParkedRow, ParkedState,
    letter::{Letter, Why},
    windows::{self, Windows},
};
use crate::{
    changes::Changes,
    consumer::Consumer,
    handler::SetAside,
    ledger::Digest,
    metrics::METRICS,
    sql::Sql,
    subject::{STEM_COLUMNS, Stem},
};

/// How long the same is not answered again.
const ONCE_IN: Duration = Duration::hours(1);

/// The kind of subject that a sender is in the ledger.
const SENDER: &str = "sender";

/// What a commit writes because senders are told.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// System time.
    at: Option<OffsetDateTime>,
    /// Rows that were parked before in the same words: how often they were said now, and whether they are answered.
    again: BTreeMap<Uuid, (i32, bool)>,
    pub(super) windows: Windows,
    /// Acts of operators that are told now.
    acts: Vec<Uuid>,
}

impl Answers {
    pub(crate) fn absorb(&mut self, later: Self) {
        self.at = later.at.or(self.at);
        self.again.extend(later.again);
        self.windows.extend(later.windows);
        self.acts.extend(later.acts);
    }

    /// Whether a sender may have been told of less than there was to tell.
    pub(crate) fn leave_out(&self) -> bool {
        !self.windows.is_empty()
    }

    pub(crate) fn write(self, sql: &mut Sql) {
        windows::write(self.windows, sql);
        let Some(at) = self.at else { return };
        if !self.again.is_empty() {
            let times = sql.bind(self.again.values().map(|(times, _)| *times).collect());
            let told = sql.bind(self.again.values().map(|(_, told)| *told).collect());
            let (ids, at) = (sql.bind(self.again.into_keys().collect()), sql.bind_one(at));
            let text = format!(
                "update parked p set times = p.times + a.times, seen_at = {at},
                        told_at = case when a.told then {at} else p.told_at end
                 from unnest({ids}::uuid[], {times}::int[], {told}::bool[]) as a (id, times, told) where p.id = a.id"
            );
            sql.part("parked_again", text);
        }
        if !self.acts.is_empty() {
            let (ids, at) = (sql.bind(self.acts), sql.bind_one(at));
            let text =
                format!("update parked_acts set told_at = {at} where id = any({ids}::uuid[]) and told_at is null");
            sql.part("told_acts", text);
        }
    }

    /// An operator's act is told now, or nobody is to hear of it.
    pub(super) fn act(&mut self, id: Uuid, now: OffsetDateTime) {
        self.at = Some(now);
        self.acts.push(id);
    }
}

/// A letter that waits to be said, and the row that remembers it.
struct Draft {
    letter: Letter,
    row: Row,
}

#[derive(Clone, Copy)]
enum Row {
    /// By its place among those that the commit parks.
    New(usize),
    Known(Uuid),
}

impl Consumer {
    /// Tells senders what this commit parks, and keeps once what was parked before in the same words.
    pub(crate) async fn answer(&self, changes: &mut Changes) -> Result<(), sqlx::Error> {
        if changes.parked.is_empty() {
            return Ok(());
        }
        let now = self.mailbox.clocks().system.now();
        changes.answers.at = Some(now);
        let drafts = self.drafts(changes, now).await?;
        let names = drafts.iter().map(|draft| draft.letter.sender.name.clone()).collect();
        windows::load(self.mailbox.db(), names, &mut changes.answers.windows).await?;
        let mut letters = Vec::with_capacity(drafts.len());
        for Draft { letter, row } in drafts {
            let window = windows::of(&mut changes.answers.windows, &letter.sender.name, &letter.place, now);
            letters.extend(window.turn(now));
            if !window.takes(&letter.place) {
                METRICS.left_out(&letter.place.topic);
                continue;
            }
            match row {
                Row::New(at) => changes.parked.get_mut(at).map(|row| row.told_at = Some(now)),
                Row::Known(id) => changes.answers.again.get_mut(&id).map(|(_, told)| *told = true),
            };
            letters.push(letter);
        }
        self.say(changes, letters).await
    }

    /// What is to be told of the rows that this commit parks. Those that were parked before in the same words go.
    async fn drafts(&self, changes: &mut Changes, now: OffsetDateTime) -> Result<Vec<Draft>, sqlx::Error> {
        let rows = std::mem::take(&mut changes.parked);
        let known = known(self.mailbox.db(), &rows).await?;
        let mut new: HashMap<Digest, usize> = HashMap::new();
        let mut drafts = Vec::new();
        for row in rows {
            if let Some(before) = known.get(&row.digest) {
                let (times, _) = changes.answers.again.entry(before.id).or_insert((0, false));
                *times += 1;
                let due = *times == 1 && before.told_at.is_none_or(|at| now - at >= ONCE_IN);
                let letter = row.letter(standing(before.state)).filter(|_| due);
                drafts.extend(letter.map(|letter| Draft { letter, row: Row::Known(before.id) }));
            } else if let Some(first) = new.get(&row.digest).and_then(|at| changes.parked.get_mut(*at)) {
                first.times += 1;
            } else {
                let at = changes.parked.len();
                drafts.extend(row.letter(standing(row.state)).map(|letter| Draft { letter, row: Row::New(at) }));
                new.insert(row.digest, at);
                changes.parked.push(row);
            }
        }
        Ok(drafts)
    }

    /// Says these letters, each about its case or about the sender himself.
    pub(super) async fn say(&self, changes: &mut Changes, mut letters: Vec<Letter>) -> Result<(), sqlx::Error> {
        if letters.is_empty() {
            return Ok(());
        }
        self.ask_what_is_in_vain(&mut letters).await?;
        let senders = letters.iter().map(|letter| sender_id(&letter.sender.name));
        let cases = letters.iter().flat_map(|letter| letter.about.cases.iter().copied());
        let untouched = senders.chain(cases).filter(|id| changes.stem_of(*id).is_none()).collect();
        let stems = self.stems(untouched).await?;
        let (by, at) = (self.mailbox.source(), self.mailbox.clocks().business.now());
        for letter in letters {
            let own = sender_id(&letter.sender.name);
            let stem_of = |id: &Uuid| changes.stem_of(*id).or_else(|| stems.get(id)).cloned();
            let told_before = |stem: &Stem| stem.was_told_on(&letter.sender.topic);
            let case = letter.about.cases.iter().find_map(|case| stem_of(case).filter(told_before));
            let own = stem_of(&own).unwrap_or_else(|| Stem::new(own, SENDER));
            METRICS.answered(&letter.place.topic, letter.code);
            if let Some(mut stem) = case {
                let (fact, message) = letter.said(&stem.id.to_string(), by, at);
                changes.record(&mut stem, fact, vec![message]);
            } else {
                let (mut stem, name) = (own, &letter.sender.name);
                let (fact, message) = letter.said(name, by, at);
                changes.record(&mut stem, fact, vec![message.about(name)]);
            }
        }
        Ok(())
    }

    /// The owner says of which letters nothing can come, whatever is corrected.
    async fn ask_what_is_in_vain(&self, letters: &mut [Letter]) -> Result<(), sqlx::Error> {
        let open: Vec<&mut Letter> = letters.iter_mut().filter(|letter| letter.again).collect();
        if open.is_empty() {
            return Ok(());
        }
        let set_aside: Vec<SetAside<'_>> = open.iter().map(|letter| letter.set_aside()).collect();
        let answers = self.handler.may_be_said_again(&self.mailbox, &set_aside).await?;
        for (letter, again) in open.into_iter().zip(answers) {
            letter.again = again;
        }
        Ok(())
    }

    /// Those of these cases and senders that are known.
    async fn stems(&self, wanted: Vec<Uuid>) -> Result<HashMap<Uuid, Stem>, sqlx::Error> {
        let text = format!("select s.id, {STEM_COLUMNS} from subjects s where s.id = any($1)");
        let rows = sqlx::query(AssertSqlSafe(text)).bind(wanted).fetch_all(self.mailbox.db()).await?;
        rows.iter()
            .map(|row| {
                let id = row.try_get("id")?;
                Ok((id, Stem::read(id, SENDER, row)?))
            })
            .collect()
    }
}

/// Whether an answer to what these changes set aside depends on what they decide: its sender may say it again, unless its case
/// is decided by now.
pub(crate) fn hang_on_what_is_decided(changes: &Changes) -> bool {
    let letters = changes.parked.iter().filter_map(|row| row.letter(standing(row.state)));
    let mut open = letters.filter(|letter| letter.again);
    open.any(|letter| letter.about.cases.iter().any(|case| changes.stem_of(*case).is_some()))
}

/// A row that was parked before.
struct Known {
    id: Uuid,
    state: ParkedState,
    told_at: Option<OffsetDateTime>,
}

async fn known(db: &PgPool, rows: &[ParkedRow]) -> Result<HashMap<Digest, Known>, sqlx::Error> {
    let digests: Vec<Vec<u8>> = rows.iter().map(|row| row.digest.as_bytes().to_vec()).collect();
    let found = sqlx::query("select id, digest, state, told_at from parked where digest = any($1) order by id")
        .bind(digests)
        .fetch_all(db)
        .await?;
    let mut known = HashMap::new();
    for row in found {
        let digest = Digest::try_from(row.try_get::<&[u8], _>("digest")?);
        let digest = digest.map_err(|error| sqlx::Error::Decode(error.into()))?;
        let state = ParkedState::stored(row.try_get("state")?)?;
        known.insert(digest, Known { id: row.try_get("id")?, state, told_at: row.try_get("told_at")? });
    }
    Ok(known)
}

pub(super) fn standing(state: ParkedState) -> ParkedStanding {
    match state {
        ParkedState::Poison => ParkedStanding::SetAside,
        ParkedState::Blocked | ParkedState::Waiting => ParkedStanding::Waits,
        ParkedState::Done => ParkedStanding::Done,
        ParkedState::Discarded => ParkedStanding::Discarded,
    }
}

/// The subject that a sender is: `department:TAX` has its own chain and its own count.
fn sender_id(name: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
}

impl ParkedRow {
    /// What its sender is told; none where the topic does not name him.
    fn letter(&self, standing: ParkedStanding) -> Option<Letter> {
        let why = Why { code: self.code, zh: &self.zh, en: &self.reason };
        Letter::of(&self.record, self.last_offset, why, standing)
    }
}
