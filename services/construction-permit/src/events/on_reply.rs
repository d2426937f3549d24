//! A department answers.

use chassis::owner::reply;
use mailbox::{Incoming, Verdict};

use super::world::World;
use crate::{service::ConstructionPermit, usecases};

/// Decides one message of a department's replies.
pub fn decide(desk: &ConstructionPermit, world: &mut World, incoming: &Incoming) -> Verdict {
    let said = reply::read(incoming, desk.owner())?;
    let actor = format!("department-{}", said.delivery.from.topic());
    world.hear(desk, incoming, said.reply.case.uuid(), &actor, |turn| usecases::receive::receive(turn, &said))
}
