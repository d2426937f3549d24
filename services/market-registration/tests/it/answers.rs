//! Whatever a department says is answered: done, rejected or set aside. On a real Kafka.

use std::{collections::BTreeSet, sync::Arc};

use casework::{
    CaseId, Decision, DepartmentSays, Grounds, Output, Refusal, Reply, SupplementItem, TaskId, wire::encode_reply,
};
use contracts::{
    event::Attributes, intake::v1::WithdrawalAsked, schema::Event as _, task::v1::Closed, time::timestamp,
};
use mailbox::Incoming;
use testkit::{Bus, Kit, Raw, Sent, Staff, Street, Told, Wrong, until, untried_headers, wrongly_said};
use time::Duration;
use uuid::Uuid;

use crate::names_desk::{MORNING, NamesDesk};

const CASE: Uuid = Uuid::from_u128(1);

/// The service on the bus, and one department that speaks to it.
struct Hall<'a> {
    desk: NamesDesk,
    bus: &'a Bus,
    street: Street,
    staff: Staff,
}

impl<'a> Hall<'a> {
    /// An opening whose licence is with the department.
    async fn open(kit: &'a Kit) -> Self {
        let (desk, bus) = (NamesDesk::open(kit).await, kit.ground().await.bus().await);
        let street = Street::named("MSA");
        bus.open(&street, 1).await;
        // Whoever gets a task when the licence is there; the ground has TAX and BNK.
        for department in ["PSB", "HRS", "MIB", "HPF", "CTR"] {
            bus.open(&Street::named(department), 1).await;
        }
        desk.deliver(&[desk.accepted(CASE, "莱州市云杉测试电子有限公司", "", MORNING)]).await;
        let member = bus.member("answers-of-market-registration");
        let staff = Staff::of(&desk.mailbox).relay(bus.config());
        let staff = staff.consumer(member, &[&street.replies()], desk.handler.clone());
        desk.database.published().await;
        Self { desk, bus, street, staff }
    }

    fn licence() -> TaskId {
        TaskId::derived(CaseId::new(CASE), "licence")
    }

    fn says(says: DepartmentSays) -> Reply {
        Reply { case: CaseId::new(CASE), task: Self::licence(), round: 1, says }
    }

    /// A record as the department would send it, under a new id.
    fn raw(&self, reply: &Reply) -> Raw {
        let (kind, body) = encode_reply(reply);
        let attributes = Attributes {
            id: self.desk.mailbox.new_id(),
            kind,
            source: self.street.principal(),
            time: self.desk.mailbox.clocks().business.now(),
            subject: reply.case.to_string(),
            sequence: 1,
            trace_parent: None,
        };
        let headers = attributes.to_headers().unwrap();
        Raw {
            partition: None,
            key: Some(reply.case.to_string().into_bytes()),
            headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value.into_bytes())).collect(),
            body: Some(body),
        }
    }

    /// Says it, and waits until it is heard and answered. Gives the offset of the first.
    async fn say(&self, records: impl IntoIterator<Item = Raw>) -> i64 {
        let begin = self.bus.ends(&self.street.replies()).await[0];
        self.bus.send(&self.street.replies(), records).await;
        let end = self.bus.ends(&self.street.replies()).await[0];
        let db = self.desk.mailbox.db();
        until("everything is heard", async || {
            let next: Option<i64> = sqlx::query_scalar("select next from consumer_offset where topic = $1")
                .bind(self.street.replies())
                .fetch_optional(db)
                .await?;
            Ok(next == Some(end))
        })
        .await;
        self.desk.database.published().await;
        begin
    }

    async fn told(&self) -> Vec<Sent> {
        self.bus.read(&self.street.tasks()).await
    }
}

fn decision(hall: &Hall<'_>, credit_code: &str) -> DepartmentSays {
    let output = |kind: &str, value: &str| Output { kind: kind.to_owned(), value: value.to_owned() };
    DepartmentSays::Decided(Decision {
        decided_at: hall.desk.mailbox.clocks().business.now(),
        decided_by: "测试".to_owned(),
        outputs: vec![output("credit_code", credit_code), output("established_on", "2025-09-28")],
        fees: vec![],
    })
}

/// What holds as a message and not as a reply.
fn untrue(hall: &Hall<'_>) -> Vec<Wrong> {
    let now = hall.desk.mailbox.clocks().business.now();
    let acknowledged = || DepartmentSays::Acknowledged { acknowledged_at: now };
    let wrong = |what, reply: Reply, code| Wrong { what, record: hall.raw(&reply), code };
    let unsigned = Refusal {
        decided_at: now,
        signed_by: String::new(),
        grounds: Grounds { basis: String::new(), reasons: vec![], remedies: vec![] },
    };
    let two_days_ago = DepartmentSays::Acknowledged { acknowledged_at: now - Duration::days(2) };
    vec![
        wrong(
            "a case that is none",
            Reply { case: CaseId::new(Uuid::from_u128(99)), ..Hall::says(acknowledged()) },
            "unknown_case",
        ),
        wrong(
            "a task that is none",
            Reply { task: TaskId::new(Uuid::from_u128(98)), ..Hall::says(acknowledged()) },
            "unknown_task",
        ),
        wrong(
            "another department's task",
            Reply { task: TaskId::derived(CaseId::new(CASE), "tax"), ..Hall::says(acknowledged()) },
            "not_holder",
        ),
        wrong("a round to come", Reply { round: 2, ..Hall::says(acknowledged()) }, "unknown_round"),
        wrong(
            "a cancellation that was none",
            Hall::says(DepartmentSays::CancelAcknowledged { acknowledged_at: now }),
            "never_begun",
        ),
        wrong("a time long ago", Hall::says(two_days_ago), "skew"),
        wrong("a wrong result", Hall::says(decision(hall, "91370683MAYY00018X")), "malformed"),
        wrong("a refusal without anything", Hall::says(DepartmentSays::Refused(unsigned)), "missing"),
        wrong(
            "a supplement of nothing",
            Hall::says(DepartmentSays::SupplementAsked { asked_at: now, items: vec![], reason: String::new() }),
            "missing",
        ),
    ]
}

pub async fn whatever_a_department_says_wrongly_is_answered(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let good = Hall::says(decision(&hall, "91370683MAYY00018Y"));
    let mut all = wrongly_said(|| hall.raw(&good));
    all.extend(untrue(&hall));
    let kinds: BTreeSet<&str> = all.iter().map(|wrong| wrong.what).collect();
    assert!(kinds.len() == all.len() && kinds.len() >= 30, "{}", all.len());
    let page = include_str!("../../../../proto/README.md");
    assert_eq!(untried_headers(page, &hall.raw(&good), &all), [""; 0], "the page promises more of headers");
    let first = hall.say(all.iter().map(|wrong| wrong.record.clone())).await;
    let told = Told::read(&hall.told().await);
    for (offset, wrong) in (first..).zip(&all) {
        let id = wrong.record.headers.iter().find(|(name, _)| name == "ce_id").map(|(_, id)| id.clone());
        let id = String::from_utf8(id.unwrap_or_default()).unwrap();
        let parked = told.parked.get(&offset).map_or(&[][..], Vec::as_slice);
        let answered = told.answered.get(&id).map_or(&[][..], Vec::as_slice);
        let codes: Vec<&str> = parked.iter().map(|parked| parked.code.as_str()).collect();
        let rejected = answered.iter().any(|code| code == wrong.code);
        assert!(codes == [wrong.code] || (codes.is_empty() && rejected), "{}: {codes:?}, {answered:?}", wrong.what);
    }
    // It was wrong in thirty ways, and the right one is still possible, whatever its trace.
    hall.say([hall.raw(&good).with_header("traceparent", Some(b"none"))]).await;
    let closed = |sent: &&Sent| sent.header("ce_type") == Closed::kind();
    assert_eq!(hall.told().await.iter().filter(closed).count(), 1);

    // Of a round that is decided nothing else may be said, however it is wrong.
    let other = Hall::says(decision(&hall, "91370683MAYY00026R"));
    let without = |name: &str| hall.raw(&other).with_header(name, None);
    let asked = Hall::says(DepartmentSays::SupplementAsked {
        asked_at: MORNING,
        items: vec![SupplementItem { code: "M02".to_owned(), note: String::new() }],
        reason: "缺件".to_owned(),
    });
    let records = [hall.raw(&other), hall.raw(&asked), without("ce_time"), without("content-type"), hall.raw(&good)];
    let first = hall.say(records).await;
    let told = hall.told().await;
    let parked = Told::read(&told).parked;
    let codes: Vec<_> = (first..first + 4)
        .map(|offset| (parked[&offset][0].code.as_str(), parked[&offset][0].may_be_said_again))
        .collect();
    let expected = ["contradiction", "contradiction", "bad_headers", "bad_content_type"].map(|code| (code, false));
    assert_eq!(codes, expected);
    assert_eq!(told.iter().filter(closed).count(), 2, "what is true is answered as often as it is said");
    assert!(mailbox::ledger::verify(hall.desk.mailbox.db()).await.unwrap().findings.is_empty());
    hall.staff.stop().await;
}

/// Design: what is said after a cancellation is recorded and answered, never parked, and ends nothing but the waiting.
pub async fn a_first_decision_after_the_cancellation_does_not_hold(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    desk.deliver(&[desk.accepted(CASE, "莱州市云杉测试电子有限公司", "", MORNING)]).await;
    let asked =
        WithdrawalAsked { case_id: CASE.to_string(), asked_at: timestamp(MORNING), reason: "不办了".to_owned() };
    desk.deliver(&[desk.passed_on(CASE, &asked)]).await;
    desk.it_is(MORNING + Duration::minutes(5));
    let answer = async |says: DepartmentSays| {
        let heard: Incoming = desk.replied(CASE, "MSA", Hall::licence(), says);
        desk.deliver(&[heard]).await;
        let said =
            sqlx::query_scalar("select kind from outbox where topic like '%.tasks.v1' order by seq desc limit 1");
        said.fetch_one(desk.mailbox.db()).await.unwrap()
    };
    let output = |kind: &str, value: &str| Output { kind: kind.to_owned(), value: value.to_owned() };
    let decided = DepartmentSays::Decided(Decision {
        decided_at: desk.mailbox.clocks().business.now(),
        decided_by: "测试".to_owned(),
        outputs: vec![output("credit_code", "91370683MAYY00018Y"), output("established_on", "2025-09-28")],
        fees: vec![],
    });
    let kinds: [String; 2] = [answer(decided.clone()).await, answer(decided).await];
    assert_eq!(kinds, ["wutong.task.v1.ReplyRejected"; 2]);
    assert_eq!(desk.database.count("select count(*) from numbers where value = '91370683MAYY00018Y'").await, 0);
    let stopping = "select count(*) from openings where phase = 'stopping'";
    assert_eq!(desk.database.count(stopping).await, 1);
    let acknowledged = DepartmentSays::CancelAcknowledged { acknowledged_at: desk.mailbox.clocks().business.now() };
    let kinds: [String; 2] = [answer(acknowledged.clone()).await, answer(acknowledged).await];
    assert_eq!(kinds, ["wutong.task.v1.ReplyNoted"; 2]);
    assert_eq!(desk.database.count(stopping).await, 0);
}
