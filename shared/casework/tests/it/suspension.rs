//! The clock stands still: supplements, special procedures, the applicant, the law.

use casework::{
    DeskState, NotPossible, Outcome, OwnersGround, Span, SupplementItem, SuspensionKind, Verdict, WaitsFor,
};
use time::Duration;

use crate::hall::{Hall, department};

fn items() -> Vec<SupplementItem> {
    vec![SupplementItem { code: "M02".into(), note: "缺页".into() }]
}

/// What [`items`] asks for.
fn came() -> Vec<String> {
    vec!["M02".into()]
}

fn in_tax() -> Hall {
    let mut hall = Hall::opening();
    hall.decide("licence").minutes(10);
    hall
}

#[test]
fn a_supplement_is_asked_waited_for_and_supplied() {
    let mut hall = in_tax();
    hall.at_desk("tax", |desk, now| desk.ask_supplement(items(), "材料不全", now));
    assert_eq!(hall.state("tax"), "suspended");
    let by_applicant = |wait: &WaitsFor| matches!(wait, WaitsFor::Suspension { applicant: true, .. });
    assert!(hall.case.waits_for().iter().any(by_applicant), "the applicant holds it now");
    let task = hall.task("tax").id;
    hall.minutes(20);
    let outcome = hall.case.supply(task, &came(), |_| false, hall.now);
    hall.owner(outcome);
    assert_eq!(hall.state("tax"), "in_review");
    assert!(hall.desk("tax").1.is_open());
    hall.minutes(5).decide("tax");
    let minutes = |spans: &[Span]| spans.iter().map(|span| (span.to - span.from).whole_minutes()).collect::<Vec<_>>();
    assert_eq!(minutes(&hall.task("tax").ran(hall.now)), [10, 5], "the twenty minutes of the applicant do not count");
    assert_eq!(
        hall.facts_of("tax")[2..6],
        ["supplement_asked", "task_suspended", "supplement_supplied", "task_resumed"]
    );
}

#[test]
fn what_is_supplied_is_compared_with_what_was_asked() {
    let mut hall = in_tax();
    let asked = |codes: &[&str]| {
        codes.iter().map(|code| SupplementItem { code: (*code).into(), note: String::new() }).collect()
    };
    let both: Vec<SupplementItem> = asked(&["M02", "scope"]);
    hall.at_desk("tax", |desk, now| desk.ask_supplement(both, "材料不全", now));
    hall.at_desk("social", |desk, now| desk.ask_supplement(asked(&["scope"]), "范围不明", now));
    let (tax, fund) = (hall.task("tax").id, hall.task("fund").id);
    let before = hall.case.clone();
    for foreign in [&["M02".to_owned(), "M03".to_owned()][..], &[]] {
        let refused = hall.case.supply(tax, foreign, |_| true, hall.now);
        assert_eq!(refused, Err(NotPossible::NotAskedFor("tax".into())));
    }
    assert_eq!(hall.case, before, "what nobody asked for changes nothing");

    hall.minutes(5);
    let outcome = hall.case.supply(tax, &["M02".into()], |_| false, hall.now);
    hall.owner(outcome);
    assert_eq!(hall.facts_of("tax").last(), Some(&"dossier_amended"), "a part came");
    assert_eq!(hall.task("tax").supplement().unwrap(), asked(&["scope"]) as Vec<_>, "and the rest is waited for");
    hall.minutes(5);
    let outcome =
        hall.case.supply(tax, &["scope".into()], |task| task.id == fund || task.code.as_str() == "social", hall.now);
    hall.owner(outcome);
    assert_eq!((hall.state("tax"), hall.state("social")), ("in_review".into(), "in_review".into()));
    assert_eq!(hall.facts_of("social").last(), Some(&"task_resumed"), "it asked for the same");
    assert_eq!(hall.facts_of("fund").last(), Some(&"dossier_amended"), "it may know it");
    assert_ne!(hall.facts_of("medical").last(), Some(&"dossier_amended"), "it may not");
}

#[test]
fn a_second_notice_is_counted_and_two_at_once_contradict() {
    let mut hall = in_tax();
    let task = hall.task("tax").id;
    hall.at_desk("tax", |desk, now| desk.ask_supplement(items(), "材料不全", now)).minutes(1);
    let second =
        casework::DepartmentSays::SupplementAsked { asked_at: hall.now, items: items(), reason: "又缺".into() };
    let reply = hall.reply("tax", second);
    assert!(matches!(hall.hear(&department("TAX"), &reply), Verdict::Parked(_)));
    let outcome = hall.case.supply(task, &came(), |_| false, hall.now);
    hall.owner(outcome);
    assert_eq!(hall.hear(&department("TAX"), &reply), Verdict::Applied, "after the first was answered it stands");
    let notices: Vec<_> = hall.facts_of("tax").into_iter().filter(|kind| *kind == "supplement_asked").collect();
    assert_eq!(notices.len(), 2);
}

#[test]
fn a_special_procedure_has_a_start_an_end_and_a_limit_of_its_own() {
    let mut hall = in_tax();
    hall.at_desk("tax", |desk, now| {
        desk.start_procedure("expert_review", "行政许可法45", casework::Limit::WorkingDays(10), now)
    });
    hall.minutes(60).at_desk("tax", |desk, now| desk.end_procedure("expert_review", now));
    assert_eq!(hall.state("tax"), "in_review");
    let pause = &hall.task("tax").pauses[0];
    assert_eq!((pause.kind, pause.to - pause.from), (SuspensionKind::Procedure, Duration::hours(1)));
    assert_eq!(pause.reason, "行政许可法45", "why it stood still stays known");
}

#[test]
fn the_clock_runs_again_when_the_last_ground_is_gone() {
    let mut hall = in_tax();
    let task = hall.task("tax").id;
    hall.at_desk("tax", |desk, now| {
        desk.start_procedure("publicity", "公示办法", casework::Limit::WorkingDays(7), now)
    });
    let outcome = hall.case.suspend(task, OwnersGround::Legal, "诉讼中止", hall.now);
    hall.owner(outcome);
    assert_eq!(hall.case.suspend(task, OwnersGround::Legal, "again", hall.now), Ok(Outcome::Already));
    hall.minutes(30).at_desk("tax", |desk, now| desk.end_procedure("publicity", now));
    assert_eq!(hall.state("tax"), "suspended", "the law still stops it");
    hall.minutes(30);
    let outcome = hall.case.resume(task, OwnersGround::Legal, hall.now);
    hall.owner(outcome);
    assert_eq!(hall.case.resume(task, OwnersGround::Legal, hall.now), Ok(Outcome::Already));
    assert!(matches!(hall.desk("tax").1.state, DeskState::InReview { .. }));
    let counted: i64 = hall.task("tax").ran(hall.now).iter().map(|span| (span.to - span.from).whole_minutes()).sum();
    assert_eq!(counted, 10, "two grounds at once stop the clock once");
}

#[test]
fn a_decision_ends_the_suspension_and_a_rejected_one_does_not() {
    let mut hall = Hall::opening();
    hall.at_desk("licence", |desk, now| desk.ask_supplement(items(), "材料不全", now)).minutes(5);
    hall.decide_with("licence", vec![]);
    assert_eq!(hall.state("licence"), "suspended");
    assert!(matches!(hall.desk("licence").1.state, DeskState::Suspended { .. }));
    hall.minutes(5).decide("licence");
    assert_eq!((hall.state("licence"), hall.task("licence").pauses.len()), ("ended".into(), 1));
}

#[test]
fn an_amended_dossier_is_told_only_to_who_has_the_task() {
    let mut hall = in_tax();
    let (tax, bank) = (hall.task("tax").id, hall.task("bank").id);
    let outcome = hall.case.amend(tax, "更正经营范围", hall.now);
    hall.owner(outcome);
    assert_eq!(hall.facts_of("tax").last(), Some(&"dossier_amended"));
    assert_eq!(hall.case.amend(bank, "", hall.now), Err(NotPossible::NotOpen("bank".into())));
    assert_eq!(hall.case.supply(tax, &came(), |_| false, hall.now), Err(NotPossible::NotSuspended("tax".into())));
}

#[test]
fn a_resumed_task_answers_an_old_question_with_what_holds_now() {
    let mut hall = in_tax();
    let task = hall.task("tax").id;
    hall.at_desk("tax", |desk, now| desk.ask_supplement(items(), "材料不全", now));
    let asked = hall.task("tax").round().unwrap().heard.last().unwrap().said.clone();
    let again = hall.reply("tax", asked);
    assert_eq!(hall.hear(&department("TAX"), &again), Verdict::Already);
    assert_eq!(hall.told.pop_back().unwrap().1.says.kind(), "suspended");
    let outcome = hall.case.supply(task, &came(), |_| false, hall.now);
    hall.owner(outcome);
    assert_eq!(hall.hear(&department("TAX"), &again), Verdict::Already);
    assert_eq!(hall.told.pop_back().unwrap().1.says.kind(), "resumed");
}
