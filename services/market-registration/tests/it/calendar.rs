//! A year is announced while openings run: cards fall due by its days, and how they go on is told once.

use std::sync::Arc;

use contracts::{
    process::v1::{Kind, Progressed},
    topics,
};
use serde_json::{Value, json};
use testkit::{Kit, reckon_again};
use time::{OffsetDateTime, macros::datetime};
use uuid::Uuid;
use workdays::Announcement;

use crate::{gaps::said, names_desk::NamesDesk};

const CASE: Uuid = Uuid::from_u128(1);
const NOTICE: &str = include_str!("../../../../shared/workdays/tests-data/2027.toml");

/// When the timer of this name falls due.
async fn falls_due(desk: &NamesDesk, name: &str) -> OffsetDateTime {
    let due = sqlx::query_scalar("select due_at from timers where name like $1").bind(name);
    due.fetch_one(desk.mailbox.db()).await.unwrap()
}

/// What was said of days that moved: until when the registrar has time, and whether that may move again.
async fn told(desk: &NamesDesk) -> Vec<(i64, bool)> {
    let account: Vec<Progressed> = said(desk, topics::REGISTRATION_CASES).await;
    let moved = |told: &&Progressed| told.steps.iter().any(|step| step.kind() == Kind::DueReckoned);
    let due = |told: &Progressed| (told.open[0].due_at.unwrap().seconds, told.open[0].provisional);
    account.iter().filter(moved).map(due).collect()
}

pub async fn an_opening_of_new_years_eve_goes_on_after_the_days_that_a_notice_names(kit: Arc<Kit>) {
    let (evening, monday, tuesday) =
        (datetime!(2026-12-31 16:30 +8), datetime!(2027-01-04 9:00 +8), datetime!(2027-01-05 9:00 +8));
    let minutes = time::Duration::minutes;
    let desk = NamesDesk::open(&kit).await;
    desk.it_is(evening);
    desk.deliver(&[desk.accepted(CASE, "莱州市云杉测试电子有限公司", "", evening)]).await;
    // Half an hour is left of the year, and Friday is off by the regulation.
    let clock = desk.shown(CASE).await["clock"].clone();
    assert_eq!(
        (&clock["due_at"], &clock["provisional"]),
        (&json!("2027-01-04T11:30:00+08:00"), &json!(true)),
        "{clock}"
    );
    assert_eq!(falls_due(&desk, "card/yellow").await, monday + minutes(120));
    assert_eq!(falls_due(&desk, "acknowledge/%").await, evening + minutes(10));

    // By the notice Monday is off as well.
    let before = desk.mailbox.calendar();
    assert!(desk.mailbox.almanac().lay(&[Announcement::read(NOTICE).unwrap()]).unwrap());
    reckon_again(&desk.mailbox, &*desk.handler).await;
    let clock = desk.shown(CASE).await["clock"].clone();
    assert_eq!(
        (&clock["due_at"], &clock["provisional"]),
        (&json!("2027-01-05T11:30:00+08:00"), &json!(false)),
        "{clock}"
    );
    assert_eq!(falls_due(&desk, "card/yellow").await, tuesday + minutes(120));
    assert_eq!(falls_due(&desk, "card/red").await, tuesday + minutes(151));
    assert_eq!(falls_due(&desk, "acknowledge/%").await, evening + minutes(10), "it ends in the old year");
    assert_eq!(told(&desk).await, [((tuesday + minutes(30)).unix_timestamp(), false)], "once");

    // Every fact says by which calendar it was reckoned.
    let bodies: Vec<Vec<u8>> =
        sqlx::query_scalar("select body from ledger where kind in ('task_assigned', 'due_reckoned')")
            .fetch_all(desk.mailbox.db())
            .await
            .unwrap();
    let mut calendars: Vec<Value> =
        bodies.iter().map(|body| serde_json::from_slice::<Value>(body).unwrap()["calendar"].take()).collect();
    calendars.dedup();
    assert_eq!(calendars, [before.version(), desk.mailbox.calendar().version()]);
}
