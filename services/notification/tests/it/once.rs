//! Once per event and person, however often it is asked for.

use std::sync::Arc;

use contracts::notification::v1::Outcome;
use notification::Courier;
use testkit::Kit;

use crate::desk::{Desk, NOON, done, jia, opening};

pub async fn a_message_asked_for_twice_is_sent_once(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    let request = done("closed");
    assert_eq!(desk.deliver(&[request.clone(), request.clone()]).await, ["", ""], "twice in a batch");
    desk.send().await;
    assert_eq!(desk.deliver(std::slice::from_ref(&request)).await, [""], "and once more later");
    desk.send().await;

    let expected = "【莱州政务服务】莱州市云杉测试电子有限公司企业开办已完成,用时148分钟,营业执照、公章、税控设备请领取,银行开户已办妥。";
    assert_eq!(desk.provider.texts(), [expected]);
    assert_eq!(desk.provider.calls(), ["send"]);
    assert_eq!(desk.receipts().await, [(Outcome::Sent, String::new()), (Outcome::Sent, String::new())]);
    assert_eq!(desk.facts().await, ["message_requested", "message_sent"]);
    let phone: Option<String> = sqlx::query_scalar("select phone from deliveries").fetch_one(&desk.db).await.unwrap();
    assert_eq!(phone, None, "the number is forgotten once it has ended");
    let said = desk.said().await;
    for private in ["10012345678", "p-jia", "applicant-jia", "云杉"] {
        assert!(!said.contains(private), "{private} in {said}");
    }

    let (again, other) =
        (done("closed/2"), opening("closed").to(&contracts::notification::Person { id: "p-yi".into(), ..jia() }, NOON));
    desk.deliver(&[again, other]).await;
    desk.send().await;
    assert_eq!(desk.provider.texts().len(), 3, "another event and another person are other messages");
}

pub async fn two_couriers_at_once_send_it_once(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    let requests: Vec<_> = (0..20).map(|n| done(&format!("closed/{n}"))).collect();
    desk.deliver(&requests).await;
    let (one, other) = (Courier(Arc::clone(&desk.state)), Courier(Arc::clone(&desk.state)));
    let (first, second) = tokio::join!(one.pass(), other.pass());
    assert!(first.unwrap() + second.unwrap() >= 20);
    desk.send().await;
    let book = desk.provider.book();
    assert_eq!(book.taken.len(), 20);
    assert!(book.offered.values().all(|offered| *offered == 1), "{:?}", book.offered);
}

pub async fn the_same_event_with_other_content_is_parked(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    let other = opening("closed").variable("m", 149).to(&jia(), NOON);
    let told = desk.deliver(&[done("closed"), other]).await;
    assert_eq!(told, ["", "other_content: the same event was asked to be told with other content"]);
    desk.send().await;
    assert_eq!(desk.provider.texts().len(), 1);
}
