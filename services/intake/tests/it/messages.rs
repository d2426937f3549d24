//! What applicants are told by message: once for each thing that happened, in the commit of its fact.

use std::{collections::BTreeMap, sync::Arc};

use contracts::links::Link;
use contracts::process::v1::{Clock, End, Phase, Progressed};
use serde_json::json;
use testkit::Kit;
use time::macros::datetime;

use crate::hall::{Hall, applicant, chief, clerk, for_whom, opening, stall, wish};

fn variables<const N: usize>(values: [(&str, &str); N]) -> BTreeMap<String, String> {
    values.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn templates(told: &[(String, BTreeMap<String, String>)]) -> Vec<&str> {
    told.iter().map(|(template, _)| template.as_str()).collect()
}

pub async fn whoever_files_is_told_of_the_receipt_or_of_its_outcome(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let xin = applicant("xin");
    let papers = hall.bring_all(&xin, &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
    let (_, slip) = hall.file(&xin, &stall("online", &papers)).await;
    let number = slip["case_number"].as_str().unwrap();
    let accepted = variables([
        ("item", "食品摊点备案"),
        ("date", "2025-09-15"),
        ("no", number),
        ("n", "3"),
        ("due", "2025-09-18"),
    ]);
    assert_eq!(hall.told(&slip).await, [("N03".to_owned(), accepted)]);
    let (_, again) = hall.file(&xin, &stall("online", &papers)).await;
    assert_eq!(again, slip, "the same key finds the same case");
    assert_eq!(hall.told(&slip).await.len(), 1);

    let (_, slip) = hall.file(&applicant("yi"), &opening()).await;
    let received =
        variables([("no", slip["case_number"].as_str().unwrap()), ("code", slip["query_code"].as_str().unwrap())]);
    assert_eq!(hall.told(&slip).await, [("N02".to_owned(), received)], "it is done on the same day");

    let (_, slip) = hall.file(&xin, &wish("zhaoyuan-real-estate", "online")).await;
    let told = hall.told(&slip).await;
    assert_eq!(templates(&told), ["N11"]);
    assert_eq!(told[0].1["tel"], "12345");
}

pub async fn every_outcome_tells_once(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let mut body = for_whom("xin", stall("window", &hall.bring_all(&clerk(), &["M01", "HEALTH"]).await));
    body["as_it_stands"] = json!(true);
    body["phone_proof"] = hall.proof().await;
    let (case, slip) = hall.file(&clerk(), &body).await;
    let (status, noticed) = hall.post(&clerk(), &format!("{case}/notice"), &json!({})).await;
    assert_eq!(status, 200, "{noticed}");
    let signed = json!({ "undertaking_sm3": hall.undertaking("LAYOUT,WASTE").await });
    assert_eq!(hall.claims("xin", &slip).await.0, 200);
    let (status, tolerated) = hall.post(&applicant("xin"), &format!("{case}/tolerance"), &signed).await;
    assert_eq!(status, 200, "{tolerated}");
    hall.time_is(datetime!(2025-09-17 9:00 +8)).await;
    let why = json!({"reason": "收运单位台风停工"});
    assert_eq!(hall.post(&chief(), &format!("{case}/tolerance/extension"), &why).await.0, 200);
    hall.time_is(datetime!(2025-09-22 9:00 +8)).await;
    assert_eq!(hall.corrects(&applicant("xin"), &case, &["LAYOUT", "WASTE"]).await.0, 200);
    let told = hall.told(&slip).await;
    assert_eq!(templates(&told), ["N02", "N04", "N19", "N05", "N06", "N05", "N06"]);
    let (number, code) = (slip["case_number"].as_str().unwrap(), slip["query_code"].as_str().unwrap());
    let link = Link::progress(number, code);
    assert_eq!(hall.get(None, &link.path()).await["case_number"], number, "it opens the case");
    let link = link.to_string();
    assert_eq!(told[1].1, variables([("item", "食品摊点备案"), ("n", "2"), ("url", &link), ("due", "2025-09-28")]));
    let gaps = "经营场所布局图、餐厨废弃物收运协议";
    assert_eq!(told[3].1, variables([("item", "食品摊点备案"), ("due", "2025-09-18"), ("list", gaps)]));
    assert_eq!((told[5].1["due"].as_str(), told[6].1["due"].as_str()), ("2025-09-23", "2025-09-23"));
}

/// Its owner says so, twice, and once more after that.
pub async fn a_company_that_is_open_is_told_once(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (_, slip) = hall.file(&applicant("jia"), &opening()).await;
    let case_id = slip["case_id"].as_str().unwrap();
    let closed = Progressed {
        subject_id: case_id.to_owned(),
        phase: Phase::Ended.into(),
        end: End::Closed.into(),
        clock: Some(Clock { used: 148, ..Clock::default() }),
        ..Progressed::default()
    };
    let said = |sequence| hall.owner_says(&closed, sequence);
    for batch in [vec![said(1), said(2)], vec![said(3)]] {
        hall.hears(&batch).await;
    }
    let told = hall.told(&slip).await;
    assert_eq!(templates(&told), ["N02", "N13"]);
    assert_eq!(told[1].1, variables([("company", "莱州市云杉测试电子有限公司"), ("m", "148")]));
    assert_eq!(hall.facts(case_id).await, ["case_received", "case_closed"]);
}
