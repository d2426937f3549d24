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
    let fell = &api["paths"]["/v1/trees/{id}/fell"]["post"]["responses"];
    assert_eq!(fell["default"]["$ref"], "#/components/responses/Problem");
    assert!(api["components"]["schemas"]["Tree"].is_object());
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
