//! The 180-minute clock, where somebody else than a department keeps the opening waiting.

use std::sync::Arc;

use casework::{CaseId, DepartmentSays, Grounds, Refusal, TaskId};
use contracts::{
    intake::v1::{ChoiceMade, choice_made::Choice},
    time::timestamp,
};
use serde_json::json;
use testkit::Kit;
use time::macros::datetime;
use uuid::Uuid;

use crate::{
    gaps::decide,
    names_desk::{MORNING, NamesDesk},
};

const CASE: Uuid = Uuid::from_u128(1);

/// The bank refuses at 9:30, and the founder goes on without it at 10:30: the hour is his.
pub async fn time_for_a_choice_is_not_counted_when_the_choice_is_to_go_on_without(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    desk.deliver(&[desk.accepted(CASE, "莱州市云杉测试电子有限公司", "", MORNING)]).await;
    desk.it_is(datetime!(2025-09-28 9:00 +8));
    decide(&desk, 0..6).await;
    desk.it_is(datetime!(2025-09-28 9:30 +8));
    let bank = TaskId::derived(CaseId::new(CASE), "bank");
    let refusal = Refusal {
        decided_at: desk.mailbox.clocks().business.now(),
        signed_by: "行长".to_owned(),
        grounds: Grounds {
            basis: "人民币银行结算账户管理办法".to_owned(),
            reasons: vec!["住所无法核实".to_owned()],
            remedies: vec!["可另选银行".to_owned()],
        },
    };
    desk.deliver(&[desk.replied(CASE, "BNK", bank, DepartmentSays::Refused(refusal))]).await;
    let shown = desk.shown(CASE).await["clock"].clone();
    assert_eq!(shown["stands_still"], true, "{shown}");
    let used = shown["used_minutes"].clone();

    let now = datetime!(2025-09-28 10:30 +8);
    desk.it_is(now);
    let choice = ChoiceMade {
        case_id: CASE.to_string(),
        task_id: bank.to_string(),
        chosen_at: timestamp(now),
        choice: Some(Choice::CloseWithout(true)),
    };
    desk.deliver(&[desk.passed_on(CASE, &choice)]).await;
    let shown = desk.shown(CASE).await["clock"].clone();
    assert_eq!((&shown["used_minutes"], &shown["stands_still"]), (&used, &json!(false)), "{shown}");
}
