//! Operators see what could not be sent, and why.

use std::sync::Arc;

use contracts::notification::v1::Outcome;
use serde_json::json;
use testkit::Kit;

use crate::{
    desk::{Desk, NOON, applicant, done, operator},
    provider::Mood,
};

pub async fn a_refused_message_is_parked_and_may_be_retried_or_discarded(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    let (busy, refused) = (done("closed/1"), done("closed/2"));
    desk.provider.is(Mood::Busy);
    desk.deliver(std::slice::from_ref(&busy)).await;
    desk.send().await;
    assert_eq!(desk.provider.calls(), ["send", "send", "send"], "a definite failure is tried again, and not for ever");
    desk.provider.is(Mood::Refuses);
    desk.deliver(std::slice::from_ref(&refused)).await;
    desk.send().await;
    let failed = |reason: &str| (Outcome::Failed, reason.to_owned());
    let receipts = desk.receipts().await;
    assert!(receipts.contains(&failed("provider_away")) && receipts.contains(&failed("provider_refused")));

    let (status, parked) = desk.get(operator(), "/v1/deliveries").await;
    assert_eq!(status, 200, "{parked}");
    let parked = parked["deliveries"].as_array().unwrap().clone();
    let reasons: Vec<_> = parked.iter().map(|delivery| delivery["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons.len(), 2);
    assert!(reasons.contains(&"provider_away") && reasons.contains(&"provider_refused"));
    assert!(parked.iter().all(|delivery| delivery["phone"] == "100****5678"), "{parked:?}");

    desk.provider.is(Mood::Fine);
    let path = |request: &contracts::notification::v1::Requested, verb: &str| {
        format!("/v1/deliveries/{}/{verb}", request.message_id)
    };
    let because = json!({ "reason": "the provider is back" });
    let (status, answer) = desk.post(operator(), &path(&busy, "retry"), because.clone()).await;
    assert_eq!((status, &answer["state"]), (200, &json!("uncertain")), "{answer}");
    desk.send().await;
    assert_eq!(desk.delivery(&busy).await, ("sent".into(), String::new()));
    assert_eq!(desk.post(operator(), &path(&busy, "retry"), because.clone()).await.0, 409);

    assert_eq!(desk.post(operator(), &path(&refused, "discard"), json!({ "reason": " " })).await.0, 422);
    let (status, answer) = desk.post(operator(), &path(&refused, "discard"), because).await;
    assert_eq!((status, &answer["state"]), (200, &json!("discarded")), "{answer}");
    desk.send().await;
    assert_eq!(desk.provider.texts().len(), 1);
}

pub async fn only_operators_look_after_deliveries(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    for who in [applicant("a-1"), json!({ "sub": "clerk", "roles": ["window_clerk", "department_head"] })] {
        assert_eq!(desk.get(who.clone(), "/v1/deliveries").await.0, 403);
        assert_eq!(desk.get(who, "/v1/parked").await.0, 403);
    }
    let nowhere = format!("/v1/deliveries/{}/retry", uuid::Uuid::from_u128(9));
    assert_eq!(desk.post(operator(), &nowhere, json!({ "reason": "x" })).await.0, 404);
}
