//! A fresh assignment meets the department's adapter: a rule decides it in the same commit, or people are given it and the
//! owner is told that it has arrived.

use casework::{Decider, DeskOutcome, Output};
use mailbox::{Changes, Fault};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use tracing::warn;

use super::Doer;
use crate::{
    domain::{
        dossier::Dossier,
        numbers::numbers,
        rules::{Occasion, Rules, Serials},
        task::{Held, Task},
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
    dossier: &Dossier,
    serials: &mut Serials,
    at: OffsetDateTime,
) -> Result<(), Fault> {
    let Some(task) = held.task.as_mut() else { return Ok(()) };
    let decided = desk.rules().and_then(|rules| by_rule(rules, task, dossier, serials, at));
    let (outcome, doer) = match decided {
        Some((name, outputs)) => {
            for (kind, value) in numbers(&outputs) {
                changes.claim(kind, value, held.stem.id);
            }
            for (series, loaded, next) in serials.drawn() {
                changes.put(SerialRow { series: series.to_owned(), loaded, next });
            }
            let decider = Decider::rule(&name, &desk.code);
            let outcome = task.desk.decide(&decider, outputs, Vec::new(), at);
            (outcome, Doer { actor: name, role: "rule" })
        }
        None => {
            let doer = Doer { actor: desk.mailbox.source().to_owned(), role: "department" };
            (task.desk.acknowledge(at), doer)
        }
    };
    let effects =
        outcome.map(DeskOutcome::effects).map_err(|refused| Fault::passing("not_taken", refused.to_string()))?;
    desk.record(changes, held, effects, &doer, at, Map::<String, Value>::new());
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
        Err(why) => {
            warn!(task = %task.desk.task, code = %code, %why, "no rule decides this task; it is left to people");
            None
        }
    }
}
