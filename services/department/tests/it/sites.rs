//! Site checks, publicity, and more time by the head, over HTTP.

use casework::{DepartmentSays, Said, Wait};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, ask, clerk, head},
    server::Server,
};

fn checked(findings: &[&str]) -> Value {
    let limit = (!findings.is_empty()).then_some(5);
    json!({
        "round": 1, "staff": ["测试甲", "测试乙"], "findings": findings, "rectification_working_days": limit,
    })
}

fn more(days: u32) -> Value {
    json!({ "round": 1, "working_days": days, "reason": "情况复杂" })
}

pub async fn a_site_is_checked_by_two_and_repaired_outside_the_limit(server: &Server) {
    let desk = Desk::open(server, "HUR", "manual").await;
    let (asked, clerk) = (ask(1), clerk("HUR"));
    desk.deliver(&[desk.promised(asked, "D01", Wait::WorkingDays(5))]).await;
    let alone = json!({ "round": 1, "staff": ["测试甲", " 测试甲"], "findings": ["通道被占用"] });
    let (status, told) = desk.post(&clerk, asked, "site-check", alone).await;
    let pointers: Vec<_> = told["faults"].as_array().unwrap().iter().map(|fault| fault["pointer"].clone()).collect();
    assert_eq!((status, pointers), (422, vec![json!("/staff"), json!("/rectification_working_days")]), "{told}");
    assert!(told["faults"][0].to_string().contains("行政许可法第三十四条"), "{told}");
    assert_eq!(desk.words().await, ["acknowledged"]);

    let found = checked(&["通道被占用"]);
    let (status, first) = desk.post(&clerk, asked, "site-check", found.clone()).await;
    assert_eq!((status, first["status"].as_str()), (202, Some("suspended")), "{first}");
    assert_eq!(desk.post(&clerk, asked, "site-check", found).await, (202, first), "a second click");
    assert_eq!(desk.post(&clerk, asked, "site-check", checked(&["渗水"])).await.1["code"], "repair-open");
    let shown = desk.show(asked).await;
    let stands = &shown["stands_still"][0];
    assert_eq!((&stands["what"], &stands["limit"]), (&json!("rectification"), &json!("5 working days")));
    assert!(shown.get("due_at").is_none(), "the clock stands still");
    let repaired = json!({ "round": 1, "procedure": "rectification" });
    assert_eq!(desk.post(&clerk, asked, "procedure/end", repaired).await.1["status"], "in_review");
    assert_eq!(desk.post(&clerk, asked, "site-check", checked(&[])).await.1["status"], "in_review");
    let shown = desk.show(asked).await;
    let checks = shown["site_checks"].as_array().unwrap();
    assert_eq!((checks.len(), &checks[0]["staff"]), (2, &json!(["测试甲", "测试乙"])));
    assert_eq!(desk.words().await, ["acknowledged", "site_checked", "procedure_ended", "site_checked"]);
    assert!(!desk.ledger().await.contains("测试甲"), "names are personal data");
}

pub async fn only_the_head_gives_more_time_and_once(server: &Server) {
    let desk = Desk::open(server, "HUR", "manual").await;
    let (asked, head) = (ask(1), head("HUR"));
    desk.deliver(&[desk.promised(asked, "C06", Wait::WorkingDays(1))]).await;
    assert_eq!(desk.show(asked).await["due_at"], "2025-09-30T00:00:00+08:00");
    let window = json!({ "sub": "window-2", "roles": ["window_clerk", "department_head"], "department": "HUR" });
    let chief = json!({ "sub": "chief", "roles": ["chief_representative"], "department": "HUR" });
    let other = json!({ "sub": "head-NRP", "roles": ["department_head"], "department": "NRP" });
    for nobody in [clerk("HUR"), window, chief, other] {
        assert_eq!(desk.post(&nobody, asked, "extension", more(5)).await.0, 403, "{nobody}");
    }
    let (status, first) = desk.post(&head, asked, "extension", more(10)).await;
    assert_eq!(status, 202, "{first}");
    assert_eq!(desk.post(&head, asked, "extension", more(10)).await, (202, first));
    assert_eq!(desk.post(&head, asked, "extension", more(5)).await.1["code"], "extended-before");
    // The 29th, and ten more working days after the holiday: 30 September, 9 to 11 October, 13 to 17 and the 20th.
    let shown = desk.show(asked).await;
    let extension = &shown["extension"];
    assert_eq!((&extension["working_days"], &extension["signed_by"]), (&json!(10), &json!("测试负责人")));
    assert_eq!(shown["due_at"], "2025-10-21T00:00:00+08:00");
    assert!(!desk.ledger().await.contains("情况复杂"), "no free text");

    // Another calendar: due dates are reckoned again, and the extension is not forgotten.
    let due = "select due_at from tasks";
    let before: time::OffsetDateTime = sqlx::query_scalar(due).fetch_one(&desk.db).await.unwrap();
    sqlx::query("update tasks set calendar = 'older', due_at = null").execute(&desk.db).await.unwrap();
    desk.reckon_again(&[asked]).await;
    let after: time::OffsetDateTime = sqlx::query_scalar(due).fetch_one(&desk.db).await.unwrap();
    assert_eq!(after, before);

    // The owner does not take it: the head may correct it.
    let said = desk.said().await;
    let extended = said.iter().find(|reply| matches!(reply.says, DepartmentSays::Extended { .. })).unwrap();
    desk.deliver(&[desk.rejected_reply(asked, Said::of(&extended.says))]).await;
    let shown = desk.show(asked).await;
    assert_eq!((shown.get("extension"), &shown["due_at"]), (None, &json!("2025-09-30T00:00:00+08:00")));
    assert_eq!(shown["faults"][0]["code"], "check_digit");
    assert_eq!(desk.post(&head, asked, "extension", more(5)).await.0, 202);
    assert_eq!(desk.words().await, ["acknowledged", "extended", "extended"]);
}

pub async fn publicity_is_limited_in_calendar_days(server: &Server) {
    let desk = Desk::open(server, "NRP", "manual").await;
    let (asked, clerk) = (ask(1), clerk("NRP"));
    desk.deliver(&[desk.promised(asked, "B01", Wait::WorkingDays(4))]).await;
    let both = json!({
        "round": 1, "procedure": "hearing", "basis": "行政许可法 46", "limit_calendar_days": 7, "limit_working_days": 5,
    });
    let (status, told) = desk.post(&clerk, asked, "procedure/start", both).await;
    assert_eq!((status, &told["faults"][0]["code"]), (422, &json!("one_needed")), "{told}");
    let publicity = json!({ "round": 1, "procedure": "publicity", "basis": "城乡规划法", "limit_calendar_days": 7 });
    assert_eq!(desk.post(&clerk, asked, "procedure/start", publicity).await.1["status"], "suspended");
    assert_eq!(desk.show(asked).await["stands_still"][0]["limit"], "7 calendar days");
    let said = desk.said().await;
    let DepartmentSays::ProcedureStarted { limit_working_days, limit_calendar_days, .. } = &said[1].says else {
        panic!("a procedure")
    };
    assert_eq!((*limit_working_days, *limit_calendar_days), (0, Some(7)));
}
