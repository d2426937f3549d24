//! Ending in order: what was begun is finished, nobody new is let in.

use crate::routes::{refused, world};

#[tokio::test]
async fn a_request_that_was_begun_is_finished() {
    let world = world();
    let begun = tokio::spawn(world.get("/v1/slow").send());
    let _one_inside = world.slow.begun.acquire().await.unwrap();
    let gate = world.server.gate.clone();
    let mut closing = tokio::spawn(async move { gate.close().await });
    // The closing has begun when the first request is refused.
    while world.get("/v1/trees/018f3f6e-0000-7000-8000-000000000000").send().await.unwrap().status() != 503 {}
    assert_eq!(refused(world.get("/v1/slow")).await, (503, "shutting-down".into()));
    assert!(!closing.is_finished());
    world.slow.finish.add_permits(1);
    (&mut closing).await.unwrap();
    let answer = begun.await.unwrap().unwrap();
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, "grown"));
    world.server.stop().await;
}
