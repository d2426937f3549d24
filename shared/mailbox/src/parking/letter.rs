//! What a sender is told of a message that was set aside, as far as the message can be read.

use contracts::{
    event::header,
    replies::{Addressed, reply_kind},
    task::v1::{ParkedStanding, ReplyParked},
    time::timestamp,
    topics::{self, Sender},
    words::{reason, words},
};
use prost::Message as _;
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{changes::Message, consumer::Record, handler::SetAside, ledger::Fact};

/// Where a message lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
}

/// What a message is about, as far as it can be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    /// Full protobuf name, where the headers name one that travels on the topic.
    pub kind: String,
    /// By its key, or else by its body.
    pub cases: Vec<Uuid>,
    pub read: Addressed,
}

impl About {
    pub(crate) fn of(record: &Record) -> Self {
        let kind = record.headers.iter().find(|(name, _)| name == header::TYPE).map(|(_, value)| value.bytes());
        let kind = kind.and_then(|kind| String::from_utf8(kind).ok()).unwrap_or_default();
        let kind = if topics::messages_on(&record.topic).contains(&kind) { kind } else { String::new() };
        let uuids = |read: &Addressed| Uuid::try_parse(&read.task_id).is_ok() && Uuid::try_parse(&read.case_id).is_ok();
        let read = Addressed::decode(record.body.as_slice()).ok().filter(uuids).unwrap_or_default();
        let by_key = record.key.as_deref().and_then(|key| Uuid::try_parse_ascii(key).ok());
        let cases = by_key.into_iter().chain(Uuid::try_parse(&read.case_id).ok()).collect();
        Self { kind, cases, read }
    }
}

/// What a sender is told of one message, or of many.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub sender: Sender,
    pub place: Place,
    pub last_offset: i64,
    pub reply: Option<Uuid>,
    pub about: About,
    pub body: Vec<u8>,
    /// As the contract names it.
    pub code: &'static str,
    pub zh: String,
    pub en: String,
    pub again: bool,
    pub standing: ParkedStanding,
    pub count: u32,
    /// Who did it: an operator, or this service.
    pub actor: Option<String>,
    pub remark: String,
}

/// Why a message was set aside: the service's own words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Why<'a> {
    pub code: &'a str,
    pub zh: &'a str,
    pub en: &'a str,
}

impl Letter {
    /// None where the topic does not name who said it.
    pub(crate) fn of(
        record: &Record,
        last_offset: Option<i64>,
        why: Why<'_>,
        standing: ParkedStanding,
    ) -> Option<Self> {
        let sender = topics::sender(&record.topic)?;
        let known = words().reason(why.code)?;
        // The service's own troubles are nobody else's: what is not in the list is told as one thing.
        let own = known.code == why.code;
        let or_general = |said: &str, general: &str| if own && !said.is_empty() { said } else { general }.to_owned();
        Some(Self {
            sender,
            place: Place { topic: record.topic.clone(), partition: record.partition, offset: record.offset },
            last_offset: last_offset.unwrap_or(record.offset),
            reply: record.event(),
            about: About::of(record),
            body: record.body.clone(),
            code: &known.code,
            zh: or_general(why.zh, &known.zh),
            en: or_general(why.en, &known.en),
            again: known.again && matches!(standing, ParkedStanding::SetAside | ParkedStanding::Discarded),
            standing,
            count: 1,
            actor: None,
            remark: String::new(),
        })
    }

    /// So many messages of the sender were set aside in a minute, and not told one by one; this is where the last lies.
    pub(crate) fn left_out(sender: Sender, place: Place, count: i64) -> Option<Self> {
        let known = words().reason(reason::TOO_MANY)?;
        Some(Self {
            sender,
            last_offset: place.offset,
            place,
            reply: None,
            about: About::default(),
            body: Vec::new(),
            code: &known.code,
            zh: format!("{}:另有 {count} 条", known.zh),
            en: format!("{}: {count} more", known.en),
            again: false,
            standing: ParkedStanding::SetAside,
            count: u32::try_from(count).unwrap_or(u32::MAX),
            actor: None,
            remark: String::new(),
        })
    }

    /// For the owner, who knows which rounds are decided.
    pub(crate) fn set_aside(&self) -> SetAside<'_> {
        SetAside { topic: &self.place.topic, kind: &self.about.kind, body: &self.body }
    }

    /// The message, in the order of `key`, and the fact that causes it.
    pub(crate) fn said(&self, key: &str, by: &str, at: OffsetDateTime) -> (Fact, Message) {
        let read = &self.about.read;
        let told = ReplyParked {
            reply_id: self.reply.map(|id| id.to_string()).unwrap_or_default(),
            code: self.code.to_owned(),
            zh: self.zh.clone(),
            en: self.en.clone(),
            may_be_said_again: self.again,
            topic: self.place.topic.clone(),
            partition: self.place.partition,
            offset: self.place.offset,
            last_offset: self.last_offset,
            standing: self.standing.into(),
            told_at: timestamp(at),
            case_id: read.case_id.clone(),
            task_id: read.task_id.clone(),
            round: read.round,
            reply_kind: reply_kind(&self.about.kind),
            said_at: read.said_at,
            count: self.count,
            remark: self.remark.clone(),
        };
        let body = json!({
            "reply": self.reply, "code": self.code, "standing": self.standing.as_str_name(), "count": self.count,
            "topic": self.place.topic, "partition": self.place.partition, "offset": self.place.offset,
        });
        let actor = self.actor.as_deref().unwrap_or(by).to_owned();
        let fact = Fact { kind: "reply_parked".to_owned(), actor, at, body: body.to_string().into_bytes() };
        (fact, Message::new(&self.sender.topic, key, &told))
    }
}
