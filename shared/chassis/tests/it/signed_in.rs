//! Tokens, the issuer's keys and permits.

use chassis::testing::Issuer;
use mailbox::clock::Clocks;
use serde_json::{Value, json};

use crate::routes::{World, refused, world};

const FELL: &str = "/v1/trees/018f3f6e-0000-7000-8000-000000000000/fell";

async fn told(world: &World, token: &str) -> (u64, String) {
    refused(world.post(FELL).bearer_auth(token)).await
}

#[tokio::test]
async fn without_a_token_one_is_asked_for() {
    let world = world();
    let answer = world.post(FELL).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["www-authenticate"].to_str().unwrap()), (401, "Bearer"));
    assert_eq!(refused(world.post(FELL)).await.1, "token-missing");
    assert_eq!(refused(world.post(FELL).basic_auth("a", Some("b"))).await.1, "token-missing");
}

#[tokio::test]
async fn a_token_that_does_not_hold_is_refused() {
    let world = world();
    let now = Clocks::running().system.now().unix_timestamp();
    let with = |claims| Issuer::token_with(claims).unwrap();
    assert_eq!(told(&world, "three.little.words").await, (401, "token-invalid".into()));
    assert_eq!(told(&world, &with(json!({ "exp": now - 60 }))).await, (401, "token-expired".into()));
    assert_eq!(told(&world, &with(json!({ "nbf": now + 600 }))).await, (401, "token-invalid".into()));
    assert_eq!(told(&world, &with(json!({ "aud": ["elsewhere"] }))).await, (401, "token-not-for-us".into()));
    assert_eq!(told(&world, &with(json!({ "iss": "somebody" }))).await, (401, "token-invalid".into()));
    let mut forged = Issuer::token("a-1", &["department_head"]).unwrap();
    forged.truncate(forged.rfind('.').unwrap());
    let other = Issuer::token("a-2", &["department_head"]).unwrap();
    forged.push_str(&other[other.rfind('.').unwrap()..]);
    assert_eq!(told(&world, &forged).await, (401, "token-invalid".into()));
    // {"alg":"none","kid":"test-1"}, with the claims of a good token and no signature.
    let good = Issuer::token("a-1", &["department_head"]).unwrap();
    let claims = good.split('.').nth(1).unwrap();
    let unsigned = format!("eyJhbGciOiJub25lIiwia2lkIjoidGVzdC0xIn0.{claims}.");
    assert_eq!(told(&world, &unsigned).await, (401, "token-invalid".into()));
    let as_if_signed = format!("{unsigned}{}", &good[good.rfind('.').unwrap() + 1..]);
    assert_eq!(told(&world, &as_if_signed).await, (401, "token-invalid".into()), "the head is signed too");
}

#[tokio::test]
async fn when_the_key_was_exchanged_the_next_one_holds_and_the_old_one_no_more() {
    let world = world();
    let claims = || json!({ "sub": "a-2", "roles": ["department_head"] });
    let old = Issuer::token("a-2", &["department_head"]).unwrap();
    let next = Issuer::signed_by_next("test-2", claims()).unwrap();
    let passes = async |token: &str| world.post(FELL).bearer_auth(token).send().await.unwrap().status().is_success();
    assert!(passes(&old).await, "and it is remembered as good");
    assert_eq!(told(&world, &next).await, (401, "token-invalid".into()), "not offered yet");
    world.issuer.rotate("test-2").unwrap();
    world.server.keys.warm().await;
    assert!(passes(&next).await);
    assert_eq!(told(&world, &old).await, (401, "token-invalid".into()), "whoever remembered it as good");

    // Another key under the id of the one before it.
    world.issuer.rotate("test-1").unwrap();
    world.server.keys.warm().await;
    assert_eq!(told(&world, &old).await, (401, "token-invalid".into()));
    assert_eq!(told(&world, &next).await, (401, "token-invalid".into()));
    assert!(passes(&Issuer::signed_by_next("test-1", claims()).unwrap()).await);
}

#[tokio::test]
async fn only_who_holds_the_permission_gets_through() {
    let world = world();
    let clerk = Issuer::token("a-1", &["window_clerk", "department_clerk"]).unwrap();
    assert_eq!(told(&world, &clerk).await, (403, "permission-missing".into()));
    let head = Issuer::token("a-2", &["department_head"]).unwrap();
    let answer = world.post(FELL).bearer_auth(head).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, "a-2"));
}

#[tokio::test]
async fn a_token_that_was_found_good_lends_nothing_to_another_with_its_claims() {
    let world = world();
    let good = Issuer::token("a-2", &["department_head"]).unwrap();
    for _ in 0..2 {
        assert!(world.post(FELL).bearer_auth(&good).send().await.unwrap().status().is_success());
    }
    let other = Issuer::token("a-3", &["department_head"]).unwrap();
    let (claims, _) = good.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    assert_eq!(told(&world, &format!("{claims}.{signature}")).await, (401, "token-invalid".into()));
}

#[tokio::test]
async fn known_keys_serve_while_the_issuer_is_away() {
    let world = world();
    let head = Issuer::token("a-2", &["department_head"]).unwrap();
    let ask = || world.post(FELL).bearer_auth(&head).send();
    assert!(ask().await.unwrap().status().is_success());
    world.issuer.stop().await;
    assert!(ask().await.unwrap().status().is_success());
    assert_eq!(world.issuer.asked(), 1);
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_and_not_with_every_request() {
    let world = world();
    let stranger = Issuer::signed("test-2", json!({ "roles": ["department_head"] })).unwrap();
    for _ in 0..5 {
        assert_eq!(told(&world, &stranger).await, (401, "token-invalid".into()));
    }
    assert_eq!(world.issuer.asked(), 1);
}

#[tokio::test]
async fn without_any_key_the_client_is_asked_to_come_back() {
    let world = world();
    world.issuer.stop().await;
    let head = Issuer::token("a-2", &["department_head"]).unwrap();
    assert_eq!(told(&world, &head).await, (503, "key-set-away".into()));
    assert!(world.server.degraded.all().iter().any(|(part, _)| *part == "key-set"));
}

#[tokio::test]
async fn a_clerk_acts_for_whoever_stands_there_and_a_sign_in_for_its_legal_person() {
    let world = world();
    let plant = async |claims: Value, applicant: Option<Value>| {
        let mut tree = json!({ "name": "wutong", "rings": 1 });
        tree["applicant"] = json!(applicant);
        let asked = world.post("/v1/trees").bearer_auth(Issuer::token_with(claims).unwrap());
        let answer = asked.header("Idempotency-Key", "k-1").json(&tree).send().await.unwrap();
        answer.json::<Value>().await.unwrap()
    };
    let passport = |number: &str| json!({ "name": "测试", "document": { "kind": "passport", "number": number } });
    let clerk = || json!({ "sub": "c-1", "roles": ["window_clerk"] });
    let nobody = plant(clerk(), None).await;
    assert_eq!(nobody["faults"][0]["code"], "applicant_needed", "{nobody}");
    let (one, two) = (plant(clerk(), Some(passport("E100001"))).await, plant(clerk(), Some(passport("E100002"))).await);
    assert_ne!(one["scope"], two["scope"], "keys of two applicants never meet");
    assert!(one["scope"].as_str().unwrap().starts_with("c-1 window:") && !one.to_string().contains("E100001"));
    let claims = json!({ "sub": "a-1", "roles": ["applicant"], "acting_for": "a-2" });
    assert_eq!(plant(claims, None).await["scope"], "a-1 a-1 plant", "a bare claim proves nothing");
    let claims = json!({ "sub": "a-1", "roles": ["applicant"], "legal_person": "91370683MAYY00026R" });
    assert_eq!(plant(claims, None).await["scope"], "a-1 legal-person:91370683MAYY00026R plant");
    let claims = json!({ "sub": "a-1", "roles": ["applicant"], "legal_person": "91370683MAYY00026A" });
    assert_eq!(plant(claims, None).await["code"], "token-invalid", "what it vouches for is a credit code");
    let claims = json!({ "sub": "legal-person:91370683MAYY00026R", "roles": ["applicant"] });
    assert_eq!(plant(claims, None).await["code"], "token-invalid", "nobody is called like a legal person");
}
