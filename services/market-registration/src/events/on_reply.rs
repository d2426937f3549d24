//! A department answers. Whose topic it came by is who said it.

use casework::{Delivery, DepartmentCode};
use contracts::topics;
use mailbox::{Fault, Incoming, Verdict};

use super::world::World;
use crate::{service::MarketRegistration, usecases};

/// Decides one message of a department's replies.
pub fn decide(desk: &MarketRegistration, world: &mut World, incoming: &Incoming) -> Verdict {
    let department = topics::replying_department(&incoming.topic, desk.owner())
        .ok_or_else(|| Fault::poison("unknown_topic", "this is no topic of replies to us"))?;
    let from =
        DepartmentCode::parse(&department).map_err(|error| Fault::poison("bad_department", error.to_string()))?;
    let reply = world.reply(incoming)?;
    if incoming.key != reply.case.to_string() {
        return Err(Fault::poison("wrong_key", "the key is not the case id"));
    }
    let delivery = Delivery { from, reply_id: incoming.attributes.id, received_at: incoming.received_at };
    let changes = desk.mailbox.changes();
    world.hear(incoming, reply.case.uuid(), changes, |changes, opening, numbers| {
        usecases::receive::receive(desk, changes, opening, numbers, &delivery, &reply)
    })
}
