//! A department's reply: checked before its item may end.

use casework::Verdict;
use chassis::owner::reply::{self, Said};
use mailbox::Fault;

use super::turn::Turn;
use crate::domain::project::Rules;

/// Takes a reply in.
///
/// # Errors
/// Poison for a reply that cannot be true.
pub fn receive(turn: &mut Turn<'_>, Said { delivery, reply }: &Said) -> Result<(), Fault> {
    let calendar = turn.desk.calendar();
    let rules = Rules::of(turn.project, (turn.catalogue, &turn.desk.forms), &calendar, reply.task);
    let Some(case) = turn.project.case.as_mut() else {
        return Err(Fault::poison("unknown_task", "the project was never planned").zh("该项目尚未排定任务"));
    };
    let received = case.receive(delivery, reply, &rules);
    if let Verdict::Parked(reason) = received.verdict {
        return Err(reply::parked(&reason));
    }
    turn.perform(received.effects);
    Ok(())
}
