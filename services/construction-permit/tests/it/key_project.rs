//! Story 10.2: a key industrial project from its list to the title deed, on a clock that counts honestly.

use std::{collections::BTreeSet, sync::Arc};

use casework::DepartmentSays;
use contracts::{
    process::v1::Progressed,
    task::v1::{Amended, Assigned},
    topics,
};
use serde_json::{Value, json};
use testkit::Kit;
use time::{OffsetDateTime, macros::datetime};
use uuid::Uuid;

use crate::desk::{INVESTOR, ProjectsDesk, fields, key_project};

/// The list of 02-28.
const LIST: [&str; 44] = [
    "A01", "A09", "A12", "A14", "A15", "A21", "A24", "A26", "A36", "B01", "B02", "B13", "B14", "B17", "B18", "B19",
    "C01", "C02", "C06", "C07", "C08", "C10", "C11", "C19", "C20", "C21", "C25", "C26", "C27", "C28", "C29", "C31",
    "D01", "D02", "D03", "D04", "D07", "D08", "D09", "D11", "D12", "D14", "D15", "D16",
];

async fn publicity(desk: &ProjectsDesk, project: Uuid, begins: OffsetDateTime, ends: OffsetDateTime) {
    desk.it_is(begins).await;
    let started = DepartmentSays::ProcedureStarted {
        started_at: begins,
        procedure: "publicity".to_owned(),
        basis: "行政许可法第四十五条".to_owned(),
        limit_working_days: 0,
        limit_calendar_days: Some(7),
    };
    desk.says(project, "B01", started).await;
    desk.it_is(ends).await;
    let ended = DepartmentSays::ProcedureEnded { ended_at: ends, procedure: "publicity".to_owned() };
    desk.says(project, "B01", ended).await;
}

/// From the list to C02, with everything for C06 but the proof of insurance, which follows under an undertaking.
async fn until_the_permit(kit: &Kit) -> (ProjectsDesk, Uuid) {
    let desk = ProjectsDesk::open(kit, datetime!(2025-02-28 09:00 +8)).await;
    let project = desk.key_project().await;
    desk.it_is(datetime!(2025-03-03 09:30 +8)).await;
    let told = desk.apply(project, "A", json!({"fields": fields("A")})).await;
    let applied: Vec<_> = answered(&told, true);
    assert_eq!(applied, ["A01", "A09"], "what needs nothing from the applicant starts at once");
    desk.decide(project, &["A01", "A09"]).await;
    desk.bring(project, &["M04", "M13"]).await;
    desk.decide(project, &["A36", "A12"]).await;
    desk.it_is(datetime!(2025-03-10 09:00 +8)).await;
    desk.bring(project, &["M18", "M20"]).await;
    desk.it_is(datetime!(2025-03-13 10:00 +8)).await;
    desk.decide(project, &["A26"]).await;
    desk.it_is(datetime!(2025-03-17 10:00 +8)).await;
    desk.decide(project, &["A24"]).await;
    assert_eq!(desk.counted(project).await, 0);
    desk.it_is(datetime!(2025-04-08 10:00 +8)).await;
    desk.bring(project, &["M12", "M15", "M17"]).await;
    desk.decide(project, &["A14"]).await;
    desk.it_is(datetime!(2025-04-09 10:00 +8)).await;
    desk.decide(project, &["A15"]).await;
    let body = json!({"fields": fields("B"), "papers": desk.papers(&["M29", "M30", "M35", "M36", "M38", "M51"])});
    desk.apply(project, "B", body).await;
    desk.decide(project, &["A21", "B17", "B19"]).await;
    publicity(&desk, project, datetime!(2025-04-10 09:00 +8), datetime!(2025-04-17 16:00 +8)).await;
    desk.it_is(datetime!(2025-04-18 15:00 +8)).await;
    desk.decide(project, &["B01"]).await;
    desk.it_is(datetime!(2025-04-21 10:00 +8)).await;
    desk.decide(project, &["B02"]).await;
    desk.decide(project, &["B13", "B14"]).await;
    let papers = desk.papers(&["M39", "M40", "M41", "M42", "M43", "M44", "M45", "M46", "M62", "M63"]);
    let filed = json!({"fields": fields("C"), "papers": papers});
    let told = desk.apply(project, "C", filed).await;
    assert_eq!(answered(&told, false), ["C06", "C19", "C25"], "{told}");
    let undertaking = desk.get(INVESTOR, &format!("/v1/projects/{project}/items/C06/undertaking")).await;
    assert_eq!(undertaking["lacking"][0]["code"], "M47");
    let signed = json!({"items": ["C06"], "undertakings": {"C06": undertaking["sm3"]}});
    assert_eq!(answered(&desk.apply(project, "C", signed).await, true), ["C06"]);
    desk.it_is(datetime!(2025-04-27 11:00 +8)).await;
    desk.decide(project, &["C01", "C26", "C27", "C28", "C29", "C31"]).await;
    desk.it_is(datetime!(2025-04-29 11:00 +8)).await;
    desk.decide(project, &["C02"]).await;
    (desk, project)
}

fn answered(told: &Value, applied: bool) -> Vec<String> {
    let answered = told["answered"].as_array().unwrap().iter();
    answered.filter(|item| item["applied"] == applied).map(|item| item["item"].as_str().unwrap().to_owned()).collect()
}

pub async fn the_key_industrial_project_takes_seventeen_counted_working_days(kit: Arc<Kit>) {
    let (desk, project) = until_the_permit(&kit).await;
    let list = desk.get(INVESTOR, &format!("/v1/projects/{project}/list")).await;
    let planned: BTreeSet<_> = list["planned"].as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect();
    assert_eq!(planned, BTreeSet::from(LIST));

    let gap = desk.item(project, "C06").await["gap"].clone();
    assert_eq!((gap["due"].as_str(), &gap["missing"]), (Some("2025-04-30"), &json!(["M47"])));
    // Review runs; the result waits for the paper.
    desk.decide(project, &["C07", "C08"]).await;
    desk.decide_now(project, "C06").await;
    assert_eq!(desk.item(project, "C06").await["state"], "in_review", "the result waits for the gap");
    desk.it_is(datetime!(2025-04-30 10:00 +8)).await;
    desk.bring(project, &["M47"]).await;
    desk.decide(project, &["C06"]).await;
    desk.it_is(datetime!(2025-05-08 10:00 +8)).await;
    desk.decide(project, &["C10", "C11", "C20", "C21"]).await;

    desk.it_is(datetime!(2025-12-08 09:30 +8)).await;
    desk.bring(project, &["M54", "M58"]).await;
    desk.decide(project, &["C19", "C25"]).await;
    let papers = desk.papers(&["M52", "M53", "M55", "M59", "M60", "M61"]);
    desk.apply(project, "D", json!({"fields": fields("D"), "papers": papers})).await;
    desk.decide(project, &["D12", "D14"]).await;
    desk.it_is(datetime!(2025-12-10 10:00 +8)).await;
    let checked = DepartmentSays::SiteChecked {
        checked_at: datetime!(2025-12-10 10:00 +8),
        staff: vec!["测试庚".to_owned(), "测试辛".to_owned()],
        findings: vec!["消防通道被占用".to_owned()],
        rectification_working_days: Some(5),
    };
    desk.says(project, "D01", checked).await;
    assert_eq!(desk.item(project, "D01").await["suspended"], false, "the day of the check itself counts");
    desk.it_is(datetime!(2025-12-17 15:00 +8)).await;
    let repaired = DepartmentSays::ProcedureEnded {
        ended_at: datetime!(2025-12-17 15:00 +8),
        procedure: "rectification".to_owned(),
    };
    desk.says(project, "D01", repaired).await;
    desk.it_is(datetime!(2025-12-19 11:00 +8)).await;
    desk.decide_now(project, "D01").await;
    assert_eq!(desk.item(project, "D01").await["state"], "in_review", "what runs inside it comes first");
    desk.decide(project, &["D02", "D03", "D04", "D07"]).await;
    let before = desk.said::<Amended>(&topics::tasks("HUR")).await.len();
    desk.decide(project, &["D08"]).await;
    assert_eq!(desk.said::<Amended>(&topics::tasks("HUR")).await.len(), before + 1, "told that nothing is open inside");
    desk.it_is(datetime!(2025-12-19 14:00 +8)).await;
    desk.decide(project, &["D01"]).await;
    desk.it_is(datetime!(2025-12-22 10:00 +8)).await;
    desk.decide(project, &["D09", "D11", "D16"]).await;
    desk.it_is(datetime!(2025-12-23 10:00 +8)).await;
    desk.decide(project, &["D15"]).await;

    let shown = desk.show(project).await;
    assert_eq!((&shown["phase"], &shown["clock"]["counted_working_days"]), (&json!("closed"), &json!(17)));
    for (item, counted) in
        [("A15", 1), ("B01", 2), ("B02", 1), ("C01", 5), ("C02", 2), ("C06", 1), ("D01", 4), ("D09", 1)]
    {
        assert_eq!(desk.item(project, item).await["counted"], counted, "{item}");
    }
    let days = desk.get(INVESTOR, &format!("/v1/projects/{project}/clock/account")).await;
    let counted: Vec<_> = (days["days"].as_array().unwrap().iter())
        .filter(|day| day["verdict"] == "counted")
        .map(|day| day["date"].to_string())
        .collect();
    assert_eq!((counted.len(), days["counted_working_days"].as_u64()), (17, Some(17)), "{counted:?}");
    assert!(mailbox::ledger::verify(desk.mailbox.db()).await.unwrap().findings.is_empty());
    dossiers_hold_what_each_may_know(&desk).await;
}

async fn dossiers_hold_what_each_may_know(desk: &ProjectsDesk) {
    let assigned: Vec<Assigned> = desk.said(&topics::tasks("HUR")).await;
    let permit = assigned.iter().find(|assigned| assigned.task_code == "C06").unwrap();
    let dossier = permit.dossier.as_ref().unwrap();
    let value = |name: &str| dossier.fields.iter().find(|field| field.name == name).map(|field| field.value.clone());
    assert_eq!(value("B02.result").as_deref(), Some("莱审-B02-000001"), "fetched, never asked");
    assert_eq!(value("C01.result").as_deref(), Some("莱审-C01-000001"));
    assert_eq!(value("inside.open").as_deref(), Some("C07 C08"));
    assert_eq!(value("land_area_m2"), None, "not this item's");
    let papers: Vec<_> = dossier.materials.iter().map(|material| material.code.as_str()).collect();
    assert_eq!(papers, ["M40", "M41", "M43", "M44", "M45"], "exactly its own, as far as they are here");
    let told: Vec<Progressed> = desk.said(topics::CONSTRUCTION_PROJECTS).await;
    let last = told.last().unwrap();
    assert_eq!((last.clock.as_ref().unwrap().used, last.open.len()), (17, 0));
    let text = format!("{told:?}");
    assert!(!text.contains("测试甲") && !text.contains("10012345678") && !text.contains("测试庚"), "no personal data");
}

pub async fn an_item_whose_gap_is_not_closed_is_given_back(kit: Arc<Kit>) {
    let (desk, project) = until_the_permit(&kit).await;
    desk.it_is(datetime!(2025-05-05 18:00 +8)).await;
    let (status, told) =
        desk.post(INVESTOR, &format!("/v1/projects/{project}/papers"), &json!({"papers": desk.papers(&["M47"])})).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("gap")), "too late: {told}");
    desk.it_is(datetime!(2025-05-06 09:00 +8)).await;
    let permit = desk.item(project, "C06").await;
    assert_eq!((&permit["gap"]["returned"], &permit["state"]), (&json!(true), &json!("cancelling")));
    for item in ["C06", "C07", "C08"] {
        let stopped = DepartmentSays::CancelAcknowledged { acknowledged_at: desk.mailbox.clocks().business.now() };
        desk.says(project, item, stopped).await;
    }
    assert_eq!(desk.counted(project).await, 12, "counting stops with the due day");
    assert_eq!(desk.database.count("select count(*) from breaches").await, 1);
    let shown = desk.show(project).await;
    let holds = |wanted: &str| {
        shown["waits_for"]
            .as_array()
            .unwrap()
            .iter()
            .any(|waits| waits["for"] == "application" && waits["code"] == wanted)
    };
    assert!(holds("C06"), "the applicant may apply again: {}", shown["waits_for"]);

    // What was verified stays; only the missing paper is brought.
    desk.it_is(datetime!(2025-05-07 10:00 +8)).await;
    let again = json!({"items": ["C06"], "papers": desk.papers(&["M47"])});
    assert_eq!(answered(&desk.apply(project, "C", again).await, true), ["C06"]);
    assert_eq!(desk.item(project, "C06").await["round"], 2);
    desk.it_is(datetime!(2025-05-08 10:00 +8)).await;
    desk.decide(project, &["C07", "C08", "C06"]).await;
    assert_eq!(desk.counted(project).await, 13);
}

/// The power of attorney (M04) is about the investor, and good for twelve months.
pub async fn what_one_project_brought_about_its_investor_the_next_is_not_asked(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, datetime!(2025-03-03 09:30 +8)).await;
    let project = desk.key_project().await;
    let papers = desk.papers(&["M04", "M13"]);
    desk.apply(project, "A", json!({"fields": fields("A"), "papers": papers})).await;
    desk.decide(project, &["A01", "A09"]).await;
    assert_eq!(source_of_m04(&desk, "before-it-was-verified").await, json!({"source": "you_provide"}));
    desk.decide(project, &["A36"]).await;
    let reused = json!({"source": "reused", "case": "2503-370683-04-01-999991"});
    assert_eq!(source_of_m04(&desk, "next-week").await, reused);
    desk.it_is(datetime!(2026-03-03 09:30 +8)).await;
    assert_eq!(source_of_m04(&desk, "on-its-last-day").await, reused);
    desk.it_is(datetime!(2026-03-04 09:30 +8)).await;
    assert_eq!(source_of_m04(&desk, "after-a-year").await, json!({"source": "you_provide"}));
}

/// Where the investor's next project, which a colleague registers now, has its power of attorney from.
async fn source_of_m04(desk: &ProjectsDesk, when: &str) -> Value {
    let who = &format!("{INVESTOR}-{when}");
    let mut next = key_project();
    next.as_object_mut().unwrap().remove("code");
    let told = desk.done(who, "/v1/projects", &next).await;
    let path = format!("/v1/projects/{}/materials", told["project_id"].as_str().unwrap());
    let table = desk.get(who, &path).await;
    let row = table["materials"].as_array().unwrap().iter().find(|row| row["code"] == "M04").cloned();
    row.unwrap()["source"].clone()
}
