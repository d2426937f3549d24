//! A year is announced while tasks lie on the desk: days that people see are reckoned again, and say whether they may move.

use casework::{Assignment, DepartmentCode, OwnerSays, Wait};
use serde_json::json;
use time::macros::datetime;
use workdays::Announcement;

use crate::{
    desk::{Desk, ask, clerk},
    server::Server,
};

const NOTICE: &str = include_str!("../../../../shared/workdays/tests-data/2027.toml");

pub async fn due_dates_follow_the_calendar(server: &Server) {
    let desk = Desk::open(server, "HUR", "manual").await;
    let new_years_eve = datetime!(2026-12-31 10:00 +8);
    desk.mailbox.clocks().business.advance_to(new_years_eve).unwrap();
    let (asked, sure) = (ask(1), ask(2));
    for (asked, days) in [(asked, 1), (sure, 0)] {
        let assignment = Assignment {
            task_code: "C06".into(),
            role: "HUR".into(),
            department: DepartmentCode::parse("HUR").unwrap(),
            assigned_at: new_years_eve,
            promised: Wait::WorkingDays(days),
            outputs: vec!["result".to_owned()],
            resent: false,
        };
        desk.deliver(&[desk.told(asked, 1, OwnerSays::Assigned(assignment))]).await;
    }
    // New Year's Day is a Friday: Monday the 4th, until 24:00, and nobody has announced it.
    let shown = desk.show(asked).await;
    assert_eq!((&shown["due_at"], &shown["provisional"]), (&json!("2027-01-05T00:00:00+08:00"), &json!(true)));
    let (_, listed) = desk.get(&clerk("HUR"), "/v1/tasks").await;
    let dues: Vec<_> = listed["tasks"].as_array().unwrap().iter().map(|task| task["provisional"].clone()).collect();
    assert_eq!(dues, [json!(false), json!(true)], "{listed}");

    // By the notice Monday is off as well.
    let facts = desk.facts().await;
    assert!(desk.mailbox.almanac().lay(&[Announcement::read(NOTICE).unwrap()]).unwrap());
    for _ in 0..2 {
        desk.reckon_again(&[asked, sure]).await;
    }
    let (_, listed) = desk.get(&clerk("HUR"), "/v1/tasks").await;
    let last = &listed["tasks"][1];
    assert_eq!((&last["due_at"], &last["provisional"]), (&json!("2027-01-06T00:00:00+08:00"), &json!(false)));
    let version = desk.mailbox.calendar().version().to_owned();
    assert!(desk.ledger().await.contains(&version), "the fact says by which calendar");
    // Nothing tells by which calendar it was reckoned before: each is written once more, each time.
    assert_eq!(desk.facts().await, facts + 4);
    assert_eq!(desk.words().await, ["acknowledged", "acknowledged"], "the owner reckons himself");
}
