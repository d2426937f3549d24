//! One-time codes: told at once, at any hour, and then kept by nobody.

use std::sync::Arc;

use contracts::notification::{Kind, message, v1::Outcome};
use testkit::Kit;
use time::{Duration, macros::datetime};

use crate::{
    desk::{CODE, Desk, NOON, done, jia, opening, withdrawal},
    provider::Mood,
};

pub async fn a_code_is_told_and_then_it_is_nowhere(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, datetime!(2025-09-28 23:30 +8)).await;
    let code = desk.code("code/1");
    assert_eq!(desk.deliver(std::slice::from_ref(&code)).await, [""]);
    assert!(desk.kept().await.contains(CODE), "until it is sent");
    desk.send().await;
    let expected = "【莱州政务服务】验证码271828,用于企业开办:撤回申请,10分钟内有效。请核对办理内容后再告知窗口人员;非您本人意愿的,请勿告知任何人。";
    assert_eq!(desk.provider.texts(), [expected], "at night, too");
    assert_eq!(desk.delivery(&code).await.0, "sent");
    let (kept, said) = (desk.kept().await, desk.said().await);
    assert!(kept.contains("验证码******") && !kept.contains(CODE), "{kept}");
    assert!(!said.contains(CODE), "{said}");
    assert_eq!(desk.deliver(&[code.clone(), message::blank(&code)]).await, ["", ""], "said again, whole or blank");
    desk.send().await;
    assert_eq!(desk.provider.calls(), ["send"]);
    assert_eq!(desk.facts().await, ["message_requested", "message_sent"]);
}

pub async fn a_code_that_cannot_be_sent_in_time_is_given_up(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    let code = desk.code("code/1");
    desk.deliver(std::slice::from_ref(&code)).await;
    desk.codes_expire().await;
    desk.send().await;
    assert_eq!(desk.provider.calls(), [""; 0], "nobody hears a code that is worth nothing");
    assert_eq!(desk.delivery(&code).await, ("discarded".into(), "expired".into()));
    assert!(!desk.kept().await.contains(CODE));
    assert_eq!(desk.receipts().await, [(Outcome::Failed, "expired".to_owned())]);

    // The provider may have it: it is asked, and not offered it again.
    desk.provider.is(Mood::DiesAtOnce);
    let unclear = desk.code("code/2");
    desk.deliver(std::slice::from_ref(&unclear)).await;
    notification::Courier(Arc::clone(&desk.state)).pass().await.unwrap();
    desk.codes_expire().await;
    desk.send().await;
    assert_eq!(desk.provider.calls(), ["send", "ask"]);
    assert_eq!(desk.delivery(&unclear).await, ("discarded".into(), "expired".into()));
    assert!(!desk.kept().await.contains(CODE));
}

pub async fn a_parked_code_is_forgotten_when_it_is_worth_nothing(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    desk.provider.is(Mood::Refuses);
    let code = desk.code("code/1");
    desk.deliver(&[code.clone(), done("closed")]).await;
    desk.send().await;
    assert_eq!(desk.delivery(&code).await, ("parked".into(), "provider_refused".into()));
    desk.codes_expire().await;
    desk.send().await;
    assert_eq!(desk.delivery(&code).await, ("discarded".into(), "expired".into()));
    assert_eq!(desk.delivery(&done("closed")).await.0, "parked", "it is an operator's");
    assert!(!desk.kept().await.contains(CODE));
}

pub async fn what_comes_too_late_or_blank_is_told_to_nobody(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    let past = desk.mailbox.clocks().system.now() - Duration::seconds(1);
    let late = withdrawal("code/1").code(CODE, past).to(&jia(), NOON);
    let blank = message::blank(&desk.code("code/2"));
    assert_eq!(desk.deliver(&[late.clone(), blank, late]).await, ["", "", ""], "nothing is parked");
    desk.send().await;
    assert_eq!(desk.provider.calls(), [""; 0]);
    let expired = (Outcome::Failed, "expired".to_owned());
    assert_eq!(desk.receipts().await, [expired.clone(), expired], "whoever asked hears so, once");
    assert!(!desk.kept().await.contains(CODE) && !desk.said().await.contains(CODE));
}

pub async fn a_code_is_a_verification_and_nothing_else(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    let until = desk.mailbox.clocks().system.now() + Duration::minutes(10);
    let endless = withdrawal("code/1").kind(Kind::Verification).variable("code", CODE).to(&jia(), NOON);
    let service = withdrawal("code/2").code(CODE, until).kind(Kind::Service).to(&jia(), NOON);
    let kept = withdrawal("code/3").variable("code", CODE).to(&jia(), NOON);
    let nothing = opening("code/4").code(CODE, until).to(&jia(), NOON);
    let long = withdrawal("code/5").code("2718281", until).to(&jia(), NOON);
    let told = desk.deliver(&[endless, service, kept, nothing, long]).await;
    let expected = [
        "bad_request: expires_at is missing: a code holds for a while",
        "bad_request: expires_at is a verification's alone",
        "wrong_kind: a one-time code is told as a verification, and a verification tells one",
        "wrong_kind: a one-time code is told as a verification, and a verification tells one",
        "variables_do_not_fit: N19@1: variable code is longer than 6 characters",
    ];
    assert_eq!(told, expected);
}
