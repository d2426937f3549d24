//! Days that nobody has announced yet: they are shown as provisional, and when the notice comes whoever was told another day is
//! told once.

use std::sync::Arc;

use casework::{DepartmentSays, SupplementItem};
use contracts::{
    notification::v1::Requested,
    process::v1::{Kind, Progressed},
    topics,
};
use serde_json::{Value, json};
use testkit::{Kit, reckon_again};
use time::{OffsetDateTime, macros::datetime};
use workdays::Announcement;

use crate::desk::{INVESTOR, ProjectsDesk, fields};

const NOTICE: &str = include_str!("../../../../shared/workdays/tests-data/2027.toml");

/// The days that messages of a template tell, in order.
async fn told(desk: &ProjectsDesk, template: &str) -> Vec<String> {
    let told: Vec<Requested> = desk.said(topics::NOTIFICATION_REQUESTS).await;
    told.into_iter().filter(|told| told.template == template).map(|told| told.variables["due"].clone()).collect()
}

/// When the timer of this name falls due.
async fn falls_due(desk: &ProjectsDesk, name: &str) -> Option<OffsetDateTime> {
    sqlx::query_scalar("select due_at from timers where name = $1")
        .bind(name)
        .fetch_optional(desk.mailbox.db())
        .await
        .unwrap()
}

pub async fn a_supplement_and_a_gap_rest_on_days_that_nobody_announced(kit: Arc<Kit>) {
    let asked_at = datetime!(2026-12-21 10:00 +8);
    let desk = ProjectsDesk::open(&kit, asked_at).await;
    let project = desk.key_project().await;
    let papers = desk.papers(&["M12", "M13", "M15", "M17"]);
    desk.apply(project, "A", json!({"fields": fields("A"), "papers": papers})).await;
    desk.decide(project, &["A01"]).await;
    let items = vec![SupplementItem { code: "M13".to_owned(), note: "缺页".to_owned() }];
    let asked = DepartmentSays::SupplementAsked { asked_at, items, reason: "材料不全".to_owned() };
    desk.says(project, "A12", asked).await;
    // Ten working days: the Friday of New Year's Day is off by the regulation, so Tuesday the 5th is the last.
    assert_eq!(told(&desk, "N04").await, ["2027-01-05(暂定)"]);

    // After closing on New Year's Eve papers count as received on Monday the 4th, and an item of the same day ends with it.
    desk.it_is(datetime!(2026-12-31 18:00 +8)).await;
    let undertaking = desk.get(INVESTOR, &format!("/v1/projects/{project}/items/A36/undertaking")).await;
    assert_eq!(undertaking["lacking"][0]["code"], "M04", "{undertaking}");
    let signed = json!({"items": ["A36"], "undertakings": {"A36": undertaking["sm3"]}});
    desk.apply(project, "A", signed).await;
    assert_eq!(told(&desk, "N05").await, ["2027-01-04(暂定)"]);
    let gap = desk.item(project, "A36").await["gap"].clone();
    assert_eq!((&gap["due"], &gap["provisional"]), (&json!("2027-01-04"), &json!(true)));
    let shown = desk.show(project).await;
    let dues = shown["items"].as_array().unwrap().iter().map(|item| &item["due"]).filter(|due| !due.is_null());
    let rests = |due: &Value| due["date"].as_str().is_some_and(|date| date > "2026-12-31");
    assert!(dues.clone().all(|due| due["provisional"] == rests(due)), "{shown}");
    assert_eq!(falls_due(&desk, "gap_due/A36").await, Some(datetime!(2027-01-05 0:00 +8)));

    // By the notice Monday is off as well.
    assert!(desk.mailbox.almanac().lay(&[Announcement::read(NOTICE).unwrap()]).unwrap());
    reckon_again(&desk.mailbox, &*desk.handler).await;
    reckon_again(&desk.mailbox, &*desk.handler).await;
    let moved = told(&desk, "N21").await;
    assert_eq!(moved, ["2027-01-05", "2027-01-06"], "each once");
    let gap = desk.item(project, "A36").await["gap"].clone();
    assert_eq!((&gap["due"], &gap["provisional"]), (&json!("2027-01-05"), &json!(false)));
    assert_eq!(falls_due(&desk, "gap_due/A36").await, Some(datetime!(2027-01-06 0:00 +8)));
    let account: Vec<Progressed> = desk.said(topics::CONSTRUCTION_PROJECTS).await;
    let last =
        account.iter().rev().find(|told| told.steps.iter().any(|step| step.kind() == Kind::DueReckoned)).unwrap();
    assert!(last.open.iter().all(|open| !open.provisional), "{last:?}");
    let body: Vec<u8> = sqlx::query_scalar("select body from ledger where kind = 'due_reckoned' limit 1")
        .fetch_one(desk.mailbox.db())
        .await
        .unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["calendar"], desk.mailbox.calendar().version());
}
