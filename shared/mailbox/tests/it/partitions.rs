//! Partitions are made ahead, also for ids of a month that nobody expected; what was not said is not dropped.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Executor as _};
use testkit::{Kit, Staff, clocks};
use time::macros::datetime;

use crate::{
    consumers::heard,
    desk::{Desk, TABLES, rounds},
    owner::{raw, say},
};

pub async fn months_are_cut_ahead_and_late_rows_find_theirs(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let database = ground.database(&TABLES).await;
    let mailbox = database.mailbox(&street.principal(), clocks(), 1);
    let now = mailbox.clocks().system.now();
    let hire = || {
        Staff::of(&mailbox).relay(bus.config()).consumer(
            bus.member(&street.principal()),
            &[&street.tasks()],
            Desk::open(),
        )
    };
    // A sender whose clock is half a year ahead, and one who counts in no time at all.
    let ahead = now + time::Duration::days(180);
    let future = mailbox.ids().uuid(ahead);
    let (case, records) = (mailbox.new_id(), [future, uuid::Uuid::from_u128(u128::MAX / 3)]);
    let send = async |rounds: [u32; 2]| {
        bus.send(&street.tasks(), rounds.into_iter().zip(records).map(|(round, id)| raw(id, case, round))).await;
    };
    send([1, 2]).await;
    let staff = hire();
    heard(bus, &database, &street.tasks()).await;
    database.published().await;
    let own = "select count(*) from ledger l join ledger_default d using (subject, sequence)";
    assert_eq!(database.count(own).await, 0, "the month that runs has its partitions");
    assert_eq!(database.count("select count(*) from inbox_default").await, 2);
    for _ in 0..2 {
        sqlx::query("select make_partitions($1)").bind(ahead).execute(mailbox.db()).await.unwrap();
    }
    assert_eq!(database.count("select count(*) from inbox_default").await, 1);
    assert_eq!(database.count("select count(*) from inbox").await, 2);
    // Still known.
    send([3, 4]).await;
    heard(bus, &database, &street.tasks()).await;
    assert_eq!(rounds(mailbox.db()).await[&case], [1, 2]);
    staff.stop().await;

    // An old month: said, and dropped; not said, and kept; too young, and kept, whoever asks.
    let old = datetime!(2024-02-10 00:00 UTC);
    sqlx::query("select make_partitions($1)").bind(old).execute(mailbox.db()).await.unwrap();
    let unsaid = mailbox.ids().uuid(old);
    let insert = "insert into outbox (id, topic, key, kind, subject, sequence, at, body)
                  values ($1, $2, 'k', 'wutong.task.v1.Assigned', $3, 1, now(), '')";
    sqlx::query(insert).bind(unsaid).bind(street.tasks()).bind(case).execute(mailbox.db()).await.unwrap();
    let drop_before = async |before: time::OffsetDateTime| -> i32 {
        sqlx::query_scalar("select drop_partitions($1)").bind(before).fetch_one(mailbox.db()).await.unwrap()
    };
    assert_eq!(drop_before(now).await, 1, "the inbox's");
    assert_eq!(drop_before(now).await, 0, "the outbox's is not said");
    assert_eq!(database.count("select count(*) from outbox_2024_02").await, 1);
    let staff = hire();
    database.published().await;
    // The leader's own housekeeping may come first.
    staff.stop().await;
    drop_before(ahead).await;
    assert_eq!(database.count("select count(*) from pg_class where relname like 'outbox_2024_02'").await, 0);
    say(&mailbox, &street, mailbox.new_id(), 1).await;
    assert!(database.count("select count(*) from outbox").await > 0);
}

/// A dump holds every table for as long as it takes. Housekeeping does not get its locks, and nobody waits behind it; once
/// the dump is over it is done.
pub async fn the_desk_goes_on_while_somebody_reads_for_long(kit: Arc<Kit>) {
    let street = kit.street(1).await;
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let database = ground.database(&TABLES).await;
    let mailbox = database.mailbox(&street.principal(), clocks(), 2);
    let now = mailbox.clocks().system.now();
    let old = datetime!(2024-02-10 00:00 UTC);
    let months = [old, now + time::Duration::days(90)];
    sqlx::query("select make_partitions($1)").bind(months[0]).execute(mailbox.db()).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace",
    )
    .fetch_all(&database.superuser())
    .await
    .unwrap();
    let mut dump = database.superuser().begin().await.unwrap();
    let read = format!("lock table {} in access share mode", tables.join(", "));
    dump.execute(AssertSqlSafe(read)).await.unwrap();

    // The relay's housekeeping begins when it leads; this one keeps on trying, as a minute's retries would.
    let staff = Staff::of(&mailbox).relay(bus.config()).consumer(
        bus.member(&street.principal()),
        &[&street.tasks()],
        Desk::open(),
    );
    let stop = tokio_util::sync::CancellationToken::new();
    let keeper = tokio::spawn({
        let (db, stop) = (mailbox.db().clone(), stop.clone());
        async move {
            let mut refused = 0;
            while !stop.is_cancelled() {
                for (call, at) in [("select make_partitions($1)", months[1]), ("select drop_partitions($1)", now)] {
                    let refusal = sqlx::query(call).bind(at).execute(&db).await.unwrap_err();
                    let code = refusal.as_database_error().and_then(|e| e.code().map(std::borrow::Cow::into_owned));
                    assert_eq!(code.as_deref(), Some("55P03"), "{refusal}");
                    refused += 1;
                }
            }
            refused
        }
    });
    let case = mailbox.new_id();
    let begun = std::time::Instant::now();
    for round in 1..=5 {
        bus.send(&street.tasks(), [raw(mailbox.new_id(), case, round)]).await;
        heard(bus, &database, &street.tasks()).await;
    }
    database.published().await;
    let took = begun.elapsed();
    stop.cancel();
    assert!(keeper.await.unwrap() > 0);
    assert!(took < std::time::Duration::from_secs(10), "the desk waited behind the housekeeping: {took:?}");
    assert_eq!(rounds(mailbox.db()).await[&case], [1, 2, 3, 4, 5]);

    dump.rollback().await.unwrap();
    sqlx::query("select make_partitions($1)").bind(months[1]).execute(mailbox.db()).await.unwrap();
    let dropped: i32 =
        sqlx::query_scalar("select drop_partitions($1)").bind(now).fetch_one(mailbox.db()).await.unwrap();
    assert_eq!(dropped, 1);
    staff.stop().await;
}
