//! From nine in the evening until eight nobody's telephone rings.

use std::sync::Arc;

use contracts::notification::v1::Outcome;
use testkit::Kit;
use time::macros::datetime;

use crate::{
    desk::{Desk, done},
    provider::Mood,
};

pub async fn at_night_nothing_rings_but_codes(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, datetime!(2025-09-28 21:00 +8)).await;
    let service = done("closed");
    desk.deliver(&[service.clone(), desk.code("code/1")]).await;
    desk.send().await;
    assert_eq!(desk.provider.texts().len(), 1, "the code only");
    assert_eq!(desk.delivery(&service).await.0, "waiting");
    assert!(desk.receipts().await.contains(&(Outcome::Delayed, String::new())));

    desk.clock(datetime!(2025-09-29 07:59:59 +8));
    desk.send().await;
    assert_eq!(desk.provider.texts().len(), 1);
    desk.clock(datetime!(2025-09-29 08:00 +8));
    desk.send().await;
    assert_eq!(desk.provider.texts().len(), 2);
    assert_eq!(desk.delivery(&service).await.0, "sent");
}

pub async fn what_comes_late_in_the_evening_waits_too(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, datetime!(2025-09-28 20:59 +8)).await;
    let request = done("closed");
    desk.deliver(std::slice::from_ref(&request)).await;
    desk.clock(datetime!(2025-09-28 21:30 +8));
    desk.send().await;
    assert_eq!(desk.provider.calls(), [""; 0], "it was due before nine, and nobody took it on its way");
    assert_eq!(desk.facts().await, ["message_requested", "message_delayed"]);

    desk.clock(datetime!(2025-09-29 08:00 +8));
    desk.provider.is(Mood::TakesAndDies);
    desk.send().await;
    assert_eq!(desk.delivery(&request).await.0, "sent");
    assert_eq!(desk.provider.calls(), ["send", "ask"]);
}
