//! What comes from the bus and must not be told.

use std::sync::Arc;

use contracts::notification::{Ask, Kind, Person};
use testkit::Kit;

use crate::desk::{CASE, Desk, NOON, done, jia, opening};

const MARKED: &str = "370683190001010014";

pub async fn what_must_not_be_told_is_poison_and_neighbours_go_on(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    let reply = |event: &str, summary: &str| {
        let ask = Ask::new("N12", CASE, event).variable("matter", "开户").variable("depts", "银行");
        ask.variable("summary", summary).to(&jia(), NOON)
    };
    let named = Ask::new("N12", CASE, "named").variable("matter", "开户").variable("depts", "银行");
    let batch = [
        reply("identity", &format!("申请人{MARKED}已办结")),
        reply("account", "账户J4560000000101已开立"),
        reply("phone", "请联系10012345678"),
        reply("link", "见http://evil.cn/x"),
        named.full_name("summary", "张三丰").to(&jia(), NOON),
        done("closed"),
    ];
    let told = desk.deliver(&batch).await;
    assert_eq!(
        told,
        [
            "personal_data: N12@1: variable summary holds an identity number; variable summary holds an account number in full",
            "personal_data: N12@1: variable summary holds an account number in full",
            "personal_data: N12@1: variable summary holds a telephone number in full",
            "variables_do_not_fit: N12@1: variable summary holds an address on the web",
            "personal_data: N12@1: variable summary is marked as a person's full name",
            "",
        ]
    );
    desk.send().await;
    assert_eq!(desk.provider.texts().len(), 1);
    for text in desk.provider.texts().iter().chain([&desk.said().await]).chain(&told) {
        assert!(!text.contains(MARKED) && !text.contains("张三丰") && !text.contains("J4560000000101"), "{text}");
    }
}

pub async fn whatever_is_wrong_is_named_at_once(kit: Arc<Kit>) {
    let desk = Desk::open(&kit, NOON).await;
    let mut broken = done("closed");
    broken.case_number = "123".into();
    broken.event = "Closed!".into();
    broken.kind = Kind::Unspecified.into();
    broken.recipient.as_mut().unwrap().phone = "0535-2212345".into();
    let moved = contracts::notification::v1::Requested { case_id: uuid::Uuid::nil().to_string(), ..done("closed") };
    let later = Ask::new("N88", CASE, "closed").to(&jia(), NOON);
    let nowhere = opening("closed").to(&Person { id: "p-1".into(), ..Person::default() }, NOON);
    let staff = opening("closed").kind(Kind::Staff).to(&jia(), NOON);
    let told = desk.deliver(&[broken, moved, later, nowhere, staff]).await;
    assert_eq!(
        told,
        [
            "bad_request: kind is not set; event is not a name in small letters; \
             case_number is neither a case number nor a project code; recipient.phone is not a mobile number of 11 digits; \
             message_id is not the one of this case, event, person and template",
            "bad_request: message_id is not the one of this case, event, person and template",
            "unknown_template: template N88 is not known to this version",
            "no_address: the recipient has no address on any channel of the template",
            "wrong_audience: the template is not written for recipients of this kind",
        ]
    );
}
