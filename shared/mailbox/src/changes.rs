//! What a use case decided, as a value: facts, messages, timers, numbers and rows, for one subject or for five hundred.
//! [`Mailbox::commit`](crate::Mailbox::commit) is the only place that writes them.

use std::{
    any::TypeId,
    collections::{BTreeMap, HashMap},
};

use contracts::{schema::Event, topics};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    clock::SystemClock,
    consumer::Consumed,
    idempotency::KeyRow,
    ids::Ids,
    ledger::{Digest, Entry, Fact, Hasher},
    parking::{Answers, ParkedRow},
    row::{Row, RowSet, Rows},
    subject::Stem,
};

/// Makes the ids of what is said; a commit gets its own from the mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Pen {
    pub ids: Ids,
    pub clock: SystemClock,
}

/// A message that a fact causes, before it is numbered.
#[derive(Clone, Debug)]
pub struct Message {
    topic: String,
    key: String,
    kind: String,
    body: Vec<u8>,
    secret: Option<Secret>,
    about: Option<String>,
}

/// What of a message must not be kept once it was said.
#[derive(Clone, Debug)]
pub(crate) struct Secret {
    /// The same message without it.
    pub blank: Vec<u8>,
    /// System time: from then on it is worth nothing.
    pub until: OffsetDateTime,
}

impl Message {
    /// `event` on `topic`, in the order of `key`.
    #[must_use]
    pub fn new<E: Event>(topic: impl Into<String>, key: impl ToString, event: &E) -> Self {
        Self::encoded(topic, key, E::kind(), event.encode_to_vec())
    }

    /// `event` holds a value that is worth something until an instant of system time and must not be kept; `blank` is the
    /// same event without it. The blank is what stays in the outbox once it was said, what is said again, and what the
    /// ledger vouches for.
    #[must_use]
    pub fn secret<E: Event>(
        topic: impl Into<String>,
        key: impl ToString,
        (event, blank): (&E, &E),
        until: OffsetDateTime,
    ) -> Self {
        Self { secret: Some(Secret { blank: blank.encode_to_vec(), until }), ..Self::new(topic, key, event) }
    }

    /// An event that is encoded already, under its full protobuf name.
    #[must_use]
    pub fn encoded(topic: impl Into<String>, key: impl ToString, kind: impl Into<String>, body: Vec<u8>) -> Self {
        Self { topic: topic.into(), key: key.to_string(), kind: kind.into(), body, secret: None, about: None }
    }

    /// About something that is called otherwise than by the id of its subject.
    pub(crate) fn about(mut self, name: impl Into<String>) -> Self {
        self.about = Some(name.into());
        self
    }
}

/// A message as the outbox keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub id: Uuid,
    pub topic: String,
    pub key: String,
    pub kind: String,
    pub subject: Uuid,
    /// What the subject is called where that is not its id.
    pub about: Option<String>,
    pub sequence: i64,
    pub at: OffsetDateTime,
    pub trace: Option<String>,
    pub body: Vec<u8>,
    pub secret: Option<Secret>,
}

impl Outgoing {
    /// Of what stays: a value of few digits could be guessed from a digest of the whole.
    fn digest(&self) -> Digest {
        let stays = self.secret.as_ref().map_or(&self.body, |secret| &secret.blank);
        Hasher::new("message")
            .part(self.id.as_bytes())
            .part(self.topic.as_bytes())
            .part(self.key.as_bytes())
            .part(self.kind.as_bytes())
            .part(&self.sequence.to_be_bytes())
            .part(stays)
            .finish()
    }
}

/// A subject's stem before and after the commit.
#[derive(Clone, Debug)]
pub(crate) struct StemChange {
    pub expected: i64,
    pub after: Stem,
}

/// A timer that is set (`Some`) or cleared (`None`).
pub(crate) type TimerChange = Option<OffsetDateTime>;

/// Everything that one commit writes. Empty changes commit nothing.
pub struct Changes {
    pen: Pen,
    pub(crate) stems: BTreeMap<Uuid, StemChange>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) outgoing: Vec<Outgoing>,
    pub(crate) timers: BTreeMap<(Uuid, String), TimerChange>,
    pub(crate) fired: BTreeMap<(Uuid, String), OffsetDateTime>,
    pub(crate) numbers: Vec<(String, String, Uuid)>,
    pub(crate) key: Option<KeyRow>,
    pub(crate) consumed: Consumed,
    pub(crate) parked: Vec<ParkedRow>,
    /// Parked messages that this commit acts upon, and when (system time).
    pub(crate) unparked: Vec<(Uuid, OffsetDateTime)>,
    /// What is written because senders are told of what was parked.
    pub(crate) answers: Answers,
    pub(crate) tables: HashMap<TypeId, Box<dyn Rows>>,
    /// A year of the calendar is among them.
    pub(crate) years: bool,
    order: Vec<TypeId>,
}

impl Changes {
    pub(crate) fn new(pen: Pen) -> Self {
        Self {
            pen,
            stems: BTreeMap::new(),
            entries: Vec::new(),
            outgoing: Vec::new(),
            timers: BTreeMap::new(),
            fired: BTreeMap::new(),
            numbers: Vec::new(),
            key: None,
            consumed: Consumed::default(),
            parked: Vec::new(),
            unparked: Vec::new(),
            answers: Answers::default(),
            tables: HashMap::new(),
            years: false,
            order: Vec::new(),
        }
    }

    /// Whether something is set aside, or a sender is told of less than there was to tell.
    pub(crate) fn parks(&self) -> bool {
        !self.parked.is_empty() || self.answers.leave_out()
    }

    /// Adds a fact and the messages it causes to the subject's chain.
    pub fn record(&mut self, stem: &mut Stem, fact: Fact, messages: Vec<Message>) {
        let expected = stem.sequence;
        let mut digests = Vec::with_capacity(messages.len() * 32);
        for message in messages {
            debug_assert!(
                !topics::is_retired(&message.topic, &message.kind),
                "{} is not written any more on {}",
                message.kind,
                message.topic
            );
            let sent = stem.sent.entry(message.topic.clone()).or_insert(0);
            *sent += 1;
            let outgoing = Outgoing {
                id: self.pen.ids.uuid(self.pen.clock.now()),
                topic: message.topic,
                key: message.key,
                kind: message.kind,
                subject: stem.id,
                about: message.about,
                sequence: *sent,
                at: fact.at,
                trace: None,
                body: message.body,
                secret: message.secret,
            };
            digests.extend_from_slice(outgoing.digest().as_bytes());
            self.outgoing.push(outgoing);
        }
        let mut entry = Entry {
            subject: stem.id,
            sequence: stem.sequence + 1,
            kind: fact.kind,
            actor: fact.actor,
            at: fact.at,
            body: fact.body,
            messages: digests,
            hash: Digest::ZERO,
        };
        entry.hash = entry.hash_after(&stem.head);
        stem.sequence = entry.sequence;
        stem.head = entry.hash;
        self.entries.push(entry);
        self.touch(expected, stem);
    }

    fn touch(&mut self, expected: i64, stem: &Stem) {
        self.stems
            .entry(stem.id)
            .and_modify(|change| change.after = stem.clone())
            .or_insert_with(|| StemChange { expected, after: stem.clone() });
    }

    /// Writes a row of a state table; a later row with the same key replaces it.
    pub fn put<R: Row>(&mut self, row: R) {
        let kind = TypeId::of::<R>();
        let rows = self.tables.entry(kind).or_insert_with(|| {
            self.order.push(kind);
            Box::new(RowSet::<R>::new())
        });
        if let Some(rows) = rows.as_any().downcast_mut::<RowSet<R>>() {
            rows.put(row);
        }
    }

    /// Sets or moves a timer, due in business time.
    pub fn set_timer(&mut self, owner: Uuid, name: impl Into<String>, due_at: OffsetDateTime) {
        self.timers.insert((owner, name.into()), Some(due_at));
    }

    /// Clears a timer; one that is not set is clear already.
    pub fn clear_timer(&mut self, owner: Uuid, name: impl Into<String>) {
        self.timers.insert((owner, name.into()), None);
    }

    /// Claims a number that may be issued once; the commit fails with [`CommitError::Taken`](crate::CommitError::Taken)
    /// where another subject has it.
    pub fn claim(&mut self, kind: impl Into<String>, value: impl Into<String>, subject: Uuid) {
        self.numbers.push((kind.into(), value.into(), subject));
    }

    /// Remembers that this request was carried out under the client's key.
    pub fn remember(&mut self, key: KeyRow) {
        self.key = Some(key);
    }

    /// Takes in what was decided later, on top of these changes.
    pub fn absorb(&mut self, later: Self) {
        for (id, change) in later.stems {
            self.stems.entry(id).and_modify(|mine| mine.after = change.after.clone()).or_insert(change);
        }
        self.entries.extend(later.entries);
        self.outgoing.extend(later.outgoing);
        self.timers.extend(later.timers);
        self.fired.extend(later.fired);
        self.numbers.extend(later.numbers);
        self.key = later.key.or(self.key.take());
        self.consumed.absorb(later.consumed);
        self.parked.extend(later.parked);
        self.unparked.extend(later.unparked);
        self.answers.absorb(later.answers);
        self.years |= later.years;
        let mut tables = later.tables;
        for kind in later.order {
            let Some(rows) = tables.remove(&kind) else {
                continue;
            };
            match self.tables.get_mut(&kind) {
                Some(mine) => mine.absorb(rows),
                None => {
                    self.order.push(kind);
                    self.tables.insert(kind, rows);
                }
            }
        }
    }

    /// The trace that caused whatever has none yet.
    pub(crate) fn caused_by(&mut self, trace: Option<&str>) {
        for message in self.outgoing.iter_mut().filter(|message| message.trace.is_none()) {
            message.trace = trace.map(str::to_owned);
        }
    }

    /// A subject that this commit touches, as it stands afterwards.
    pub(crate) fn stem_of(&self, subject: Uuid) -> Option<&Stem> {
        self.stems.get(&subject).map(|change| &change.after)
    }

    /// Counts what was heard about a subject that this commit touches; gives the count before.
    pub(crate) fn count_heard(&mut self, subject: Uuid, of: &str, sequence: i64) -> Option<i64> {
        let stem = &mut self.stems.get_mut(&subject)?.after;
        Some(stem.sent.insert(of.to_owned(), sequence).unwrap_or(0))
    }

    pub(crate) fn take_tables(&mut self) -> Vec<Box<dyn Rows>> {
        let order = std::mem::take(&mut self.order);
        order.into_iter().filter_map(|kind| self.tables.remove(&kind)).collect()
    }

    /// Messages that this commit says.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.outgoing.len()
    }

    /// The sequence of a subject after this commit, where it is touched.
    #[must_use]
    pub fn sequence_of(&self, subject: Uuid) -> Option<i64> {
        self.stems.get(&subject).map(|change| change.after.sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_vouches_for_what_stays_of_a_message() {
        let until = OffsetDateTime::UNIX_EPOCH;
        let outgoing = |body: &[u8], blank: Option<&[u8]>| Outgoing {
            id: Uuid::nil(),
            topic: String::new(),
            key: String::new(),
            kind: String::new(),
            about: None,
            subject: Uuid::nil(),
            sequence: 1,
            at: until,
            trace: None,
            body: body.to_vec(),
            secret: blank.map(|blank| Secret { blank: blank.to_vec(), until }),
        };
        let stays = outgoing(b"code ", None).digest();
        assert_eq!(outgoing(b"code 271828", Some(b"code ")).digest(), stays);
        assert_ne!(outgoing(b"code 271828", None).digest(), stays);
    }
}
