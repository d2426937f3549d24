//! The local suite's own sink speaks the provider's protocol.

use std::sync::Arc;

use local::sink::{Kind, Store};
use mailbox::ids::Ids;
use testkit::Kit;

use crate::desk::{Desk, NOON, done};

pub async fn the_local_sink_shows_what_was_sent(kit: Arc<Kit>) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("messages.jsonl")).unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let sink = local::sink::serve(port, store.clone(), "key".into(), Ids::seeded(1)).unwrap();
    let desk = Desk::open_at(&kit, NOON, &format!("http://127.0.0.1:{port}")).await;
    let request = done("closed");
    desk.deliver(std::slice::from_ref(&request)).await;
    desk.send().await;
    let shown = store.all();
    assert_eq!(shown.len(), 1);
    assert_eq!(
        (shown[0].kind, shown[0].id.as_str(), shown[0].from.as_str()),
        (Kind::Sms, request.message_id.as_str(), "莱州政务服务")
    );
    assert!(shown[0].text.starts_with("【莱州政务服务】莱州市云杉测试电子有限公司企业开办已完成,用时148分钟"));
    assert_eq!(
        desk.state.provider.ask(uuid::Uuid::from_u128(1)).await,
        notification::domain::delivery::Answer::HasNot("provider_lost_it")
    );
    sink.stop(true).await;
}
