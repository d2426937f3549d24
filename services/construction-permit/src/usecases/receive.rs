//! A department's reply: checked before its item may end.

use casework::{Delivery, Reply, Verdict};
use mailbox::Fault;

use super::turn::Turn;
use crate::domain::project::Rules;

/// Takes a reply in.
///
/// # Errors
/// Poison for a reply that cannot be true.
pub fn receive(turn: &mut Turn<'_>, delivery: &Delivery, reply: &Reply) -> Result<(), Fault> {
    let rules = Rules::of(turn.project, (turn.catalogue, &turn.desk.forms), &turn.desk.calendar, reply.task);
    let Some(case) = turn.project.case.as_mut() else {
        return Err(Fault::poison("unknown_task", "the project was never planned"));
    };
    let received = case.receive(delivery, reply, &rules);
    if let Verdict::Parked(reason) = received.verdict {
        return Err(Fault::poison(reason.code(), reason.to_string()));
    }
    turn.perform(received.effects);
    Ok(())
}
