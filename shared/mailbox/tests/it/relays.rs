//! What was committed is said: everything, in its order, by one speaker at a time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use contracts::{schema::Event as _, task::v1::Assigned};
use futures::future::join_all;
use mailbox::{CommitError, Message, Stem};
use prost::Message as _;
use sqlx::{AssertSqlSafe, Executor as _};
use testkit::{Kit, Operation, Resource, Rule, Sent, Staff, Street, clocks, until};
use uuid::Uuid;

use crate::{
    desk::{TABLES, fact, load},
    owner::{assigned, say},
};

/// Every round of every case, in the order in which a reader meets them for the first time.
pub fn rounds_said(sent: &[Sent]) -> BTreeMap<String, Vec<(u32, i64)>> {
    let mut seen = BTreeSet::new();
    let mut said: BTreeMap<String, Vec<(u32, i64)>> = BTreeMap::new();
    for record in sent.iter().filter(|record| seen.insert(record.header("ce_id").to_owned())) {
        let round = Assigned::decode(record.body.as_slice()).unwrap().round;
        let sequence = record.header("ce_sequence").parse().unwrap();
        assert_eq!(record.header("ce_subject"), record.key.as_deref().unwrap());
        said.entry(record.key.clone().unwrap()).or_default().push((round, sequence));
    }
    said
}

/// Rounds and sequences count from 1 without a gap.
pub fn assert_in_order(said: &BTreeMap<String, Vec<(u32, i64)>>) {
    for (case, said) in said {
        let counted: Vec<(u32, i64)> = (1..).zip(1..).take(said.len()).collect();
        assert_eq!(*said, counted, "case {case}");
    }
}

/// Eight writers over twenty cases, of which some commit late and some not at all.
pub async fn nothing_is_lost_and_every_key_keeps_its_order(kit: Arc<Kit>) {
    let street = kit.street(3).await;
    let database = kit.ground().await.database(&TABLES).await;
    let mailbox = database.mailbox(Street::OWNER, clocks(), 1);
    let bus = kit.ground().await.bus().await;
    let staff = Staff::of(&mailbox).relay(bus.config());
    let cases: Vec<Uuid> = (0..20).map(|_| mailbox.new_id()).collect();
    let superuser = database.superuser();
    let writers = (0..8_usize).map(async |writer| {
        let mut said = 0;
        for turn in 0..40_usize {
            // Somebody took a transaction number long ago, holds the case, and lets go only now.
            let case = cases[(writer * 7 + turn * 3) % cases.len()];
            let held = if turn % 4 == writer % 4 {
                let mut held = superuser.begin().await.unwrap();
                held.execute("select pg_current_xact_id()").await.unwrap();
                held.execute(AssertSqlSafe(format!("select from subjects where id = '{case}' for update")))
                    .await
                    .unwrap();
                Some(held)
            } else {
                None
            };
            let commit = async {
                loop {
                    let stem = load(mailbox.db(), vec![case]).await.unwrap().remove(&case).map(|(stem, _)| stem);
                    let mut stem = stem.unwrap_or_else(|| Stem::new(case, "case"));
                    let round = u32::try_from(stem.sequence() + 1).unwrap();
                    let mut changes = mailbox.changes();
                    let message = Message::new(street.tasks(), case, &assigned(case, round));
                    changes.record(&mut stem, fact(&mailbox, "assigned"), vec![message]);
                    match mailbox.commit(changes).await {
                        Ok(()) => return,
                        Err(CommitError::Stale(_)) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
            };
            let let_go = async {
                if let Some(held) = held {
                    // Others commit and are published meanwhile.
                    tokio::time::sleep(Duration::from_millis(15)).await;
                    held.rollback().await.unwrap();
                }
            };
            tokio::join!(commit, let_go);
            said += 1;
        }
        said
    });
    let count: usize = join_all(writers).await.into_iter().sum();
    database.published().await;
    staff.stop().await;
    let sent = bus.read(&street.tasks()).await;
    let said = rounds_said(&sent);
    assert_eq!(sent.len(), count, "nobody failed: nothing is said twice");
    assert_eq!(said.values().map(Vec::len).sum::<usize>(), count);
    assert_in_order(&said);
}

/// A transaction that drew its number first and commits last is read when it is there.
pub async fn who_commits_late_is_heard_all_the_same(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let database = kit.ground().await.database(&TABLES).await;
    let mailbox = database.mailbox(Street::OWNER, clocks(), 2);
    let bus = kit.ground().await.bus().await;
    let staff = Staff::of(&mailbox).relay(bus.config());
    let (late, punctual) = (mailbox.new_id(), mailbox.new_id());
    let superuser = database.superuser();
    let mut open = superuser.begin().await.unwrap();
    let event = assigned(late, 1);
    sqlx::query(
        "insert into outbox (id, topic, key, kind, subject, sequence, at, body) values ($1, $2, $3, $4, $5, 1, now(), $6)",
    )
    .bind(mailbox.new_id())
    .bind(street.tasks())
    .bind(late.to_string())
    .bind(Assigned::kind())
    .bind(late)
    .bind(event.encode_to_vec())
    .execute(&mut *open)
    .await
    .unwrap();
    for round in 1..=5 {
        say(&mailbox, &street, punctual, round).await;
    }
    until("the punctual ones are said", async || Ok(bus.ends(&street.tasks()).await == [5])).await;
    open.commit().await.unwrap();
    until("the late one is said", async || Ok(bus.ends(&street.tasks()).await == [6])).await;
    database.published().await;
    staff.stop().await;
    let said = rounds_said(&bus.read(&street.tasks()).await);
    assert_eq!(said[&late.to_string()], [(1, 1)]);
    assert_in_order(&said);
}

pub async fn one_instance_leads_and_the_next_takes_over(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let database = kit.ground().await.database(&TABLES).await;
    let bus = kit.ground().await.bus().await;
    let mailboxes = [3, 4].map(|seed| database.mailbox(Street::OWNER, clocks(), seed));
    let staffs = mailboxes.each_ref().map(|mailbox| Staff::of(mailbox).relay(bus.config()));
    let case = mailboxes[0].new_id();
    until("one of them leads", async || Ok(mailboxes.iter().any(mailbox::Mailbox::leads))).await;
    // Both speak; the leader says it for both.
    for round in 1..=10 {
        say(&mailboxes[round as usize % 2], &street, case, round).await;
        assert!(!mailboxes.iter().all(mailbox::Mailbox::leads));
    }
    database.published().await;
    assert_eq!(bus.ends(&street.tasks()).await, [10]);
    // The leader's connection dies, again and again.
    let superuser = database.superuser();
    for round in 11..=15 {
        let killed: i64 = sqlx::query_scalar(
            "select count(pg_terminate_backend(pid)) from pg_locks
             where locktype = 'advisory' and mode = 'ExclusiveLock' and granted
               and database = (select oid from pg_database where datname = current_database())",
        )
        .fetch_one(&superuser)
        .await
        .unwrap();
        say(&mailboxes[1], &street, case, round).await;
        database.published().await;
        assert!(killed <= 1, "{killed} led");
    }
    // The leader goes in order: the other leads.
    let [first, second] = staffs;
    until("one of them leads", async || Ok(mailboxes.iter().any(mailbox::Mailbox::leads))).await;
    let (leads, waits) = if mailboxes[0].leads() { (first, second) } else { (second, first) };
    leads.stop().await;
    say(&mailboxes[1], &street, case, 16).await;
    database.published().await;
    waits.stop().await;
    let said = rounds_said(&bus.read(&street.tasks()).await);
    assert_eq!(said[&case.to_string()].len(), 16);
    assert_in_order(&said);
}

/// A topic that may not be written waits for its right; the others flow, and nothing is said over and over meanwhile.
pub async fn a_denied_topic_stops_no_other(kit: Arc<Kit>) {
    let shaken = kit.shaken().await;
    let ground = shaken.ground;
    let bus = ground.bus().await;
    let open = Street::named("TAX");
    let closed = kit.street_on(ground, 1).await;
    let database = ground.database(&TABLES).await;
    let mailbox = database.mailbox(Street::OWNER, clocks(), 5);
    let staff = Staff::of(&mailbox).relay(bus.principal(Street::OWNER));
    let (denied, granted) = (mailbox.new_id(), mailbox.new_id());
    let before = bus.ends(&open.tasks()).await[0];
    for round in 1..=6 {
        say(&mailbox, &closed, denied, round).await;
        say(&mailbox, &open, granted, round).await;
    }
    until("the trouble shows", async || Ok(staff.degraded.all().iter().any(|(part, _)| *part == "broker"))).await;
    let told = staff.degraded.all().into_iter().find(|(part, _)| *part == "broker").unwrap().1;
    assert!(told.contains(&closed.tasks()), "{told}");
    until("the others flow", async || Ok(bus.ends(&open.tasks()).await[0] >= before + 6)).await;
    say(&mailbox, &open, granted, 7).await;
    until("they flow on", async || Ok(bus.ends(&open.tasks()).await[0] >= before + 7)).await;

    let mut rules = testkit::usual_rules();
    let usual = rules.clone();
    rules.insert(Rule {
        principal: Street::OWNER.to_owned(),
        operation: Operation::Write,
        resource: Resource::Topic(closed.tasks()),
    });
    bus.allow(rules).await;
    database.published().await;
    until("all is well", async || Ok(staff.degraded.all().is_empty())).await;
    staff.stop().await;
    bus.allow(usual).await;
    assert_eq!(bus.ends(&open.tasks()).await, [before + 7], "what flowed was said once");
    let said = rounds_said(&bus.read(&closed.tasks()).await);
    assert_eq!(said[&denied.to_string()].len(), 6);
    assert_in_order(&said);
}

/// A database that was copied row by row has another cluster's transaction numbers in its cursor: everything new would
/// pass as published. Nothing is said, and it shows.
pub async fn a_cursor_from_another_cluster_is_refused(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let database = kit.ground().await.database(&TABLES).await;
    let bus = kit.ground().await.bus().await;
    let mailbox = database.mailbox(Street::OWNER, clocks(), 7);
    say(&mailbox, &street, mailbox.new_id(), 1).await;
    let superuser = database.superuser();
    superuser.execute("update relay set snapshot = '1000000000:1000000000:'").await.unwrap();
    let staff = Staff::of(&mailbox).relay(bus.config());
    until("it shows", async || Ok(staff.degraded.has("relay"))).await;
    assert!(!mailbox.leads());
    staff.stop().await;
    assert_eq!(bus.ends(&street.tasks()).await, [0]);
}
