//! An owner did not act upon what this department said: its people see it, beside what was said, and nothing is said again by
//! itself.

use casework::{Fault, OwnerSays, Said, StopKind};
use contracts::{
    schema::Event as _,
    task::v1::{ParkedStanding, ReplyParked},
    topics,
};
use mailbox::Incoming;
use prost::Message as _;
use serde_json::{Value, json};
use time::Duration;
use uuid::Uuid;

use crate::{
    desk::{Asked, Desk, NOW, OWNER, ask, clerk, closed},
    server::Server,
};

/// The id under which this department said something last.
pub async fn said_last(desk: &Desk) -> Uuid {
    sqlx::query_scalar("select id from outbox order by seq desc limit 1").fetch_one(&desk.db).await.unwrap()
}

pub fn parked(reply: Uuid, offset: i64, standing: ParkedStanding) -> ReplyParked {
    ReplyParked {
        reply_id: reply.to_string(),
        code: "bad_headers".into(),
        zh: "消息头缺失".into(),
        en: "a header is missing".into(),
        may_be_said_again: true,
        topic: topics::replies("BNK", OWNER),
        offset,
        last_offset: offset,
        standing: standing.into(),
        count: 1,
        ..ReplyParked::default()
    }
}

/// As it comes from the bus: about the case, or about the department.
pub fn told(desk: &Desk, asked: Option<Asked>, parked: &ReplyParked) -> Incoming {
    let case = asked.map(|asked| asked.case.to_string());
    let mut incoming = desk.told(asked.unwrap_or(ask(0)), 1, closed());
    incoming.attributes.kind = ReplyParked::kind();
    incoming.key = case.clone().unwrap_or_else(|| format!("department:{}", desk.code));
    incoming.body = ReplyParked { case_id: case.unwrap_or_default(), ..parked.clone() }.encode_to_vec();
    incoming
}

async fn decided(desk: &Desk, asked: Asked) -> Uuid {
    desk.deliver(&[desk.assigned(asked, "bank", &["account_number"])]).await;
    let decision = json!({ "round": 1, "outputs": [{ "kind": "account_number", "value": asked.task.to_string() }] });
    assert_eq!(desk.post(&clerk("BNK"), asked, "decision", decision).await.0, 202);
    said_last(desk).await
}

async fn listed(desk: &Desk) -> Vec<Value> {
    let (status, page) = desk.get(&clerk("BNK"), "/v1/said/parked").await;
    assert_eq!(status, 200, "{page}");
    page["items"].as_array().unwrap().clone()
}

pub async fn what_an_owner_set_aside_is_shown_and_never_said_again_by_itself(server: &Server) {
    let desk = Desk::open(server, "BNK", "manual").await;
    let asked = ask(1);
    let reply = decided(&desk, asked).await;
    let words = desk.words().await.len();
    let waits = ReplyParked { may_be_said_again: false, ..parked(reply, 7, ParkedStanding::Waits) };
    assert_eq!(desk.deliver(&[told(&desk, Some(asked), &waits)]).await, [""]);
    assert_eq!(desk.show(asked).await["status"], "answered", "it may yet be acted upon");

    let set_aside = told(&desk, Some(asked), &parked(reply, 7, ParkedStanding::SetAside));
    assert_eq!(desk.deliver(std::slice::from_ref(&set_aside)).await, [""]);
    let shown = desk.show(asked).await;
    assert_eq!((&shown["status"], &shown["faults"][0]["code"]), (&json!("in_review"), &json!("bad_headers")));
    let [item] = listed(&desk).await.try_into().unwrap();
    assert_eq!(shown["set_aside"], json!([item.clone()]));
    assert_eq!((&item["standing"], &item["offset"], &item["owner"]), (&json!("set_aside"), &json!(7), &json!(OWNER)));
    assert_eq!(item["said"]["outputs"][0]["value"], asked.task.to_string(), "what was said, word by word");
    assert_eq!((&item["reply_id"], &item["may_be_said_again"]), (&json!(reply.to_string()), &json!(true)));

    // Told twice, and what an operator did with it.
    desk.deliver(&[set_aside]).await;
    let given_up = ReplyParked { remark: "请重新发送".into(), ..parked(reply, 7, ParkedStanding::Discarded) };
    desk.deliver(&[told(&desk, Some(asked), &given_up)]).await;
    let [item] = listed(&desk).await.try_into().unwrap();
    assert_eq!((&item["standing"], &item["remark"]), (&json!("discarded"), &json!("请重新发送")));
    assert_eq!(desk.words().await.len(), words, "nothing is said again by itself");
    assert_eq!(desk.show(asked).await["status"], "in_review");

    // Of nothing that could be read; and so many that they are told together.
    let nameless = ReplyParked { reply_id: String::new(), ..parked(reply, 8, ParkedStanding::SetAside) };
    let many = ReplyParked { code: "too_many".into(), count: 40, ..parked(Uuid::nil(), 99, ParkedStanding::SetAside) };
    assert_eq!(desk.deliver(&[told(&desk, None, &nameless), told(&desk, None, &many)]).await, ["", ""]);
    let all = listed(&desk).await;
    assert_eq!(all.iter().map(|item| item["offset"].as_i64().unwrap()).collect::<Vec<_>>().len(), 3);
    assert!(all.iter().any(|item| item["count"] == 40 && item.get("reply_id").is_some()));
    let (_, page) = desk.get(&clerk("BNK"), "/v1/said/parked?limit=2").await;
    let (_, rest) =
        desk.get(&clerk("BNK"), &format!("/v1/said/parked?before={}", page["next"].as_str().unwrap())).await;
    assert_eq!((page["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()), (2, 1));
    assert_eq!(desk.get(&clerk("TAX"), "/v1/said/parked").await.0, 403);
    assert!(mailbox::ledger::verify(&desk.db).await.unwrap().findings.is_empty());
}

pub async fn a_cancellation_after_what_was_set_aside_is_acknowledged(server: &Server) {
    let desk = Desk::open(server, "BNK", "manual").await;
    let cancelled =
        || OwnerSays::Cancelled { cancelled_at: NOW, kind: StopKind::Withdrawn, basis: "行政许可法".into() };
    // Set aside first, or cancelled first; and a round that is decided otherwise.
    for (nth, again) in [(1, true), (2, false)] {
        for cancel_first in [true, false] {
            let asked = ask(nth * 10 + u128::from(cancel_first));
            let reply = decided(&desk, asked).await;
            let parked =
                ReplyParked { may_be_said_again: again, ..parked(reply, nth as i64, ParkedStanding::SetAside) };
            let mut batch = vec![told(&desk, Some(asked), &parked), desk.told(asked, 1, cancelled())];
            if cancel_first {
                batch.reverse();
            }
            desk.deliver(&batch).await;
            let shown = desk.show(asked).await;
            if again || cancel_first {
                assert_eq!(shown["status"], "cancelled", "{nth} {cancel_first}");
            } else {
                // The owner hears the answer again, and rejects it.
                let said = desk.said().await.pop().unwrap();
                let faults = vec![Fault::new("decided_at", "after_cancelled", "案件已停止", "it was being stopped")];
                let said = Some(Said::of(&said.says));
                let rejected =
                    OwnerSays::ReplyRejected { rejected_at: NOW, reply_id: Uuid::from_u128(3), said, faults };
                desk.deliver(&[desk.told(asked, 1, rejected)]).await;
                assert_eq!(desk.show(asked).await["status"], "cancelled");
            }
            assert_eq!(desk.words().await.last(), Some(&"cancel_acknowledged"));
        }
    }
}

pub async fn what_owners_note_of_its_clock_and_its_count_is_shown(server: &Server) {
    let desk = Desk::open(server, "BNK", "manual").await;
    let asked = ask(1);
    desk.deliver(&[desk.assigned(asked, "bank", &["account_number"])]).await;
    let noted = |code: &str| OwnerSays::Noted {
        noted_at: NOW,
        reply_id: Uuid::from_u128(1),
        said: Said { kind: "acknowledged".into(), at: NOW - Duration::minutes(2) },
        notes: vec![Fault::new("time", code, "说明", "a note")],
    };
    let batch: Vec<_> = ["taken", "clock_skew", "already", "clock_skew", "sequence_gap", "late"]
        .map(|code| desk.told(asked, 1, noted(code)))
        .into();
    assert_eq!(desk.deliver(&batch).await, [""; 6]);
    let shown = desk.show(asked).await;
    let notes = shown["notes"].as_array().unwrap();
    let notes: Vec<_> =
        notes.iter().map(|note| (note["code"].as_str().unwrap(), note["times"].as_i64().unwrap())).collect();
    assert!(notes.contains(&("sequence_gap", 1)) && notes.len() == 2, "{notes:?}");
    assert_eq!(shown["status"], "in_review");
    // Such as that a cancellation was acknowledged of which nothing lies here.
    assert_eq!(desk.deliver(&[desk.told(ask(9), 1, noted("taken"))]).await, [""]);
}
