//! Drafts: begun, changed, compared, submitted, left alone.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::Kit;
use time::{Duration, macros::datetime};

use crate::hall::{Hall, MONDAY, applicant};

pub async fn a_draft_is_kept_compared_and_submitted(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (xin, jia) = (applicant("xin"), applicant("jia"));
    let begun = json!({"theme": "food-stall-filing", "channel": "online", "fields": {"operator.name": "测试辛"}});
    let (status, draft) = hall.post(&xin, "/v1/drafts", &begun).await;
    assert_eq!(
        (status, draft["theme"].as_str(), draft["sequence"].as_i64()),
        (201, Some("food-stall-filing@1"), Some(1))
    );
    let path = format!("/v1/drafts/{}", draft["draft_id"].as_str().unwrap());
    assert_eq!(hall.ask(Some(&jia), Method::GET, &path, None).await.0, 404, "it is nobody else's");
    assert_eq!(hall.get(Some(&xin), "/v1/drafts").await["drafts"].as_array().unwrap().len(), 1);

    let lacks = hall.get(Some(&xin), &format!("{path}/completeness")).await;
    let codes: Vec<_> = lacks["missing"].as_array().unwrap().iter().map(|m| m["code"].as_str().unwrap()).collect();
    assert_eq!((lacks["complete"].as_bool(), codes), (Some(false), vec!["M01", "HEALTH", "LAYOUT", "WASTE"]));
    assert_eq!(lacks["faults"].as_array().unwrap().len(), 2, "phone and place: {lacks}");
    let (status, told) = submit(&hall, &xin, &path, 1).await;
    assert_eq!((status, told["faults"].as_array().unwrap().len()), (422, 6), "{told}");

    let papers = hall.bring_all(&xin, &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
    let whole = json!({
        "theme": "food-stall-filing", "channel": "online", "materials": papers,
        "fields": {"operator.name": "测试辛", "operator.phone": "10012345678", "place": "海滨浴场"},
    });
    let change = format!("{path}?sequence=1");
    let (status, changed) = hall.ask(Some(&xin), Method::PUT, &change, Some(&whole)).await;
    assert_eq!((status, changed["sequence"].as_i64()), (200, Some(2)), "{changed}");
    let (status, told) = hall.ask(Some(&xin), Method::PUT, &change, Some(&whole)).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("changed-meanwhile")));
    assert_eq!(hall.get(Some(&xin), &format!("{path}/completeness")).await["complete"], true);

    assert_eq!(submit(&hall, &xin, &path, 1).await.0, 409, "an older state is not submitted");
    let (one, two) = tokio::join!(submit(&hall, &xin, &path, 2), submit(&hall, &xin, &path, 2));
    assert_eq!((one.0, two.0), (201, 201), "{} {}", one.1, two.1);
    assert_eq!(one.1, two.1, "one slip");
    assert_eq!(submit(&hall, &xin, &path, 2).await.1, one.1, "a later click finds it too");
    assert_eq!(hall.ask(Some(&xin), Method::GET, &path, None).await.0, 404, "the draft is gone");
    assert_eq!(hall.db.count("select count(*) from cases").await, 1);
    assert_eq!(hall.db.count("select count(*) from timers where name = 'draft_expires'").await, 0);
}

async fn submit(hall: &Hall, who: &Value, path: &str, sequence: i64) -> (u16, Value) {
    let key = format!("k-{sequence}");
    let body = json!({ "sequence": sequence });
    let path = format!("{path}/submission");
    hall.ask_with(Some(who), Method::POST, &path, Some(&body), &[("Idempotency-Key", &key)]).await
}

pub async fn a_draft_that_is_left_alone_goes_after_thirty_days(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let xin = applicant("xin");
    let body = json!({"theme": "food-stall-filing"});
    let (_, draft) = hall.post(&xin, "/v1/drafts", &body).await;
    let path = format!("/v1/drafts/{}", draft["draft_id"].as_str().unwrap());
    hall.time_is(MONDAY + Duration::days(29)).await;
    let (status, _) = hall.ask(Some(&xin), Method::PUT, &format!("{path}?sequence=1"), Some(&body)).await;
    assert_eq!(status, 200, "a change keeps it");
    hall.time_is(MONDAY + Duration::days(58)).await;
    hall.get(Some(&xin), &path).await;
    hall.time_is(MONDAY + Duration::days(59)).await;
    assert_eq!(hall.ask(Some(&xin), Method::GET, &path, None).await.0, 404);

    let (_, draft) = hall.post(&xin, "/v1/drafts", &body).await;
    let path = format!("/v1/drafts/{}", draft["draft_id"].as_str().unwrap());
    assert_eq!(hall.ask(Some(&xin), Method::DELETE, &path, None).await.0, 204);
    assert_eq!(hall.ask(Some(&xin), Method::DELETE, &path, None).await.0, 404);
    assert_eq!(hall.db.count("select count(*) from timers").await, 0);
}

pub async fn a_draft_for_an_earlier_version_says_so(kit: Arc<Kit>) {
    let hall = Hall::open_at(&kit, datetime!(2020-12-31 10:00 +8)).await;
    let xin = applicant("xin");
    let body = json!({"theme": "chattel-mortgage", "channel": "online", "fields": {"claim_fen": "280000000"}});
    let (_, draft) = hall.post(&xin, "/v1/drafts", &body).await;
    assert_eq!(draft["theme"], "chattel-mortgage@1");
    let path = format!("/v1/drafts/{}", draft["draft_id"].as_str().unwrap());
    hall.time_is(datetime!(2021-01-01 10:00 +8)).await;
    let lacks = hall.get(Some(&xin), &format!("{path}/completeness")).await;
    assert_eq!((lacks["superseded"].as_bool(), lacks["reference"].as_str()), (Some(true), Some("chattel-mortgage@2")));
    let (status, told) = submit(&hall, &xin, &path, 1).await;
    assert_eq!((status, told["code"].as_str()), (422, Some("version-superseded")), "{told}");
    let bad = json!({"theme": "food-stall-filing", "fields": {"place": "\u{0}"}});
    assert_eq!(hall.post(&xin, "/v1/drafts", &bad).await.0, 422);
    assert_eq!(hall.post(&xin, "/v1/drafts", &json!({"theme": "no-such"})).await.0, 422);
}
