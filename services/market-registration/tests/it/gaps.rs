//! Openings that were accepted with a paper missing (容缺受理).

use std::sync::Arc;

use casework::{CaseId, Decision, DepartmentSays, Output, TaskId};
use contracts::{
    intake::v1::{CaseAccepted, CaseReturned, Gap, GapClosed, GapExtended, WithdrawalAsked},
    process::v1::{Holder, Progressed},
    task::v1::{Amended, Assigned, Material},
    time::timestamp,
    topics,
};
use mailbox::Incoming;
use prost::Message as _;
use serde_json::{Value, json};
use sqlx::Row as _;
use testkit::Kit;
use time::{OffsetDateTime, macros::datetime};
use uuid::Uuid;

use crate::names_desk::{MORNING, NamesDesk};

const CASE: Uuid = Uuid::from_u128(1);
const CLOSING: OffsetDateTime = datetime!(2025-09-28 17:00 +8);

/// Task, department, and what it yields.
type Yield = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// In the order of the plan, up to the hand-over.
const RESULTS: [Yield; 7] = [
    ("licence", "MSA", &[("credit_code", "91370683MAYY00018Y"), ("established_on", "2025-09-28")]),
    (
        "seals",
        "PSB",
        &[
            ("seal_code", "3706830000001"),
            ("seal_code", "3706830000002"),
            ("seal_code", "3706830000003"),
            ("seal_code", "3706830000004"),
        ],
    ),
    ("tax", "TAX", &[("tax_types", "增值税"), ("invoice_kinds", "数电发票"), ("tax_device", "none")]),
    ("social", "HRS", &[("social_unit_number", "3706830000001")]),
    ("medical", "MIB", &[("medical_unit_number", "3706830000001")]),
    ("fund", "HPF", &[("fund_unit_account", "3706830000001")]),
    ("bank", "BNK", &[("account_number", "6228000000000000001"), ("basic_account_number", "J4560000000101")]),
];

/// An opening whose proof of premises follows until closing time.
async fn accepted(kit: &Kit) -> NamesDesk {
    let desk = NamesDesk::open(kit).await;
    let whole = desk.accepted(CASE, "莱州市云杉测试电子有限公司", "", MORNING);
    let accepted = CaseAccepted { gaps: vec![gap(CLOSING)], ..CaseAccepted::decode(whole.body.as_slice()).unwrap() };
    desk.deliver(&[desk.passed_on(CASE, &accepted)]).await;
    desk
}

fn gap(until: OffsetDateTime) -> Gap {
    Gap { material_code: "PREMISES".to_owned(), due_at: timestamp(until), provisional: false }
}

fn came(desk: &NamesDesk) -> Incoming {
    let paper = Material {
        code: "PREMISES".to_owned(),
        material_id: Uuid::from_u128(77).to_string(),
        media_type: "application/pdf".to_owned(),
        size: 3,
        sm3: "00".to_owned(),
        link: String::new(),
    };
    let supplied_at = timestamp(desk.mailbox.clocks().business.now());
    desk.passed_on(CASE, &GapClosed { case_id: CASE.to_string(), supplied_at, materials: vec![paper] })
}

fn returned(desk: &NamesDesk) -> Incoming {
    let returned = CaseReturned {
        case_id: CASE.to_string(),
        returned_at: timestamp(CLOSING),
        materials: vec!["PREMISES".to_owned()],
    };
    desk.passed_on(CASE, &returned)
}

pub async fn decide(desk: &NamesDesk, tasks: std::ops::Range<usize>) {
    for (task, department, outputs) in &RESULTS[tasks] {
        let output = |(kind, value): &(&str, &str)| Output { kind: (*kind).to_owned(), value: (*value).to_owned() };
        let decision = Decision {
            decided_at: desk.mailbox.clocks().business.now(),
            decided_by: "rules".to_owned(),
            outputs: outputs.iter().map(output).collect(),
            fees: vec![],
        };
        let id = TaskId::derived(CaseId::new(CASE), task);
        desk.deliver(&[desk.replied(CASE, department, id, DepartmentSays::Decided(decision))]).await;
    }
}

fn state(shown: &Value, code: &str) -> String {
    let task = shown["tasks"].as_array().unwrap().iter().find(|task| task["code"] == code);
    task.unwrap()["state"].as_str().unwrap().to_owned()
}

async fn facts(desk: &NamesDesk) -> i64 {
    desk.database.count("select count(*) from ledger").await
}

/// Bodies of what was said on a topic, of one type, in order.
pub async fn said<M: contracts::schema::Event + Default>(desk: &NamesDesk, topic: &str) -> Vec<M> {
    let rows = sqlx::query("select body from outbox where topic = $1 and kind = $2 order by seq")
        .bind(topic)
        .bind(M::kind())
        .fetch_all(desk.mailbox.db())
        .await
        .unwrap();
    rows.iter().map(|row| M::decode(row.get::<&[u8], _>("body")).unwrap()).collect()
}

pub async fn a_paper_that_comes_meanwhile_reaches_who_may_have_it(kit: Arc<Kit>) {
    let desk = accepted(&kit).await;
    let registrar = topics::tasks("MSA");
    let assigned: Vec<Assigned> = said(&desk, &registrar).await;
    assert!(assigned[0].dossier.as_ref().unwrap().materials.is_empty(), "review begins without it");
    desk.deliver(&[came(&desk)]).await;
    let amended: Vec<Amended> = said(&desk, &registrar).await;
    let papers = &amended[0].dossier.as_ref().unwrap().materials;
    assert_eq!((amended.len(), papers.len(), papers[0].code.as_str()), (1, 1, "PREMISES"));
    let before = facts(&desk).await;
    desk.deliver(&[came(&desk)]).await;
    assert_eq!((facts(&desk).await, said::<Amended>(&desk, &registrar).await.len()), (before, 1), "twice is once");

    decide(&desk, 0..7).await;
    assert_eq!(state(&desk.shown(CASE).await, "hand-over"), "assigned", "nothing holds it");
    for other in ["PSB", "TAX", "BNK", "CTR"] {
        assert!(said::<Amended>(&desk, &topics::tasks(other)).await.is_empty(), "{other} may not have it");
        let assigned: Vec<Assigned> = said(&desk, &topics::tasks(other)).await;
        assert!(assigned[0].dossier.as_ref().unwrap().materials.is_empty(), "{other} may not have it");
    }
}

pub async fn the_hand_over_waits_for_the_last_paper_and_the_clock_stands(kit: Arc<Kit>) {
    let desk = accepted(&kit).await;
    desk.it_is(datetime!(2025-09-28 09:30 +8));
    decide(&desk, 0..6).await;
    assert_eq!(desk.shown(CASE).await["clock"]["stands_still"], false, "the bank is at work");
    desk.it_is(datetime!(2025-09-28 10:00 +8));
    decide(&desk, 6..7).await;
    let shown = desk.shown(CASE).await;
    assert_eq!((state(&shown, "hand-over").as_str(), &shown["waits_for"][1]), ("waiting", &Value::Null));
    assert_eq!(
        (&shown["waits_for"][0]["for"], &shown["waits_for"][0]["code"]),
        (&json!("papers"), &json!("hand-over"))
    );
    assert_eq!(shown["waits_for"][0]["gaps"][0]["paper"], "PREMISES");
    let told: Vec<Progressed> = said(&desk, topics::REGISTRATION_CASES).await;
    let open = &told.last().unwrap().open;
    assert_eq!((open.len(), open[0].holder(), open[0].due_at), (1, Holder::Applicant, timestamp(CLOSING)));
    assert_eq!(open[0].papers, ["PREMISES"]);

    desk.it_is(datetime!(2025-09-28 11:00 +8));
    let still = desk.shown(CASE).await["clock"].clone();
    assert_eq!((&still["stands_still"], &still["due_at"]), (&json!(true), &Value::Null));
    assert_eq!(still["used_minutes"], shown["clock"]["used_minutes"], "an hour of waiting is not counted");
    let cards = "select count(*) from timers where name like 'card/%'";
    assert_eq!(desk.database.count(cards).await, 0, "no card falls due while it stands");
    let later = datetime!(2025-09-29 17:00 +8);
    let extended = GapExtended {
        case_id: CASE.to_string(),
        extended_at: timestamp(desk.mailbox.clocks().business.now()),
        gaps: vec![gap(later)],
        by_calendar: false,
    };
    desk.deliver(&[desk.passed_on(CASE, &extended)]).await;
    let told: Vec<Progressed> = said(&desk, topics::REGISTRATION_CASES).await;
    assert_eq!(told.last().unwrap().open[0].due_at, timestamp(later));

    desk.deliver(&[came(&desk)]).await;
    let shown = desk.shown(CASE).await;
    assert_eq!((state(&shown, "hand-over").as_str(), &shown["clock"]["stands_still"]), ("assigned", &json!(false)));
    assert_eq!(shown["clock"]["used_minutes"], still["used_minutes"]);
    assert_eq!(desk.database.count(cards).await, 2, "wound again");
    assert!(said::<Amended>(&desk, &topics::tasks("MSA")).await.is_empty(), "the registrar has decided");
}

pub async fn a_returned_opening_is_stopped_and_taken_back(kit: Arc<Kit>) {
    let desk = accepted(&kit).await;
    decide(&desk, 0..1).await;
    desk.it_is(CLOSING);
    desk.deliver(&[returned(&desk)]).await;
    assert_eq!(desk.phase(CASE).await, "stopping");
    let stopped = desk.shown(CASE).await["clock"]["stopped_at"].clone();
    assert_eq!(stopped, "2025-09-28T17:00:00+08:00");
    let before = facts(&desk).await;
    desk.deliver(&[returned(&desk)]).await;
    assert_eq!(facts(&desk).await, before, "twice is once");

    desk.deliver(&[came(&desk)]).await;
    let refused = "select count(*) from ledger where kind = 'not_possible'";
    assert_eq!(desk.database.count(refused).await, 1, "it is too late");
    desk.lets_go(CASE).await;
    let shown = desk.shown(CASE).await;
    assert_eq!((desk.phase(CASE).await.as_str(), state(&shown, "deregister").as_str()), ("terminated", "ended"));
    assert_eq!(shown["clock"]["stopped_at"], stopped);
    assert!(mailbox::ledger::verify(desk.mailbox.db()).await.unwrap().findings.is_empty());
}

pub async fn a_withdrawal_meanwhile_ends_it_as_any_other(kit: Arc<Kit>) {
    let desk = accepted(&kit).await;
    // Taken back and returned in one batch: the first word counts.
    let asked_at = timestamp(desk.mailbox.clocks().business.now());
    let asked = WithdrawalAsked { case_id: CASE.to_string(), asked_at, reason: "测试".to_owned() };
    desk.deliver(&[desk.passed_on(CASE, &asked), returned(&desk)]).await;
    desk.lets_go(CASE).await;
    assert_eq!(desk.phase(CASE).await, "withdrawn");
}
