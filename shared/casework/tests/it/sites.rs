//! Site checks, publicity in calendar days, and more time by the head of the department.

use casework::{
    DeskRefused, ExtensionApproval, Limit, Pause, SignatureFault, Staff, SuspensionKind, Wait, WaitsFor, Why,
};

use crate::hall::{Hall, department};

fn head(code: &str) -> Staff {
    Staff::DepartmentHead { department: department(code), name: "测试负责人".into() }
}

fn two() -> Vec<String> {
    vec!["测试甲".into(), "测试乙".into()]
}

#[test]
fn what_a_site_check_finds_is_repaired_outside_the_limit() {
    let mut hall = Hall::opening();
    let now = hall.now;
    hall.at_desk("licence", |desk, now| desk.check_site(two(), vec![], None, now));
    assert_eq!(hall.state("licence"), "in_review", "the check itself is the department's time");
    hall.minutes(10)
        .at_desk("licence", |desk, now| desk.check_site(two(), vec!["消防通道被占用".into()], Some(5), now));
    assert_eq!(hall.state("licence"), "suspended");
    let task = hall.case.task_by_code(&"licence".into()).unwrap();
    assert!(
        matches!(&task.grounds()[0].why, Why::Procedure { name, limit: Limit::WorkingDays(5) } if name == "rectification")
    );
    hall.minutes(60).at_desk("licence", |desk, now| desk.end_procedure("rectification", now));
    let task = hall.case.task_by_code(&"licence".into()).unwrap();
    let Pause { kind, from, to, .. } = &task.pauses[0];
    assert_eq!(
        (*kind, (*from - now).whole_minutes(), (*to - now).whole_minutes()),
        (SuspensionKind::Procedure, 10, 70)
    );
    assert_eq!(hall.facts_of("licence").iter().filter(|fact| **fact == "site_checked").count(), 2);
    hall.decide("licence");
    assert_eq!(hall.state("licence"), "ended");
}

#[test]
fn one_name_is_no_site_check() {
    let mut hall = Hall::opening();
    let now = hall.now;
    let (_, desk) = hall.desk("licence");
    let twice = vec!["测试甲".to_owned(), " 测试甲 ".to_owned()];
    assert_eq!(desk.check_site(twice, vec![], None, now), Err(DeskRefused::TwoNeeded));
    assert_eq!(desk.check_site(two(), vec!["裂缝".into()], None, now), Err(DeskRefused::NoRepairLimit));
}

#[test]
fn publicity_is_limited_in_calendar_days() {
    let mut hall = Hall::opening();
    hall.at_desk("licence", |desk, now| desk.start_procedure("publicity", "公示办法", Limit::CalendarDays(7), now));
    let task = hall.case.task_by_code(&"licence".into()).unwrap();
    assert!(matches!(&task.grounds()[0].why, Why::Procedure { limit: Limit::CalendarDays(7), .. }));
}

#[test]
fn only_the_head_extends_a_limit_and_once() {
    let mut hall = Hall::opening();
    hall.decide("licence");
    let now = hall.now;
    let clerk = Staff::DepartmentClerk { department: department("HRS"), name: "测试丙".into() };
    let unsigned = ExtensionApproval::sign(&clerk, &department("HRS"), 11, " ");
    assert_eq!(unsigned, Err(vec![SignatureFault::NotHead, SignatureFault::Reasons, SignatureFault::Days]));
    let approval = |days| ExtensionApproval::sign(&head("HRS"), &department("HRS"), days, "情况复杂").unwrap();
    let foreign = ExtensionApproval::sign(&head("BNK"), &department("BNK"), 5, "情况复杂").unwrap();
    assert_eq!(hall.desk("social").1.extend(foreign, now), Err(DeskRefused::OtherDepartment));
    hall.at_desk("social", |desk, now| desk.extend(approval(10), now));
    assert_eq!(hall.desk("social").1.extend(approval(5), now), Err(DeskRefused::ExtendedBefore));
    assert_eq!(hall.facts_of("social").last(), Some(&"task_extended"));
    let task = hall.case.task_by_code(&"social".into()).unwrap();
    assert_eq!(task.round().unwrap().extension.as_ref().map(|extension| extension.working_days), Some(10));
    assert_eq!(Wait::WorkingDays(20).longer_by(10), Wait::WorkingDays(30));
    let promised = hall.case.waits_for().into_iter().find_map(|waits| {
        let WaitsFor::Department { code, promised, .. } = waits else { return None };
        (code.as_str() == "social").then_some(promised)
    });
    assert_eq!(promised, Some(task.plan.promised), "minutes of the hall are not extended");
}
