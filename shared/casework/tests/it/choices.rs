//! A department refuses.

use casework::{NotPossible, Outcome, Remaining, StopKind, WaitsFor, Way};

use crate::hall::{Hall, department};

fn bank_refuses() -> Hall {
    let mut hall = Hall::opening();
    hall.decide("licence").minutes(45).decide("seals").minutes(5).refuse("bank");
    hall
}

#[test]
fn a_refusal_shows_what_it_blocks_and_what_remains_possible() {
    let hall = bank_refuses();
    let ways = vec![Way::Rebind { role: "bank".into() }, Way::Reopen, Way::CloseWithout];
    assert_eq!(hall.case.remaining(), [Remaining { task: "bank".into(), blocked: vec!["hand-over".into()], ways }]);
    let waits = hall.case.waits_for();
    assert!(waits.iter().any(|wait| matches!(wait, WaitsFor::Choice { code, .. } if code.as_str() == "bank")));
    assert_eq!(hall.phase(), "running");
}

#[test]
fn the_bank_refuses_and_another_one_opens_the_account() {
    let mut hall = bank_refuses();
    let (role, other) = ("bank".into(), department("BNK2"));
    let outcome = hall.case.rebind(&role, &other, hall.now);
    hall.owner(outcome);
    assert_eq!((hall.task("bank").round_number(), hall.task("bank").department()), (2, Some(&other)));
    assert_eq!(hall.case.rebind(&role, &other, hall.now), Ok(Outcome::Already));
    assert!(hall.case.remaining().is_empty());
    for code in ["tax", "social", "medical", "fund", "bank", "hand-over"] {
        hall.decide(code);
    }
    assert_eq!(hall.phase(), "closed");
    let rounds: Vec<_> = hall.task("bank").rounds.iter().map(|round| round.department.as_str()).collect();
    assert_eq!(rounds, ["BNK", "BNK2"], "the refused round is kept");
}

#[test]
fn the_bank_refuses_and_the_applicant_closes_without() {
    let mut hall = bank_refuses();
    let bank = hall.task("bank").id;
    let outcome = hall.case.close_without(bank, "申请人自行开户", hall.now);
    hall.owner(outcome);
    assert_eq!(hall.case.close_without(bank, "again", hall.now), Ok(Outcome::Already));
    for code in ["tax", "social", "medical", "fund", "hand-over"] {
        hall.decide(code);
    }
    assert_eq!((hall.phase(), hall.state("bank")), ("closed".into(), "omitted".into()));
}

#[test]
fn the_same_department_gets_the_corrected_task_again() {
    let mut hall = Hall::opening();
    hall.refuse("licence");
    assert_eq!(hall.case.remaining()[0].ways, [Way::Reopen]);
    assert_eq!(hall.case.remaining()[0].blocked.len(), 7);
    let licence = hall.task("licence").id;
    let outcome = hall.case.reopen(licence, hall.now);
    hall.owner(outcome);
    assert_eq!(hall.desk("licence").1.round, 2);
    hall.decide("licence");
    assert_eq!(hall.state("seals"), "in_review");
}

#[test]
fn nobody_goes_on_and_the_case_is_stopped() {
    let mut hall = Hall::opening();
    hall.refuse("licence").stop(StopKind::TaskRefused);
    assert_eq!(hall.phase(), "terminated");
    assert!(hall.case.remaining().is_empty() && hall.case.waits_for().is_empty());
}

#[test]
fn what_cannot_be_chosen_says_why_and_changes_nothing() {
    let mut hall = Hall::opening();
    hall.decide("licence").decide("seals");
    let before = hall.case.clone();
    let (now, bank) = (hall.now, hall.task("bank").id);
    let held = NotPossible::HeldBy { task: "bank".into(), department: department("BNK") };
    assert_eq!(hall.case.rebind(&"bank".into(), &department("BNK2"), now), Err(held));
    assert_eq!(hall.case.rebind(&"tax".into(), &department("TAX2"), now), Err(NotPossible::NoChoice("tax".into())));
    assert_eq!(hall.case.rebind(&"x".into(), &department("TAX2"), now), Err(NotPossible::UnknownRole("x".into())));
    assert_eq!(hall.case.reopen(bank, now), Err(NotPossible::NotRefused("bank".into())));
    assert_eq!(hall.case.close_without(bank, "", now), Err(NotPossible::NotRefused("bank".into())));
    let tax = hall.task("tax").id;
    assert_eq!(hall.case.close_without(tax, "", now), Err(NotPossible::NotOptional("tax".into())));
    assert_eq!(hall.case, before);
    hall.refuse("bank");
    let same = NotPossible::SameDepartment { role: "bank".into(), department: department("BNK") };
    assert_eq!(hall.case.rebind(&"bank".into(), &department("BNK"), now), Err(same));
}

#[test]
fn another_bank_can_be_chosen_before_the_first_was_asked() {
    let mut hall = Hall::opening();
    let outcome = hall.case.rebind(&"bank".into(), &department("BNK2"), hall.now);
    hall.owner(outcome).decide("licence").decide("seals");
    assert_eq!(hall.task("bank").department(), Some(&department("BNK2")));
}
