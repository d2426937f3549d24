//! A task meets the department's adapter. A fresh assignment is decided by a rule in the same commit, or people are given it
//! and the owner is told that it has arrived; a rule that had no answer tries again when there is more to go on.

use casework::{Decider, DeskOutcome, DeskRefused, Output};
use mailbox::{Changes, Fault};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use tracing::warn;

use super::Doer;
use crate::{
    domain::{
        dossier::Dossier,
        numbers::numbers,
        rules::{Occasion, Rules, Serials, Undecided},
        task::{Held, Status, Task},
    },
    service::Department,
    store::SerialRow,
};

/// Decides or acknowledges an assignment that has just been received.
///
/// # Errors
/// Where the desk does not take it, which is a defect.
pub fn adapt(
    desk: &Department,
    changes: &mut Changes,
    held: &mut Held,
    serials: &mut Serials,
    at: OffsetDateTime,
) -> Result<(), Fault> {
    if decide(desk, changes, held, serials, at)? {
        return Ok(());
    }
    let Some(task) = held.task.as_mut() else { return Ok(()) };
    let doer = Doer { actor: desk.mailbox.source().to_owned(), role: "department" };
    let outcome = task.desk.acknowledge(at);
    record(desk, changes, held, outcome, &doer, at)
}

/// The dossier changed, or the task goes on: a rule that had no answer may have one now. What stands still waits until it goes
/// on; what a rule decided in this round is people's, should it come back from its owner.
///
/// # Errors
/// Where the desk does not take it, which is a defect.
pub fn try_again(
    desk: &Department,
    changes: &mut Changes,
    held: &mut Held,
    serials: &mut Serials,
    at: OffsetDateTime,
) -> Result<(), Fault> {
    let waits = |task: &Task| task.status() == Status::InReview && held.ruled_in != Some(task.desk.round);
    if held.task.as_ref().is_some_and(waits) {
        decide(desk, changes, held, serials, at)?;
    }
    Ok(())
}

/// Decides by rule; false where no rule has an answer.
fn decide(
    desk: &Department,
    changes: &mut Changes,
    held: &mut Held,
    serials: &mut Serials,
    at: OffsetDateTime,
) -> Result<bool, Fault> {
    let (Some(task), Some(dossier)) = (held.task.as_mut(), &held.dossier) else { return Ok(false) };
    let decided = desk.rules().and_then(|rules| by_rule(rules, task, dossier, serials, at));
    let Some((name, outputs)) = decided else { return Ok(false) };
    for (kind, value) in numbers(&outputs) {
        changes.claim(kind, value, held.stem.id);
    }
    for (series, loaded, next) in serials.drawn() {
        changes.put(SerialRow { series: series.to_owned(), loaded, next });
    }
    held.ruled_in = Some(task.desk.round);
    let outcome = task.desk.decide(&Decider::rule(&name, &desk.code), outputs, Vec::new(), at);
    record(desk, changes, held, outcome, &Doer { actor: name, role: "rule" }, at)?;
    Ok(true)
}

fn record(
    desk: &Department,
    changes: &mut Changes,
    held: &mut Held,
    outcome: Result<DeskOutcome, DeskRefused>,
    doer: &Doer,
    at: OffsetDateTime,
) -> Result<(), Fault> {
    let effects =
        outcome.map(DeskOutcome::effects).map_err(|refused| Fault::passing("not_taken", refused.to_string()))?;
    desk.record(changes, held, effects, doer, at, Map::<String, Value>::new());
    Ok(())
}

fn by_rule(
    rules: &Rules,
    task: &Task,
    dossier: &Dossier,
    serials: &mut Serials,
    at: OffsetDateTime,
) -> Option<(String, Vec<Output>)> {
    let code = &task.desk.assignment.task_code;
    let occasion = Occasion { task: code, region: &task.region, dossier, today: workdays::city_date(at) };
    match rules.decide(&occasion, serials) {
        Ok(outputs) => Some((rules.name(code), outputs)),
        Err(Undecided::Waits { .. }) => None,
        Err(why) => {
            warn!(task = %task.desk.task, code = %code, %why, "no rule decides this task; it is left to people");
            None
        }
    }
}
