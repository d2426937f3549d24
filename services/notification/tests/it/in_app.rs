//! Messages that people read in the suite.

use std::sync::Arc;

use contracts::notification::{Ask, Kind, Person};
use serde_json::json;
use testkit::Kit;

use crate::desk::{CASE, Desk, NOON, NUMBER, applicant, done, hours, jia, opening};

pub async fn a_person_reads_his_own_messages_and_nobody_elses(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    let first = done("closed");
    desk.deliver(std::slice::from_ref(&first)).await;
    desk.clock(NOON + hours(10));
    let overdue =
        Ask::new("N16", CASE, "overdue").variable("case", NUMBER).variable("due", "2025-09-30").variable("n", 1);
    let head = Person { id: "p-head".into(), phone: "10012345679".into(), subject: "head-tax".into(), english: false };
    let english = Person { english: true, phone: String::new(), ..jia() };
    desk.deliver(&[overdue.kind(Kind::Staff).to(&head, NOON), opening("again").to(&english, NOON)]).await;

    let (status, own) = desk.get(applicant("applicant-jia"), "/v1/messages?limit=1").await;
    assert_eq!(status, 200, "{own}");
    let text = own["messages"][0]["text"].as_str().unwrap();
    assert!(text.contains("the opening is complete after 148 minutes"), "{text}");
    assert_eq!(own["messages"][0]["told_at"], "2025-09-28T22:00:00+08:00", "nothing rings: it lies there at night too");
    let next = format!("/v1/messages?before={}", own["next"].as_str().unwrap());
    let (_, rest) = desk.get(applicant("applicant-jia"), &next).await;
    assert_eq!(rest["messages"].as_array().unwrap().len(), 1);
    assert_eq!(rest["messages"][0]["message_id"], json!(first.message_id));
    assert_eq!(rest["messages"][0]["case_number"], NUMBER);

    let (_, staff) = desk.get(json!({ "sub": "head-tax", "roles": ["department_head"] }), "/v1/messages").await;
    assert_eq!(
        staff["messages"][0]["text"],
        "[内部]37068320250928010000018将于2025-09-30到期,剩余1个工作日;超期将发红牌。"
    );
    let (_, stranger) = desk.get(applicant("applicant-yi"), "/v1/messages").await;
    assert_eq!(stranger["messages"], json!([]));

    let path = format!("/v1/messages/{}/read", first.message_id);
    assert_eq!(desk.post(applicant("applicant-yi"), &path, json!({})).await.0, 404);
    let (status, read) = desk.post(applicant("applicant-jia"), &path, json!({})).await;
    assert_eq!(status, 200, "{read}");
    desk.clock(NOON + hours(11));
    let (_, again) = desk.post(applicant("applicant-jia"), &path, json!({})).await;
    assert_eq!(again["read_at"], read["read_at"], "the first time counts");
    let (_, unread) = desk.get(applicant("applicant-jia"), "/v1/messages?unread=true").await;
    assert_eq!(unread["messages"].as_array().unwrap().len(), 1);
    // At ten in the evening the telephone of the first was not rung again, and the head's never.
    desk.send().await;
    assert_eq!(desk.provider.calls(), [""; 0], "its message waits for the morning");
}
