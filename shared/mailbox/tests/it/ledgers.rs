//! What was done cannot be undone without showing.

use std::sync::Arc;

use mailbox::{Mailbox, Message, Stem, ledger};
use sqlx::{AssertSqlSafe, Executor as _, PgPool};
use testkit::{Database, Kit, clocks};
use uuid::Uuid;

use crate::{
    desk::{TABLES, fact},
    owner::assigned,
};

/// Three cases with four facts each.
async fn history(mailbox: &Mailbox) -> Vec<Uuid> {
    let mut cases = Vec::new();
    for _ in 0..3 {
        let case = mailbox.new_id();
        let mut stem = Stem::new(case, "case");
        for round in 1..=4 {
            let mut changes = mailbox.changes();
            let message = Message::new("department.tax.tasks.v1", case, &assigned(case, round));
            changes.record(&mut stem, fact(mailbox, "assigned"), vec![message]);
            mailbox.commit(changes).await.unwrap();
        }
        cases.push(case);
    }
    cases
}

async fn close(db: &PgPool, mailbox: &Mailbox) -> Option<ledger::Block> {
    let mut connection = db.acquire().await.unwrap();
    ledger::close_block(&mut connection, mailbox.clocks().system.now()).await.unwrap()
}

async fn findings(db: &PgPool) -> Vec<String> {
    ledger::verify(db).await.unwrap().findings.iter().map(ToString::to_string).collect()
}

/// Does it, sees what is found, and takes it back.
async fn found_after(superuser: &PgPool, tampering: String, expected: &[String]) {
    let dump = "create table kept_ledger as table ledger; create table kept_subjects as table subjects;
                create table kept_blocks as table ledger_block;";
    superuser.execute(dump).await.unwrap();
    let done = superuser.execute(AssertSqlSafe(tampering.clone())).await.unwrap();
    assert!(done.rows_affected() > 0, "{tampering}");
    assert_eq!(findings(superuser).await, expected, "{tampering}");
    let back = "truncate ledger, subjects, ledger_block;
                insert into ledger table kept_ledger; insert into subjects table kept_subjects;
                insert into ledger_block table kept_blocks;
                drop table kept_ledger, kept_subjects, kept_blocks;";
    superuser.execute(back).await.unwrap();
}

pub async fn whatever_the_superuser_alters_is_named(kit: Arc<Kit>) {
    let database = kit.ground().await.database(&TABLES).await;
    let mailbox = database.mailbox("market-registration", clocks(), 1);
    let superuser = database.superuser();
    let first = history(&mailbox).await;
    let block = close(&superuser, &mailbox).await.unwrap();
    assert_eq!((block.number, block.rows), (1, 12));
    assert_eq!(close(&superuser, &mailbox).await, None);
    let second = history(&mailbox).await;
    assert_eq!(close(&superuser, &mailbox).await.unwrap().number, 2);
    history(&mailbox).await;
    let report = ledger::verify(&superuser).await.unwrap();
    assert_eq!((report.subjects, report.facts, report.blocks, report.findings), (9, 36, 2, vec![]));
    assert_eq!(ledger::export_last_block(mailbox.db()).await.unwrap().unwrap().number, 2);

    let (a, b) = (first[0], second[1]);
    let disagree = |case: Uuid, n: i64| format!("subject {case} fact {n}: content and hash disagree");
    let missing = |case: Uuid, n: i64| format!("subject {case}: fact {n} is missing before fact {}", n + 1);
    let sealed =
        |n: i64, now: i64| format!("block {n}: sealed over 12 facts, {now} are there now or their hashes changed");
    let tail = |case: Uuid, says: i64, ends: i64| {
        format!("subject {case}: its row names fact {says} as the last, the ledger ends with {ends}")
    };
    // One row, each of its columns.
    for column in [
        "kind = kind || 'x'",
        "actor = 'me'",
        "at = at + interval '1 microsecond'",
        "body = '{\"a\":1}'",
        "messages = ''",
    ] {
        let text = format!("update ledger set {column} where subject = '{a}' and sequence = 2");
        found_after(&superuser, text, &[disagree(a, 2)]).await;
    }
    let text = format!("delete from ledger where subject = '{a}' and sequence = 2");
    found_after(&superuser, text, &[missing(a, 2), sealed(1, 11)]).await;
    // The tail, and the subject's row turned back so that the chain itself is whole again.
    let text = format!("delete from ledger where subject = '{b}' and sequence = 4");
    found_after(&superuser, text, &[tail(b, 4, 3), sealed(2, 11)]).await;
    let text = format!(
        "with gone as (delete from ledger where subject = '{b}' and sequence = 4)
         update subjects s set sequence = 3, head = l.hash from ledger l
         where s.id = '{b}' and l.subject = s.id and l.sequence = 3"
    );
    found_after(&superuser, text, &[sealed(2, 11)]).await;
    // The whole subject.
    let text = format!("with gone as (delete from ledger where subject = '{a}') delete from subjects where id = '{a}'");
    found_after(&superuser, text, &[sealed(1, 8)]).await;
    // A block, or one that never was.
    let chain = |n: i64| format!("block {n}: its own hash does not follow from the block before");
    let text = "update ledger_block set closed_at = closed_at - interval '1 day' where number = 1".to_owned();
    found_after(&superuser, text, &[chain(1)]).await;
    let text = "delete from ledger_block where number = 1".to_owned();
    found_after(&superuser, text, &[chain(2), sealed(2, 24)]).await;
    assert_eq!(findings(&superuser).await, Vec::<String>::new());
}

/// A transaction that began before a block and committed after it is in the next one.
pub async fn a_late_fact_is_sealed_by_the_next_block(kit: Arc<Kit>) {
    let database = kit.ground().await.database(&TABLES).await;
    let mailbox = database.mailbox("market-registration", clocks(), 2);
    let superuser = database.superuser();
    let case = history(&mailbox).await[0];
    let mut late = superuser.begin().await.unwrap();
    // Its transaction number is drawn now.
    late.execute(AssertSqlSafe(format!("update subjects set kind = kind where id = '{case}'"))).await.unwrap();
    late.execute("create table late as select 1").await.unwrap();
    history(&mailbox).await;
    assert_eq!(close(&superuser, &mailbox).await.unwrap().rows, 24);
    let text = "insert into ledger (subject, sequence, kind, actor, at, body, messages, hash)
                select gen_random_uuid(), 1, 'late', 'x', now(), '', '', decode(repeat('00', 32), 'hex')";
    late.execute(text).await.unwrap();
    late.commit().await.unwrap();
    history(&mailbox).await;
    assert_eq!(close(&superuser, &mailbox).await.unwrap().rows, 13);
    let blocks = |findings: Vec<String>| findings.into_iter().filter(|found| found.starts_with("block")).count();
    assert_eq!(blocks(findings(&superuser).await), 0);
}

async fn denied(database: &Database, statement: &str) {
    let refusal = database.app().execute(AssertSqlSafe(statement)).await.unwrap_err();
    let code = refusal.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
    assert_eq!(code.as_deref(), Some("42501"), "{statement}: {refusal}");
}

pub async fn the_application_can_only_add(kit: Arc<Kit>) {
    let database = kit.ground().await.database(&TABLES).await;
    let mailbox = database.mailbox("market-registration", clocks(), 3);
    history(&mailbox).await;
    // A partition that is made later is no way around.
    sqlx::query("select make_partitions(now() + interval '70 days')").execute(mailbox.db()).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class
         where relkind in ('r', 'p') and (relname like 'ledger%' or relname like 'outbox%' or relname = 'accesses')
         order by 1",
    )
    .fetch_all(&database.superuser())
    .await
    .unwrap();
    assert!(tables.len() >= 9, "{tables:?}");
    for table in tables {
        denied(&database, &format!("delete from {table}")).await;
        denied(&database, &format!("truncate {table}")).await;
        denied(&database, &format!("drop table {table}")).await;
        let column = if table == "ledger_block" { "rows = 0" } else { "at = now()" };
        denied(&database, &format!("update {table} set {column}")).await;
    }
    assert_eq!(findings(mailbox.db()).await, Vec::<String>::new());
}

/// What runs with the owner's rights sees no table of a session, is called by whom `migrate` names, and waits for nobody.
pub async fn what_the_owner_lends_cannot_be_bent(kit: Arc<Kit>) {
    let database = kit.ground().await.database(&TABLES).await;
    let superuser = database.superuser();
    // As a database comes where nobody took anything away.
    let grant =
        format!("grant temporary on database {} to public; grant create on schema public to public", database.name);
    superuser.execute(AssertSqlSafe(grant)).await.unwrap();
    let owner = database.owner().acquire().await.unwrap().detach();
    let app = database.app().connect_options().get_username().to_owned();
    mailbox::schema::migrate(owner, &app, &TABLES, clocks().system.now()).await.unwrap();
    denied(&database, "create temporary table relay (epoch bigint)").await;
    denied(&database, "create table relays (epoch bigint)").await;
    let lent: Vec<(String, Vec<String>, bool)> = sqlx::query_as(
        "select p.proname::text, p.proconfig, coalesce(bool_or(a.grantee = 0), p.proacl is null)
         from pg_proc p left join aclexplode(p.proacl) a on true where p.prosecdef group by p.oid order by 1",
    )
    .fetch_all(&superuser)
    .await
    .unwrap();
    assert_eq!(
        lent.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(),
        ["blank_said", "drop_partitions", "make_partitions"]
    );
    for (name, settings, everybody) in lent {
        let path = settings.iter().find_map(|setting| setting.strip_prefix("search_path=")).unwrap_or_default();
        assert!(path.starts_with("pg_catalog") && path.ends_with("pg_temp"), "{name}: {path}");
        assert!(settings.iter().any(|setting| setting.starts_with("lock_timeout=")), "{name}: {settings:?}");
        assert!(!everybody, "{name}");
    }
}
