//! Adapter `manual`: people over HTTP.

use casework::{OwnerSays, SuspensionKind};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, NOW, ask, clerk, head},
    server::Server,
};

fn decision() -> Value {
    json!({ "round": 1, "outputs": [{ "kind": "account_number", "value": "6990370683000000001" }], "fees": [] })
}

fn refusal() -> Value {
    json!({
        "round": 1,
        "basis": "人民币银行结算账户管理办法",
        "reasons": ["身份核验未通过"],
        "remedies": ["60日内申请行政复议", "6个月内提起行政诉讼"],
    })
}

pub async fn a_supplement_a_procedure_and_a_decision(server: &Server) {
    let desk = Desk::open(server, "BNK", "manual").await;
    let (asked, clerk) = (ask(1), clerk("BNK"));
    desk.deliver(&[desk.assigned(asked, "bank", &["account_number"])]).await;
    assert_eq!(desk.words().await, ["acknowledged"]);
    assert_eq!(desk.show(asked).await["due_at"], "2025-09-28T11:00:00+08:00");

    desk.minutes_pass(20);
    let notice = json!({ "round": 1, "items": [{ "code": "M03", "note": "身份证不清晰" }], "reason": "无法核验" });
    let (status, first) = desk.post(&clerk, asked, "supplement", notice.clone()).await;
    assert_eq!((status, first["status"].as_str()), (202, Some("suspended")), "{first}");
    assert_eq!(desk.post(&clerk, asked, "supplement", notice).await, (202, first));
    let another = json!({ "round": 1, "items": [{ "code": "M04", "note": "也缺" }], "reason": "忘了" });
    assert_eq!(desk.post(&clerk, asked, "supplement", another).await.0, 409);
    assert!(desk.show(asked).await.get("due_at").is_none(), "the clock stands still");

    desk.minutes_pass(20);
    let suspended = OwnerSays::Suspended { suspended_at: NOW, kind: SuspensionKind::Supplement, reason: String::new() };
    let amended = OwnerSays::Amended { amended_at: NOW, reason: "supplement".into() };
    let resumed = OwnerSays::Resumed { resumed_at: NOW };
    let told: Vec<_> = [suspended, amended, resumed].map(|says| desk.told(asked, 1, says)).into();
    assert_eq!(desk.deliver(&told).await, ["", "", ""]);
    assert_eq!(desk.show(asked).await["due_at"], "2025-09-28T11:20:00+08:00");

    let start = json!({ "round": 1, "procedure": "expert_review", "basis": "行政许可法 45", "limit_working_days": 3 });
    assert_eq!(desk.post(&clerk, asked, "procedure/start", start).await.0, 202);
    assert_eq!(desk.show(asked).await["stands_still"][0]["what"], "expert_review");
    let end = json!({ "round": 1, "procedure": "hearing" });
    assert_eq!(desk.post(&clerk, asked, "procedure/end", end).await.1["code"], "procedure-not-running");
    let end = json!({ "round": 1, "procedure": "expert_review" });
    assert_eq!(desk.post(&clerk, asked, "procedure/end", end).await.1["status"], "in_review");

    let (status, sent) = desk.post(&clerk, asked, "decision", decision()).await;
    assert_eq!((status, sent["result"].as_str()), (202, Some("granted")), "{sent}");
    let words = desk.words().await;
    assert_eq!(words, ["acknowledged", "supplement_asked", "procedure_started", "procedure_ended", "decided"]);
    let later = json!({ "round": 2, "outputs": [{ "kind": "account_number", "value": "1" }] });
    assert_eq!(desk.post(&clerk, asked, "decision", later).await.1["code"], "round-differs");
    let report = mailbox::ledger::verify(&desk.db).await.unwrap();
    assert!(report.findings.is_empty());
}

pub async fn only_the_head_refuses_and_a_window_can_do_nothing(server: &Server) {
    let desk = Desk::open(server, "BNK", "manual").await;
    let asked = ask(1);
    desk.deliver(&[desk.assigned(asked, "bank", &["account_number"])]).await;
    let window = json!({ "sub": "window-2", "roles": ["window_clerk", "department_head"], "department": "BNK" });
    let chief = json!({ "sub": "chief", "roles": ["chief_representative"], "department": "BNK" });
    for nobody in [window, chief.clone(), clerk("BNK"), head("TAX"), json!({ "roles": ["department_head"] })] {
        assert_eq!(desk.post(&nobody, asked, "refusal", refusal()).await.0, 403, "{nobody}");
    }
    assert_eq!(desk.get(&chief, "/v1/tasks").await.0, 200);
    assert_eq!(desk.get(&clerk("TAX"), "/v1/tasks").await.0, 403);
    // Whoever reads a dossier leaves a row; the work list shows nobody's data.
    let (auditor, about) =
        (json!({ "sub": "auditor", "roles": ["auditor"] }), format!("/v1/accesses?about={}", asked.case));
    assert_eq!(desk.get(&auditor, &about).await.1["accesses"], json!([]));
    desk.show(asked).await;
    let (_, looks) = desk.get(&auditor, &about).await;
    let looks = looks["accesses"].as_array().unwrap();
    assert_eq!((looks.len(), &looks[0]["ground"]), (1, &json!("department")), "{looks:?}");
    assert_eq!(desk.get(&chief, &about).await.0, 403);
    assert_eq!(desk.words().await, ["acknowledged"]);

    let (status, first) = desk.post(&head("BNK"), asked, "refusal", refusal()).await;
    assert_eq!((status, first["result"].as_str()), (202, Some("refused")), "{first}");
    assert_eq!(desk.post(&head("BNK"), asked, "refusal", refusal()).await, (202, first));
    assert_eq!(desk.post(&head("BNK"), asked, "decision", decision()).await.1["code"], "already-decided");
    assert_eq!(desk.words().await, ["acknowledged", "refused"]);
    let by_window = sqlx::query(
        "insert into decisions (task_id, sequence, round, decided_at, result, actor, role, answer)
         values (gen_random_uuid(), 1, 1, now(), 'refused', 'x', 'department_clerk', '{}')",
    );
    assert!(by_window.execute(&desk.db).await.is_err(), "the log takes no refusal without a head");
}

pub async fn every_fault_is_told_at_once_and_nothing_is_stored(server: &Server) {
    let desk = Desk::open(server, "BNK", "manual").await;
    let (asked, head) = (ask(1), head("BNK"));
    desk.deliver(&[desk.assigned(asked, "bank", &["account_number", "basic_account_number"])]).await;
    let facts = desk.facts().await;
    let bodies = [
        ("supplement", json!({ "round": 1, "items": [{ "code": "", "note": "" }], "reason": " " }), 3),
        ("supplement", json!({ "round": 1, "items": [], "reason": "x" }), 1),
        ("procedure/start", json!({ "round": 1, "procedure": "", "basis": "", "limit_working_days": 0 }), 3),
        ("procedure/end", json!({ "round": 1, "procedure": "" }), 1),
        ("procedure/start", json!({ "round": 1, "procedure": "dance", "basis": "b", "limit_calendar_days": 367 }), 2),
        ("procedure/start", json!({ "round": 1, "procedure": "hearing", "basis": "b" }), 1),
        ("site-check", json!({ "round": 1, "staff": ["测试甲", " "], "findings": ["", "x"] }), 4),
        ("extension", json!({ "round": 1, "working_days": 11, "reason": " " }), 2),
        ("extension", json!({ "round": 1, "working_days": 0, "reason": "x" }), 1),
        ("refusal", json!({ "round": 1, "basis": "", "reasons": [], "remedies": ["", "x"] }), 3),
        (
            "decision",
            json!({ "round": 1, "outputs": [{ "kind": "x", "value": "" }], "fees": [{ "name": "", "fen": -1 }] }),
            5,
        ),
    ];
    for (verb, body, faults) in bodies {
        let (status, problem) = desk.post(&head, asked, verb, body).await;
        assert_eq!((status, problem["faults"].as_array().map(Vec::len)), (422, Some(faults)), "{verb}: {problem}");
    }
    assert_eq!(desk.post(&head, asked, "decision", json!({ "round": 1, "verdict": "yes" })).await.0, 400);
    assert_eq!(desk.post(&head, ask(2), "decision", decision()).await.0, 404);
    assert_eq!(desk.get(&head, "/v1/tasks/none").await.0, 400);
    assert_eq!(desk.get(&head, "/v1/tasks?status=closed").await.0, 400);
    assert_eq!(desk.get(&head, "/v1/tasks?after=x").await.0, 400);
    assert_eq!(desk.facts().await, facts);
}

pub async fn the_work_list_is_read_page_by_page(server: &Server) {
    let desk = Desk::open(server, "BNK", "manual").await;
    let batch: Vec<_> = (1..=5).map(|nth| desk.assigned(ask(nth), "bank", &[])).collect();
    desk.deliver(&batch).await;
    let clerk = clerk("BNK");
    let notice = json!({ "round": 1, "items": [{ "code": "M03", "note": "缺" }], "reason": "缺" });
    desk.post(&clerk, ask(1), "supplement", notice).await;
    desk.post(&clerk, ask(2), "decision", decision()).await;
    let (mut seen, mut path) = (Vec::new(), "/v1/tasks?limit=2".to_owned());
    loop {
        let (status, page) = desk.get(&clerk, &path).await;
        assert_eq!(status, 200, "{page}");
        seen.extend(page["tasks"].as_array().unwrap().iter().map(|task| task["task_id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/tasks?limit=2&after={next}");
    }
    let expected: Vec<_> = [3, 4, 5, 1].map(|nth| ask(nth).task.to_string()).into();
    assert_eq!(seen, expected, "by the time left; what stands still comes last");
    let (_, answered) = desk.get(&clerk, "/v1/tasks?status=answered").await;
    assert_eq!(answered["tasks"][0]["task_id"], ask(2).task.to_string());
    let (_, in_review) = desk.get(&clerk, "/v1/tasks?status=in_review").await;
    assert_eq!(in_review["tasks"][0]["window_minutes_left"], 60);
}
