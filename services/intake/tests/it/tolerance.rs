//! Papers that may follow later (6.4): who may, until when, and what happens if they do not come.

use std::sync::Arc;

use serde_json::{Value, json};
use testkit::Kit;
use time::{OffsetDateTime, macros::datetime};

use crate::hall::{Hall, applicant, chief, clerk, events, for_whom, pointers, stall, wanted};

/// A food stall whose applicant brought the core papers and signed for the rest.
async fn tolerated(hall: &Hall, name: &str) -> (String, Value) {
    let who = applicant(name);
    let mut body = stall("online", &hall.bring_all(&who, &["M01", "HEALTH"]).await);
    body["undertaking_sm3"] = hall.undertaking("WASTE,LAYOUT").await;
    hall.file(&who, &body).await
}

pub async fn a_gap_is_reminded_extended_once_and_closed(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let xin = applicant("xin");
    let (case, slip) = tolerated(&hall, "xin").await;
    let shown = hall.get(Some(&xin), &case).await;
    assert_eq!((shown["phase"].as_str(), wanted(&shown)), (Some("running"), vec!["LAYOUT", "WASTE"]));
    assert_eq!(shown["desk"]["due_at"], "2025-09-19T00:00:00+08:00", "three days are less than five");
    assert_eq!(shown["desk"]["undertaking_sm3"], hall.undertaking("LAYOUT,WASTE").await);
    hall.time_is(datetime!(2025-09-17 9:00 +8)).await;
    assert_eq!(events(&hall.progress(&slip).await), ["case_accepted_with_gaps", "gap_reminded"]);

    let path = format!("{case}/tolerance/extension");
    let why = json!({"reason": "收运单位台风停工"});
    assert_eq!(hall.post(&clerk(), &path, &why).await.0, 403, "it needs approval");
    let (status, longer) = hall.post(&chief(), &path, &why).await;
    assert_eq!((status, longer["desk"]["due_at"].as_str()), (200, Some("2025-09-24T00:00:00+08:00")), "{longer}");
    assert_eq!(hall.post(&chief(), &path, &why).await.1["code"], "extended-before");

    hall.time_is(datetime!(2025-09-22 9:00 +8)).await;
    assert_eq!(hall.corrects(&xin, &case, &["WASTE"]).await.1["desk"]["outcome"], "accepted_with_gaps");
    let (status, closed) = hall.corrects(&xin, &case, &["LAYOUT"]).await;
    assert_eq!((status, closed["desk"]["outcome"].as_str()), (200, Some("accepted")), "{closed}");
    let expected =
        ["case_accepted_with_gaps", "gap_reminded", "gap_extended", "gap_reminded", "gap_supplied", "gap_closed"];
    assert_eq!(events(&hall.progress(&slip).await), expected);
    hall.time_is(datetime!(2025-09-30 9:00 +8)).await;
    assert_eq!(hall.get(Some(&xin), &case).await["phase"], "running", "nothing is left to fall due");
    assert_eq!(hall.db.count("select count(*) from tolerance_breaches").await, 0);
}

pub async fn a_gap_that_stays_open_returns_the_case_and_three_bar(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let xin = applicant("xin");
    let ends: [OffsetDateTime; 3] =
        [datetime!(2025-09-19 0:00 +8), datetime!(2025-09-25 0:00 +8), datetime!(2025-09-30 0:00 +8)];
    let mut last = (String::new(), Value::Null);
    for (nth, end) in ends.into_iter().enumerate() {
        last = tolerated_again(&hall, nth).await;
        hall.time_is(end).await;
        let shown = hall.progress(&last.1).await;
        assert_eq!((shown["phase"].as_str(), shown["desk"]["outcome"].as_str()), (Some("returned"), Some("returned")));
    }
    assert_eq!(hall.db.count("select count(*) from tolerance_breaches").await, 3);
    let shown = hall.get(Some(&xin), &last.0).await;
    assert_eq!(shown["open"], json!([]), "the clock stands");
    assert_eq!(hall.corrects(&xin, &last.0, &["WASTE"]).await.1["code"], "case-ended");

    let mut body = stall("online", &hall.bring_all(&xin, &["M01", "HEALTH"]).await);
    body["undertaking_sm3"] = hall.undertaking("LAYOUT,WASTE").await;
    body["fields"]["place"] = json!("第四次");
    let (status, told) = hall.submit(&xin, &body).await;
    assert_eq!((status, told["code"].as_str()), (422, Some("tolerance-barred")), "{told}");
    assert!(told["detail"].as_str().unwrap().contains("2026-09-30"), "{told}");
    hall.time_is(datetime!(2026-09-30 9:00 +8)).await;
    body["materials"] = json!(hall.bring_all(&xin, &["M01", "HEALTH"]).await);
    assert_eq!(hall.submit(&xin, &body).await.0, 201, "after twelve months it is over");
}

async fn tolerated_again(hall: &Hall, nth: usize) -> (String, Value) {
    let who = applicant("xin");
    let mut body = stall("online", &hall.bring_all(&who, &["M01", "HEALTH"]).await);
    body["undertaking_sm3"] = hall.undertaking("LAYOUT,WASTE").await;
    body["fields"]["place"] = json!(format!("摊位{nth}"));
    hall.file(&who, &body).await
}

pub async fn core_papers_and_safety_tolerate_nothing(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let xin = applicant("xin");
    let mut body = stall("online", &hall.bring_all(&xin, &["M01"]).await);
    body["undertaking_sm3"] = hall.undertaking("LAYOUT,WASTE").await;
    let (status, told) = hall.submit(&xin, &body).await;
    assert_eq!((status, told["code"].as_str()), (422, Some("not-tolerable")), "{told}");
    assert_eq!(pointers(&told), ["/materials/HEALTH"]);

    let papers = hall.bring_all(&xin, &["M01", "GASPLAN"]).await;
    let gas = json!({
        "theme": "gas-facility-alteration", "channel": "online", "materials": papers,
        "fields": {"operator.name": "测试燃气"}, "undertaking_sm3": "00",
    });
    let (status, told) = hall.submit(&xin, &gas).await;
    assert_eq!((status, pointers(&told)), (422, vec!["/materials/M02"]), "it touches safety: {told}");

    let papers = hall.bring_all(&xin, &["M01", "HEALTH", "WASTE"]).await;
    let mut body = stall("online", &papers);
    body["undertaking_sm3"] = hall.undertaking("LAYOUT,WASTE").await;
    let (status, told) = hall.submit(&xin, &body).await;
    assert_eq!((status, told["code"].as_str()), (422, Some("undertaking-differs")), "{told}");
    assert_eq!(hall.db.count("select count(*) from cases").await, 0);
}

pub async fn an_item_of_the_same_day_waits_until_closing_time(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let papers = hall.bring_all(&clerk(), &["M01"]).await;
    let seal = for_whom(
        "xin",
        json!({
            "theme": "seal-filing", "channel": "window", "materials": papers, "as_it_stands": true,
            "phone_proof": hall.proof().await,
            "fields": {"company_name": "莱州市云杉测试电子有限公司"},
        }),
    );
    let (case, slip) = hall.file(&clerk(), &seal).await;
    let sm3 = hall.get(None, "/v1/items/seal-filing/undertaking?gaps=M02").await["sm3"].clone();
    let path = format!("{case}/tolerance");
    let (status, told) = hall.post(&clerk(), &path, &json!({"undertaking_sm3": sm3})).await;
    assert_eq!((status, told["code"].as_str()), (403, Some("consent-needed")), "no clerk signs for him: {told}");
    assert_eq!(hall.claims("xin", &slip).await.0, 200);
    let xin = applicant("xin");
    let (status, told) = hall.post(&xin, &path, &json!({"undertaking_sm3": "00"})).await;
    assert_eq!((status, told["code"].as_str()), (422, Some("undertaking-differs")));
    let (status, shown) = hall.post(&xin, &path, &json!({"undertaking_sm3": sm3})).await;
    assert_eq!((status, shown["desk"]["due_at"].as_str()), (200, Some("2025-09-15T17:00:00+08:00")), "{shown}");
    hall.time_is(datetime!(2025-09-15 16:59 +8)).await;
    assert_eq!(hall.progress(&slip).await["phase"], "running");
    hall.time_is(datetime!(2025-09-15 17:00 +8)).await;
    assert_eq!(hall.progress(&slip).await["phase"], "returned");
}
