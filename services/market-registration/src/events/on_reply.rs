//! A department answers.

use chassis::owner::reply;
use mailbox::{Incoming, Verdict};

use super::world::World;
use crate::{service::MarketRegistration, usecases};

/// Decides one message of a department's replies.
pub fn decide(desk: &MarketRegistration, world: &mut World, incoming: &Incoming) -> Verdict {
    let said = reply::read(incoming, desk.owner())?;
    let changes = desk.mailbox.changes();
    world.hear(incoming, said.reply.case.uuid(), changes, |changes, opening, numbers| {
        usecases::receive::receive(desk, changes, opening, numbers, &said)
    })
}
