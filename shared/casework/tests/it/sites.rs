//! Site checks, publicity in calendar days, and more time by the head of the department.

use casework::{
    DepartmentSays, DeskOutcome, DeskRefused, DeskState, Event, Extension, ExtensionApproval, Limit, OwnersGround,
    Pause, SignatureFault, Staff, SupplementItem, SuspensionKind, Verdict, Wait, WaitsFor, Why,
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
fn no_procedure_and_no_repair_takes_longer_than_a_year() {
    let mut hall = Hall::opening();
    let procedure = |working, calendar| DepartmentSays::ProcedureStarted {
        started_at: hall.now,
        procedure: "hearing".into(),
        basis: "行政许可法第四十六条".into(),
        limit_working_days: working,
        limit_calendar_days: calendar,
    };
    let repair = DepartmentSays::SiteChecked {
        checked_at: hall.now,
        staff: two(),
        findings: vec!["裂缝".into()],
        rectification_working_days: Some(4_000_000_000),
    };
    let wrong = [
        (procedure(367, None), "limit"),
        (procedure(0, Some(4_000_000_000)), "limit"),
        (repair, "rectification_working_days"),
    ];
    for (says, subject) in wrong {
        let reply = hall.reply("licence", says);
        let Verdict::Rejected(faults) = hall.hear(&department("MSA"), &reply) else { panic!("it should be rejected") };
        let told: Vec<_> = faults.iter().map(|fault| (fault.subject.as_str(), fault.code.as_str())).collect();
        assert_eq!(told, [(subject, "out_of_range")]);
        assert_ne!(hall.state("licence"), "suspended");
    }
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
    let mut hall = Hall::opening_in_days();
    hall.decide("licence");
    let now = hall.now;
    let clerk = Staff::DepartmentClerk { department: department("HRS"), name: "测试丙".into() };
    let unsigned = ExtensionApproval::sign(&clerk, &department("HRS"), 11, " ");
    assert_eq!(unsigned, Err(vec![SignatureFault::NotHead, SignatureFault::Reason, SignatureFault::Days]));
    let approval = |days| ExtensionApproval::sign(&head("HRS"), &department("HRS"), days, "情况复杂").unwrap();
    let foreign = ExtensionApproval::sign(&head("BNK"), &department("BNK"), 5, "情况复杂").unwrap();
    assert_eq!(hall.desk("social").1.extend(foreign, now), Err(DeskRefused::OtherDepartment));
    hall.at_desk("social", |desk, now| desk.extend(approval(10), now));
    assert_eq!(hall.desk("social").1.extend(approval(5), now), Err(DeskRefused::ExtendedBefore));
    assert_eq!(hall.facts_of("social").last(), Some(&"task_extended"));
    let task = hall.case.task_by_code(&"social".into()).unwrap();
    assert_eq!(task.round().unwrap().extension.as_ref().map(|extension| extension.working_days), Some(10));
    let promised = hall.case.waits_for().into_iter().find_map(|waits| {
        let WaitsFor::Department { code, promised, .. } = waits else { return None };
        (code.as_str() == "social").then_some(promised)
    });
    assert_eq!((task.plan.promised, promised), (Wait::WorkingDays(3), Some(Wait::WorkingDays(13))));
}

#[test]
fn what_was_promised_in_minutes_of_the_hall_is_not_extended() {
    let mut hall = Hall::opening();
    let now = hall.now;
    assert_eq!(hall.desk("licence").1.extend(approval("MSA", 5), now), Err(DeskRefused::PromisedInMinutes));
    let extension = Extension { working_days: 5, reason: "情况复杂".into(), signed_by: "测试负责人".into() };
    let extended = DepartmentSays::Extended { extended_at: now, extension };
    assert_eq!(faults(&mut hall, "MSA", extended), ["working_days: promised_in_minutes"]);
    assert_eq!(hall.task("licence").round().unwrap().extension, None);
}

fn approval(code: &str, days: u32) -> ExtensionApproval {
    ExtensionApproval::sign(&head(code), &department(code), days, "情况复杂").unwrap()
}

#[test]
fn an_extension_that_does_not_hold_is_not_on_the_desk_either() {
    let mut hall = Hall::opening_in_days();
    hall.objects = Some("extended");
    hall.at_desk("licence", |desk, now| desk.extend(approval("MSA", 10), now));
    assert!(matches!(hall.verdicts.last(), Some(Verdict::Rejected(_))));
    assert_eq!(hall.task("licence").round().unwrap().extension, None);
    assert_eq!(hall.desk("licence").1.extension(), None);
    let DeskState::InReview { faults } = &hall.desk("licence").1.state else { panic!("in review") };
    assert_eq!(faults[0].code, "objected");
    hall.objects = None;
    hall.minutes(1).at_desk("licence", |desk, now| desk.extend(approval("MSA", 5), now));
    assert_eq!(hall.desk("licence").1.extension().map(|extension| extension.working_days), Some(5));
}

#[test]
fn a_rejected_check_leaves_alone_what_else_stops_the_clock() {
    let mut hall = Hall::opening();
    hall.at_desk("licence", |desk, now| desk.start_procedure("hearing", "行政许可法46", Limit::WorkingDays(20), now));
    hall.objects = Some("site_checked");
    hall.minutes(1).at_desk("licence", |desk, now| desk.check_site(two(), vec![], None, now));
    let DeskState::Suspended { grounds, faults } = &hall.desk("licence").1.state else { panic!("suspended") };
    assert_eq!((grounds.len(), faults.len()), (1, 1), "the hearing goes on, and the desk knows what was wrong");
    assert_eq!(hall.desk("licence").1.site_checks().count(), 0);
    hall.at_desk("licence", |desk, now| desk.end_procedure("hearing", now));
    assert_eq!(hall.state("licence"), "in_review");
}

#[test]
fn a_procedure_that_was_ended_too_early_goes_on_at_the_desk_too() {
    let mut hall = Hall::opening();
    hall.at_desk("licence", |desk, now| desk.start_procedure("publicity", "公示办法", Limit::CalendarDays(7), now));
    hall.objects = Some("procedure_ended");
    hall.minutes(1).at_desk("licence", |desk, now| desk.end_procedure("publicity", now));
    assert_eq!(hall.state("licence"), "suspended");
    assert!(matches!(&hall.desk("licence").1.state, DeskState::Suspended { faults, .. } if faults.len() == 1));
    hall.objects = None;
    hall.minutes(1).at_desk("licence", |desk, now| desk.end_procedure("publicity", now));
    assert_eq!(hall.state("licence"), "in_review");
    assert!(matches!(hall.desk("licence").1.state, DeskState::InReview { .. }));
}

#[test]
fn a_decision_stands_where_what_came_before_it_is_rejected() {
    let mut hall = Hall::opening();
    hall.objects = Some("site_checked");
    let now = hall.now;
    let (msa, desk) = hall.desk("licence");
    let checked = desk.check_site(two(), vec![], None, now).unwrap().effects();
    hall.perform_at_desk(&msa, checked);
    hall.minutes(1).decide("licence");
    assert_eq!(hall.state("licence"), "ended");
    assert!(
        matches!(&hall.desk("licence").1.state, DeskState::Closed { answer: Some(DepartmentSays::Decided(_)), .. }),
        "the rejection was not the decision's"
    );
}

#[test]
fn a_procedure_has_a_limit_that_a_message_can_say() {
    let mut hall = Hall::opening();
    let now = hall.now;
    let (_, desk) = hall.desk("licence");
    for limit in [Limit::WorkingDays(0), Limit::CalendarDays(0), Limit::Months(2)] {
        assert_eq!(desk.start_procedure("hearing", "行政许可法46", limit, now), Err(DeskRefused::NoLimit), "{limit}");
    }
    for (working, calendar) in [(0, None), (5, Some(7))] {
        let started = DepartmentSays::ProcedureStarted {
            started_at: now,
            procedure: "publicity".into(),
            basis: "公示办法".into(),
            limit_working_days: working,
            limit_calendar_days: calendar,
        };
        assert_eq!(faults(&mut hall, "MSA", started), ["limit: one_needed"]);
    }
    assert_eq!(hall.state("licence"), "in_review");
}

#[test]
fn a_procedure_that_runs_does_not_begin_again() {
    let mut hall = Hall::opening();
    hall.at_desk("licence", |desk, now| desk.start_procedure("hearing", "行政许可法46", Limit::WorkingDays(20), now));
    let started_at = hall.minutes(10).now;
    let again = DepartmentSays::ProcedureStarted {
        started_at,
        procedure: "hearing".into(),
        basis: "行政许可法46".into(),
        limit_working_days: 20,
        limit_calendar_days: None,
    };
    assert_eq!(faults(&mut hall, "MSA", again), ["procedure: procedure_running"]);
    assert_eq!(hall.task("licence").grounds().len(), 1, "the first goes on");
}

/// What the owner has against a reply of any program, as `subject: code`.
fn faults(hall: &mut Hall, from: &str, says: DepartmentSays) -> Vec<String> {
    hall.minutes(1);
    let reply = hall.reply("licence", says);
    let Verdict::Rejected(faults) = hall.hear(&department(from), &reply) else { panic!("it should be rejected") };
    faults.iter().map(|fault| format!("{}: {}", fault.subject, fault.code)).collect()
}

#[test]
fn the_owner_rejects_a_check_by_one_person_and_says_everything_that_is_wrong() {
    let mut hall = Hall::opening();
    let checked = |staff: &[&str], findings: &[&str], days, at| DepartmentSays::SiteChecked {
        checked_at: at,
        staff: staff.iter().map(|name| (*name).to_owned()).collect(),
        findings: findings.iter().map(|finding| (*finding).to_owned()).collect(),
        rectification_working_days: days,
    };
    let now = hall.now;
    let alone = faults(&mut hall, "MSA", checked(&["测试甲", " 测试甲", ""], &["裂缝", " "], None, now));
    assert_eq!(alone, ["staff: two_needed", "findings: missing", "rectification_working_days: missing"]);
    let Some(Verdict::Rejected(told)) = hall.verdicts.last() else { panic!("it was rejected") };
    assert!(told[0].zh.contains("行政许可法第三十四条"));
    let reply = hall.reply("licence", checked(&["测试甲", "测试乙"], &["裂缝"], Some(5), now));
    assert_eq!(hall.hear(&department("MSA"), &reply), Verdict::Applied);
    let more = faults(&mut hall, "MSA", checked(&["测试甲", "测试乙"], &["渗水"], Some(5), now));
    assert_eq!(more, ["findings: repair_running"]);
    let facts: Vec<_> = hall.all_facts.iter().map(|fact| serde_json::to_string(fact).unwrap()).collect();
    assert!(facts.iter().any(|fact| fact.contains(r#""staff":2,"findings":1"#)), "how many, and nothing else");
    assert!(facts.iter().all(|fact| !fact.contains("测试") && !fact.contains("裂缝")));
}

#[test]
fn the_owner_takes_one_extension_in_a_round_of_ten_days_at_most() {
    let mut hall = Hall::opening_in_days();
    let extended = |working_days, reason: &str, at| DepartmentSays::Extended {
        extended_at: at,
        extension: Extension { working_days, reason: reason.into(), signed_by: "测试负责人".into() },
    };
    let now = hall.now;
    for days in [0, 11] {
        let told = faults(&mut hall, "MSA", extended(days, " ", now));
        assert_eq!(told, ["reason: missing", "working_days: out_of_range"]);
    }
    let reply = hall.reply("licence", extended(10, "情况复杂", now));
    assert_eq!(hall.hear(&department("MSA"), &reply), Verdict::Applied);
    assert_eq!(hall.hear(&department("MSA"), &reply), Verdict::Already);
    assert_eq!(faults(&mut hall, "MSA", extended(5, "仍需时间", now)), ["working_days: extended_before"]);
    assert_eq!(hall.task("licence").round().unwrap().extension.as_ref().unwrap().working_days, 10);
    let facts: Vec<_> = hall.all_facts.iter().map(|fact| serde_json::to_string(fact).unwrap()).collect();
    assert!(facts.iter().all(|fact| !fact.contains("情况复杂")), "no free text");
}

#[test]
fn a_site_is_checked_as_often_as_it_takes_and_a_second_click_is_no_second_check() {
    let mut hall = Hall::opening();
    let crack = || vec!["裂缝".to_owned()];
    hall.at_desk("licence", |desk, now| desk.check_site(two(), crack(), Some(5), now)).minutes(1);
    let now = hall.now;
    let (_, desk) = hall.desk("licence");
    assert_eq!(desk.check_site(two(), crack(), Some(5), now), Ok(DeskOutcome::Already));
    assert_eq!(desk.check_site(two(), vec!["渗水".into()], Some(5), now), Err(DeskRefused::RepairOpen));
    hall.at_desk("licence", |desk, now| desk.end_procedure("rectification", now)).minutes(1);
    hall.at_desk("licence", |desk, now| desk.check_site(two(), crack(), Some(3), now));
    assert_eq!(hall.state("licence"), "suspended", "it was not repaired");
    hall.at_desk("licence", |desk, now| desk.end_procedure("rectification", now)).minutes(1);
    hall.at_desk("licence", |desk, now| desk.check_site(two(), vec![], None, now)).minutes(1);
    hall.at_desk("licence", |desk, now| desk.check_site(two(), vec![], None, now));
    assert_eq!(hall.desk("licence").1.site_checks().count(), 3);
    assert_eq!(hall.when("site_checked", "licence").len(), 3);
    hall.minutes(24 * 60).at_desk("licence", |desk, now| desk.check_site(two(), vec![], None, now));
    assert_eq!(hall.when("site_checked", "licence").len(), 4, "another day, another check");
}

#[test]
fn a_procedure_that_begins_while_the_clock_is_started_again_goes_on() {
    let mut hall = Hall::opening();
    let items = vec![SupplementItem { code: "M02".into(), note: String::new() }];
    hall.at_desk("licence", |desk, now| desk.ask_supplement(items, "材料不全", now)).minutes(5);
    // Both speak at once: the owner that the supplement came, the department that experts are asked.
    let (task, now) = (hall.task("licence").id, hall.now);
    let (msa, desk) = hall.desk("licence");
    let started = desk.start_procedure("expert_review", "行政许可法45", Limit::WorkingDays(10), now).unwrap().effects();
    let supplied = hall.case.supply(task, &["M02".into()], |_| false, now).unwrap().effects();
    hall.perform(supplied);
    hall.perform_at_desk(&msa, started);
    hall.flow();
    assert_eq!(hall.state("licence"), "suspended");
    assert!(matches!(&hall.desk("licence").1.state, DeskState::Suspended { grounds, .. } if grounds.len() == 1));
    hall.minutes(5).at_desk("licence", |desk, now| desk.end_procedure("expert_review", now));
    assert_eq!(hall.state("licence"), "in_review");
}

#[test]
fn a_notice_that_is_given_while_the_clock_is_started_again_stands() {
    let mut hall = Hall::opening();
    let (task, now) = (hall.task("licence").id, hall.now);
    let outcome = hall.case.suspend(task, OwnersGround::Applicant, "申请人请求", now);
    hall.owner(outcome);
    let items = vec![SupplementItem { code: "M02".into(), note: String::new() }];
    let (msa, desk) = hall.desk("licence");
    let asked = desk.ask_supplement(items, "材料不全", now).unwrap().effects();
    let resumed = hall.case.resume(task, OwnersGround::Applicant, now).unwrap().effects();
    hall.perform(resumed);
    // The owner's word is on its way before it hears the question.
    let (to, message) = hall.told.pop_front().unwrap();
    hall.carry(&to, &message);
    hall.perform_at_desk(&msa, asked);
    hall.flow();
    assert_eq!(hall.state("licence"), "suspended");
    assert!(matches!(&hall.desk("licence").1.state, DeskState::Suspended { grounds, .. } if grounds.len() == 1));
}

#[test]
fn an_owner_that_lost_the_conversation_is_told_of_the_extension_again() {
    let mut hall = Hall::opening_in_days();
    let before = hall.case.clone();
    hall.at_desk("licence", |desk, now| desk.extend(approval("MSA", 7), now));
    hall.case = before;
    let outcome = hall.case.resend(hall.task("licence").id, hall.now);
    hall.owner(outcome);
    assert_eq!(hall.task("licence").round().unwrap().extension.as_ref().unwrap().working_days, 7);
}

#[test]
fn what_was_stored_before_is_still_read() {
    let started = r#"{"says":"procedure_started","started_at":"2025-09-28T10:00:00+08:00","procedure":"hearing",
        "basis":"行政许可法46","limit_working_days":20}"#;
    let DepartmentSays::ProcedureStarted { limit_working_days: working, limit_calendar_days: calendar, .. } =
        serde_json::from_str(started).unwrap()
    else {
        panic!("a procedure")
    };
    assert_eq!(DepartmentSays::procedure_limit(working, calendar), Some(Limit::WorkingDays(20)));
    let why: Why = serde_json::from_str(r#"{"procedure":{"name":"hearing","limit":{"working_days":5}}}"#).unwrap();
    assert_eq!(why, Why::Procedure { name: "hearing".into(), limit: Limit::WorkingDays(5) });
    let event = r#"{"kind":"procedure_started","procedure":"hearing","limit_working_days":20}"#;
    assert!(serde_json::from_str::<Event>(event).is_ok());
    let mut hall = Hall::opening();
    let mut desk = serde_json::to_value(&*hall.desk("licence").1).unwrap();
    assert!(desk.as_object_mut().unwrap().remove("said").is_none(), "nothing said, nothing stored");
    assert!(serde_json::from_value::<casework::Desk>(desk).is_ok());
    let suspended = r#"{"is":"suspended","grounds":[]}"#;
    assert!(serde_json::from_str::<DeskState>(suspended).is_ok());
}
