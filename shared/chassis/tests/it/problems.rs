//! Whatever is wrong with a request, the answer is a problem.

use chassis::testing::Issuer;
use serde_json::json;

use crate::routes::{problem, refused, world, world_with};

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let world = world();
    assert_eq!(refused(world.get("/v1/stones")).await, (404, "route-unknown".into()));
    assert_eq!(refused(world.get("/")).await, (404, "route-unknown".into()));
    assert_eq!(refused(world.get("/v1/trees/seven")).await, (400, "path-malformed".into()));
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let world = world();
    let answer = world.client.delete(world.server.url("/v1/trees")).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["allow"].to_str().unwrap()), (405, "POST"));
    assert_eq!(refused(world.post("/openapi.json")).await.0, 405);
}

#[tokio::test]
async fn head_is_answered_as_get_without_the_body() {
    let world = world();
    let get = world.get("/openapi.json").send().await.unwrap();
    let head = world.client.head(world.server.url("/openapi.json")).send().await.unwrap();
    assert_eq!(
        (head.status(), head.headers().get("content-length")),
        (get.status(), get.headers().get("content-length"))
    );
    assert!(head.bytes().await.unwrap().is_empty());
    let unknown = world.client.head(world.server.url("/v1/stones")).send().await.unwrap();
    assert_eq!(unknown.status().as_u16(), 404);
}

#[tokio::test]
async fn a_body_that_does_not_hold_is_a_problem() {
    let world = world();
    let token = Issuer::token("a-1", &["applicant"]).unwrap();
    let plant = || world.post("/v1/trees").bearer_auth(&token).header("Idempotency-Key", "k-1");
    let json = |body: &'static str| plant().header("content-type", "application/json").body(body);
    assert_eq!(refused(plant().body("{}")).await, (415, "content-type-unsupported".into()));
    assert_eq!(refused(json("")).await, (400, "body-missing".into()));
    assert_eq!(refused(json("{\"name\": ")).await, (400, "body-malformed".into()));
    let misfit = problem(json(r#"{"name":"wutong","rings":"many"}"#)).await;
    assert_eq!(
        (misfit["code"].as_str(), misfit["faults"][0]["pointer"].as_str()),
        (Some("body-invalid"), Some("/rings"))
    );
    assert_eq!(refused(json(r#"{"name":"wutong","rings":1,"bark":true}"#)).await.1, "body-invalid");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_a_problem() {
    let world = world_with(|http| http.body_limit_bytes = 100);
    let token = Issuer::token("a-1", &["applicant"]).unwrap();
    let body = json!({ "name": "w".repeat(200), "rings": 1 });
    let plant = world.post("/v1/trees").bearer_auth(token).header("Idempotency-Key", "k-1").json(&body);
    assert_eq!(refused(plant).await, (413, "body-too-large".into()));
}

#[tokio::test]
async fn an_idempotency_key_is_asked_for() {
    let world = world();
    let token = Issuer::token("a-1", &["applicant"]).unwrap();
    let plant = || world.post("/v1/trees").bearer_auth(&token).json(&json!({ "name": "wutong", "rings": 1 }));
    assert_eq!(refused(plant()).await, (400, "idempotency-key-missing".into()));
    assert_eq!(
        refused(plant().header("Idempotency-Key", "two words")).await,
        (400, "idempotency-key-malformed".into())
    );
    let planted = plant().header("Idempotency-Key", "k-1").send().await.unwrap();
    let planted: serde_json::Value = planted.json().await.unwrap();
    assert_eq!(planted, json!({ "scope": "a-1 a-1 plant", "name": "wutong", "rings": 1 }));
}

#[tokio::test]
async fn our_own_faults_are_not_explained_to_the_client() {
    let world = world();
    for path in ["/v1/broken", "/v1/panics"] {
        let answer = world.get(path).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (500, &"application/problem+json".parse().unwrap())
        );
        let text = answer.text().await.unwrap();
        assert!(text.contains("\"code\":\"defect\"") && !text.contains("bark") && !text.contains("branch"), "{text}");
    }
}

#[tokio::test]
async fn the_readers_language_stands_first() {
    let world = world();
    let english = world.get("/v1/stones").header("accept-language", "en-GB,en;q=0.9,zh;q=0.2");
    assert_eq!(problem(english).await["title"], "There is no such address / 没有这个地址");
}

#[tokio::test]
async fn a_client_that_asks_too_much_is_told_when_to_come_back() {
    let world = world_with(|http| (http.requests_per_second, http.burst) = (1, 2));
    let (one, other) = (Issuer::token("a-1", &[]).unwrap(), Issuer::token("a-2", &[]).unwrap());
    let ask = |token: &str| world.get("/v1/trees/018f3f6e-0000-7000-8000-000000000000").bearer_auth(token);
    assert!(ask(&one).send().await.unwrap().status().is_success());
    assert!(ask(&one).send().await.unwrap().status().is_success());
    let third = ask(&one).send().await.unwrap();
    assert_eq!(third.status(), 429);
    assert!(third.headers()["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
    assert!(ask(&other).send().await.unwrap().status().is_success(), "another client is not held up");
}
