//! A department's reply, as every owner of a process takes it in: whose topic it came by is who said it.

use casework::{
    Case, CaseId, Delivery, DepartmentCode, ParkReason, Reply,
    wire::{WireError, decode_reply},
};
use contracts::topics;
use mailbox::{Fault, Incoming, SetAside};

/// A reply with what is known about it beside its content.
#[derive(Clone, Debug)]
pub struct Said {
    pub delivery: Delivery,
    pub reply: Reply,
}

/// Reads a message of a department's replies to `owner`.
///
/// # Errors
/// Poison where it could never be valid; passing where a later version has to read it.
pub fn read(incoming: &Incoming, owner: &str) -> Result<Said, Fault> {
    let from = department(&incoming.topic, owner)?;
    let reply = decode_reply(&incoming.attributes.kind, &incoming.body).map_err(|error| undecodable(&error))?;
    let (case, task) = (reply.case.to_string(), reply.task.to_string());
    if incoming.key != case {
        return Err(Fault::poison("wrong_key", "the key is not the id of the case").zh("消息键不是办件编号"));
    }
    let subject = &incoming.attributes.subject;
    if *subject != case && *subject != task {
        let reason = format!("`ce_subject` is {subject:?}, neither the case nor the task");
        return Err(Fault::poison("wrong_subject", reason).zh("`ce_subject` 既不是该办件也不是该任务"));
    }
    let (reply_id, said_at) = (incoming.attributes.id, incoming.attributes.time);
    Ok(Said { delivery: Delivery { from, reply_id, said_at, received_at: incoming.received_at }, reply })
}

fn department(topic: &str, owner: &str) -> Result<DepartmentCode, Fault> {
    let code = topics::replying_department(topic, owner)
        .ok_or_else(|| Fault::poison("unknown_topic", "this is no topic of replies to us"))?;
    DepartmentCode::parse(&code).map_err(|error| Fault::poison("bad_department", error.to_string()))
}

fn undecodable(error: &WireError) -> Fault {
    let fault = if error.may_pass() { Fault::passing } else { Fault::poison };
    fault(error.code(), error.to_string()).zh(error.zh())
}

/// Why the engine did not take a reply.
#[must_use]
pub fn parked(reason: &ParkReason) -> Fault {
    Fault::poison(reason.code(), reason.to_string()).zh(reason.zh())
}

/// The cases that set-aside replies name, as far as they can be read.
#[must_use]
pub fn cases(set_aside: &[SetAside<'_>]) -> Vec<CaseId> {
    set_aside.iter().filter_map(recognise).map(|reply| reply.case).collect()
}

/// Whether anything may come of saying each of these replies again: never of another content of a round that is decided.
#[must_use]
pub fn may_be_said_again<'a>(
    set_aside: &[SetAside<'_>],
    owner: &str,
    case: impl Fn(CaseId) -> Option<&'a Case>,
) -> Vec<bool> {
    let in_vain = |set_aside: &SetAside<'_>| {
        let (Some(reply), Ok(from)) = (recognise(set_aside), department(set_aside.topic, owner)) else { return false };
        case(reply.case).is_some_and(|case| case.in_vain(&from, &reply))
    };
    set_aside.iter().map(|set_aside| !in_vain(set_aside)).collect()
}

fn recognise(set_aside: &SetAside<'_>) -> Option<Reply> {
    decode_reply(set_aside.kind, set_aside.body).ok()
}
