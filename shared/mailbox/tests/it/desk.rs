//! A small service: the desk of a department that writes down each round of a case and acknowledges it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use contracts::{
    schema::Event as _,
    task::v1::{Acknowledged, Assigned, Closed, Decided, Suspended, SuspensionKind},
};
use mailbox::{
    Fact, Fault, Handler, Incoming, Mailbox, Message, Row, STEM_COLUMNS, SetAside, Sql, Stem, Timer, Verdict,
};
use prost::Message as _;
use sqlx::{AssertSqlSafe, PgPool, Row as _, migrate::Migrator};
use testkit::Street;
use uuid::Uuid;

pub static TABLES: Migrator = sqlx::migrate!("tests/it/migrations");

/// A case as the desk knows it.
#[derive(Clone, Debug)]
pub struct Thing {
    pub id: Uuid,
    pub rounds: Vec<i32>,
    pub note: String,
}

impl Row for Thing {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let rounds =
            rows.iter().map(|r| format!("{{{}}}", r.rounds.iter().map(i32::to_string).collect::<Vec<_>>().join(",")));
        let rounds = sql.bind(rounds.collect::<Vec<String>>());
        let notes = sql.bind(rows.into_iter().map(|r| r.note).collect());
        let text = format!(
            "insert into things (id, rounds, note)
             select id, rounds::int[], note from unnest({ids}::uuid[], {rounds}::text[], {notes}::text[]) as t (id, rounds, note)
             on conflict (id) do update set rounds = excluded.rounds, note = excluded.note"
        );
        sql.part("put_things", text);
    }
}

/// What may go wrong at the desk, switched by the story.
#[derive(Default)]
pub struct Desk {
    /// Assignments of the theme `needs-register` fail while it is closed.
    pub register_closed: AtomicBool,
    /// Held by a story: nobody decides meanwhile.
    pub door: tokio::sync::Mutex<()>,
    /// Batches that were decided, with repetitions.
    pub decided: AtomicUsize,
    /// Timers that were decided, with repetitions.
    pub rung: AtomicUsize,
}

/// A theme whose assignments need the register.
pub const NEEDS_REGISTER: &str = "needs-register";
/// A theme at which the desk breaks down.
pub const BREAKS: &str = "breaks";

impl Desk {
    pub fn open() -> Arc<Self> {
        Arc::default()
    }

    fn decide(&self, mailbox: &Mailbox, case: &mut (Stem, Thing), incoming: &Incoming) -> Verdict {
        if incoming.attributes.kind.ends_with(".Suspended") {
            let suspended: Suspended = incoming.read()?;
            return match SuspensionKind::try_from(suspended.kind) {
                Ok(_) => Ok(mailbox.changes()),
                Err(_) => Err(Fault::passing("unknown_kind", "this kind of suspension is not known yet")),
            };
        }
        let assigned: Assigned = incoming.read()?;
        if assigned.case_id != incoming.key {
            return Err(Fault::poison("wrong_key", "the key is not the case's id"));
        }
        assert_ne!(assigned.theme, BREAKS, "the desk breaks down");
        if assigned.theme == NEEDS_REGISTER && self.register_closed.load(Ordering::SeqCst) {
            return Err(Fault::passing("register_closed", "the register is closed"));
        }
        let (stem, thing) = case;
        thing.rounds.push(i32::try_from(assigned.round).unwrap());
        thing.note = assigned.case_number;
        let mut changes = mailbox.changes();
        let at = mailbox.clocks().business.now();
        let fact = Fact { kind: "done".to_owned(), actor: incoming.attributes.source.clone(), at, body: vec![] };
        let reply = Acknowledged { task_id: assigned.task_id, case_id: assigned.case_id, ..Acknowledged::default() };
        let replies = incoming.topic.replace("tasks.v1", &format!("replies.{}.v1", Street::OWNER));
        changes.record(stem, fact, vec![Message::new(replies, &incoming.key, &reply)]);
        changes.put(thing.clone());
        Ok(changes)
    }
}

#[async_trait]
impl Handler for Desk {
    async fn handle(&self, mailbox: &Mailbox, batch: &[Incoming]) -> Result<Vec<Verdict>, sqlx::Error> {
        self.decided.fetch_add(1, Ordering::SeqCst);
        let _open = self.door.lock().await;
        let ids = batch.iter().map(|incoming| Uuid::parse_str(&incoming.key));
        let mut cases = load(mailbox.db(), ids.clone().flatten().collect()).await?;
        let mut verdicts = Vec::new();
        for (incoming, id) in batch.iter().zip(ids) {
            let Ok(id) = id else {
                verdicts.push(Err(Fault::poison("wrong_key", "the key is not a case's id")));
                continue;
            };
            let case = cases.entry(id).or_insert_with(|| (Stem::new(id, "case"), new(id)));
            verdicts.push(self.decide(mailbox, case, incoming));
        }
        Ok(verdicts)
    }

    /// Each timer says that it fell due: `once` ends, `again` sets itself one hour later.
    async fn fire(&self, mailbox: &Mailbox, due: &[Timer]) -> Result<Vec<Verdict>, sqlx::Error> {
        self.rung.fetch_add(due.len(), Ordering::SeqCst);
        let mut cases = load(mailbox.db(), due.iter().map(|timer| timer.owner).collect()).await?;
        let mut verdicts = Vec::new();
        for timer in due {
            if timer.name == "never" {
                verdicts.push(Err(Fault::poison("never", "this timer is never decided")));
                continue;
            }
            let (stem, thing) =
                cases.entry(timer.owner).or_insert_with(|| (Stem::new(timer.owner, "case"), new(timer.owner)));
            let mut changes = mailbox.changes();
            changes.record(stem, fact(mailbox, &timer.name), vec![]);
            thing.rounds.push(1);
            // PostgreSQL keeps no NUL in a text.
            thing.note = if timer.name == "unstorable" { "\0".to_owned() } else { timer.due_at.to_string() };
            changes.put(thing.clone());
            if timer.name == "again" {
                changes.set_timer(timer.owner, "again", timer.due_at + time::Duration::hours(1));
            }
            verdicts.push(Ok(changes));
        }
        Ok(verdicts)
    }
}

fn new(id: Uuid) -> Thing {
    Thing { id, rounds: Vec::new(), note: String::new() }
}

/// Cases by id, those that exist.
pub async fn load(db: &PgPool, ids: Vec<Uuid>) -> Result<HashMap<Uuid, (Stem, Thing)>, sqlx::Error> {
    let text = format!(
        "select s.id, coalesce(t.rounds, '{{}}') as rounds, coalesce(t.note, '') as note, {STEM_COLUMNS}
         from subjects s left join things t on t.id = s.id where s.id = any($1)"
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(ids).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let id = row.try_get("id")?;
            let thing = Thing { id, rounds: row.try_get("rounds")?, note: row.try_get("note")? };
            Ok((id, (Stem::read(id, "case", row)?, thing)))
        })
        .collect()
}

/// Every case with the rounds that were done, in the order in which they were done.
pub async fn rounds(db: &PgPool) -> BTreeMap<Uuid, Vec<i32>> {
    let rows = sqlx::query("select id, rounds from things").fetch_all(db).await.unwrap();
    rows.iter().map(|row| (row.get("id"), row.get("rounds"))).collect()
}

/// The stem of a subject that exists.
pub async fn stem(db: &PgPool, id: Uuid) -> Stem {
    load(db, vec![id]).await.unwrap().remove(&id).unwrap().0
}

/// Something that happened now.
pub fn fact(mailbox: &Mailbox, kind: &str) -> Fact {
    Fact { kind: kind.to_owned(), actor: "test".to_owned(), at: mailbox.clocks().business.now(), body: b"{}".to_vec() }
}

/// An owner of a process who answers whatever it hears; a case is decided when it heard a decision.
#[derive(Default)]
pub struct Answered {
    pub heard: Mutex<Vec<Uuid>>,
}

#[async_trait]
impl Handler for Answered {
    async fn handle(&self, mailbox: &Mailbox, batch: &[Incoming]) -> Result<Vec<Verdict>, sqlx::Error> {
        let ids = batch.iter().map(|incoming| Uuid::parse_str(&incoming.key).unwrap());
        let mut cases = load(mailbox.db(), ids.clone().collect()).await?;
        let mut answer = |(id, incoming): (Uuid, &Incoming)| {
            let Some((stem, _)) = cases.get_mut(&id) else {
                return Err(Fault::poison("unknown_case", "there is no such case"));
            };
            let tasks = incoming.topic.replace(&format!("replies.{}.v1", Street::OWNER), "tasks.v1");
            let mut changes = mailbox.changes();
            let kind = if incoming.attributes.kind == Decided::kind() { "decided" } else { "heard" };
            changes.record(stem, fact(mailbox, kind), vec![Message::new(tasks, id, &Closed::default())]);
            self.heard.lock().unwrap().push(id);
            Ok(changes)
        };
        Ok(ids.zip(batch).map(&mut answer).collect())
    }

    async fn may_be_said_again(&self, mailbox: &Mailbox, set_aside: &[SetAside<'_>]) -> Result<Vec<bool>, sqlx::Error> {
        let decided: Vec<Uuid> =
            sqlx::query_scalar("select subject from ledger where kind = 'decided'").fetch_all(mailbox.db()).await?;
        let case = |body: &[u8]| Acknowledged::decode(body).ok()?.case_id.parse().ok();
        let open = |of: &SetAside<'_>| case(of.body).is_none_or(|case: Uuid| !decided.contains(&case));
        Ok(set_aside.iter().map(open).collect())
    }
}
