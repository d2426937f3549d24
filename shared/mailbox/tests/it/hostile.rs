//! Messages that could never be valid: each is parked with its reason, and its neighbours go on.

use std::{collections::BTreeMap, sync::Arc};

use contracts::{
    event::header,
    schema::Event,
    task::v1::{Assigned, Suspended},
};
use mailbox::parking::{self, Filter, ParkedState};
use testkit::{Kit, Raw, Staff, clocks};
use uuid::Uuid;

use crate::{
    consumers::heard,
    desk::{BREAKS, Desk, TABLES, rounds},
    owner::{assigned, attributes, raw, raw_with},
};

/// A hostile message by what is wrong with it, and the code under which it is parked.
fn hostile(id: &dyn Fn() -> Uuid) -> Vec<(&'static str, Raw, &'static str)> {
    let case = id();
    let good = || raw(id(), case, 1);
    let without = |name: &str| good().with_header(name, None);
    let with = |name: &str, value: &[u8]| good().with_header(name, Some(value));
    let body = |event: Assigned| raw_with(id(), &event);
    let mut all = vec![
        ("no headers", Raw { headers: vec![], ..good() }, "bad_headers"),
        ("an id that is none", with(header::ID, b"seven"), "bad_headers"),
        ("a later specification", with(header::SPEC_VERSION, b"2.0"), "bad_headers"),
        ("a time that is none", with(header::TIME, b"yesterday"), "bad_headers"),
        ("a sequence before the first", with(header::SEQUENCE, b"0"), "bad_headers"),
        ("a subject that is not text", with(header::SUBJECT, &[0xff, 0xfe]), "bad_headers"),
        ("a NUL in an attribute", with(header::SUBJECT, b"a\0b"), "bad_headers"),
        ("an attribute without end", with(header::TYPE, &[b'x'; 10_000]), "bad_headers"),
        ("a NUL in an attribute that is not ours", with("x-note", b"\0"), ""),
        ("a type of the future", with(header::TYPE, b"wutong.task.v9.Assigned"), "unknown_type"),
        ("a type of another topic", with(header::TYPE, b"wutong.task.v1.Decided"), "unknown_type"),
        ("a source that may not speak here", with(header::SOURCE, b"department-bnk"), "wrong_source"),
        ("JSON", with(header::CONTENT_TYPE, b"application/json"), "bad_content_type"),
        ("no key", Raw { key: None, ..good() }, "bad_key"),
        ("an empty key", Raw { key: Some(vec![]), ..good() }, "bad_key"),
        ("a key that is not text", Raw { key: Some(vec![0xff]), ..good() }, "bad_key"),
        ("a NUL in the key", Raw { key: Some(b"a\0b".to_vec()), ..good() }, "bad_key"),
        ("a key that is no case", Raw { key: Some(b"case-7".to_vec()), ..good() }, "wrong_key"),
        ("somebody else's key", Raw { key: Some(id().to_string().into_bytes()), ..good() }, "wrong_key"),
        ("no body", Raw { body: None, ..good() }, "wrong_key"),
        ("an empty body", Raw { body: Some(vec![]), ..good() }, "wrong_key"),
        ("garbage", Raw { body: Some(vec![0xff; 64]), ..good() }, "undecodable"),
        ("a cut body", Raw { body: good().body.map(|body| body[..body.len() - 3].to_vec()), ..good() }, "undecodable"),
        ("a huge body", Raw { body: Some(vec![b'x'; 1_010_000]), ..good() }, "too_large"),
        ("a NUL in a text", body(Assigned { case_number: "\0".to_owned(), ..assigned(case, 1) }), "unstorable"),
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
        all.push((name, without(name), "bad_headers"));
    }
    all.push((header::CONTENT_TYPE, without(header::CONTENT_TYPE), "bad_content_type"));
    all
}

pub async fn each_is_parked_with_its_reason_and_neighbours_go_on(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let hears = desk.mailbox(&street.principal(), clocks(), 1);
    let id = || hears.new_id();
    let neighbour = id();
    let mut expected = BTreeMap::new();
    let mut records = Vec::new();
    for (round, (what, record, code)) in (1..).zip(hostile(&id)) {
        if !code.is_empty() {
            expected.insert(records.len() as i64, (what, code));
        }
        records.push(record);
        records.push(raw(id(), neighbour, round));
    }
    let count = records.len() / 2;
    bus.send(&street.tasks(), records).await;

    let staff = Staff::of(&hears).relay(bus.config()).consumer(
        bus.member(&street.principal()),
        &[&street.tasks()],
        Desk::open(),
    );
    heard(bus, &desk, &street.tasks()).await;
    assert_eq!(rounds(hears.db()).await[&neighbour], (1..=count as i32).collect::<Vec<_>>());
    let parked = parking::list(hears.db(), &Filter { limit: 100, ..Filter::default() }).await.unwrap();
    let found: BTreeMap<i64, _> = parked.iter().map(|parked| (parked.offset, parked)).collect();
    for (offset, (what, code)) in &expected {
        let parked = found.get(offset).unwrap_or_else(|| panic!("{what} was not parked"));
        assert_eq!((parked.code.as_str(), parked.state), (*code, ParkedState::Poison), "{what}: {}", parked.reason);
        assert!(!parked.reason.is_empty() && parked.attempts == 1, "{what}");
    }
    assert_eq!(found.len(), expected.len());
    assert!(staff.degraded.has("parked"));
    staff.stop().await;
}

/// What breaks the handler, or is not known to it yet, is valid: it blocks its key, and nobody else.
pub async fn what_breaks_the_handler_breaks_nobody_else(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let hears = desk.mailbox(&street.principal(), clocks(), 2);
    let (broken, newer, neighbour) = (hears.new_id(), hears.new_id(), hears.new_id());
    let breaks = Assigned { theme: BREAKS.to_owned(), ..assigned(broken, 1) };
    let suspended = Suspended { case_id: newer.to_string(), kind: 99, ..Suspended::default() };
    let mut of = attributes(hears.new_id(), newer, 1);
    of.kind = <Suspended as Event>::kind();
    let mut records = vec![raw_with(hears.new_id(), &breaks), Raw::of(&newer.to_string(), &of, &suspended)];
    for round in 1..=3 {
        records.extend([broken, newer, neighbour].map(|case| raw(hears.new_id(), case, round)));
    }
    bus.send(&street.tasks(), records).await;
    let staff = Staff::of(&hears).consumer(bus.member(&street.principal()), &[&street.tasks()], Desk::open());
    heard(bus, &desk, &street.tasks()).await;
    staff.stop().await;
    assert_eq!(rounds(hears.db()).await, BTreeMap::from([(neighbour, vec![1, 2, 3])]));
    let parked = parking::list(hears.db(), &Filter { limit: 100, ..Filter::default() }).await.unwrap();
    let of = |state| {
        let mut codes: Vec<&str> =
            parked.iter().filter(|parked| parked.state == state).map(|parked| parked.code.as_str()).collect();
        codes.sort_unstable();
        codes
    };
    assert_eq!(of(ParkedState::Blocked), ["commit_failed", "unknown_kind"]);
    assert_eq!(of(ParkedState::Waiting), ["waits"; 6]);
}
