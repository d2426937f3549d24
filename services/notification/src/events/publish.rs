//! What became of a message becomes the public contract.

use contracts::{
    notification::v1::{Channel, Outcome, Receipt},
    time::timestamp,
    topics,
};
use mailbox::Message as Saying;
use time::OffsetDateTime;

use crate::store::messages::Message;

/// What became of a message on one of its ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// Readable in the suite.
    InApp,
    Sent,
    /// Not before this instant (business time).
    Delayed(OffsetDateTime),
    /// Parked, with a stable reason.
    Failed(&'static str),
}

/// The receipt for whoever asked.
#[must_use]
pub fn receipt(message: &Message, became: Became, at: OffsetDateTime) -> Saying {
    let (channel, outcome, until, reason) = match became {
        Became::InApp => (Channel::InApp, Outcome::Sent, None, ""),
        Became::Sent => (Channel::Sms, Outcome::Sent, None, ""),
        Became::Delayed(until) => (Channel::Sms, Outcome::Delayed, timestamp(until), ""),
        Became::Failed(reason) => (Channel::Sms, Outcome::Failed, None, reason),
    };
    let id = message.stem.id;
    let receipt = Receipt {
        message_id: id.to_string(),
        case_id: message.case_id.to_string(),
        event: message.event.clone(),
        template: message.template_id().to_owned(),
        channel: channel.into(),
        outcome: outcome.into(),
        at: timestamp(at),
        until,
        reason: reason.to_owned(),
    };
    Saying::new(topics::NOTIFICATION_RECEIPTS, id, &receipt)
}
