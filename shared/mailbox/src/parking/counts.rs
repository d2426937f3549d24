//! A gap in a sender's count shows a loss, a repeat shows a sender who lost count: both are told to him, and can be watched.
//!
//! The count is kept with the subject that the messages are about, in the row that is written for them anyway. A sender may
//! count by the case (the key) or by one of its tasks.

use contracts::{
    event::{Attributes, header},
    replies::{Addressed, reply_kind},
    task::v1::{Fault, ReplyNoted},
    time::timestamp,
    topics::{self, Sender},
    words::note,
};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    letter::{About, Place},
    windows,
};
use crate::{
    changes::{Changes, Message},
    consumer::{Consumer, Record},
    handler::Incoming,
    ledger::Fact as LedgerFact,
    metrics::METRICS,
};

/// A message that counts.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    sender: Sender,
    place: Place,
    id: Uuid,
    kind: String,
    case: Uuid,
    /// What the sender counts by, within the case.
    by: String,
    sequence: i64,
    read: Addressed,
    /// Set aside unread: of that its sender is told, and of no number.
    unread: bool,
}

impl Counted {
    /// None where the topic does not name the sender, or the message does not say what it counts by.
    pub(crate) fn of(record: &Record, incoming: &Incoming) -> Option<Self> {
        let Attributes { id, kind, subject, sequence, .. } = &incoming.attributes;
        Self::read(record, &incoming.key, subject, (*id, kind.clone(), *sequence))
    }

    /// The same of a message that is set aside unread, as far as it says: it was heard, and is answered.
    pub(crate) fn of_unread(record: &Record) -> Option<Self> {
        let header = |wanted: &str| {
            let found = record.headers.iter().find(|(name, _)| name == wanted)?;
            String::from_utf8(found.1.bytes()).ok()
        };
        let sequence = header(header::SEQUENCE)?.parse().ok().filter(|sequence| *sequence > 0)?;
        let key = std::str::from_utf8(record.key.as_deref()?).ok()?;
        let (id, kind) = (record.event().unwrap_or_default(), About::of(record).kind);
        let counted = Self::read(record, key, &header(header::SUBJECT)?, (id, kind, sequence))?;
        Some(Self { unread: true, ..counted })
    }

    fn read(record: &Record, key: &str, subject: &str, (id, kind, sequence): (Uuid, String, i64)) -> Option<Self> {
        let sender = topics::sender(&record.topic)?;
        let case = Uuid::try_parse(key).ok()?;
        let subject = Uuid::try_parse(subject).ok()?;
        let code = sender.name.rsplit(':').next().unwrap_or_default().to_lowercase();
        // Within one case, and one department, the end of a task's id is enough.
        let by = match subject == case {
            true => format!("<{code}"),
            false => format!("<{code}:{}", hex::encode(subject.as_bytes().get(10..).unwrap_or_default())),
        };
        Some(Self {
            sender,
            place: Place { topic: record.topic.clone(), partition: record.partition, offset: record.offset },
            id,
            kind,
            case,
            by,
            sequence,
            read: About::of(record).read,
            unread: false,
        })
    }

    /// What is wrong with its number after the one before.
    fn note(&self, before: i64) -> Option<Fault> {
        let (said, due) = (self.sequence, before + 1);
        let word = match said {
            said if said == due => return None,
            said if said > due => note::SEQUENCE_GAP,
            _ => note::SEQUENCE_REPEAT,
        };
        let (subject, zh, en) = word.filled(&[("said", &said.to_string()), ("due", &due.to_string())]);
        Some(Fault { subject, code: word.code.to_owned(), zh, en })
    }

    fn noted(self, note: Fault, at: OffsetDateTime) -> (LedgerFact, Message) {
        let body = json!({ "reply": self.id, "code": note.code, "sequence": self.sequence });
        let noted = ReplyNoted {
            reply_id: self.id.to_string(),
            task_id: self.read.task_id,
            round: self.read.round,
            case_id: self.case.to_string(),
            noted_at: timestamp(at),
            notes: vec![note],
            reply_kind: reply_kind(&self.kind),
            said_at: self.read.said_at,
        };
        let actor = self.sender.principal;
        let fact = LedgerFact { kind: "reply_noted".to_owned(), actor, at, body: body.to_string().into_bytes() };
        (fact, Message::new(&self.sender.topic, self.case, &noted))
    }
}

impl Consumer {
    /// Counts what was heard about subjects that this commit touches, and tells what is wrong with the count. Whoever begins
    /// anew is told once: from there on it is his new count.
    pub(crate) async fn count(&self, changes: &mut Changes, heard: Vec<Counted>) -> Result<(), sqlx::Error> {
        let mut notes = Vec::new();
        for counted in heard {
            let Some(before) = changes.count_heard(counted.case, &counted.by, counted.sequence) else { continue };
            // Of what cannot be read to its end more is told than a number.
            let readable = !counted.unread && counted.read.said_at.is_some() && counted.read.round > 0;
            notes.extend(counted.note(before).filter(|_| readable).map(|note| (counted, note)));
        }
        if notes.is_empty() {
            return Ok(());
        }
        let (system, at) = (self.mailbox.clocks().system.now(), self.mailbox.clocks().business.now());
        let names = notes.iter().map(|(counted, _)| counted.sender.name.clone()).collect();
        windows::load(self.mailbox.db(), names, &mut changes.answers.windows).await?;
        let mut letters = Vec::new();
        for (counted, note) in notes {
            METRICS.miscounted(&counted.place.topic, note.code.clone());
            let window = windows::of(&mut changes.answers.windows, &counted.sender.name, &counted.place, system);
            letters.extend(window.turn(system));
            if !window.admits() {
                continue;
            }
            if let Some(mut stem) = changes.stem_of(counted.case).cloned() {
                let (fact, message) = counted.noted(note, at);
                changes.record(&mut stem, fact, vec![message]);
            }
        }
        self.say(changes, letters).await
    }
}
