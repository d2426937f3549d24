//! What the desk says becomes the public contract.

use casework::{Reply, wire};
use mailbox::Message;

use crate::service::Department;

/// A reply on this department's topic to the owner, in the order of its case.
#[must_use]
pub fn reply(desk: &Department, owner: &str, reply: &Reply) -> Message {
    let (kind, body) = wire::encode_reply(reply);
    Message::encoded(desk.reply_topic(owner), reply.case, kind, body)
}
