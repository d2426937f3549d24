//! Recognises a message and guards the door: what passes here is said by an owner whom this department answers, about a
//! task of the case that is its key.

use casework::{OwnerSays, wire};
use mailbox::{Fault, Incoming};

use crate::{service::Department, usecases::hear::Told};

/// Reads one message.
///
/// # Errors
/// Poison where it could never be valid; passing where a later version has to read it.
pub fn read(desk: &Department, incoming: &Incoming) -> Result<Told, Fault> {
    let owner = owner(desk, incoming)?;
    let (message, envelope) = wire::decode_owner_message(&incoming.attributes.kind, &incoming.body).map_err(fault)?;
    if incoming.key != message.case.to_string() {
        return Err(Fault::poison("wrong_key", "the key is not the case id"));
    }
    if let OwnerSays::Assigned(assignment) = &message.says {
        if assignment.department != desk.code {
            let reason = format!("it is assigned to {}, this is {}", assignment.department, desk.code);
            return Err(Fault::poison("other_department", reason));
        }
        if envelope.reply_topic != desk.reply_topic(&owner) {
            let reason = format!("{owner} is answered on {}", desk.reply_topic(&owner));
            return Err(Fault::poison("wrong_reply_topic", reason));
        }
    }
    Ok(Told { owner, message, envelope, received_at: incoming.received_at })
}

/// Who speaks, where this department answers him.
///
/// # Errors
/// Poison where it does not.
pub fn owner(desk: &Department, incoming: &Incoming) -> Result<String, Fault> {
    let owner = &incoming.attributes.source;
    if desk.owners.contains(owner) {
        Ok(owner.clone())
    } else {
        Err(Fault::poison("unknown_owner", format!("{owner} is not answered here")))
    }
}

fn fault(error: wire::WireError) -> Fault {
    let fault = if error.may_pass() { Fault::passing } else { Fault::poison };
    fault(error.code(), error.to_string()).zh(error.zh())
}
