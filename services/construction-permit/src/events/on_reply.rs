//! A department answers. Whose topic it came by is who said it.

use casework::{Delivery, DepartmentCode};
use contracts::topics;
use mailbox::{Fault, Incoming, Verdict};

use super::world::World;
use crate::{service::ConstructionPermit, usecases};

/// Decides one message of a department's replies.
pub fn decide(desk: &ConstructionPermit, world: &mut World, incoming: &Incoming) -> Verdict {
    let department = topics::replying_department(&incoming.topic, desk.owner())
        .ok_or_else(|| Fault::poison("unknown_topic", "this is no topic of replies to us"))?;
    let from =
        DepartmentCode::parse(&department).map_err(|error| Fault::poison("bad_department", error.to_string()))?;
    let reply = casework::wire::decode_reply(&incoming.attributes.kind, &incoming.body).map_err(|error| {
        let fault = if error.may_pass() { Fault::passing } else { Fault::poison };
        fault("undecodable", error.to_string())
    })?;
    if incoming.key != reply.case.to_string() {
        return Err(Fault::poison("wrong_key", "the key is not the project id"));
    }
    let actor = format!("department-{}", from.topic());
    let delivery = Delivery { from, reply_id: incoming.attributes.id, received_at: incoming.received_at };
    world.hear(desk, incoming, reply.case.uuid(), &actor, |turn| usecases::receive::receive(turn, &delivery, &reply))
}
