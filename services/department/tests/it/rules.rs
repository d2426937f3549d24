//! Adapter `rules`.

use std::collections::BTreeSet;

use casework::{OwnerSays, SuspensionKind};
use serde_json::json;
use uuid::Uuid;

use crate::{
    desk::{Desk, NOW, ask, clerk, closed, outputs},
    server::Server,
};

pub async fn a_batch_is_decided_at_once_and_no_number_is_issued_twice(server: &Server) {
    let mut desk = Desk::open(server, "PSB", "rules").await;
    let batch: Vec<_> = (1..=3).map(|nth| desk.assigned(ask(nth), "seals", &["seal_code"])).collect();
    desk.decide_in_vain(&batch).await;
    desk.restart();
    assert_eq!(desk.deliver(&batch).await, ["", "", ""]);
    assert_eq!(desk.words().await, ["decided"; 3]);
    let again = desk.assigned(ask(1), "seals", &["seal_code"]);
    let fourth = desk.assigned(ask(4), "seals", &["seal_code"]);
    assert_eq!(desk.deliver(&[again, fourth]).await, ["", ""]);
    let said = desk.said().await;
    assert_eq!(said.len(), 5);
    assert_eq!(said[0], said[3], "the same assignment gets the same answer");
    let numbers: BTreeSet<_> = said.iter().flat_map(outputs).collect();
    assert_eq!(numbers.len(), 16);
    let undo = desk.assigned(ask(5), "seals-return", &[]);
    desk.deliver(&[undo]).await;
    assert!(outputs(desk.said().await.last().unwrap()).is_empty());
    let roles: Vec<String> =
        sqlx::query_scalar("select distinct role from decisions").fetch_all(&desk.db).await.unwrap();
    assert_eq!(roles, ["rule"]);
}

pub async fn a_number_that_a_person_took_is_passed_over(server: &Server) {
    let desk = Desk::open(server, "BNK", "rules").await;
    for taken in ["J4560000000101", "J4560000000201"] {
        sqlx::query("insert into numbers (kind, value, subject) values ('basic_account_number', $1, $2)")
            .bind(taken)
            .bind(Uuid::from_u128(1))
            .execute(&desk.db)
            .await
            .unwrap();
    }
    assert_eq!(desk.deliver(&[desk.assigned(ask(1), "bank", &[]), desk.assigned(ask(2), "bank", &[])]).await, ["", ""]);
    let numbers: Vec<_> = desk.said().await.iter().flat_map(outputs).map(|(_, value)| value).collect();
    assert!(
        numbers.contains(&"J4560000000301".to_owned()) && numbers.contains(&"J4560000000401".to_owned()),
        "{numbers:?}"
    );
}

pub async fn an_answer_that_did_not_hold_is_left_to_people(server: &Server) {
    let desk = Desk::open(server, "MSA", "rules").await;
    let asked = ask(1);
    desk.deliver(&[desk.assigned(asked, "licence", &["credit_code"]), desk.rejected(asked)]).await;
    assert_eq!(desk.words().await, ["decided"], "a rejected rule does not decide again");
    let (_, list) = desk.get(&clerk("MSA"), "/v1/tasks").await;
    assert_eq!(list["tasks"][0]["status"], "in_review");
    assert_eq!(desk.show(asked).await["faults"][0]["code"], "check_digit");

    let right = json!({ "round": 1, "outputs": [{ "kind": "credit_code", "value": "91370683MAYY00018Y" }] });
    let (status, first) = desk.post(&clerk("MSA"), asked, "decision", right.clone()).await;
    assert_eq!(status, 202, "{first}");
    desk.minutes_pass(1);
    let (status, again) = desk.post(&clerk("MSA"), asked, "decision", right.clone()).await;
    assert_eq!((status, &again), (202, &first), "the same decision gets the same answer");
    let other = json!({ "round": 1, "outputs": [{ "kind": "credit_code", "value": "91370683MAYY00026R" }] });
    let (status, problem) = desk.post(&clerk("MSA"), asked, "decision", other).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("already-decided")), "{problem}");

    desk.deliver(&[desk.told(asked, 1, closed())]).await;
    assert_eq!(desk.post(&clerk("MSA"), asked, "decision", right.clone()).await, (202, first));
    let shown = desk.show(asked).await;
    assert_eq!(shown["status"], "closed");
    assert!(shown["dossier"]["materials"][0].get("link").is_none(), "links end with the task");
    assert_eq!(shown["decisions"].as_array().unwrap().len(), 2);

    // Somebody else's number, in the next case.
    let next = ask(2);
    desk.deliver(&[desk.assigned(next, "licence", &["credit_code"]), desk.rejected(next)]).await;
    let (status, problem) = desk.post(&clerk("MSA"), next, "decision", right).await;
    assert_eq!((status, problem["faults"][0]["code"].as_str()), (422, Some("taken")), "{problem}");
}

pub async fn a_joint_acceptance_is_decided_after_what_runs_inside_it(server: &Server) {
    let desk = Desk::open(server, "HUR", "rules").await;
    let asked = ask(1);
    desk.deliver(&[desk.assigned_with(asked, "D01", &["result"], &[("inside.open", "D02 D07")])]).await;
    assert_eq!(desk.words().await, ["acknowledged"], "the rule waits");
    desk.deliver(&[desk.amended_with(asked, &[("inside.open", "D07")])]).await;
    assert_eq!(desk.words().await, ["acknowledged"]);
    desk.deliver(&[desk.amended_with(asked, &[])]).await;
    assert_eq!(desk.words().await, ["acknowledged", "decided"]);
    desk.deliver(&[desk.rejected(asked), desk.amended_with(asked, &[])]).await;
    assert_eq!(desk.words().await, ["acknowledged", "decided"], "a rule never decides the same round twice");
}

fn suspended() -> OwnerSays {
    OwnerSays::Suspended { suspended_at: NOW, kind: SuspensionKind::Legal, reason: String::new() }
}

fn resumed() -> OwnerSays {
    OwnerSays::Resumed { resumed_at: NOW }
}

pub async fn what_stands_still_is_decided_by_rule_when_it_goes_on(server: &Server) {
    let desk = Desk::open(server, "HUR", "rules").await;
    let inside = [("inside.open", "D07")];
    let assigned = |nth| desk.assigned_with(ask(nth), "D01", &["result"], &inside);
    let empty = |nth| desk.amended_with(ask(nth), &[]);

    // By the owner's word, each message in a batch of its own: the rule looks at the dossier that is kept.
    desk.deliver(&[assigned(1), desk.told(ask(1), 1, suspended())]).await;
    desk.deliver(&[empty(1)]).await;
    assert_eq!(desk.words().await, ["acknowledged"], "it stands still");
    desk.decide_in_vain(&[desk.told(ask(1), 1, resumed())]).await;
    desk.deliver(&[desk.told(ask(1), 1, resumed())]).await;
    assert_eq!(desk.words().await, ["acknowledged", "decided"]);
    desk.deliver(&[desk.rejected(ask(1)), desk.told(ask(1), 1, suspended()), desk.told(ask(1), 1, resumed())]).await;
    assert_eq!(desk.words().await, ["acknowledged", "decided"], "a rule never decides the same round twice");

    // All in one batch.
    let batch = [assigned(2), desk.told(ask(2), 1, suspended()), empty(2), desk.told(ask(2), 1, resumed())];
    assert_eq!(desk.deliver(&batch).await, [""; 4]);
    assert_eq!(desk.words().await[2..], ["acknowledged", "decided"]);

    // By the department's own procedure: its desk goes on at once, the rule decides when the owner has heard of it.
    let clerk = clerk("HUR");
    desk.deliver(&[assigned(3)]).await;
    let start = json!({ "round": 1, "procedure": "inspection", "basis": "行政许可法 45", "limit_working_days": 5 });
    assert_eq!(desk.post(&clerk, ask(3), "procedure/start", start).await.0, 202);
    desk.deliver(&[empty(3)]).await;
    let end = json!({ "round": 1, "procedure": "inspection" });
    assert_eq!(desk.post(&clerk, ask(3), "procedure/end", end).await.1["status"], "in_review");
    assert_eq!(desk.words().await[4..], ["acknowledged", "procedure_started", "procedure_ended"]);
    desk.deliver(&[desk.told(ask(3), 1, resumed())]).await;
    assert_eq!(desk.words().await[7..], ["decided"]);

    // Still open when it goes on.
    desk.deliver(&[assigned(4), desk.told(ask(4), 1, suspended()), desk.told(ask(4), 1, resumed())]).await;
    assert_eq!(desk.words().await[8..], ["acknowledged"]);
}

pub async fn what_a_person_said_and_was_sent_back_does_not_keep_a_rule_from_deciding(server: &Server) {
    let desk = Desk::open(server, "HUR", "rules").await;
    let asked = ask(1);
    desk.deliver(&[desk.assigned_with(asked, "C06", &["result"], &[("inside.open", "C07")])]).await;
    let early = json!({ "round": 1, "outputs": [{ "kind": "result", "value": "370683-HUR-000009" }] });
    assert_eq!(desk.post(&clerk("HUR"), asked, "decision", early).await.0, 202);
    desk.deliver(&[desk.rejected(asked), desk.amended_with(asked, &[])]).await;
    assert_eq!(desk.words().await, ["acknowledged", "decided", "decided"]);
    assert_eq!(outputs(&desk.said().await[2]), [("result".to_owned(), "370683-HUR-000001".to_owned())]);
}

pub async fn a_rule_that_waited_passes_over_what_a_person_took_meanwhile(server: &Server) {
    let rules = r#"
        department = "BNK"
        [series.basic_account]
        form = "basic_account_number"
        text = "J4560{serial:7}01"
        [[task]]
        code = "bank"
        waits_for_empty = "inside.open"
        outputs = [{ kind = "basic_account_number", value = { number = { series = "basic_account" } } }]
    "#;
    let desk = Desk::open_by(server, "BNK", rules).await;
    let batch = [1, 2].map(|nth| desk.assigned_with(ask(nth), "bank", &[], &[("inside.open", "C07")]));
    desk.deliver(&batch).await;
    let by_hand = json!({ "round": 1, "outputs": [{ "kind": "basic_account_number", "value": "J4560000000101" }] });
    assert_eq!(desk.post(&clerk("BNK"), ask(2), "decision", by_hand).await.0, 202);
    assert_eq!(desk.deliver(&[desk.amended_with(ask(1), &[])]).await, [""]);
    let number = ("basic_account_number".to_owned(), "J4560000000201".to_owned());
    assert_eq!(outputs(desk.said().await.last().unwrap()), [number]);
}
