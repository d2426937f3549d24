//! What the provider did is not always known. Then it is asked, and nothing is sent on a guess.

use std::sync::Arc;

use contracts::notification::v1::Outcome;
use notification::usecases::deliver::claim;
use testkit::Kit;

use crate::{
    desk::{Desk, NOON, done},
    provider::Mood,
};

pub async fn a_provider_that_dies_after_taking_it_is_asked_first(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    desk.provider.is(Mood::TakesAndDies);
    let request = done("closed");
    desk.deliver(std::slice::from_ref(&request)).await;
    desk.send().await;
    assert_eq!(desk.provider.calls(), ["send", "ask"]);
    assert_eq!(desk.delivery(&request).await, ("sent".into(), String::new()));
}

pub async fn what_the_provider_never_took_is_offered_again(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    desk.provider.is(Mood::DiesAtOnce);
    let request = done("closed");
    desk.deliver(std::slice::from_ref(&request)).await;
    desk.send().await;
    assert_eq!(desk.provider.calls(), ["send", "ask", "send", "ask", "send"]);
    assert_eq!(desk.delivery(&request).await, ("parked".into(), "outcome_unknown".into()));
    assert_eq!(desk.provider.book().offered.len(), 1, "always under the same id");
}

pub async fn without_a_definite_answer_it_is_parked_and_never_sent_again(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    desk.provider.is(Mood::TakesAndDies);
    desk.provider.book().deaf = true;
    let request = done("closed");
    desk.deliver(std::slice::from_ref(&request)).await;
    desk.send().await;
    assert_eq!(desk.provider.calls(), ["send", "ask", "ask"]);
    assert_eq!(desk.delivery(&request).await, ("parked".into(), "outcome_unknown".into()));
    assert_eq!(desk.receipts().await.last(), Some(&(Outcome::Failed, "outcome_unknown".into())));
}

pub async fn a_courier_that_was_killed_is_followed_by_one_that_asks(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    let request = done("closed");
    desk.deliver(std::slice::from_ref(&request)).await;
    // Killed behind its first commit: it is not known whether anything left the machine.
    let (now, system) = (desk.mailbox.clocks().business.now(), desk.mailbox.clocks().system.now());
    let to_do = notification::store::deliveries::to_do(&desk.db, now, system, 10).await.unwrap();
    let (changes, claimed) = claim(&desk.state, to_do, time::Duration::ZERO);
    assert!(!claimed[0].ask_first);
    desk.mailbox.commit(changes).await.unwrap();
    assert_eq!(desk.delivery(&request).await.0, "uncertain");
    desk.send().await;
    assert_eq!(desk.provider.calls(), ["ask", "send"]);
    assert_eq!(desk.delivery(&request).await.0, "sent");
}
