//! An owner did not act upon something that this department said: read, guarded, and held against what was said.

use std::collections::HashMap;

use casework::{Reply, Said, TaskId, wire};
use contracts::{
    schema::Event as _,
    task::v1::{ParkedStanding, ReplyParked},
    time::instant,
};
use mailbox::{Fault, Incoming, Spoken};
use time::OffsetDateTime;
use uuid::Uuid;

use super::told;
use crate::{service::Department, store::Standing};

/// What was set aside, as an owner tells it.
#[derive(Clone, Debug)]
pub struct SetAside {
    /// Id of the message that tells it.
    pub told_by: Uuid,
    pub owner: String,
    pub told: ReplyParked,
    pub standing: Standing,
    /// What this department said, where it still has it.
    pub reply: Option<Reply>,
    /// Business time.
    pub received_at: OffsetDateTime,
}

/// Whether the message is of this kind.
pub fn is_meant(incoming: &Incoming) -> bool {
    incoming.attributes.kind == ReplyParked::kind()
}

/// The reply that a message is about, where it says which.
pub fn reply_id(incoming: &Incoming) -> Option<Uuid> {
    if !is_meant(incoming) {
        return None;
    }
    Uuid::try_parse(&incoming.read::<ReplyParked>().ok()?.reply_id).ok()
}

/// Reads one message; `spoken` is what this department said by the ids that the batch names.
///
/// # Errors
/// Poison where it could never be valid; passing where a later version has to read it.
pub fn read(desk: &Department, incoming: &Incoming, spoken: &HashMap<Uuid, Spoken>) -> Result<SetAside, Fault> {
    let owner = told::owner(desk, incoming)?;
    let told: ReplyParked = incoming.read()?;
    if incoming.key != told.case_id && incoming.key != format!("department:{}", desk.code) {
        return Err(Fault::poison("wrong_key", "the key is neither the case id nor this department"));
    }
    if told.topic != desk.reply_topic(&owner) {
        return Err(Fault::poison("wrong_reply_topic", format!("{owner} is answered on {}", desk.reply_topic(&owner))));
    }
    let standing = match ParkedStanding::try_from(told.standing) {
        Ok(ParkedStanding::SetAside) => Standing::SetAside,
        Ok(ParkedStanding::Waits) => Standing::Waits,
        Ok(ParkedStanding::Mended) => Standing::Mended,
        Ok(ParkedStanding::Replayed) => Standing::Replayed,
        Ok(ParkedStanding::Discarded) => Standing::Discarded,
        Ok(ParkedStanding::Done) => Standing::Done,
        Ok(ParkedStanding::Unspecified) => return Err(Fault::poison("undecodable", "`standing` is not set")),
        Err(_) => {
            let reason = format!("`standing` has the value {}, which this version does not know", told.standing);
            return Err(Fault::passing("unknown_value", reason));
        }
    };
    let said = Uuid::try_parse(&told.reply_id).ok().and_then(|id| spoken.get(&id));
    let reply = said.and_then(|said| wire::decode_reply(&said.kind, &said.body).ok());
    let (told_by, received_at) = (incoming.attributes.id, incoming.received_at);
    Ok(SetAside { told_by, owner, told, standing, reply, received_at })
}

impl SetAside {
    /// The task that it is about, where that is known.
    pub fn task(&self) -> Option<TaskId> {
        self.reply.as_ref().map(|reply| reply.task).or_else(|| TaskId::parse(&self.told.task_id).ok())
    }

    /// Which reply it was, in which round.
    pub fn said(&self) -> Option<(u32, Said)> {
        match &self.reply {
            Some(reply) => Some((reply.round, Said::of(&reply.says))),
            None => {
                let at = instant("said_at", self.told.said_at.as_ref()).ok()?;
                Some((self.told.round, Said { kind: self.told.reply_kind.clone(), at }))
            }
        }
    }
}
