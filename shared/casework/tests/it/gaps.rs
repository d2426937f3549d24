//! Papers that follow later: review runs meanwhile, and what issues the result is held.

use casework::{Case, MoreTime, NotPossible, Outcome, PlanFault, StopKind, Task, Theme, WaitsFor};
use time::macros::datetime;
use workdays::DueAt;

use crate::hall::{Hall, OPENING, case_id};

fn came(hall: &mut Hall, papers: &[&str], entitled: &str) -> Result<Outcome, NotPossible> {
    let papers: Vec<String> = papers.iter().map(|paper| (*paper).to_owned()).collect();
    let (entitled, now) = (entitled.to_owned(), hall.now);
    hall.case.bring(&papers, |task: &Task| task.code.as_str() == entitled, now)
}

/// Everything up to the hand-over.
fn reviewed(hall: &mut Hall) {
    for task in ["licence", "seals", "tax", "social", "medical", "fund", "bank"] {
        hall.minutes(5).decide(task);
    }
}

#[test]
fn review_runs_meanwhile_and_the_result_waits_for_the_last_paper() {
    let mut hall = Hall::opening_without(&["PREMISES", "M03"]);
    let held = hall.case.waits_for();
    let [WaitsFor::Department { .. }, WaitsFor::Papers { code, gaps, .. }] = held.as_slice() else {
        panic!("{held:?}")
    };
    assert_eq!((code.as_str(), gaps.len()), ("hand-over", 2));
    assert_eq!(gaps[0].until, datetime!(2025-09-28 17:00 +8));
    assert_eq!(hall.case.waited_for_papers(), [], "a department is at work");

    reviewed(&mut hall);
    let idle_from = hall.now;
    assert_eq!((hall.state("hand-over"), hall.case.waits_for().len()), ("waiting".to_owned(), 1));
    assert_eq!(hall.case.waited_for_papers(), [(idle_from, None)]);

    hall.minutes(20);
    let half = came(&mut hall, &["M03"], "bank");
    hall.owner(half);
    assert_eq!(hall.state("hand-over"), "waiting");
    assert!(hall.facts_of("bank").iter().all(|fact| *fact != "dossier_amended"), "the bank is done");
    hall.minutes(10);
    let whole = came(&mut hall, &["M03", "PREMISES"], "licence");
    hall.owner(whole);
    assert_eq!(hall.state("hand-over"), "in_review");
    assert_eq!(hall.case.waited_for_papers(), [(idle_from, Some(hall.now))]);
    hall.decide("hand-over");
    assert_eq!(hall.phase(), "closed");
}

#[test]
fn a_paper_that_comes_is_passed_on_to_who_may_have_it_and_once_only() {
    let mut hall = Hall::opening_without(&["PREMISES"]);
    let outcome = came(&mut hall, &["PREMISES"], "licence");
    hall.minutes(1).owner(outcome);
    assert_eq!(hall.facts_of("licence"), ["task_assigned", "task_acknowledged", "dossier_amended"]);
    assert_eq!(came(&mut hall, &["PREMISES"], "licence"), Ok(Outcome::Already));
    assert_eq!(came(&mut hall, &["ARTICLES"], "licence"), Err(NotPossible::NoGap));
    reviewed(&mut hall);
    assert_eq!(hall.state("hand-over"), "in_review", "nothing is missing any more");
    assert_eq!(hall.case.waited_for_papers(), []);
}

#[test]
fn more_time_is_shown_and_a_case_without_gaps_has_none_to_extend() {
    let mut hall = Hall::opening_without(&["PREMISES"]);
    let (later, now) = (datetime!(2025-09-29 17:00 +8), hall.now);
    let ends = [("PREMISES".to_owned(), DueAt { at: later, provisional: false })];
    let outcome = hall.case.extend(&ends, MoreTime::Granted, now);
    hall.owner(outcome);
    assert!(hall.case.open_gaps().all(|gap| gap.until == later));
    assert_eq!(hall.case.extend(&ends, MoreTime::Calendar, now), Ok(Outcome::Already));
    // A notice that makes the same day certain is no more time.
    let sure = [("PREMISES".to_owned(), DueAt { at: later, provisional: true })];
    let outcome = hall.case.extend(&sure, MoreTime::Calendar, now);
    hall.owner(outcome);
    assert!(hall.case.open_gaps().all(|gap| gap.until == later && gap.provisional));
    assert!(hall.facts.iter().any(|(_, kind, _)| kind == "papers_reckoned"), "{:?}", hall.facts);
    assert_eq!(Hall::opening().case.extend(&ends, MoreTime::Granted, now), Err(NotPossible::NoGap));
}

#[test]
fn a_returned_case_is_stopped_like_any_other_and_takes_no_papers() {
    let mut hall = Hall::opening_without(&["PREMISES"]);
    hall.decide("licence").minutes(30).stop(StopKind::Returned);
    // Nobody had begun to decide: what was open is cancelled, the licence taken back.
    assert_eq!(hall.phase(), "stopping");
    assert_eq!((hall.state("deregister"), hall.state("hand-over")), ("in_review".to_owned(), "omitted".to_owned()));
    assert_eq!(came(&mut hall, &["PREMISES"], "licence"), Err(NotPossible::NotRunning));
    hall.decide("deregister");
    assert_eq!(hall.phase(), "terminated");
    let again = casework::Stop { kind: StopKind::Returned, basis: String::new(), by: "x".into(), at: hall.now };
    assert_eq!(hall.case.stop(again), Ok(Outcome::Already));
}

#[test]
fn gaps_need_a_task_that_can_be_held() {
    let theme: Theme = toml::from_str(&OPENING.replace("issues = true", "")).unwrap();
    let opening = casework::Opening {
        case: case_id(),
        applicable: theme.all().cloned().collect(),
        bindings: theme.bindings(),
        at: datetime!(2025-09-28 09:12 +8),
    };
    let gaps = vec![casework::Gap::open("PREMISES", opening.at, DueAt { at: opening.at, provisional: false })];
    let id = |code: &casework::TaskCode| casework::TaskId::derived(case_id(), code.as_str());
    let refused = Case::open_with_gaps(&theme, opening, gaps, id).unwrap_err();
    assert!(refused.0.contains(&PlanFault::NothingHeld), "{refused}");
}

#[test]
fn a_case_stored_before_there_were_gaps_is_read() {
    let hall = Hall::opening();
    let stored = serde_json::to_string(&hall.case).unwrap();
    assert!(!stored.contains("gaps"));
    let before = stored.replace(",\"issues\":false", "").replace(",\"issues\":true", "");
    assert!(serde_json::from_str::<Case>(&before).is_ok());
}
