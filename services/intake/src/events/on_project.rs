//! The owner of construction projects tells how one went on: the links to its papers end with their tasks.

use contracts::{construction::v1::Progressed, time::instant};
use mailbox::{Fault, Incoming, Verdict};
use uuid::Uuid;

use super::on_progressed::step;
use crate::{service::Intake, store::steps::NewStep};

/// Steps with which a task is with somebody, or with nobody any more.
const OF_LINKS: [&str; 5] = ["task_assigned", "task_ended", "task_refused", "task_cancelled", "task_omitted"];

/// Keeps what decides whether a link to a paper still works.
pub fn decide(desk: &Intake, incoming: &Incoming) -> Verdict {
    let told: Progressed = incoming.read()?;
    let project =
        Uuid::try_parse(&told.project_id).map_err(|_| Fault::poison("bad_project_id", "`project_id` is not a UUID"))?;
    if incoming.key != told.project_id {
        return Err(Fault::poison("wrong_key", "the key is not the project id"));
    }
    let mut changes = desk.mailbox.changes();
    for (place, sent) in told.steps.iter().enumerate() {
        // Whatever a step is about, its instant is one.
        instant("at", sent.at.as_ref()).map_err(|error| Fault::poison("bad_instant", error.to_string()))?;
        if OF_LINKS.contains(&sent.event.as_str()) {
            let place = i32::try_from(place).unwrap_or(i32::MAX);
            changes.put(NewStep { case_id: project, message: incoming.attributes.sequence, place, step: step(sent)? });
        }
    }
    Ok(changes)
}
