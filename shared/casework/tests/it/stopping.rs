//! Stopping, in the middle of things.

use casework::{DepartmentSays, NotPossible, Outcome, ParkReason, Phase, Stop, StopKind, TaskCode, Theme, Verdict};
use time::Duration;

use crate::hall::{Hall, department, outputs_of};

fn stop(hall: &Hall, kind: StopKind) -> Stop {
    Stop { kind, basis: "撤回申请".into(), by: "story".into(), at: hall.now }
}

fn stands(hall: &Hall) -> Vec<String> {
    let (Phase::Withdrawn { stands, .. } | Phase::Terminated { stands, .. }) = hall.case.phase() else {
        panic!("the case is {}", hall.phase())
    };
    stands.iter().map(TaskCode::to_string).collect()
}

#[test]
fn the_applicant_withdraws_while_four_departments_work() {
    let mut hall = Hall::opening();
    hall.decide("licence").minutes(10).decide("fund").minutes(5);
    hall.stop(StopKind::Withdrawn);
    let four = ["seals", "tax", "social", "medical"];
    assert!(four.iter().all(|code| hall.state(code) == "cancelled"));
    assert_eq!(hall.states(["bank", "hand-over"]), ["omitted", "omitted"]);
    // The fund's account rests on the licence, so it goes first.
    assert_eq!(hall.states(["fund-cancel", "deregister"]), ["in_review", "waiting"]);
    assert_eq!(hall.task("fund-cancel").department(), Some(&department("HPF")));
    hall.minutes(5).decide("fund-cancel").minutes(5).decide("deregister");
    assert_eq!(hall.phase(), "withdrawn");
    assert!(stands(&hall).is_empty() && hall.timers.is_empty());
}

#[test]
fn a_right_acknowledgement_ends_a_cancellation_after_a_wrong_one() {
    let mut hall = Hall::opening();
    hall.decide("licence").minutes(20);
    hall.down.insert(department("PSB"));
    hall.stop(StopKind::Withdrawn);
    let acknowledged =
        |hall: &Hall, at| hall.reply("seals", DepartmentSays::CancelAcknowledged { acknowledged_at: at });
    let wrong = acknowledged(&hall, hall.now - Duration::hours(30));
    for _ in 0..2 {
        hall.hear(&department("PSB"), &wrong);
        assert_eq!(hall.state("seals"), "cancelling", "its clock is wrong, however often it says so");
    }
    let right = acknowledged(&hall, hall.now);
    assert_eq!(hall.hear(&department("PSB"), &right), Verdict::Applied);
    assert_eq!(hall.state("seals"), "cancelled");
    hall.down.clear();
    hall.flow();
    hall.decide("deregister");
    assert_eq!(hall.phase(), "withdrawn");
}

#[test]
fn results_are_a_set() {
    let mut hall = Hall::opening();
    let said = hall.decision("licence");
    let DepartmentSays::Decided(mut decision) = said.clone() else { panic!("{said:?}") };
    let said = hall.reply("licence", said);
    assert_eq!(hall.hear(&department("MSA"), &said), Verdict::Applied);
    decision.outputs.reverse();
    let again = hall.reply("licence", DepartmentSays::Decided(decision));
    assert_eq!(hall.hear(&department("MSA"), &again), Verdict::Already, "whatever their order");
}

#[test]
fn the_licence_is_revoked_after_the_seals_began() {
    let mut hall = Hall::opening();
    hall.decide("licence").decide("tax").decide("social").minutes(20);
    hall.down.insert(department("PSB"));
    let carving = hall.reply("seals", hall.decision("seals"));
    hall.stop(StopKind::LicenceRevoked);
    assert_eq!((hall.state("seals"), hall.phase()), ("cancelling".into(), "stopping".into()));
    assert!(hall.case.task_by_code(&"deregister".into()).is_none(), "nothing is taken back while the seals are open");

    // The seals were finished before the cancellation reached the maker: that result came first, and is undone too.
    assert_eq!(hall.hear(&department("PSB"), &carving), Verdict::Applied);
    hall.down.clear();
    hall.flow();
    let undone = ["seals-return", "tax-cancel", "social-cancel"];
    assert!(undone.iter().all(|code| hall.state(code) == "in_review"), "in parallel");
    assert_eq!(hall.state("deregister"), "waiting");
    for code in undone {
        hall.decide(code);
    }
    assert_eq!(hall.state("deregister"), "in_review", "last, as everything rests on it");
    hall.decide("deregister");
    assert_eq!(hall.phase(), "terminated");
    assert!(stands(&hall).is_empty());
}

#[test]
fn what_cannot_be_taken_back_stands_and_is_listed() {
    let mut hall = Hall::opening();
    for code in ["licence", "seals", "tax", "social", "medical", "fund", "bank"] {
        hall.decide(code);
    }
    hall.stop(StopKind::ApplicantEnded);
    assert_eq!(hall.states(["account-close", "seals-return"]), ["in_review", "waiting"], "the account needs the seals");
    hall.refuse("account-close");
    assert_eq!(hall.state("seals-return"), "in_review", "a refused undo holds up nothing");
    for code in ["tax-cancel", "social-cancel", "medical-cancel", "fund-cancel", "seals-return", "deregister"] {
        hall.decide(code);
    }
    assert_eq!((hall.phase(), stands(&hall)), ("terminated".into(), vec!["bank".to_owned()]));
}

#[test]
fn a_case_that_has_yielded_nothing_ends_when_its_departments_have_stopped() {
    let mut hall = Hall::opening();
    hall.down.insert(department("MSA"));
    hall.stop(StopKind::Withdrawn);
    assert_eq!(hall.phase(), "stopping");
    hall.down.clear();
    hall.flow();
    assert_eq!(hall.phase(), "withdrawn");
    let after = hall.case.clone();
    let again = stop(&hall, StopKind::Withdrawn);
    assert_eq!(hall.case.stop(again), Ok(Outcome::Already));
    let other = stop(&hall, StopKind::LicenceRevoked);
    assert_eq!(hall.case.stop(other), Err(NotPossible::NotRunning));
    assert_eq!(hall.case, after);
}

#[test]
fn a_wrong_result_that_came_first_ends_as_a_cancellation() {
    let mut hall = Hall::opening();
    hall.down.insert(department("MSA"));
    let wrong = vec![casework::Output { kind: "credit_code".into(), value: "WRONG".into() }];
    hall.decide_with("licence", wrong).stop(StopKind::Withdrawn);
    assert_eq!(hall.state("licence"), "cancelling");
    hall.down.clear();
    hall.flow();
    assert_eq!((hall.state("licence"), hall.phase()), ("cancelled".into(), "withdrawn".into()));
}

#[test]
fn a_suspension_ends_with_the_case() {
    let mut hall = Hall::opening();
    hall.at_desk("licence", |desk, now| {
        desk.start_procedure("hearing", "行政许可法46", casework::Limit::WorkingDays(20), now)
    });
    hall.minutes(10).stop(StopKind::Withdrawn);
    assert_eq!(hall.phase(), "withdrawn");
    assert_eq!(hall.task("licence").pauses.len(), 1);
}

#[test]
fn results_are_taken_back_in_reverse_order_through_tasks_that_need_no_undo() {
    let mut text = String::from("code = \"chain\"\nversion = 1\nzh = \"链\"\nen = \"chain\"\n");
    for role in ["a", "b", "c"] {
        text += &format!(
            "[[role]]\ncode = \"{role}\"\nzh = \"角色\"\nen = \"role\"\ndepartment = \"D{}\"\n",
            role.to_uppercase()
        );
    }
    for (task, after, undo) in [("a", "", true), ("b", "\"a\"", false), ("c", "\"b\"", true)] {
        text += &format!("[[task]]\ncode = \"{task}\"\nzh = \"事项\"\nen = \"item\"\nrole = \"{task}\"\n");
        text += &format!("after = [{after}]\npromised = {{ working_days = 1 }}\n");
        if undo {
            let promised = "promised = { working_days = 1 }";
            text += &format!(
                "undo = {{ code = \"undo-{task}\", zh = \"撤\", en = \"undo\", role = \"{task}\", {promised} }}\n"
            );
        }
    }
    // A fourth task keeps the case open.
    text += "[[task]]\ncode = \"d\"\nzh = \"事项\"\nen = \"item\"\nrole = \"c\"\nafter = [\"c\"]\npromised = { working_days = 1 }\n";
    let theme: Theme = toml::from_str(&text).unwrap();
    let mut hall = Hall::open(&theme, theme.all().cloned().collect(), theme.bindings());
    hall.decide("a").decide("b").decide("c").stop(StopKind::ApplicantEnded);
    assert_eq!(hall.states(["undo-c", "undo-a"]), ["in_review", "waiting"], "c was built on a, by way of b");
    hall.decide("undo-c").decide("undo-a");
    assert_eq!((hall.phase(), stands(&hall)), ("terminated".into(), vec!["b".to_owned()]));
}

/// A licence that is decided at this time of the department's, and lies on its desk as answered.
fn decide_at(hall: &mut Hall, at: time::OffsetDateTime) -> casework::Reply {
    let (rule, outputs) = (casework::Decider::rule("story", &department("MSA")), outputs_of(hall.task("licence")));
    let (_, desk) = hall.desk("licence");
    desk.decide(&rule, outputs, vec![], at).unwrap();
    let casework::DeskState::Answered { answer, .. } = desk.state.clone() else { panic!("answered") };
    hall.reply("licence", answer)
}

#[test]
fn a_cancellation_after_a_parked_decision_ends_by_itself() {
    // The department's clock is two days off, either way.
    for off in [Duration::days(2), Duration::days(-2)] {
        let mut hall = Hall::opening();
        let at = hall.now + off;
        let decided = decide_at(&mut hall, at);
        assert!(matches!(hall.hear(&department("MSA"), &decided), Verdict::Parked(ParkReason::Skew(_))));
        // What it is told is the bus's own story: here its desk does not know, and says the same again.
        hall.minutes(5).stop(StopKind::Withdrawn);
        assert_eq!((hall.state("licence"), hall.phase()), ("cancelled".into(), "withdrawn".into()), "{off}");
        assert!(stands(&hall).is_empty());
    }
}

#[test]
fn what_was_decided_before_the_cancellation_stands_and_what_was_decided_after_it_does_not() {
    for (minutes, state) in [(0, "ended"), (1, "cancelled")] {
        let mut hall = Hall::opening();
        hall.down.insert(department("MSA"));
        hall.stop(StopKind::Withdrawn);
        // On its way before the department heard of the cancellation, by the department's own time.
        let at = hall.now + Duration::minutes(minutes);
        hall.minutes(10);
        let decided = decide_at(&mut hall, at);
        let verdict = hall.hear(&department("MSA"), &decided);
        if minutes > 0 {
            let Verdict::Rejected(faults) = verdict else { panic!("{verdict:?}") };
            assert_eq!((faults[0].subject.as_str(), faults[0].code.as_str()), ("decided_at", "after_cancelled"));
            assert_eq!(hall.facts_of("licence").iter().filter(|kind| **kind == "reply_late").count(), 1);
            assert_eq!(hall.phase(), "stopping", "its own acknowledgement is waited for");
        } else {
            assert_eq!(verdict, Verdict::Applied);
        }
        hall.down.clear();
        hall.flow();
        assert_eq!(hall.state("licence"), state);
        assert_eq!(hall.phase(), if minutes > 0 { "withdrawn" } else { "stopping" }, "a result is taken back first");
    }
}
