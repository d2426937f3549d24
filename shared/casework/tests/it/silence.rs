//! A department never acknowledges.

use casework::{NotPossible, Outcome, OwnerSays, StopKind, TimerName, Wait};

use crate::hall::{Hall, department};

fn silent_tax() -> Hall {
    let mut hall = Hall::opening();
    hall.down.insert(department("TAX"));
    hall.decide("licence");
    hall
}

#[test]
fn the_same_assignment_is_sent_again_and_the_chief_representative_is_told() {
    let mut hall = silent_tax();
    let task = hall.task("tax").id;
    let name = TimerName::Acknowledge { task, round: 1 };
    assert_eq!(hall.timers.get(&name.to_string()), Some(&Wait::WindowMinutes(10)));
    hall.timers.clear();
    hall.minutes(10);
    let outcome = hall.case.ack_overdue(task, 1, hall.now);
    hall.owner(outcome);
    assert_eq!(hall.facts_of("tax"), ["task_assigned", "acknowledgement_overdue"]);
    let sent: Vec<_> = hall.told.iter().map(|(_, message)| message.says.clone()).collect();
    let [OwnerSays::Assigned(first), OwnerSays::Assigned(again)] = &sent[..] else { panic!("{sent:?}") };
    assert!(again.resent && again.assigned_at == first.assigned_at, "the same assignment");
    assert!(hall.timers.is_empty(), "once by itself; then somebody has to look");

    // An operator has it sent again; when the department is back it works once.
    let outcome = hall.case.resend(task, hall.now);
    hall.owner(outcome);
    assert_eq!(hall.timers.len(), 1);
    assert_eq!(hall.task("tax").round().unwrap().sent, 3);
    hall.down.clear();
    hall.flow();
    assert_eq!((hall.state("tax"), hall.timers.len()), ("in_review".into(), 0));
    hall.decide("tax");
    assert_eq!(hall.when("task_ended", "tax").len(), 1);
}

#[test]
fn a_timer_that_comes_too_late_is_void() {
    let mut hall = silent_tax();
    let task = hall.task("tax").id;
    hall.down.clear();
    hall.flow();
    assert_eq!(hall.case.ack_overdue(task, 1, hall.now), Ok(Outcome::Already));
    assert_eq!(hall.case.ack_overdue(task, 7, hall.now), Ok(Outcome::Already));
    let waiting = hall.task("hand-over").id;
    assert_eq!(hall.case.resend(waiting, hall.now), Err(NotPossible::NotOpen("hand-over".into())));
}

#[test]
fn a_cancellation_that_nobody_hears_is_sent_again_too() {
    let mut hall = silent_tax();
    let task = hall.task("tax").id;
    hall.stop(StopKind::Withdrawn).minutes(10);
    let outcome = hall.case.ack_overdue(task, 1, hall.now);
    hall.owner(outcome);
    let cancels = hall.told.iter().filter(|(_, message)| matches!(message.says, OwnerSays::Cancelled { .. }));
    assert_eq!(cancels.count(), 2);
    hall.down.clear();
    hall.flow();
    assert_eq!(hall.state("tax"), "cancelled");
    hall.decide("deregister");
    assert_eq!(hall.phase(), "withdrawn");
}

#[test]
fn a_department_that_lost_its_closing_word_gets_it_again() {
    let mut hall = silent_tax();
    hall.down.clear();
    hall.flow();
    hall.decide("tax");
    let task = hall.task("tax").id;
    let outcome = hall.case.resend(task, hall.now);
    hall.perform(outcome.unwrap().effects());
    assert!(matches!(hall.told.back().unwrap().1.says, OwnerSays::Closed { .. }));
}
