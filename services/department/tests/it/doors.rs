//! What comes from the bus and does not fit, or comes late.

use casework::{CaseId, OwnerSays, StopKind};
use uuid::Uuid;

use crate::{
    desk::{Asked, Desk, NOW, ask, closed},
    server::Server,
};

fn cancelled() -> OwnerSays {
    OwnerSays::Cancelled { cancelled_at: NOW, kind: StopKind::Withdrawn, basis: "行政许可法".into() }
}

pub async fn what_is_not_meant_for_this_desk_is_poison(server: &Server) {
    let desk = Desk::open(server, "TAX", "manual").await;
    let good = desk.assigned(ask(1), "tax", &[]);
    let mut wrong_key = desk.assigned(ask(2), "tax", &[]);
    wrong_key.key = ask(3).case.to_string();
    let mut not_a_message = good.clone();
    not_a_message.body = vec![0xff; 40];
    let mut other_department = desk.assigned(ask(4), "tax", &[]);
    let others = Desk::open(server, "BNK", "manual").await.assigned(ask(4), "tax", &[]);
    other_department.body = others.body;
    let stranger = desk.told_by("intake", ask(1), 1, closed());
    let moved = Asked { case: CaseId::new(Uuid::from_u128(77)), ..ask(1) };
    let batch = [
        wrong_key,
        not_a_message,
        good,
        other_department,
        desk.told(ask(5), 1, closed()),
        desk.told(ask(1), 2, closed()),
        stranger,
        desk.told(moved, 1, closed()),
        desk.told(ask(1), 1, closed()),
    ];
    let codes = desk.deliver(&batch).await;
    let expected = [
        "wrong_key",
        "undecodable",
        "",
        "other_department",
        "unknown_task",
        "unknown_round",
        "unknown_owner",
        "unknown_task",
        "",
    ];
    assert_eq!(codes, expected);
    assert_eq!(desk.show(ask(1)).await["status"], "closed", "neighbours go on");
}

pub async fn a_cancellation_is_answered_whatever_stands(server: &Server) {
    let desk = Desk::open(server, "TAX", "manual").await;
    desk.deliver(&[desk.told(ask(1), 1, cancelled())]).await;
    desk.deliver(&[desk.assigned(ask(2), "tax", &[]), desk.told(ask(2), 1, cancelled())]).await;
    desk.deliver(&[desk.told(ask(2), 1, cancelled())]).await;
    let words = desk.words().await;
    assert_eq!(words, ["cancel_acknowledged", "acknowledged", "cancel_acknowledged", "cancel_acknowledged"]);
    assert_eq!(desk.show(ask(2)).await["status"], "cancelled");
    // The assignment that the cancellation overtook.
    assert_eq!(desk.deliver(&[desk.assigned(ask(1), "tax", &[])]).await, [""]);
    assert!(mailbox::ledger::verify(&desk.db).await.unwrap().findings.is_empty());

    let rules = Desk::open(server, "TAX", "rules").await;
    let asked = ask(1);
    rules.deliver(&[rules.assigned(asked, "tax", &[]), rules.told(asked, 1, cancelled())]).await;
    assert_eq!(rules.words().await, ["decided", "decided"], "a result that was sent before stands and is said again");
}
