//! Whatever a department says is answered: done, rejected or set aside. On a real Kafka.

use std::sync::Arc;

use casework::{CaseId, Decision, DepartmentSays, Output, Reply, TaskId, wire::encode_reply};
use contracts::{event::Attributes, schema::Event as _, task::v1::Closed};
use testkit::{Kit, Raw, Sent, Staff, Street, Told, Wrong, until, wrongly_said};
use time::Duration;

use crate::faults::began;

const OWNER: &str = "construction-permit";

pub async fn whatever_a_department_says_wrongly_is_answered(kit: Arc<Kit>) {
    let ((desk, project), bus) = (began(&kit).await, kit.ground().await.bus().await);
    let street = Street::named("NRP");
    bus.open(&street, 1).await;
    // Others have items of the stage, too.
    bus.open(&Street::named("DRC"), 1).await;
    let staff = Staff::of(&desk.mailbox).relay(bus.config());
    let member = bus.member("answers-of-construction-permit");
    let staff = staff.consumer(member, &[&street.replies_to(OWNER)], desk.handler.clone());

    let (now, case) = (desk.mailbox.clocks().business.now(), CaseId::new(project));
    let says = |says| Reply { case, task: TaskId::derived(case, "A12"), round: 1, says };
    let decided = |number: &str, at| {
        let outputs = vec![Output { kind: "result".to_owned(), value: number.to_owned() }];
        says(DepartmentSays::Decided(Decision {
            decided_at: at, decided_by: "测试".to_owned(), outputs, fees: vec![]
        }))
    };
    let raw = |reply: &Reply| {
        let (kind, body) = encode_reply(reply);
        let attributes = Attributes {
            id: desk.mailbox.new_id(),
            kind,
            source: street.principal(),
            time: now,
            subject: reply.task.to_string(),
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
    };
    let say = async |records: Vec<Raw>| {
        let first = bus.ends(&street.replies_to(OWNER)).await[0];
        bus.send(&street.replies_to(OWNER), records).await;
        let end = bus.ends(&street.replies_to(OWNER)).await[0];
        until("everything is heard", async || {
            let next = "select next from consumer_offset where topic = $1";
            let next: Option<i64> =
                sqlx::query_scalar(next).bind(street.replies_to(OWNER)).fetch_optional(desk.mailbox.db()).await?;
            Ok(next == Some(end))
        })
        .await;
        desk.database.published().await;
        first
    };
    let good = decided("莱审-A12-000001", now);
    let mut all = wrongly_said(|| raw(&good));
    let wrong = |what, reply: Reply, code| Wrong { what, record: raw(&reply), code };
    let acknowledged = || says(DepartmentSays::Acknowledged { acknowledged_at: now });
    all.extend([
        wrong("another's item", Reply { task: TaskId::derived(case, "A15"), ..acknowledged() }, "not_holder"),
        wrong("an item that is none", Reply { task: TaskId::derived(case, "Z99"), ..acknowledged() }, "unknown_task"),
        wrong("a round to come", Reply { round: 7, ..acknowledged() }, "unknown_round"),
        wrong("a time long ago", decided("1", now - Duration::days(2)), "skew"),
        wrong("no document", decided("", now), "missing"),
    ]);
    let first = say(all.iter().map(|wrong| wrong.record.clone()).collect()).await;
    let told = Told::read(&bus.read(&street.tasks()).await);
    assert!(all.len() >= 30, "{}", all.len());
    for (offset, wrong) in (first..).zip(&all) {
        let id = wrong.record.headers.iter().find(|(name, _)| name == "ce_id").map(|(_, id)| id.clone());
        let id = String::from_utf8(id.unwrap_or_default()).unwrap();
        let parked = told.parked.get(&offset).map_or(&[][..], Vec::as_slice);
        let codes: Vec<&str> = parked.iter().map(|parked| parked.code.as_str()).collect();
        let rejected = told.answered.get(&id).is_some_and(|codes| codes.iter().any(|code| code == wrong.code));
        assert!(codes == [wrong.code] || (codes.is_empty() && rejected), "{}: {codes:?}", wrong.what);
        assert!(parked.iter().all(|parked| parked.may_be_said_again || parked.code.contains('_')), "{}", wrong.what);
    }
    // What is right is still possible; of what is then decided nothing else may be said.
    say(vec![raw(&good)]).await;
    let first = say(vec![raw(&decided("2", now)), raw(&decided("2", now)).with_header("ce_id", None)]).await;
    let all = bus.read(&street.tasks()).await;
    assert_eq!(all.iter().filter(|sent: &&Sent| sent.header("ce_type") == Closed::kind()).count(), 1);
    let told = Told::read(&all);
    for offset in [first, first + 1] {
        assert!(!told.parked[&offset][0].may_be_said_again, "{:?}", told.parked[&offset]);
    }
    staff.stop().await;
}
