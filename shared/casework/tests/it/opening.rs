//! The opening of 云杉: eight departments on the make-up Sunday 2025-09-28.

use std::collections::BTreeMap;

use casework::{Case, DepartmentSays, Opening, Phase, PlanFault, TaskCode, TaskId, Verdict, Wait};
use time::macros::datetime;

use crate::hall::{Hall, case_id, department, opening_theme};

#[test]
fn an_opening_goes_through_eight_departments_and_closes() {
    let mut hall = Hall::opening();
    let after_licence = ["seals", "tax", "social", "medical", "fund"];
    assert_eq!(hall.state("licence"), "in_review");
    assert!(after_licence.iter().chain(&["bank", "hand-over"]).all(|code| hall.state(code) == "waiting"));

    hall.minutes(48).decide("licence");
    let ten = datetime!(2025-09-28 10:00 +8);
    for code in after_licence {
        assert_eq!(hall.when("task_assigned", code), [ten], "{code} starts at the same instant");
        assert_eq!(hall.task(code).round().unwrap().assigned_at, ten);
    }
    assert_eq!(hall.state("bank"), "waiting");

    for code in ["social", "medical", "fund"] {
        hall.decide(code);
    }
    hall.minutes(30).decide("tax").minutes(15).decide("seals");
    assert_eq!(hall.when("task_assigned", "bank"), [datetime!(2025-09-28 10:45 +8)]);
    assert_eq!(hall.state("hand-over"), "waiting");
    hall.minutes(55).decide("bank");
    assert_eq!(hall.when("task_assigned", "hand-over"), [datetime!(2025-09-28 11:40 +8)]);
    assert_eq!(hall.phase(), "running");
    hall.decide("hand-over");
    assert_eq!(*hall.case.phase(), Phase::Closed { at: datetime!(2025-09-28 11:40 +8) });
    assert!(hall.case.waits_for().is_empty());
    assert!(hall.timers.is_empty(), "nothing is waited for any more: {:?}", hall.timers);
    assert!(hall.desks.values().all(|desk| !desk.is_open()));
    assert_eq!(hall.facts_of("tax"), ["task_assigned", "task_acknowledged", "task_ended"]);
    assert_eq!(hall.facts.last().unwrap().1, "case_closed");
    assert!(hall.verdicts.iter().all(|verdict| *verdict == Verdict::Applied));
}

#[test]
fn a_case_is_stored_row_by_row_and_read_back_as_it_was() {
    let mut hall = Hall::opening();
    let changed = hall.case.take_changed();
    assert!(changed.head && changed.tasks.len() == 8, "a new case is stored as a whole");
    hall.decide("licence").minutes(5);
    let changed = hall.case.take_changed();
    assert!(!changed.head);
    assert_eq!(changed.tasks.len(), 6, "the licence and the five that started");
    hall.decide("tax");
    assert_eq!(hall.case.take_changed().tasks, [hall.task("tax").id]);

    let stored = serde_json::to_string(&hall.case).unwrap();
    let read: Case = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, hall.case);
    hall.case = Case::from_parts(read.into_parts());
    hall.decide("seals");
    assert_eq!(hall.state("bank"), "in_review", "a case that was read back goes on");
}

#[test]
fn a_case_that_cannot_be_planned_says_every_reason() {
    let theme = opening_theme();
    let mut bindings = BTreeMap::from([("bank".into(), department("BNK")), ("harbour".into(), department("OCE"))]);
    bindings.insert("registrar".into(), department("MSA"));
    let applicable = ["licence", "seals", "bank", "pilotage"].map(TaskCode::from).to_vec();
    let opening = Opening { case: case_id(), applicable, bindings, at: datetime!(2025-09-28 09:12 +8) };
    let id = |code: &TaskCode| TaskId::derived(case_id(), code.as_str());
    let refused = Case::open(&theme, opening.clone(), id).unwrap_err();
    assert_eq!(
        refused.0,
        [
            PlanFault::UnknownTask("pilotage".into()),
            PlanFault::UnknownRole("harbour".into()),
            PlanFault::UnboundRole("police".into()),
        ]
    );
    assert_eq!((refused.0[2].code(), refused.0[2].about().as_deref()), ("unbound_role", Some("police")));
    let nothing = Opening { applicable: vec![], bindings: BTreeMap::new(), ..opening };
    assert_eq!(Case::open(&theme, nothing, id).unwrap_err().0, [PlanFault::NothingToDo]);
}

#[test]
fn what_does_not_apply_is_not_waited_for() {
    let theme = opening_theme();
    let applicable = ["tax", "bank", "hand-over"].map(TaskCode::from).to_vec();
    let mut bindings = theme.bindings();
    bindings.insert("bank".into(), department("BNK"));
    let mut hall = Hall::open(&theme, applicable, bindings);
    assert_eq!(hall.states(["tax", "bank", "hand-over"]), ["in_review", "in_review", "waiting"]);
    hall.decide("bank").decide("tax").decide("hand-over");
    assert_eq!(hall.phase(), "closed");
}

#[test]
fn a_task_ends_at_the_departments_time_and_the_rest_is_transport() {
    let mut hall = Hall::opening();
    hall.minutes(30);
    let decided = hall.decision("licence");
    hall.minutes(4);
    let reply = hall.reply("licence", decided);
    assert_eq!(hall.hear(&department("MSA"), &reply), Verdict::Applied);
    hall.flow();
    let (ended, closed) = (datetime!(2025-09-28 09:42 +8), datetime!(2025-09-28 09:46 +8));
    let told = hall.task("licence").round().unwrap().last_word.clone().unwrap();
    assert_eq!(told, casework::OwnerSays::Closed { ended_at: ended, closed_at: closed });
    assert_eq!(hall.task("tax").round().unwrap().assigned_at, closed);
    assert_eq!(hall.task("licence").ran(closed).last().unwrap().to, ended);
    assert_eq!(hall.task("licence").plan.promised, Wait::WindowMinutes(60));
}

#[test]
fn public_progress_names_only_what_anybody_may_see() {
    let mut hall = Hall::opening();
    hall.decide("licence");
    let outputs = hall.task("seals").plan.outputs.clone();
    assert!(outputs.iter().all(|output| !output.public), "seal codes are nobody's business");
    let reply = hall.reply("seals", hall.decision("seals"));
    let delivery = casework::Delivery {
        from: department("PSB"),
        reply_id: uuid::Uuid::from_u128(99),
        said_at: hall.now,
        received_at: hall.now,
    };
    let effects = hall.case.receive(&delivery, &reply, &crate::hall::check).effects;
    let facts: Vec<_> = effects.iter().filter(|effect| matches!(effect, casework::Effect::Fact(_))).collect();
    assert!(!serde_json::to_string(&facts).unwrap().contains("seal_code-1"));
    let DepartmentSays::Decided(_) = reply.says else { panic!("the seals were decided") };
}
