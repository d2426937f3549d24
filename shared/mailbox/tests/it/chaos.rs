//! Whatever is killed, whenever: nothing is lost, nothing is done twice.

use std::{sync::Arc, time::Duration};

use mailbox::{CommitError, Mailbox, Message, Stem};
use testkit::{Kit, Staff, Street, clocks, until};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::{
    consumers::heard,
    desk::{Desk, TABLES, fact, load, rounds},
    owner::assigned,
    relays::{assert_in_order, rounds_said},
};

/// Says rounds of one case until the deadline, whatever fails, and returns how many were acknowledged.
async fn keeps_saying(mailbox: &Mailbox, street: &Street, case: Uuid, until: Instant) -> i64 {
    let mut acknowledged = 0;
    // On a busy machine nothing may pass before the disaster is over.
    while Instant::now() < until || acknowledged == 0 {
        sleep(Duration::from_millis(5)).await;
        let Ok(mut known) = load(mailbox.db(), vec![case]).await else { continue };
        let mut stem = known.remove(&case).map_or_else(|| Stem::new(case, "case"), |(stem, _)| stem);
        let round = u32::try_from(stem.sequence() + 1).unwrap();
        let mut changes = mailbox.changes();
        let message = Message::new(street.tasks(), case, &assigned(case, round));
        changes.record(&mut stem, fact(mailbox, "assigned"), vec![message]);
        match mailbox.commit(changes).await {
            Ok(()) => acknowledged = stem.sequence(),
            Err(CommitError::Stale(_) | CommitError::Unavailable(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    acknowledged
}

/// Owner and desk at work on one ground while `disaster` happens.
async fn work_through(kit: &Kit, disaster: impl AsyncFnOnce(&testkit::Ground, Instant)) {
    let shaken = kit.shaken().await;
    let ground = shaken.ground;
    let bus = ground.bus().await;
    let street = kit.street_on(ground, 2).await;
    let (owner, desk) = (ground.database(&TABLES).await, ground.database(&TABLES).await);
    let says = owner.mailbox(Street::OWNER, clocks(), 1);
    let hears = [2, 3].map(|seed| desk.mailbox(&street.principal(), clocks(), seed));
    let owners = Staff::of(&says).relay(bus.config());
    let desks = hears.each_ref().map(|mailbox| {
        Staff::of(mailbox).relay(bus.config()).consumer(
            bus.member(&street.principal()),
            &[&street.tasks()],
            Desk::open(),
        )
    });
    let cases: Vec<Uuid> = (0..6).map(|_| says.new_id()).collect();
    let begin = Instant::now();
    let end = begin + Duration::from_secs(5);
    let writers = futures::future::join_all(cases.iter().map(|case| keeps_saying(&says, &street, *case, end)));
    let (acknowledged, ()) = tokio::join!(writers, disaster(ground, begin));
    owner.published().await;
    heard(bus, &desk, &street.tasks()).await;
    desk.published().await;

    let said = rounds_said(&bus.read(&street.tasks()).await);
    assert_in_order(&said);
    let done = rounds(&desk.superuser()).await;
    for (case, acknowledged) in cases.iter().zip(acknowledged) {
        let count = said.get(&case.to_string()).map_or(0, Vec::len);
        assert!(acknowledged > 0 && count as i64 >= acknowledged, "{count} of {acknowledged} were said");
        assert_eq!(done[case], (1..=count as i32).collect::<Vec<_>>(), "each once, in order");
    }
    let replies = rounds_replied(&bus.read(&street.replies()).await);
    assert_eq!(replies, done.values().map(Vec::len).sum::<usize>());
    for database in [&owner, &desk] {
        let report = mailbox::ledger::verify(&database.superuser()).await.unwrap();
        assert!(report.findings.is_empty(), "{:?}", report.findings);
        assert_eq!(database.count("select count(*) from parked").await, 0);
    }
    let [first, second] = desks;
    let well = async || {
        let ill: Vec<_> = [&owners, &first, &second].iter().flat_map(|staff| staff.degraded.all()).collect();
        anyhow::ensure!(ill.is_empty(), "{ill:?}");
        Ok(true)
    };
    until("everybody is well again", well).await;
    for staff in [first, second, owners] {
        staff.stop().await;
    }
}

/// Different replies; a repeated one has the same id.
fn rounds_replied(sent: &[testkit::Sent]) -> usize {
    sent.iter().map(|sent| sent.header("ce_id")).collect::<std::collections::BTreeSet<_>>().len()
}

pub async fn the_broker_dies_and_comes_back(kit: Arc<Kit>) {
    work_through(&kit, async |ground, begin| {
        for at in [500, 2_500] {
            tokio::time::sleep_until(begin + Duration::from_millis(at)).await;
            ground.kill_kafka().await;
            ground.start_kafka().await;
        }
    })
    .await;
}

pub async fn the_database_dies_and_comes_back(kit: Arc<Kit>) {
    work_through(&kit, async |ground, begin| {
        for at in [500, 2_000, 3_500] {
            tokio::time::sleep_until(begin + Duration::from_millis(at)).await;
            ground.kill_postgres().await;
            ground.start_postgres().await;
        }
    })
    .await;
}
