//! What a department can say wrongly, whatever it says: in headers, key and bytes. And what it is answered.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    event::header,
    schema::Event,
    task::v1::{ReplyNoted, ReplyParked, ReplyRejected},
};
use uuid::Uuid;

use crate::bus::{Raw, Sent};

/// A message by what is wrong with it, and the code that its sender is to be told.
#[derive(Clone, Debug)]
pub struct Wrong {
    pub what: &'static str,
    pub record: Raw,
    pub code: &'static str,
}

/// Every wrong way to say something that is right otherwise; `good` makes it, each time under a new id.
pub fn wrongly_said(good: impl Fn() -> Raw) -> Vec<Wrong> {
    let with = |name: &str, value: &[u8]| good().with_header(name, Some(value));
    let keyed = |key: &[u8]| Raw { key: Some(key.to_vec()), ..good() };
    let somebody = Uuid::from_u128(77).to_string();
    let mut all = vec![
        ("no headers", Raw { headers: vec![], ..good() }, "bad_headers"),
        ("an id that is none", with(header::ID, b"seven"), "bad_headers"),
        ("a later specification", with(header::SPEC_VERSION, b"2.0"), "bad_headers"),
        ("a time that is none", with(header::TIME, b"yesterday"), "bad_headers"),
        ("a time without its zone", with(header::TIME, b"2025-09-28T09:12:00"), "bad_headers"),
        ("a sequence before the first", with(header::SEQUENCE, b"0"), "bad_headers"),
        ("a subject that is not text", with(header::SUBJECT, &[0xff, 0xfe]), "bad_headers"),
        ("a NUL in an attribute", with(header::SUBJECT, b"a\0b"), "bad_headers"),
        ("an attribute without end", with(header::TYPE, &[b'x'; 10_000]), "bad_headers"),
        ("a type of the future", with(header::TYPE, b"wutong.task.v9.Decided"), "unknown_type"),
        ("a type of another topic", with(header::TYPE, b"wutong.task.v1.Assigned"), "unknown_type"),
        ("somebody else's signature", with(header::SOURCE, b"department-bnk"), "wrong_source"),
        ("JSON", with(header::CONTENT_TYPE, b"application/json"), "bad_content_type"),
        ("no key", Raw { key: None, ..good() }, "bad_key"),
        ("an empty key", keyed(b""), "bad_key"),
        ("a key that is not text", keyed(&[0xff]), "bad_key"),
        ("a key that is no case", keyed(b"case-7"), "wrong_key"),
        ("another case's key", keyed(somebody.as_bytes()), "wrong_key"),
        ("a subject that is neither case nor task", with(header::SUBJECT, somebody.as_bytes()), "wrong_subject"),
        ("garbage", Raw { body: Some(vec![0xff; 64]), ..good() }, "undecodable"),
        ("no body", Raw { body: None, ..good() }, "undecodable"),
        ("a huge body", Raw { body: Some(vec![b'x'; 1_010_000]), ..good() }, "too_large"),
        ("a clock two days ahead", with(header::TIME, b"2099-01-01T00:00:00Z"), "skew"),
    ];
    for name in [
        header::SPEC_VERSION,
        header::ID,
        header::TYPE,
        header::SOURCE,
        header::TIME,
        header::SUBJECT,
        header::SEQUENCE,
    ] {
        all.push((name, good().with_header(name, None), "bad_headers"));
    }
    all.push((header::CONTENT_TYPE, good().with_header(header::CONTENT_TYPE, None), "bad_content_type"));
    all.into_iter().map(|(what, record, code)| Wrong { what, record, code }).collect()
}

/// The headers of the page for departments that nothing here leaves out, or gets wrong, alone. None where what the page promises
/// of each is tried; a trace context may be absent and anything.
///
/// # Panics
/// Where the page has no section on headers.
#[must_use]
#[expect(clippy::expect_used, reason = "a page without the section fails the story")]
pub fn untried_headers(page: &str, good: &Raw, all: &[Wrong]) -> Vec<String> {
    let section = page.split("\n## ").find(|section| section.starts_with("Headers\n")).expect("a section on headers");
    let names = section.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()));
    let names: Vec<String> = names.filter(|name| name != header::TRACE_PARENT).collect();
    let value = |raw: &Raw, of: &str| raw.headers.iter().find(|(name, _)| name == of).map(|(_, value)| value.clone());
    let holds = |of: &str, said: &[u8]| match of {
        // Another one every time.
        header::ID => Uuid::try_parse_ascii(said).is_ok(),
        _ => value(good, of).as_deref() == Some(said),
    };
    let (mut left_out, mut wrong) = (BTreeSet::new(), BTreeSet::new());
    for Wrong { record, .. } in all {
        let unlike = names.iter().filter(|name| !value(record, name).is_some_and(|said| holds(name, &said)));
        if let [name] = unlike.collect::<Vec<_>>()[..] {
            let of = if value(record, name).is_some() { &mut wrong } else { &mut left_out };
            of.insert(name.clone());
        }
    }
    names.into_iter().filter(|name| !left_out.contains(name) || !wrong.contains(name)).collect()
}

/// What a department was told of its own messages, by the offset at which each lies, or by its id.
#[derive(Debug, Default)]
pub struct Told {
    /// Codes of [`ReplyParked`], by offset.
    pub parked: BTreeMap<i64, Vec<ReplyParked>>,
    /// Codes of the faults of [`ReplyRejected`] and of the notes of [`ReplyNoted`], by the reply's id.
    pub answered: BTreeMap<String, Vec<String>>,
}

impl Told {
    /// Reads what lies in the department's topic.
    ///
    /// # Panics
    /// Where it is not what its type says.
    #[must_use]
    pub fn read(all: &[Sent]) -> Self {
        let mut told = Self::default();
        for sent in all {
            let kind = sent.header(header::TYPE);
            if kind == ReplyParked::kind() {
                let parked: ReplyParked = read(sent);
                told.parked.entry(parked.offset).or_default().push(parked);
            } else if kind == ReplyRejected::kind() {
                let rejected: ReplyRejected = read(sent);
                let codes = rejected.faults.into_iter().map(|fault| fault.code);
                told.answered.entry(rejected.reply_id).or_default().extend(codes);
            } else if kind == ReplyNoted::kind() {
                let noted: ReplyNoted = read(sent);
                told.answered.entry(noted.reply_id).or_default().extend(noted.notes.into_iter().map(|note| note.code));
            }
        }
        told
    }
}

#[expect(clippy::panic, reason = "a message that is not what it says fails the story")]
fn read<E: Event>(sent: &Sent) -> E {
    E::decode(sent.body.as_slice()).unwrap_or_else(|error| panic!("{}: {error}", E::kind()))
}
