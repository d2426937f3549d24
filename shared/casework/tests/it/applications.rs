//! Tasks that wait for the applicant's application: they start with it, are given back, and follow a newer plan.

use std::collections::BTreeMap;

use casework::{NotPossible, Outcome, Replan, ReplanFault, Stop, StopKind, TaskCode, TaskId, Theme, WaitsFor};

use crate::hall::{Hall, case_id, department};

/// A licence, a permit after it with a check inside it, and a utility that waits for the licence only.
const PROJECT: &str = r#"
code = "project"
version = 1
zh = "项目"
en = "a project"
role = [{ code = "nrp", zh = "规划", en = "planning", department = "NRP" }, { code = "hur", zh = "住建", en = "housing", department = "HUR" }]

[[task]]
code = "A"
zh = "甲"
en = "a"
role = "nrp"
promised = { working_days = 2 }
on_application = true

[[task]]
code = "B"
zh = "乙"
en = "b"
role = "hur"
after = ["A"]
promised = { working_days = 1 }
on_application = true

[[task]]
code = "C"
zh = "丙"
en = "c"
role = "nrp"
starts_with = ["B"]
promised = { working_days = 0 }

[[task]]
code = "D"
zh = "丁"
en = "d"
role = "nrp"
after = ["A"]
promised = { working_days = 0 }
on_application = true
"#;

fn theme() -> Theme {
    toml::from_str(PROJECT).unwrap()
}

fn id(code: &str) -> TaskId {
    TaskId::derived(case_id(), code)
}

fn codes(codes: &[&str]) -> Vec<TaskCode> {
    codes.iter().map(|code| TaskCode::from(*code)).collect()
}

fn project(applicable: &[&str]) -> Hall {
    let theme = theme();
    Hall::open(&theme, codes(applicable), theme.bindings())
}

fn apply(hall: &mut Hall, tasks: &[&str]) {
    let tasks: Vec<_> = tasks.iter().map(|code| id(code)).collect();
    let outcome = hall.case.apply(&tasks, hall.now);
    hall.owner(outcome);
}

fn replan(hall: &mut Hall, theme: &Theme, applicable: &[&str]) -> Result<Outcome, ReplanFault> {
    let new = Replan { theme, applicable: &codes(applicable), bindings: BTreeMap::new() };
    hall.case.replan(&new, |code| TaskId::derived(case_id(), code.as_str()), hall.now)
}

fn waits_for_application(hall: &Hall) -> Vec<String> {
    let waits = hall.case.waits_for();
    let code = |waits: &WaitsFor| {
        let WaitsFor::Application { code, .. } = waits else { return None };
        Some(code.to_string())
    };
    waits.iter().filter_map(code).collect()
}

#[test]
fn a_task_starts_when_it_was_applied_for_and_nothing_before_it_is_open() {
    let mut hall = project(&["A", "B", "C", "D"]);
    assert_eq!((hall.state("A"), waits_for_application(&hall)), ("waiting".to_owned(), vec!["A".to_owned()]));
    hall.minutes(5);
    apply(&mut hall, &["A", "B"]);
    assert_eq!((hall.state("A"), hall.state("B")), ("in_review".to_owned(), "waiting".to_owned()));
    assert_eq!(hall.case.apply(&[id("A")], hall.now), Ok(Outcome::Already), "it is with its department");
    hall.minutes(5).decide("A");
    assert_eq!((hall.state("B"), hall.state("C")), ("in_review".to_owned(), "in_review".to_owned()));
    assert_eq!(waits_for_application(&hall), ["D"], "the applicant holds what nobody has applied for");
    let Some(WaitsFor::Application { since, .. }) = hall.case.waits_for().pop() else { panic!("D waits") };
    assert_eq!(since, hall.now, "since what was before it was done");
    assert_eq!(hall.case.apply(&[id("C")], hall.now), Err(NotPossible::NotOnApplication("C".into())));
    for task in ["C", "B"] {
        hall.decide(task);
    }
    apply(&mut hall, &["D"]);
    hall.decide("D");
    assert_eq!(hall.phase(), "closed");
}

#[test]
fn what_is_given_back_takes_what_is_inside_it_along_and_may_be_applied_for_again() {
    let mut hall = project(&["A", "B", "C"]);
    apply(&mut hall, &["A", "B"]);
    hall.decide("A");
    hall.minutes(10);
    let outcome = hall.case.give_back(id("B"), StopKind::Returned, "容缺材料逾期未补齐", hall.now);
    hall.owner(outcome);
    assert_eq!(
        (hall.state("B"), hall.state("C"), hall.phase()),
        ("waiting".into(), "waiting".into(), "running".into())
    );
    assert_eq!(waits_for_application(&hall), ["B"]);
    let given_back = |hall: &mut Hall| hall.case.give_back(id("B"), StopKind::Returned, "", hall.now);
    assert_eq!(given_back(&mut hall), Err(NotPossible::NotOpen("B".into())));
    hall.minutes(10);
    apply(&mut hall, &["B"]);
    assert_eq!(hall.case.task(id("B")).unwrap().round_number(), 2);
    assert_eq!((hall.state("B"), hall.state("C")), ("in_review".to_owned(), "in_review".to_owned()));
    for task in ["C", "B"] {
        hall.decide(task);
    }
    assert_eq!(hall.phase(), "closed");
}

#[test]
fn an_application_that_comes_before_the_department_lets_go_is_not_lost() {
    let mut hall = project(&["A", "B", "C"]);
    apply(&mut hall, &["A", "B"]);
    hall.decide("A");
    hall.down.insert(department("HUR"));
    let outcome = hall.case.give_back(id("B"), StopKind::Returned, "容缺材料逾期未补齐", hall.now);
    hall.owner(outcome);
    assert_eq!(hall.state("B"), "cancelling");
    apply(&mut hall, &["B"]);
    hall.down.clear();
    hall.flow();
    assert_eq!((hall.state("B"), hall.case.task(id("B")).unwrap().round_number()), ("in_review".to_owned(), 2));
}

#[test]
fn a_case_that_is_stopped_while_a_task_is_given_back_ends() {
    let mut hall = project(&["A", "B", "C"]);
    apply(&mut hall, &["A"]);
    hall.down.insert(department("NRP"));
    let outcome = hall.case.give_back(id("A"), StopKind::Returned, "容缺材料逾期未补齐", hall.now);
    hall.owner(outcome);
    let stop = Stop { kind: StopKind::Withdrawn, basis: "撤回".into(), by: "applicant".into(), at: hall.now };
    let outcome = hall.case.stop(stop);
    hall.owner(outcome);
    hall.down.clear();
    hall.flow();
    assert_eq!((hall.phase(), hall.state("A")), ("withdrawn".to_owned(), "cancelled".to_owned()));
}

#[test]
fn a_newer_plan_moves_only_what_no_department_has() {
    let mut hall = project(&["A", "D"]);
    apply(&mut hall, &["A", "D"]);
    // B comes to it with what is inside, D goes; A is with its department and stays, although the new plan is without it.
    let outcome = replan(&mut hall, &theme(), &["B", "C"]).unwrap();
    hall.owner(Ok(outcome));
    assert_eq!(
        (hall.state("A"), hall.state("B"), hall.state("D")),
        ("in_review".into(), "waiting".into(), "omitted".into())
    );
    apply(&mut hall, &["B"]);
    assert_eq!(hall.state("B"), "waiting", "it still comes after what has begun");
    assert_eq!(replan(&mut hall, &theme(), &["B", "C"]), Ok(Outcome::Already));
    hall.decide("A");
    assert_eq!(hall.state("B"), "in_review");
    let outcome = replan(&mut hall, &theme(), &["A", "B", "C", "D"]).unwrap();
    hall.owner(Ok(outcome));
    assert_eq!(hall.state("D"), "in_review", "what comes back was applied for");
    let unknown = replan(&mut hall, &theme(), &["Z"]);
    assert!(matches!(unknown, Err(ReplanFault::Refused(_))), "{unknown:?}");
    for task in ["C", "B", "D"] {
        hall.decide(task);
    }
    assert_eq!(hall.phase(), "closed");
}
