//! A commit is all or nothing, and passes only on the state it was decided on.

use std::sync::Arc;

use futures::future::join_all;
use mailbox::{
    Changes, CommitError, Digest, Mailbox, Message, Stem,
    idempotency::{self, KeyRow, Known},
};
use testkit::{Kit, MORNING, clocks};
use uuid::Uuid;

use crate::{
    desk::{TABLES, Thing, fact, load, stem},
    owner::assigned,
};

const TOPIC: &str = "department.tax.tasks.v1";

/// Everything that a commit can hold, about one subject.
fn full(mailbox: &Mailbox, stem: &mut Stem) -> Changes {
    let mut changes = mailbox.changes();
    let message = Message::new(TOPIC, stem.id, &assigned(stem.id, 1));
    changes.record(stem, fact(mailbox, "did"), vec![message]);
    changes.put(Thing { id: stem.id, rounds: vec![1], note: "once".to_owned() });
    changes.set_timer(stem.id, "remind", MORNING);
    changes
}

const EVERYTHING: &str = "select (select count(*) from subjects) + (select count(*) from ledger)
    + (select count(*) from outbox) + (select count(*) from things) + (select count(*) from timers)
    + (select count(*) from numbers) + (select count(*) from idempotency)";

pub async fn a_refused_commit_leaves_nothing(kit: Arc<Kit>) {
    let database = kit.ground().await.database(&TABLES).await;
    let mailbox = database.mailbox("market-registration", clocks(), 1);
    let (first, second) = (mailbox.new_id(), mailbox.new_id());

    let mut changes = full(&mailbox, &mut Stem::new(first, "case"));
    changes.claim("seal", "3706830000001", first);
    mailbox.commit(changes).await.unwrap();
    let stored = database.count(EVERYTHING).await;
    assert_eq!(stored, 6);

    // Issued already.
    let mut changes = full(&mailbox, &mut Stem::new(second, "case"));
    changes.claim("seal", "3706830000001", second);
    let refused = mailbox.commit(changes).await.unwrap_err();
    assert!(matches!(&refused, CommitError::Taken(what) if what.contains("3706830000001")), "{refused:?}");
    // Decided on a state that is gone.
    let mut old = stem(mailbox.db(), first).await;
    let mut changes = mailbox.changes();
    changes.record(&mut old.clone(), fact(&mailbox, "first"), vec![]);
    mailbox.commit(changes).await.unwrap();
    let refused = mailbox.commit(full(&mailbox, &mut old)).await.unwrap_err();
    assert!(matches!(refused, CommitError::Stale(_)), "{refused:?}");
    // Made by somebody else in between.
    let refused = mailbox.commit(full(&mailbox, &mut Stem::new(first, "case"))).await.unwrap_err();
    assert!(matches!(refused, CommitError::Stale(_)), "{refused:?}");
    // Nothing that PostgreSQL can keep.
    let mut changes = full(&mailbox, &mut Stem::new(second, "case"));
    changes.put(Thing { id: second, rounds: vec![], note: "\0".to_owned() });
    let refused = mailbox.commit(changes).await.unwrap_err();
    assert!(matches!(refused, CommitError::Defect(_)), "{refused:?}");

    assert_eq!(database.count(EVERYTHING).await, stored + 1);
    assert!(load(mailbox.db(), vec![second]).await.unwrap().is_empty());
    mailbox.commit(mailbox.changes()).await.unwrap();
}

pub async fn a_number_is_issued_once_and_its_holder_may_claim_it_again(kit: Arc<Kit>) {
    let database = kit.ground().await.database(&TABLES).await;
    let mailbox = database.mailbox("market-registration", clocks(), 2);
    let attempts = (0..8).map(async |_| {
        let case = mailbox.new_id();
        let mut changes = full(&mailbox, &mut Stem::new(case, "case"));
        // Twice in one commit: two messages of a batch may name it.
        changes.claim("credit_code", "91370683MA3TEST001", case);
        changes.claim("credit_code", "91370683MA3TEST001", case);
        (case, mailbox.commit(changes).await)
    });
    let outcomes = join_all(attempts).await;
    let won: Vec<Uuid> = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).map(|(case, _)| *case).collect();
    let taken = outcomes.iter().filter(|(_, outcome)| matches!(outcome, Err(CommitError::Taken(_)))).count();
    assert_eq!((won.len(), taken), (1, 7), "{outcomes:?}");

    let mut stem = stem(mailbox.db(), won[0]).await;
    let mut changes = mailbox.changes();
    changes.record(&mut stem, fact(&mailbox, "corrected"), vec![]);
    changes.claim("credit_code", "91370683MA3TEST001", won[0]);
    mailbox.commit(changes).await.unwrap();
}

pub async fn a_key_is_used_once(kit: Arc<Kit>) {
    let database = kit.ground().await.database(&TABLES).await;
    let mailbox = database.mailbox("intake", clocks(), 3);
    let request = Digest::of(b"the same body");
    let attempts = (0..10).map(async |_| {
        let case = mailbox.new_id();
        let mut changes = full(&mailbox, &mut Stem::new(case, "case"));
        let (scope, key, at) = ("a-1 submit".to_owned(), "k-1".to_owned(), mailbox.clocks().system.now());
        changes.remember(KeyRow { scope, key, request, subject: case, at });
        (case, mailbox.commit(changes).await)
    });
    let outcomes = join_all(attempts).await;
    let won: Vec<Uuid> = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).map(|(case, _)| *case).collect();
    let used = outcomes.iter().filter(|(_, outcome)| matches!(outcome, Err(CommitError::KeyUsed))).count();
    assert_eq!((won.len(), used), (1, 9), "{outcomes:?}");
    assert_eq!(database.count("select count(*) from subjects").await, 1);

    let db = mailbox.db();
    let known = async |key, body: &[u8]| idempotency::look_up(db, "a-1 submit", key, &Digest::of(body)).await.unwrap();
    assert_eq!(known("k-1", b"the same body").await, Known::Same(won[0]));
    assert_eq!(known("k-1", b"another body").await, Known::Other);
    assert_eq!(known("k-2", b"the same body").await, Known::New);
}

/// Batches that touch the same subjects, in whatever order they came: one waits for the other, none is broken off.
pub async fn overlapping_batches_never_lock_each_other_out(kit: Arc<Kit>) {
    let database = kit.ground().await.database(&TABLES).await;
    let mailbox = database.mailbox("market-registration", clocks(), 4);
    let mut cases: Vec<Uuid> = (0..12).map(|_| mailbox.new_id()).collect();
    // Stored in another order than that of their ids.
    cases.sort_by_key(|id| id.as_u128().reverse_bits());
    let mut changes = mailbox.changes();
    for case in &cases {
        let mut one = mailbox.changes();
        one.record(&mut Stem::new(*case, "case"), fact(&mailbox, "received"), vec![]);
        one.put(Thing { id: *case, rounds: vec![], note: String::new() });
        mailbox.commit(one).await.unwrap();
        changes.absorb(mailbox.changes());
    }
    let writers = (0..8_usize).map(async |writer| {
        for round in 0..25_usize {
            loop {
                let mine: Vec<Uuid> = (0..6).map(|n| cases[(n * (writer + 1) + round) % cases.len()]).collect();
                let mut changes = mailbox.changes();
                for (id, (mut stem, thing)) in load(mailbox.db(), mine).await.unwrap() {
                    let message = Message::new(TOPIC, id, &assigned(id, 1));
                    changes.record(&mut stem, fact(&mailbox, "did"), vec![message]);
                    changes.put(thing);
                }
                match mailbox.commit(changes).await {
                    Ok(()) => break,
                    Err(CommitError::Stale(_)) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
        }
    });
    join_all(writers).await;
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    assert_eq!(database.count(deadlocks).await, 0);
    let report = mailbox::ledger::verify(&database.superuser()).await.unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}
