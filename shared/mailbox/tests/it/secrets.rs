//! What must not be kept is said, and then it is nowhere: not in the outbox, not said again, not among what was parked.

use std::sync::Arc;

use contracts::{
    event::header,
    task::v1::Assigned,
    topics::{INTAKE_CASES, NOTIFICATION_REQUESTS},
};
use mailbox::{Mailbox, Message, Stem, parking, republish};
use prost::Message as _;
use sqlx::Row as _;
use testkit::{Database, Kit, Sent, Staff, Street, clocks, until};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use crate::{
    consumers::heard,
    desk::{Desk, TABLES, fact},
    owner::{assigned, raw},
    parkings::by,
};

const CODE: &str = "271828";

/// A case is assigned with a code that must not be kept.
async fn say(mailbox: &Mailbox, topic: &str, until: OffsetDateTime) -> Uuid {
    let case = mailbox.new_id();
    let (blank, mut whole) = (assigned(case, 1), assigned(case, 1));
    whole.theme = CODE.to_owned();
    let mut changes = mailbox.changes();
    let message = Message::secret(topic, case, (&whole, &blank), until);
    changes.record(&mut Stem::new(case, "case"), fact(mailbox, "assigned"), vec![message]);
    mailbox.commit(changes).await.unwrap();
    case
}

fn themes(sent: &[Sent]) -> Vec<String> {
    sent.iter().map(|record| Assigned::decode(record.body.as_slice()).unwrap().theme).collect()
}

/// Whether the code stands anywhere in the outbox.
async fn holds_code(database: &Database) -> bool {
    database.count("select count(*) from outbox where position('271828'::bytea in body) > 0 or blank is not null").await
        > 0
}

pub async fn a_secret_is_said_once_and_kept_nowhere(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let database = kit.ground().await.database(&TABLES).await;
    let bus = kit.ground().await.bus().await;
    let mailbox = database.mailbox(Street::OWNER, clocks(), 21);
    let now = mailbox.clocks().system.now();
    let expires_at = now + Duration::minutes(10);
    let case = say(&mailbox, &street.tasks(), expires_at).await;
    assert!(holds_code(&database).await, "until it is said");
    let staff = Staff::of(&mailbox).relay(bus.config());
    until("it is said and blanked", async || Ok(!holds_code(&database).await)).await;
    database.published().await;
    staff.stop().await;
    let again = republish(&mailbox, &bus.config(), now - Duration::hours(1), &[]).await.unwrap();
    let sent = bus.read(&street.tasks()).await;
    assert_eq!((again, themes(&sent)), (1, vec![CODE.to_owned(), String::new()]));
    assert_eq!(sent[0].header(header::ID), sent[1].header(header::ID), "whoever acted upon it does nothing");
    assert_eq!(sent[0].header(header::EXPIRY_TIME), expires_at.format(&Rfc3339).unwrap());
    assert_eq!(sent[0].key, Some(case.to_string()));
    assert!(mailbox::ledger::verify(mailbox.db()).await.unwrap().findings.is_empty());
}

pub async fn what_nobody_said_in_time_is_said_without_it(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let database = kit.ground().await.database(&TABLES).await;
    let bus = kit.ground().await.bus().await;
    let mailbox = database.mailbox(Street::OWNER, clocks(), 22);
    say(&mailbox, &street.tasks(), mailbox.clocks().system.now() - Duration::seconds(1)).await;
    let staff = Staff::of(&mailbox).relay(bus.config());
    until("it is said and blanked", async || Ok(!holds_code(&database).await)).await;
    database.published().await;
    staff.stop().await;
    assert_eq!(themes(&bus.read(&street.tasks()).await), [""]);
}

/// Two copies that no service understands: one is worth nothing any more, the other is given up by an operator. What travels
/// on a topic without secrets is kept whatever its headers say.
pub async fn a_parked_copy_lives_no_longer_than_its_secret(kit: Arc<Kit>) {
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let hears = desk.mailbox("notification", clocks(), 23);
    let now = hears.clocks().system.now();
    for (topic, until) in [
        (NOTIFICATION_REQUESTS, now - Duration::seconds(1)),
        (NOTIFICATION_REQUESTS, now + Duration::minutes(10)),
        (INTAKE_CASES, now - Duration::seconds(1)),
    ] {
        let until = until.format(&Rfc3339).unwrap();
        let strange = raw(hears.new_id(), hears.new_id(), 1).with_header(header::EXPIRY_TIME, Some(until.as_bytes()));
        bus.send(topic, [strange]).await;
    }
    let staff = Staff::of(&hears).consumer(bus.member("secrets"), &[NOTIFICATION_REQUESTS, INTAKE_CASES], Desk::open());
    heard(bus, &desk, NOTIFICATION_REQUESTS).await;
    heard(bus, &desk, INTAKE_CASES).await;
    staff.stop().await;

    let staff = Staff::of(&hears).relay(bus.config());
    until("one is forgotten", async || Ok(parking::open_count(hears.db()).await? == 2)).await;
    staff.stop().await;
    let held = "select id, topic, state, body = '' as gone from parked order by topic, state";
    let shown = async || {
        let rows = sqlx::query(held).fetch_all(hears.db()).await.unwrap();
        rows.iter().map(|row| (row.get("id"), row.get("state"), row.get("gone"))).collect::<Vec<(Uuid, String, bool)>>()
    };
    let before: Vec<(String, bool)> = shown().await.into_iter().map(|(_, state, gone)| (state, gone)).collect();
    let expected = [("poison", false), ("discarded", true), ("poison", false)];
    assert_eq!(before, expected.map(|(state, gone)| (state.to_owned(), gone)));
    let second = shown().await[2].0;
    parking::discard(&hears, second, by(&hears, "sent by mistake")).await.unwrap();
    assert!(shown().await.iter().any(|(id, _, gone)| *id == second && *gone));
}
