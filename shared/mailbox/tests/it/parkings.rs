//! What failed waits in its order, and goes on: by itself, by an operator, or given up.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use contracts::{event::header, task::v1::Assigned};
use mailbox::{
    Mailbox,
    parking::{self, ActKind, By, Filter, HeaderValue, Mend, Parked, ParkedState, ParkingError},
};
use testkit::{Kit, Raw, Staff, clocks, until, until_within};
use uuid::Uuid;

use crate::{
    consumers::heard,
    desk::{Desk, NEEDS_REGISTER, TABLES, rounds},
    owner::{assigned, raw, raw_with},
};

async fn parked(mailbox: &Mailbox, state: ParkedState) -> Vec<Parked> {
    let filter = Filter { state: Some(state), limit: 100, ..Filter::default() };
    let mut parked = parking::list(mailbox.db(), &filter).await.unwrap();
    parked.sort_by_key(|parked| parked.offset);
    parked
}

/// What an operator does now.
pub fn by<'a>(mailbox: &Mailbox, reason: &'a str) -> By<'a> {
    By { id: mailbox.new_id(), operator: "op-1", reason, at: mailbox.clocks().system.now() }
}

fn needs_register(id: Uuid, case: Uuid, round: u32) -> Raw {
    raw_with(id, &Assigned { theme: NEEDS_REGISTER.to_owned(), ..assigned(case, round) })
}

/// One message waits for the register: its key waits behind it in order, others flow; it is tried again by itself.
pub async fn a_key_waits_behind_what_failed(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let hears = desk.mailbox(&street.principal(), clocks(), 1);
    let (case, other) = (hears.new_id(), hears.new_id());
    let handler = Desk::open();
    handler.register_closed.store(true, Ordering::SeqCst);
    let staff = Staff::of(&hears).relay(bus.config()).consumer(
        bus.member(&street.principal()),
        &[&street.tasks()],
        handler.clone(),
    );
    // The first is done, the second fails, the third comes in the same batch, the fourth in a later one.
    let batch = [raw(hears.new_id(), case, 1), needs_register(hears.new_id(), case, 2), raw(hears.new_id(), case, 3)];
    bus.send(&street.tasks(), batch).await;
    bus.send(&street.tasks(), (1..=3).map(|round| raw(hears.new_id(), other, round))).await;
    heard(bus, &desk, &street.tasks()).await;
    let fourth = raw(hears.new_id(), case, 4);
    // Sent twice: waits once, is done once.
    for record in [fourth.clone(), fourth] {
        bus.send(&street.tasks(), [record]).await;
        heard(bus, &desk, &street.tasks()).await;
    }
    assert_eq!(rounds(hears.db()).await[&case], [1]);
    assert_eq!(rounds(hears.db()).await[&other], [1, 2, 3]);
    let (blocked, waiting) = (parked(&hears, ParkedState::Blocked).await, parked(&hears, ParkedState::Waiting).await);
    assert_eq!((blocked.len(), waiting.len()), (1, 2));
    assert_eq!(waiting.iter().map(|waiting| waiting.times).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((blocked[0].code.as_str(), blocked[0].attempts), ("register_closed", 1));
    assert!(blocked[0].retry_at.is_some_and(|at| at > blocked[0].parked_at));
    let refused = parking::replay(&hears, waiting[0].id, by(&hears, "")).await;
    assert!(matches!(refused, Err(ParkingError::Waits)), "{refused:?}");

    let tried_again = async || Ok(parked(&hears, ParkedState::Blocked).await[0].attempts == 2);
    until("it is tried again by itself", tried_again).await;
    handler.register_closed.store(false, Ordering::SeqCst);
    let done = async || Ok(rounds(hears.db()).await[&case] == [1, 2, 3, 4]);
    until_within(Duration::from_secs(15), "it went through by itself, and the waiting ones after it", done).await;
    bus.send(&street.tasks(), [raw(hears.new_id(), case, 5)]).await;
    heard(bus, &desk, &street.tasks()).await;
    assert_eq!(rounds(hears.db()).await[&case], [1, 2, 3, 4, 5]);
    until("nothing is parked", async || Ok(!staff.degraded.has("parked"))).await;
    desk.published().await;
    assert_eq!(bus.ends(&street.replies()).await, [8]);
    staff.stop().await;
}

/// An operator does not wait for the next try; a message is mended, another given up.
pub async fn an_operator_replays_mends_and_discards(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let hears = desk.mailbox(&street.principal(), clocks(), 2);
    let db = hears.db();
    let (case, given_up, poisoned) = (hears.new_id(), hears.new_id(), hears.new_id());
    let handler = Desk::open();
    handler.register_closed.store(true, Ordering::SeqCst);
    let unwanted = needs_register(hears.new_id(), given_up, 1);
    let records = [
        needs_register(hears.new_id(), case, 1),
        raw(hears.new_id(), case, 2),
        unwanted.clone(),
        raw(hears.new_id(), given_up, 2),
        raw(hears.new_id(), poisoned, 1).with_header(header::CONTENT_TYPE, Some(b"text/plain")),
        raw(hears.new_id(), poisoned, 2),
    ];
    bus.send(&street.tasks(), records).await;
    let staff = Staff::of(&hears).relay(bus.config()).consumer(
        bus.member(&street.principal()),
        &[&street.tasks()],
        handler.clone(),
    );
    heard(bus, &desk, &street.tasks()).await;
    // Far from their next try.
    sqlx::query("update parked set retry_at = retry_at + interval '1 hour'").execute(&desk.superuser()).await.unwrap();
    handler.register_closed.store(false, Ordering::SeqCst);
    let blocked = parked(&hears, ParkedState::Blocked).await;
    parking::replay(&hears, blocked[0].id, by(&hears, "")).await.unwrap();
    until("it was replayed", async || Ok(rounds(db).await.get(&case).is_some_and(|done| *done == [1, 2]))).await;

    // Given up: the next one goes on, and it does not come back when it is delivered again.
    let discarded = parking::discard(&hears, blocked[1].id, by(&hears, "sent by mistake")).await.unwrap();
    assert_eq!((discarded.state, discarded.resolved_by.as_deref()), (ParkedState::Discarded, Some("op-1")));
    until("the next goes on", async || Ok(rounds(db).await.get(&given_up).is_some_and(|done| *done == [2]))).await;
    bus.send(&street.tasks(), [unwanted]).await;
    heard(bus, &desk, &street.tasks()).await;
    assert_eq!(rounds(db).await[&given_up], [2]);
    let refused = parking::replay(&hears, blocked[1].id, by(&hears, "")).await;
    assert!(matches!(refused, Err(ParkingError::Resolved(ParkedState::Discarded))), "{refused:?}");

    // Replayed as it is, it is poison again; mended, it does its work.
    let poison = parked(&hears, ParkedState::Poison).await.remove(0);
    assert_eq!(rounds(db).await[&poisoned], [2]);
    parking::replay(&hears, poison.id, by(&hears, "")).await.unwrap();
    let tried = async || {
        let again = parking::get(db, poison.id).await?;
        Ok((again.state, again.attempts) == (ParkedState::Poison, 2))
    };
    until("it is poison again", tried).await;
    let same = Mend { headers: Some(poison.headers.clone()), ..Mend::default() };
    for nothing in [same, Mend::default()] {
        let refused = parking::mend(&hears, poison.id, nothing, by(&hears, "wrong type")).await;
        assert!(matches!(refused, Err(ParkingError::Unchanged)), "{refused:?}");
    }
    let mut headers = poison.headers.clone();
    headers.retain(|(name, _)| name != header::CONTENT_TYPE);
    headers.push((header::CONTENT_TYPE.to_owned(), HeaderValue::Text("application/protobuf".to_owned())));
    let mend = Mend { headers: Some(headers), ..Mend::default() };
    let mended = parking::mend(&hears, poison.id, mend, by(&hears, "wrong type")).await.unwrap();
    assert!(mended.resolution.unwrap().contains("mended by op-1: wrong type"));
    let [replayed, act] = mended.acts.as_slice() else { panic!("{:?}", mended.acts) };
    assert_eq!((replayed.act, act.act), (ActKind::Replayed, ActKind::Mended));
    assert_eq!((act.by.as_str(), act.reason.as_str()), ("op-1", "wrong type"));
    let digests = [&act.digest_before, &act.digest_after].map(|digest| digest.clone().unwrap());
    assert!(digests[0] != digests[1] && digests.iter().all(|digest| digest.len() == 64), "{digests:?}");
    parking::replay(&hears, poison.id, by(&hears, "")).await.unwrap();
    until("it was done", async || Ok(rounds(db).await[&poisoned] == [2, 1])).await;
    assert_eq!(parking::get(db, poison.id).await.unwrap().state, ParkedState::Done);
    assert_eq!(parking::open_count(db).await.unwrap(), 0);
    let unknown = parking::get(db, Uuid::nil()).await;
    assert!(matches!(unknown, Err(ParkingError::Unknown(_))), "{unknown:?}");
    staff.stop().await;
}
