//! The department's side by itself.

use casework::{
    Assignment, Decider, DepartmentSays, Desk, DeskEffect, DeskOutcome, DeskParkReason, DeskReceived, DeskRefused,
    DeskState, DeskVerdict, Fault, Limit, OwnerMessage, OwnerSays, Reply, Said, StopKind, SuspensionKind, TaskId, Wait,
};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::hall::{case_id, department, signature};

const AT: OffsetDateTime = datetime!(2025-09-28 10:00 +8);

fn says(round: u32, says: OwnerSays) -> OwnerMessage {
    OwnerMessage { case: case_id(), task: TaskId::new(Uuid::from_u128(5)), round, says }
}

fn assigned(round: u32, resent: bool) -> OwnerMessage {
    let assignment = Assignment {
        task_code: "tax".into(),
        role: "tax".into(),
        department: department("TAX"),
        assigned_at: AT,
        promised: Wait::WindowMinutes(60),
        outputs: vec![],
        resent,
    };
    says(round, OwnerSays::Assigned(assignment))
}

fn cancelled(round: u32) -> OwnerMessage {
    let (kind, basis) = (StopKind::Withdrawn, "撤回".into());
    says(round, OwnerSays::Cancelled { cancelled_at: AT, kind, basis })
}

fn rejected_as(reply: u128, kind: &str, at: OffsetDateTime) -> OwnerMessage {
    let mut message = rejected(reply);
    if let OwnerSays::ReplyRejected { said, .. } = &mut message.says {
        *said = Some(Said { kind: kind.into(), at });
    }
    message
}

fn rejected(reply: u128) -> OwnerMessage {
    let faults = vec![Fault::new("tax_types", "missing", "缺少核定税种", "tax types are missing")];
    says(1, OwnerSays::ReplyRejected { rejected_at: AT, reply_id: Uuid::from_u128(reply), said: None, faults })
}

fn desk() -> Desk {
    let (desk, received) = Desk::receive_first(&department("TAX"), &assigned(1, false), AT);
    assert_eq!(received.verdict, DeskVerdict::Applied);
    let mut desk = desk.unwrap();
    desk.acknowledge(AT).unwrap();
    desk
}

fn rule() -> Decider {
    Decider::rule("tax-rules", &department("TAX"))
}

fn replies(received: &DeskReceived) -> Vec<&'static str> {
    let kind = |effect: &DeskEffect| match effect {
        DeskEffect::Reply(reply) => Some(reply.says.kind()),
        DeskEffect::Fact(_) => None,
    };
    received.effects.iter().filter_map(kind).collect()
}

#[test]
fn an_assignment_that_comes_twice_is_answered_with_what_was_said() {
    let mut desk = desk();
    let again = desk.receive(&assigned(1, true), AT);
    assert_eq!((again.verdict.clone(), replies(&again)), (DeskVerdict::Already, vec!["acknowledged"]));
    desk.decide(&rule(), vec![], vec![], AT).unwrap();
    assert_eq!(replies(&desk.receive(&assigned(1, true), AT)), ["decided"]);
    desk.receive(&says(1, OwnerSays::Closed { ended_at: AT, closed_at: AT }), AT);
    assert_eq!(replies(&desk.receive(&assigned(1, true), AT)), ["decided"], "even after it was closed");
    let stored: Desk = serde_json::from_str(&serde_json::to_string(&desk).unwrap()).unwrap();
    assert_eq!(stored, desk);
}

#[test]
fn a_cancellation_is_acknowledged_unless_it_was_decided_before() {
    let mut open = desk();
    assert_eq!(replies(&open.receive(&cancelled(1), AT)), ["cancel_acknowledged"]);
    let again = open.receive(&cancelled(1), AT + Duration::minutes(9));
    assert_eq!((again.verdict.clone(), replies(&again)), (DeskVerdict::Already, vec!["cancel_acknowledged"]));
    assert_eq!(open.decide(&rule(), vec![], vec![], AT), Err(DeskRefused::NotOpen));

    let mut decided = desk();
    decided.decide(&rule(), vec![], vec![], AT).unwrap();
    assert_eq!(replies(&decided.receive(&cancelled(1), AT)), ["decided"], "the result that came first");
    let rejected = decided.receive(&rejected(1), AT);
    assert_eq!(replies(&rejected), ["cancel_acknowledged"], "a result that does not hold did not come first");
}

#[test]
fn a_rejection_that_comes_twice_does_not_take_back_the_corrected_answer() {
    let mut desk = desk();
    desk.decide(&rule(), vec![], vec![], AT).unwrap();
    assert_eq!(desk.receive(&rejected(1), AT).verdict, DeskVerdict::Applied);
    assert!(matches!(&desk.state, DeskState::InReview { faults } if faults.len() == 1));
    desk.decide(&rule(), vec![], vec![], AT + Duration::minutes(1)).unwrap();
    assert_eq!(desk.receive(&rejected(1), AT).verdict, DeskVerdict::Already);
    assert!(matches!(desk.state, DeskState::Answered { .. }));
    assert_eq!(desk.receive(&rejected(2), AT).verdict, DeskVerdict::Applied);
}

#[test]
fn one_round_has_one_decision() {
    let mut desk = desk();
    desk.decide(&rule(), vec![], vec![], AT).unwrap();
    let second_click = desk.decide(&rule(), vec![], vec![], AT + Duration::seconds(1));
    assert_eq!(second_click, Ok(DeskOutcome::Already));
    let refused = desk.refuse(signature(&department("TAX")), AT);
    assert_eq!(refused, Err(DeskRefused::AlreadyAnswered));
}

#[test]
fn only_the_department_that_has_the_task_answers_it() {
    let mut desk = desk();
    let bank = department("BNK");
    let decided = desk.decide(&Decider::rule("bank-rules", &bank), vec![], vec![], AT);
    assert_eq!(decided, Err(DeskRefused::OtherDepartment));
    assert_eq!(desk.refuse(signature(&bank), AT), Err(DeskRefused::OtherDepartment));
    let (none, received) = Desk::receive_first(&bank, &assigned(1, false), AT);
    assert!(none.is_none());
    assert_eq!(received.verdict, DeskVerdict::Parked(DeskParkReason::OtherDepartment));
}

#[test]
fn a_new_round_begins_afresh_and_the_old_one_is_remembered() {
    let mut desk = desk();
    desk.refuse(signature(&department("TAX")), AT).unwrap();
    assert_eq!(desk.receive(&assigned(2, false), AT).verdict, DeskVerdict::Applied);
    assert!(matches!(desk.state, DeskState::Received { .. }));
    let late = desk.receive(&assigned(1, true), AT);
    assert_eq!((late.verdict.clone(), replies(&late)), (DeskVerdict::Late, vec!["refused"]));
    assert!(desk.is_open());
    let ahead = desk.receive(&cancelled(3), AT);
    assert_eq!(ahead.verdict, DeskVerdict::Parked(DeskParkReason::UnknownRound));
}

#[test]
fn a_task_that_nobody_knows_is_cancelled_all_the_same() {
    let (none, received) = Desk::receive_first(&department("TAX"), &cancelled(1), AT);
    assert!(none.is_none());
    assert_eq!(replies(&received), ["cancel_acknowledged"], "the owner must not wait for ever");
    let resumed = says(1, OwnerSays::Resumed { resumed_at: AT });
    let (_, received) = Desk::receive_first(&department("TAX"), &resumed, AT);
    assert_eq!(received.verdict, DeskVerdict::Parked(DeskParkReason::UnknownTask));
}

#[test]
fn a_notice_names_everything_at_once() {
    let mut desk = desk();
    assert_eq!(desk.ask_supplement(vec![], "材料不全", AT), Err(DeskRefused::NothingAsked));
    let items = vec![casework::SupplementItem { code: "M02".into(), note: String::new() }];
    assert!(matches!(desk.ask_supplement(items.clone(), "材料不全", AT), Ok(DeskOutcome::Done(_))));
    assert_eq!(desk.ask_supplement(items.clone(), "材料不全", AT), Ok(DeskOutcome::Already));
    assert_eq!(desk.ask_supplement(items, "又缺", AT), Err(DeskRefused::SupplementOpen));
    assert_eq!(desk.end_procedure("hearing", AT), Err(DeskRefused::NoSuchProcedure));
    let again = desk.receive(&assigned(1, true), AT);
    assert_eq!(replies(&again), ["acknowledged", "supplement_asked"], "what still stands is said again");
    let DepartmentSays::SupplementAsked { .. } = (match &again.effects[2] {
        DeskEffect::Reply(reply) => reply.says.clone(),
        DeskEffect::Fact(_) => panic!("a reply"),
    }) else {
        panic!("the question")
    };
}

#[test]
fn a_notice_that_crosses_an_answer_stands_when_the_answer_is_rejected() {
    let mut desk = desk();
    let items = vec![casework::SupplementItem { code: "M02".into(), note: String::new() }];
    desk.ask_supplement(items, "材料不全", AT).unwrap();
    desk.decide(&rule(), vec![], vec![], AT).unwrap();
    // About a procedure that ended before; then the owner hears of the notice, then of the answer.
    desk.receive(&says(1, OwnerSays::Resumed { resumed_at: AT }), AT);
    let known =
        OwnerSays::Suspended { suspended_at: AT, kind: SuspensionKind::Supplement, reason: "材料不全".into() };
    desk.receive(&says(1, known), AT);
    desk.receive(&rejected(1), AT);
    assert!(matches!(&desk.state, DeskState::Suspended { grounds, .. } if grounds.len() == 1), "{:?}", desk.state);
}

#[test]
fn where_an_end_and_a_new_begin_are_rejected_the_first_procedure_goes_on() {
    let mut desk = desk();
    let minute = |minute| AT + Duration::minutes(minute);
    let (ended, begun_again) = (minute(1), minute(2));
    desk.start_procedure("hearing", "行政许可法46", Limit::WorkingDays(20), AT).unwrap();
    desk.end_procedure("hearing", ended).unwrap();
    desk.start_procedure("hearing", "行政许可法46", Limit::WorkingDays(20), begun_again).unwrap();
    desk.receive(&rejected_as(1, "procedure_ended", ended), minute(3));
    desk.receive(&rejected_as(2, "procedure_started", begun_again), minute(3));
    let again = desk.receive(&assigned(1, true), minute(4));
    let started = again.effects.iter().find_map(|effect| match effect {
        DeskEffect::Reply(Reply { says: DepartmentSays::ProcedureStarted { started_at, .. }, .. }) => Some(*started_at),
        DeskEffect::Reply(_) | DeskEffect::Fact(_) => None,
    });
    assert_eq!(started, Some(AT), "{:?}", desk.state);
}

#[test]
fn an_answer_that_was_set_aside_comes_back_where_it_may_be_said_again_and_is_never_said_by_itself() {
    let decided = |desk: &mut Desk| {
        desk.decide(&rule(), vec![], vec![], AT).unwrap();
        let DeskState::Answered { answer, .. } = &desk.state else { panic!("answered") };
        Said::of(answer)
    };
    let fault = Fault::new("reply", "bad_headers", "消息头缺失", "a header is missing");
    let set_aside =
        |desk: &mut Desk, said: &Said, again| desk.set_aside(Uuid::from_u128(7), (1, said), again, &fault, AT);
    let mut open = desk();
    let said = decided(&mut open);
    let answered = open.clone();
    assert_eq!(set_aside(&mut open, &said, false).verdict, DeskVerdict::Already);
    assert_eq!(open, answered, "nothing can come of saying it again");
    let received = set_aside(&mut open, &said, true);
    assert!(received.effects.iter().all(|effect| matches!(effect, DeskEffect::Fact(_))), "{received:?}");
    assert_eq!(open.state, DeskState::InReview { faults: vec![fault.clone()] });
    assert_eq!(set_aside(&mut open, &said, true).verdict, DeskVerdict::Already, "told twice");

    // Cancelled meanwhile: nothing is open here any more.
    let mut stopped = desk();
    let said = decided(&mut stopped);
    stopped.receive(&cancelled(1), AT);
    let received = set_aside(&mut stopped, &said, false);
    let acknowledged = |effect: &DeskEffect| {
        matches!(effect, DeskEffect::Reply(Reply { says: DepartmentSays::CancelAcknowledged { .. }, .. }))
    };
    assert!(received.effects.iter().any(acknowledged), "{received:?}");
}
