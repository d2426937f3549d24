//! Openings that bear a reserved name.

use std::sync::Arc;

use contracts::{schema::Event as _, task::v1::Cancelled};
use serde_json::json;
use testkit::Kit;
use time::{Duration, macros::datetime};
use uuid::Uuid;

use crate::names_desk::{MORNING, NamesDesk, WORDS, named};

const NAME: &str = "莱州市云杉测试电子有限公司";

async fn reserved(desk: &NamesDesk) -> String {
    let (status, reserved) = desk.declare("jia", "k-1", &named("云杉测试")).await;
    assert_eq!(status, 201, "{reserved}");
    reserved["id"].as_str().unwrap().to_owned()
}

pub async fn a_name_is_registered_with_the_licence_and_kept_after_it_was_taken_back(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let reservation = reserved(&desk).await;
    let (case, path) = (Uuid::from_u128(1), format!("/v1/names/{reservation}"));
    desk.deliver(&[desk.accepted(case, NAME, &reservation, MORNING)]).await;
    assert_eq!(desk.phase(case).await, "running");
    let (_, claimed) = desk.get("jia", &path).await;
    assert_eq!((&claimed["state"], &claimed["case_id"]), (&json!("claimed"), &json!(case)));
    let (status, refused) = desk.post("jia", &format!("{path}/release"), &json!({})).await;
    assert_eq!((status, refused["code"].as_str()), (409, Some("name-not-possible")));

    // It is kept as long as the opening runs.
    desk.it_is(datetime!(2025-12-20 10:00 +8));
    assert_eq!(desk.post("yi", "/v1/names/check", &named("云杉测试")).await.0, 409);
    desk.deliver(&[desk.licence(case)]).await;
    assert_eq!(desk.get("jia", &path).await.1["state"], "registered");

    desk.stopped(case).await;
    assert_eq!(desk.phase(case).await, "withdrawn");
    let (_, gone) = desk.get("jia", &path).await;
    assert_eq!((&gone["state"], &gone["until"]), (&json!("deregistered"), &json!("2026-12-22T00:00:00+08:00")));
    let (status, refused) = desk.declare("yi", "k-2", &named("云杉测试")).await;
    assert!(status == 409 && refused["faults"][0]["zh"].as_str().unwrap().contains("注销未满1年"), "{refused}");
    desk.it_is(datetime!(2026-12-22 00:00 +8));
    assert_eq!(desk.declare("yi", "k-3", &named("云杉测试")).await.0, 201);
    assert!(mailbox::ledger::verify(desk.mailbox.db()).await.unwrap().findings.is_empty());
}

pub async fn a_stopped_opening_gives_its_name_up(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let reservation = reserved(&desk).await;
    let case = Uuid::from_u128(1);
    desk.deliver(&[desk.accepted(case, NAME, &reservation, MORNING)]).await;
    desk.stopped(case).await;
    assert_eq!(desk.phase(case).await, "withdrawn");
    assert_eq!(desk.get("jia", &format!("/v1/names/{reservation}")).await.1["state"], "released");
    assert_eq!(desk.declare("yi", "k-2", &named("云杉测试")).await.0, 201);
}

/// His words may name anybody: they stay with the front desk.
pub async fn departments_are_not_told_what_the_applicant_said(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let reservation = reserved(&desk).await;
    let case = Uuid::from_u128(1);
    desk.deliver(&[desk.accepted(case, NAME, &reservation, MORNING)]).await;
    desk.stopped(case).await;
    let told = desk.said(&Cancelled::kind()).await;
    let told: Vec<_> = told.iter().map(|body| String::from_utf8_lossy(body)).collect();
    assert!(told.iter().any(|said| said.contains("申请人撤回申请")), "{told:?}");
    assert!(!told.iter().any(|said| said.contains(WORDS)), "{told:?}");
}

pub async fn an_opening_without_its_name_is_not_planned(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let reservation = reserved(&desk).await;
    let [first, second, other, unknown, late, without] = [1, 2, 3, 4, 5, 6].map(Uuid::from_u128);
    // Two applications with one reservation in one batch, one with another name, one that names nothing we know.
    desk.deliver(&[
        desk.accepted(other, "莱州市云桐电子有限公司", &reservation, MORNING),
        desk.accepted(first, NAME, &reservation, MORNING),
        desk.accepted(second, NAME, &reservation, MORNING),
        desk.accepted(unknown, NAME, &Uuid::from_u128(99).to_string(), MORNING),
        desk.accepted(without, NAME, "", MORNING),
    ])
    .await;
    for (case, phase) in [
        (first, "running"),
        (second, "plan_refused"),
        (other, "plan_refused"),
        (unknown, "plan_refused"),
        (without, "running"),
    ] {
        assert_eq!(desk.phase(case).await, phase, "{case}");
    }
    let reasons =
        "select count(*) from ledger where kind = 'plan_refused' and convert_from(body, 'UTF8') ~ 'an opening uses'";
    assert_eq!(desk.database.count(reasons).await, 1);

    // Received in time and planned too late: it counts while nobody else has the place.
    let (_, kept) = desk.declare("jia", "k-2", &named("云桐测试")).await;
    let kept = kept["id"].as_str().unwrap().to_owned();
    let end = datetime!(2025-11-29 00:00 +8);
    desk.it_is(end + Duration::minutes(1));
    desk.deliver(&[desk.accepted(late, "莱州市云桐测试电子有限公司", &kept, end)]).await;
    assert_eq!(desk.phase(late).await, "plan_refused", "received too late");
    let in_time = Uuid::from_u128(7);
    let received = end - Duration::seconds(1);
    desk.deliver(&[desk.accepted(in_time, "莱州市云桐测试电子有限公司", &kept, received)]).await;
    assert_eq!(desk.phase(in_time).await, "running");
    assert_eq!(desk.declare("yi", "k-3", &named("云桐测试")).await.0, 409);
}
