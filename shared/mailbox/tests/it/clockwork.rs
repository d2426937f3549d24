//! What falls due is fired once, in business time.

use std::sync::{Arc, atomic::Ordering};

use mailbox::{Mailbox, Stem};
use testkit::{Kit, MORNING, Staff, Street, clocks, until};
use time::Duration;
use uuid::Uuid;

use crate::desk::{Desk, TABLES, fact, rounds};

/// A case whose timer falls due `minutes` after the morning.
async fn due_in(mailbox: &Mailbox, name: &str, minutes: i64) -> Uuid {
    let case = mailbox.new_id();
    let mut changes = mailbox.changes();
    changes.record(&mut Stem::new(case, "case"), fact(mailbox, "received"), vec![]);
    changes.set_timer(case, name, MORNING + Duration::minutes(minutes));
    mailbox.commit(changes).await.unwrap();
    case
}

async fn rung(mailbox: &Mailbox, case: Uuid) -> usize {
    rounds(mailbox.db()).await.get(&case).map_or(0, Vec::len)
}

pub async fn a_timer_rings_once_when_business_time_says_so(kit: Arc<Kit>) {
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let database = ground.database(&TABLES).await;
    let clock = clocks();
    let mailbox = database.mailbox(Street::OWNER, clock.clone(), 1);
    let other = database.mailbox(Street::OWNER, clock.clone(), 2);
    let to = |minutes| {
        clock.business.advance_to(MORNING + Duration::minutes(minutes)).unwrap();
        mailbox.wake_timers();
    };
    let handler = Desk::open();
    let hire = |mailbox: &Mailbox| Staff::of(mailbox).relay(bus.config()).timers(handler.clone());
    let (staff, second) = (hire(&mailbox), hire(&other));
    let once = due_in(&mailbox, "once", 10).await;
    let again = due_in(&mailbox, "again", 20).await;
    let cleared = due_in(&mailbox, "once", 15).await;
    let past = due_in(&mailbox, "once", -5).await;
    until("what was due already rings", async || Ok(rung(&mailbox, past).await == 1)).await;
    assert_eq!(handler.rung.load(Ordering::SeqCst), 1);
    let mut changes = mailbox.changes();
    changes.clear_timer(cleared, "once");
    changes.clear_timer(cleared, "was never set");
    mailbox.commit(changes).await.unwrap();

    to(10);
    until("the first rings", async || Ok(rung(&mailbox, once).await == 1)).await;
    assert_eq!(rung(&mailbox, again).await, 0);
    // Each hour once, when five of them passed at one stroke.
    to(20 + 4 * 60);
    until("the second rings five times", async || Ok(rung(&mailbox, again).await == 5)).await;
    staff.stop().await;
    second.stop().await;
    // Due while nobody works.
    to(20 + 5 * 60);
    let staff = hire(&mailbox);
    until("it rings after the start", async || Ok(rung(&mailbox, again).await == 6)).await;
    staff.stop().await;
    assert_eq!((rung(&mailbox, once).await, rung(&mailbox, cleared).await), (1, 0));
    assert_eq!(handler.rung.load(Ordering::SeqCst), 8, "each was decided once");
    assert_eq!(database.count("select count(*) from timers").await, 1);
}

/// Timers that cannot be decided, or whose decision cannot be stored, stay due and stop no other.
pub async fn a_timer_that_fails_stops_no_other(kit: Arc<Kit>) {
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let database = ground.database(&TABLES).await;
    let mailbox = database.mailbox(Street::OWNER, clocks(), 3);
    // More of them than are looked at together.
    let mut changes = mailbox.changes();
    let broken = mailbox.new_id();
    changes.record(&mut Stem::new(broken, "case"), fact(&mailbox, "received"), vec![]);
    for n in 0..600_u128 {
        changes.set_timer(Uuid::from_u128(n), "never", MORNING - Duration::days(1));
    }
    changes.set_timer(broken, "unstorable", MORNING - Duration::days(1));
    mailbox.commit(changes).await.unwrap();
    let good = due_in(&mailbox, "once", 0).await;
    let staff = Staff::of(&mailbox).relay(bus.config()).timers(Desk::open());
    until("the good one rings", async || Ok(rung(&mailbox, good).await == 1)).await;
    staff.stop().await;
    assert_eq!(database.count("select count(*) from timers").await, 601);
    assert_eq!(rung(&mailbox, broken).await, 0);
}
