//! What is heard is done once, in its order, by one member at a time.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use mailbox::{Mailbox, Stem};
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer as _},
};
use testkit::{Bus, Database, Kit, Raw, Staff, Street, clocks, until, until_within};
use uuid::Uuid;

use crate::{
    desk::{Desk, TABLES, rounds},
    owner::{raw, say},
};

/// Waits until the desk has heard everything that lies in the topic.
pub async fn heard(bus: &Bus, database: &Database, topic: &str) {
    let db = database.superuser();
    until("everything is heard", async || {
        let next: Vec<i64> = sqlx::query_scalar("select next from consumer_offset where topic = $1 order by partition")
            .bind(topic)
            .fetch_all(&db)
            .await?;
        let ends = bus.ends(topic).await;
        Ok(next.iter().sum::<i64>() == ends.iter().sum::<i64>())
    })
    .await;
}

fn each(cases: &[Uuid], last: i32) -> BTreeMap<Uuid, Vec<i32>> {
    cases.iter().map(|case| (*case, (1..=last).collect())).collect()
}

pub async fn batches_are_done_once_and_a_restart_goes_on(kit: Arc<Kit>) {
    let street = kit.street(2).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let (owner, desk) = (ground.database(&TABLES).await, ground.database(&TABLES).await);
    let says = owner.mailbox(Street::OWNER, clocks(), 1);
    let hears = desk.mailbox(&street.principal(), clocks(), 2);
    let cases: Vec<Uuid> = (0..10).map(|_| says.new_id()).collect();
    let owners = Staff::of(&says).relay(bus.config());
    for round in 1..=10 {
        futures::future::join_all(cases.iter().map(|case| say(&says, &street, *case, round))).await;
    }
    owner.published().await;

    let handler = Desk::open();
    let hire = |handler: &Arc<Desk>| {
        Staff::of(&hears).relay(bus.config()).consumer(
            bus.member(&street.principal()),
            &[&street.tasks()],
            handler.clone(),
        )
    };
    let desks = hire(&handler);
    heard(bus, &desk, &street.tasks()).await;
    assert_eq!(rounds(hears.db()).await, each(&cases, 10));
    assert!(handler.decided.load(Ordering::SeqCst) <= 5, "{:?} batches", handler.decided);
    desks.stop().await;

    // Everything once more, as a relay that lost its cursor would send it; and something new.
    let again = bus.read(&street.tasks()).await;
    bus.send(&street.tasks(), again.iter().map(Raw::again)).await;
    let count = mailbox::republish(&says, &bus.config(), time::OffsetDateTime::UNIX_EPOCH, &[]).await.unwrap();
    assert_eq!(count, 100);
    for case in &cases {
        say(&says, &street, *case, 11).await;
    }
    owner.published().await;
    let handler = Desk::open();
    let desks = hire(&handler);
    heard(bus, &desk, &street.tasks()).await;
    desk.published().await;
    assert_eq!(rounds(hears.db()).await, each(&cases, 11));
    assert_eq!(bus.read(&street.replies()).await.len(), 110);
    desks.stop().await;

    // Nothing new: nothing is decided.
    let handler = Desk::open();
    let desks = hire(&handler);
    let case = cases[0];
    say(&says, &street, case, 12).await;
    heard(bus, &desk, &street.tasks()).await;
    until("it is decided", async || Ok(rounds(hears.db()).await[&case].len() == 12)).await;
    assert_eq!(handler.decided.load(Ordering::SeqCst), 1);
    desks.stop().await;
    owners.stop().await;
}

async fn commit_offset(bus: &Bus, group: &str, topic: &str, offset: i64) {
    let consumer: BaseConsumer = bus.member(group).create().unwrap();
    let mut places = TopicPartitionList::new();
    places.add_partition_offset(topic, 0, Offset::Offset(offset)).unwrap();
    // The broker may not have seen yet that the last member left.
    until("the broker keeps it", async || Ok(consumer.commit(&places, CommitMode::Sync).is_ok())).await;
}

pub async fn kafkas_own_offsets_do_not_matter(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let hears = desk.mailbox(&street.principal(), clocks(), 3);
    let case = hears.new_id();
    let send =
        async |from: u32| bus.send(&street.tasks(), (from..from + 5).map(|n| raw(hears.new_id(), case, n))).await;
    // Ahead: it says that everything was read.
    send(1).await;
    commit_offset(bus, &street.principal(), &street.tasks(), 5).await;
    for (first, lie) in [(6, 0), (11, 3), (16, 1_000)] {
        let staff = Staff::of(&hears).consumer(bus.member(&street.principal()), &[&street.tasks()], Desk::open());
        heard(bus, &desk, &street.tasks()).await;
        staff.stop().await;
        assert_eq!(rounds(hears.db()).await[&case].len(), first as usize - 1);
        // Behind, in between, far beyond the end.
        commit_offset(bus, &street.principal(), &street.tasks(), lie).await;
        send(first).await;
    }
    let staff = Staff::of(&hears).consumer(bus.member(&street.principal()), &[&street.tasks()], Desk::open());
    heard(bus, &desk, &street.tasks()).await;
    staff.stop().await;
    assert_eq!(rounds(hears.db()).await, each(&[case], 20));
}

/// A member that dies without a word, its partitions with the next one; and a topic that was not there before.
pub async fn the_next_member_takes_over(kit: Arc<Kit>) {
    let street = kit.street(2).await;
    let later = Street::named(&format!("{}LATER", street.department));
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let pattern = format!("^department\\.{}(later)?\\.tasks\\.v1$", street.department.to_lowercase());
    let member = |name: &str, seed| {
        let mut config = bus.member(&street.principal());
        config.set("group.instance.id", name);
        let mailbox = desk.mailbox(&street.principal(), clocks(), seed);
        Staff::of(&mailbox).relay(bus.config()).consumer(config, &[&pattern], Desk::open())
    };
    let hears = desk.mailbox(&street.principal(), clocks(), 4);
    let cases: Vec<Uuid> = (0..8).map(|_| hears.new_id()).collect();
    let send = async |round: u32| {
        bus.send(&street.tasks(), cases.iter().map(|case| raw(hears.new_id(), *case, round))).await;
    };
    let first = member("one", 5);
    send(1).await;
    heard(bus, &desk, &street.tasks()).await;
    let second = member("two", 6);
    // Rebalanced or not: everything is done once.
    for round in 2..=20 {
        send(round).await;
    }
    heard(bus, &desk, &street.tasks()).await;
    first.kill().await;
    send(21).await;
    bus.open(&later, 1).await;
    let late = hears.new_id();
    bus.send(&later.tasks(), [raw(hears.new_id(), late, 1)]).await;
    let everything = async || Ok(rounds(hears.db()).await.values().map(Vec::len).sum::<usize>() == 8 * 21 + 1);
    until_within(Duration::from_secs(45), "the second has taken over", everything).await;
    let mut all = each(&cases, 21);
    all.insert(late, vec![1]);
    assert_eq!(rounds(hears.db()).await, all);
    second.stop().await;
}

/// Another process bore its name for a while: the broker fences the first one, and its client is done for.
pub async fn who_was_fenced_joins_again(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let hears = desk.mailbox(&street.principal(), clocks(), 10);
    let mut config = bus.member(&street.principal());
    config.set("group.instance.id", "one");
    let staff = Staff::of(&hears).consumer(config.clone(), &[&street.tasks()], Desk::open());
    let case = hears.new_id();
    bus.send(&street.tasks(), [raw(hears.new_id(), case, 1)]).await;
    heard(bus, &desk, &street.tasks()).await;

    let namesake: BaseConsumer = config.set("enable.auto.commit", "false").create().unwrap();
    namesake.subscribe(&[&street.tasks()]).unwrap();
    until("the first is fenced", async || {
        namesake.poll(Duration::ZERO);
        Ok(staff.degraded.has("broker_reading"))
    })
    .await;
    let observer: BaseConsumer = bus.config().create().unwrap();
    let members = || -> anyhow::Result<Vec<String>> {
        let groups = observer.fetch_group_list(Some(&street.principal()), Duration::from_secs(5))?;
        Ok(groups.groups().iter().flat_map(|group| group.members()).map(|member| member.id().to_owned()).collect())
    };
    let fenced_by = members().unwrap();
    drop(namesake);
    until("the first has its place again", async || Ok(members()? != fenced_by)).await;
    bus.send(&street.tasks(), [raw(hears.new_id(), case, 2)]).await;
    heard(bus, &desk, &street.tasks()).await;
    assert_eq!(rounds(hears.db()).await, each(&[case], 2));
    staff.stop().await;
}

/// It decided while another one read on from the same place: nothing of its batch is written.
pub async fn who_was_overtaken_commits_nothing(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let hears = desk.mailbox(&street.principal(), clocks(), 7);
    let handler = Desk::open();
    let door = handler.door.lock().await;
    let case = hears.new_id();
    bus.send(&street.tasks(), (1..=4).map(|round| raw(hears.new_id(), case, round))).await;
    let staff = Staff::of(&hears).consumer(bus.member(&street.principal()), &[&street.tasks()], handler.clone());
    until("it decides", async || Ok(handler.decided.load(Ordering::SeqCst) > 0)).await;
    sqlx::query("insert into consumer_offset (topic, partition, since, next) values ($1, 0, 0, 3)")
        .bind(street.tasks())
        .execute(&desk.superuser())
        .await
        .unwrap();
    drop(door);
    heard(bus, &desk, &street.tasks()).await;
    assert_eq!(rounds(hears.db()).await[&case], [4]);
    staff.stop().await;
}

/// The state was changed by somebody at the counter while the batch was decided: it is decided again on what is there.
pub async fn a_decision_on_an_old_state_is_made_again(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let hears: Mailbox = desk.mailbox(&street.principal(), clocks(), 8);
    let case = hears.new_id();
    let mut stem = Stem::new(case, "case");
    let handler = Desk::open();
    let staff = Staff::of(&hears).consumer(bus.member(&street.principal()), &[&street.tasks()], handler.clone());
    for round in 1..=5 {
        let door = handler.door.lock().await;
        let decided = handler.decided.load(Ordering::SeqCst);
        bus.send(&street.tasks(), [raw(hears.new_id(), case, round)]).await;
        until("it decides", async || Ok(handler.decided.load(Ordering::SeqCst) > decided)).await;
        drop(door);
        let mut changes = hears.changes();
        if round > 1 {
            stem = crate::desk::stem(hears.db(), case).await;
        }
        changes.record(&mut stem, crate::desk::fact(&hears, "at_the_counter"), vec![]);
        // One of the two comes second and is made again.
        if hears.commit(changes).await.is_err() {
            assert!(round > 1 || !rounds(hears.db()).await.is_empty());
        }
        heard(bus, &desk, &street.tasks()).await;
    }
    assert_eq!(rounds(hears.db()).await, each(&[case], 5));
    assert_eq!(desk.count("select count(*) from parked").await, 0);
    staff.stop().await;
}

/// The broker lost the topic and has a new one of the same name, or forgot what was not read in time.
pub async fn a_topic_that_lost_its_past_is_read_from_its_beginning(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let hears = desk.mailbox(&street.principal(), clocks(), 9);
    let case = hears.new_id();
    let bad = || raw(hears.new_id(), case, 99).with_header("ce_time", None);
    let hire = || Staff::of(&hears).consumer(bus.member(&street.principal()), &[&street.tasks()], Desk::open());
    let mut records: Vec<Raw> = (1..=3).map(|round| raw(hears.new_id(), case, round)).collect();
    records.push(bad());
    bus.send(&street.tasks(), records).await;
    let staff = hire();
    heard(bus, &desk, &street.tasks()).await;
    staff.stop().await;
    // As if a thousand had been read from the topic that was lost.
    sqlx::query("update consumer_offset set since = 990, next = 1000").execute(&desk.superuser()).await.unwrap();
    bus.send(&street.tasks(), [raw(hears.new_id(), case, 4), bad(), raw(hears.new_id(), case, 5)]).await;
    let staff = hire();
    heard(bus, &desk, &street.tasks()).await;
    assert_eq!(rounds(hears.db()).await, each(&[case], 5));
    assert_eq!(desk.count("select count(*) from parked").await, 2);
    assert_eq!(desk.count("select sum(times) from parked").await, 3, "one of them was read twice");
    bus.send(&street.tasks(), [raw(hears.new_id(), case, 6)]).await;
    heard(bus, &desk, &street.tasks()).await;
    assert_eq!(rounds(hears.db()).await, each(&[case], 6));
    staff.stop().await;
}
