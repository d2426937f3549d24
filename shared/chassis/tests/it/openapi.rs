//! The API's description.

use chassis::http::Document;
use serde_json::Value;

use crate::routes::{routes, world};

#[tokio::test]
async fn what_is_served_is_what_is_printed() {
    let world = world();
    let served = world.get("/openapi.json").send().await.unwrap().bytes().await.unwrap();
    assert_eq!(served, *Document::of("test", routes).json());
}

#[test]
fn problems_and_tokens_are_described_once_for_all() {
    let api: Value = serde_json::from_slice(Document::of("test", routes).json()).unwrap();
    assert_eq!(api["security"][0]["bearer"], serde_json::json!([]));
    let statuses = |path: &str, method: &str| {
        let responses = api["paths"][path][method]["responses"].as_object().unwrap();
        responses.keys().cloned().collect::<Vec<_>>()
    };
    let fell = &api["paths"]["/v1/trees/{id}/fell"]["post"]["responses"];
    assert_eq!(fell["403"]["$ref"], "#/components/responses/Problem403");
    assert_eq!(
        statuses("/v1/trees/{id}/fell", "post"),
        ["200", "400", "401", "403", "404", "409", "429", "500", "503"],
        "nothing is sent"
    );
    assert_eq!(
        statuses("/v1/trees", "post"),
        ["200", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503"],
        "and nothing is looked for"
    );
    let missing = &api["components"]["responses"]["Problem401"];
    assert!(missing["description"].as_str().unwrap().contains("`token-expired`"), "{missing}");
    let full = &api["components"]["responses"]["Problem503"];
    assert_eq!(full["headers"]["Retry-After"]["schema"]["type"], "integer");
    assert!(api["components"]["schemas"]["Tree"].is_object());
}

#[test]
fn what_may_be_sent_is_described() {
    let api: Value = serde_json::from_slice(Document::of("test", routes).json()).unwrap();
    let plant = &api["paths"]["/v1/trees"]["post"];
    let key = &plant["parameters"][0]["schema"];
    assert_eq!((&key["maxLength"], &key["pattern"]), (&128.into(), &r"^[\x21-\x7e]+$".into()));
    let about = plant["requestBody"]["description"].as_str().unwrap();
    assert!(about.contains("1048576 bytes"), "{about}");
}

#[test]
fn the_operators_routes_are_described_when_mounted() {
    let api: Value = serde_json::from_slice(Document::of("test", chassis::operator::routes).json()).unwrap();
    for path in
        ["/v1/parked", "/v1/parked/{id}", "/v1/parked/{id}/replay", "/v1/parked/{id}/mend", "/v1/parked/{id}/discard"]
    {
        assert!(api["paths"][path].is_object(), "{path}");
    }
}
