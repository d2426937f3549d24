//! Double, late and false replies.

use casework::{
    CaseId, DepartmentSays, Grounds, Output, OwnerSays, ParkReason, Refusal, Reply, StopKind, SupplementItem, TaskId,
    Verdict,
};
use time::Duration;
use uuid::Uuid;

use crate::hall::{Hall, department, outputs_of};

fn told_last(hall: &Hall) -> &OwnerSays {
    &hall.told.back().unwrap().1.says
}

#[test]
fn a_department_that_answers_twice_is_answered_twice_and_nothing_else_happens() {
    let mut hall = Hall::opening();
    let reply = hall.reply("licence", hall.decision("licence"));
    assert_eq!(hall.hear(&department("MSA"), &reply), Verdict::Applied);
    let closed = hall.told.iter().find(|(to, _)| *to == department("MSA")).unwrap().clone();
    hall.case.take_changed();
    let (before, facts) = (hall.case.clone(), hall.facts.len());
    hall.told.clear();
    hall.minutes(7);
    assert_eq!(hall.hear(&department("MSA"), &reply), Verdict::Already);
    assert_eq!(hall.told, [closed], "the same answer again");
    assert_eq!((&hall.case, hall.facts.len()), (&before, facts));
    assert!(hall.case.take_changed().tasks.is_empty());
}

#[test]
fn other_content_in_a_decided_round_is_parked() {
    let mut hall = Hall::opening();
    hall.decide("licence");
    let before = hall.case.clone();
    hall.minutes(1);
    let reply = hall.reply("licence", hall.decision("licence"));
    assert_eq!(hall.hear(&department("MSA"), &reply), Verdict::Parked(ParkReason::Contradiction));
    let refusal = DepartmentSays::Refused(Refusal {
        decided_at: hall.now,
        signed_by: "测试甲".into(),
        grounds: crate::hall::grounds(),
    });
    let reply = hall.reply("licence", refusal);
    assert_eq!(hall.hear(&department("MSA"), &reply), Verdict::Parked(ParkReason::Contradiction));
    assert_eq!(hall.case, before);
}

#[test]
fn a_result_that_was_not_asked_for_is_a_fault_and_nobody_looks_at_what_it_says() {
    let mut hall = Hall::opening();
    hall.decide("licence").minutes(1);
    let output = |kind: &str, value: &str| Output { kind: kind.into(), value: value.into() };
    let mut outputs = outputs_of(hall.task("tax"));
    // The hall's own rule speaks against such a code, where it looks at one.
    outputs.extend([output("credit_code", "WRONG"), output("credit_code", "2"), output("测试甲", "3")]);
    hall.decide_with("tax", outputs);
    let Some(Verdict::Rejected(faults)) = hall.verdicts.last() else { panic!("{:?}", hall.verdicts) };
    let told: Vec<_> = faults.iter().map(|fault| (fault.subject.as_str(), fault.code.as_str())).collect();
    assert_eq!(told, [("credit_code", "not_asked"), ("outputs", "not_asked")], "each kind once");
    assert!(faults[0].en.ends_with("It asks for: tax_types, invoice_kinds, tax_device"), "{}", faults[0].en);
    assert_eq!(hall.state("tax"), "in_review");
    let facts: Vec<_> = hall.all_facts.iter().map(|fact| serde_json::to_string(fact).unwrap()).collect();
    assert!(facts.iter().all(|fact| !fact.contains("测试甲")), "no word of the department's own");
    hall.minutes(1).decide("tax");
    assert_eq!(hall.state("tax"), "ended");
}

#[test]
fn a_reply_for_a_task_it_was_not_given_is_parked_and_the_task_stands() {
    let mut hall = Hall::opening();
    hall.decide("licence").decide("seals");
    let before = hall.case.clone();
    let reply = hall.reply("bank", hall.decision("bank"));
    let tax = department("TAX");
    assert_eq!(hall.hear(&tax, &reply), Verdict::Parked(ParkReason::NotHolder { from: tax.clone() }));
    let ahead = Reply { round: 2, ..reply.clone() };
    assert_eq!(hall.hear(&tax, &ahead), Verdict::Parked(ParkReason::NotHolder { from: tax.clone() }));
    let said = ParkReason::UnknownRound { said: 2, current: 1 };
    assert_eq!(hall.hear(&department("BNK"), &ahead), Verdict::Parked(said));
    for reply in [
        Reply { task: TaskId::new(Uuid::nil()), ..reply.clone() },
        Reply { case: CaseId::new(Uuid::nil()), ..reply.clone() },
    ] {
        assert_eq!(hall.hear(&department("BNK"), &reply), Verdict::Parked(ParkReason::UnknownTask));
    }
    let waiting = hall.reply("hand-over", hall.decision("hand-over"));
    let centre = department("CTR");
    assert_eq!(hall.hear(&centre, &waiting), Verdict::Parked(ParkReason::NotHolder { from: centre.clone() }));
    assert_eq!(hall.case, before);
    assert_eq!(ParkReason::UnknownTask.code(), "unknown_task");
}

#[test]
fn a_wrong_result_is_rejected_with_every_fault_and_a_right_one_closes() {
    let mut hall = Hall::opening();
    let wrong = vec![Output { kind: "credit_code".into(), value: "91370683MAYY0001WRONG".into() }];
    hall.decide_with("licence", wrong.clone());
    let Some(Verdict::Rejected(faults)) = hall.verdicts.last().cloned() else { panic!("it should be rejected") };
    let named: Vec<_> = faults.iter().map(|fault| (fault.subject.as_str(), fault.code.as_str())).collect();
    assert_eq!(named, [("established_on", "missing"), ("credit_code", "check_digit")]);
    assert_eq!(hall.states(["licence", "seals"]), ["in_review", "waiting"]);
    let casework::DeskState::InReview { faults: shown } = &hall.desk("licence").1.state else { panic!("back to work") };
    assert_eq!(*shown, faults);

    // The same wrong reply again is told the same, and does not disturb the corrected one.
    let said = hall.task("licence").round().unwrap().heard.last().unwrap().said.clone();
    let again = hall.reply("licence", said);
    assert_eq!(hall.hear(&department("MSA"), &again), Verdict::Already);
    assert!(matches!(told_last(&hall), OwnerSays::ReplyRejected { .. }));
    hall.minutes(2).decide("licence");
    assert_eq!(hall.states(["licence", "seals"]), ["ended", "in_review"]);
    assert_eq!(hall.hear(&department("MSA"), &again), Verdict::Already);
    assert!(matches!(told_last(&hall), OwnerSays::Closed { .. }));
    hall.flow();
    assert!(!hall.desk("licence").1.is_open());
}

#[test]
fn a_decision_without_acknowledgement_counts_as_one() {
    let mut hall = Hall::opening();
    hall.down.insert(department("TAX"));
    hall.decide("licence");
    assert_eq!(hall.state("tax"), "assigned");
    assert_eq!(hall.timers.len(), 1);
    let decided = hall.reply("tax", hall.decision("tax"));
    assert_eq!(hall.hear(&department("TAX"), &decided), Verdict::Applied);
    assert!(hall.timers.is_empty());
    assert_eq!(hall.facts_of("tax"), ["task_assigned", "task_acknowledged", "task_ended"]);
    let acknowledged = hall.reply("tax", DepartmentSays::Acknowledged { acknowledged_at: hall.now });
    assert_eq!(hall.hear(&department("TAX"), &acknowledged), Verdict::Already);
}

#[test]
fn a_clock_that_is_ahead_is_recorded_and_one_that_is_a_day_ahead_is_parked() {
    let mut hall = Hall::opening();
    let ahead = |hall: &mut Hall, by: Duration| {
        let DepartmentSays::Decided(mut decision) = hall.decision("licence") else { panic!("a decision") };
        decision.decided_at += by;
        let reply = hall.reply("licence", DepartmentSays::Decided(decision));
        hall.hear(&department("MSA"), &reply)
    };
    let before = hall.case.clone();
    let far = Duration::hours(24) + Duration::seconds(1);
    assert_eq!(ahead(&mut hall, far), Verdict::Parked(ParkReason::Skew(far)));
    assert_eq!(hall.case, before);
    assert_eq!(ahead(&mut hall, Duration::minutes(3)), Verdict::Applied);
    assert_eq!(hall.task("licence").ran(hall.now + Duration::hours(1)), [], "it ended when it was received");
    assert!(hall.facts_of("licence").contains(&"clock_skewed"));
}

#[test]
fn a_refusal_that_lacks_anything_is_rejected_and_says_all_of_it() {
    let mut hall = Hall::opening();
    let grounds = Grounds { basis: String::new(), reasons: vec![], remedies: vec![" ".into()] };
    let refusal = Refusal { decided_at: hall.now, signed_by: String::new(), grounds };
    let reply = hall.reply("licence", DepartmentSays::Refused(refusal));
    let Verdict::Rejected(faults) = hall.hear(&department("MSA"), &reply) else { panic!("it should be rejected") };
    let subjects: Vec<_> = faults.iter().map(|fault| fault.subject.as_str()).collect();
    assert_eq!(subjects, ["signed_by", "basis", "reasons", "remedies"]);
    assert_eq!(hall.state("licence"), "in_review");
}

#[test]
fn an_answer_after_the_cancel_is_recorded_answered_and_moves_nothing() {
    let mut hall = Hall::opening();
    hall.decide("licence").minutes(1).stop(StopKind::Withdrawn);
    assert_eq!(hall.state("tax"), "cancelled");
    let late = hall.reply("tax", hall.decision("tax"));
    let state = hall.task("tax").state.clone();
    assert_eq!(hall.hear(&department("TAX"), &late), Verdict::Late);
    assert!(matches!(told_last(&hall), OwnerSays::Cancelled { .. }));
    assert_eq!(hall.facts_of("tax").last(), Some(&"reply_late"));
    assert_eq!(hall.hear(&department("TAX"), &late), Verdict::Already, "late twice is recorded once");
    assert_eq!(hall.task("tax").state, state);
    hall.flow();
    assert_eq!(hall.verdicts.last(), Some(&Verdict::Already), "cancelling does not echo for ever");
}

/// It acknowledged the cancellation, lost its state, and reads everything again: its own program repeats what it decided as often
/// as it hears that it was cancelled, or decides anew each time.
#[test]
fn a_department_that_forgot_a_cancellation_is_told_of_it_once() {
    for decides_anew in [false, true] {
        let mut hall = Hall::opening();
        hall.decide("licence").minutes(1).stop(StopKind::Withdrawn);
        let mut decided = hall.reply("tax", hall.decision("tax"));
        let mut cancelled = 0;
        while {
            hall.hear(&department("TAX"), &decided);
            matches!(told_last(&hall), OwnerSays::Cancelled { .. })
        } {
            cancelled += 1;
            assert!(cancelled < 3, "two that never stop answering each other");
            if decides_anew {
                hall.minutes(1);
                decided = hall.reply("tax", hall.decision("tax"));
            }
        }
        assert_eq!(cancelled, 1);
        assert_eq!(noted(&hall), [if decides_anew { "late" } else { "already" }]);
        assert_eq!(hall.state("tax"), "cancelled");
    }
}

#[test]
fn an_answer_of_an_older_round_is_late() {
    let mut hall = Hall::opening();
    hall.decide("licence").decide("seals").refuse("bank");
    let outcome = hall.case.rebind(&"bank".into(), &department("BNK2"), hall.now);
    hall.owner(outcome);
    let says = DepartmentSays::SupplementAsked {
        asked_at: hall.now,
        items: vec![SupplementItem { code: "M02".into(), note: String::new() }],
        reason: "材料不全".into(),
    };
    let old = Reply { round: 1, ..hall.reply("bank", says) };
    assert_eq!(hall.hear(&department("BNK"), &old), Verdict::Late);
    assert!(matches!(told_last(&hall), OwnerSays::Closed { .. }));
    assert_eq!(hall.state("bank"), "in_review");
    let new_round = Reply { round: 2, ..old };
    let parked = Verdict::Parked(ParkReason::NotHolder { from: department("BNK") });
    assert_eq!(hall.hear(&department("BNK"), &new_round), parked);
}

#[test]
fn what_was_never_begun_cannot_end() {
    let mut hall = Hall::opening();
    let ended = DepartmentSays::ProcedureEnded { ended_at: hall.now, procedure: "hearing".into() };
    let cancelled = DepartmentSays::CancelAcknowledged { acknowledged_at: hall.now };
    for says in [ended, cancelled] {
        let reply = hall.reply("licence", says);
        assert_eq!(hall.hear(&department("MSA"), &reply), Verdict::Parked(ParkReason::NeverBegun));
    }
}

/// What the last answer notes, by code.
fn noted(hall: &Hall) -> Vec<String> {
    let OwnerSays::Noted { notes, .. } = told_last(hall) else { panic!("{:?}", told_last(hall)) };
    notes.iter().map(|note| note.code.clone()).collect()
}

#[test]
fn whoever_says_what_is_so_hears_that_it_is() {
    let mut hall = Hall::opening();
    hall.told.clear();
    let acknowledged = hall.reply("licence", DepartmentSays::Acknowledged { acknowledged_at: hall.now });
    assert_eq!(hall.hear(&department("MSA"), &acknowledged), Verdict::Already);
    assert_eq!(noted(&hall), ["already"]);
    let checked = DepartmentSays::SiteChecked {
        checked_at: hall.now,
        staff: vec!["测试甲".into(), "测试乙".into()],
        findings: vec![],
        rectification_working_days: None,
    };
    let checked = hall.reply("licence", checked);
    for (verdict, code) in [(Verdict::Applied, "taken"), (Verdict::Already, "already")] {
        assert_eq!(hall.hear(&department("MSA"), &checked), verdict);
        assert_eq!(noted(&hall), [code]);
    }
    // Its desk needs nothing of it.
    let before = hall.desk("licence").1.clone();
    hall.flow();
    assert_eq!(*hall.desk("licence").1, before);
}

#[test]
fn a_skew_beyond_a_minute_is_told() {
    let mut hall = Hall::opening();
    hall.told.clear();
    for (seconds, told) in [(60, false), (61, true)] {
        let asked = DepartmentSays::Extended {
            extended_at: hall.now + Duration::seconds(seconds),
            extension: casework::Extension {
                working_days: 0,
                reason: format!("第{seconds}次"),
                signed_by: "测试甲".into(),
            },
        };
        let asked = hall.reply("licence", asked);
        assert!(matches!(hall.hear(&department("MSA"), &asked), Verdict::Rejected(_)));
        let noted = |message: &casework::OwnerMessage| matches!(&message.says, OwnerSays::Noted { notes, .. } if notes[0].code == "clock_skew");
        assert_eq!(hall.told.iter().any(|(_, message)| noted(message)), told, "{seconds} s");
    }
}

#[test]
fn a_message_says_when_it_was_said_within_what_is_possible() {
    let mut hall = Hall::opening();
    let decided = hall.reply("licence", hall.decision("licence"));
    let (from, reply_id) = (department("MSA"), Uuid::from_u128(77));
    for (off, parks) in [(Duration::hours(25), true), (Duration::hours(-25), true), (Duration::hours(-2), false)] {
        let mut case = hall.case.clone();
        let delivery =
            casework::Delivery { from: from.clone(), reply_id, said_at: hall.now + off, received_at: hall.now };
        let received = case.receive(&delivery, &decided, &crate::hall::Rules { objects: None });
        assert_eq!(matches!(received.verdict, Verdict::Parked(ParkReason::Skew(_))), parks, "{off}");
    }
    // Of what is decided, nothing else may be said again, whatever else is wrong with it.
    hall.decide("licence");
    let other = hall.reply("licence", hall.decision("licence"));
    assert!(!hall.case.in_vain(&from, &decided));
    hall.minutes(1);
    let other = Reply { says: hall.decision("licence"), ..other };
    assert!(hall.case.in_vain(&from, &other));
    assert!(!hall.case.in_vain(&department("PSB"), &hall.reply("seals", hall.decision("seals"))));
}
