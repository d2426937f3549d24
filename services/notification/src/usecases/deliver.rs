//! A delivery goes on: claimed before anything leaves this machine, settled by what the provider says.

use mailbox::Changes;
use serde_json::json;
use time::{Duration, OffsetDateTime};

use super::fact;
use crate::{
    domain::delivery::{Answer, Outcome, State},
    events::publish::{Became, receipt},
    service::Notification,
    store::deliveries::{Delivery, DeliveryRow},
};

/// Who acts where no person does.
const ACTOR: &str = "courier";

/// Why a code was not told.
pub(super) const EXPIRED: &str = "expired";

/// A delivery that was claimed: from the commit on nobody knows whether the provider has it.
pub struct Claimed {
    /// As the claim leaves it.
    pub delivery: Delivery,
    /// It may have been offered before: the provider is asked first.
    pub ask_first: bool,
    /// Nothing may ring now: at night, and with a code that is worth nothing any more.
    pub quiet: bool,
}

/// Claims what is to be done, and delays what would ring in quiet hours. `lease` is longer than any try.
#[must_use]
pub fn claim(desk: &Notification, to_do: Vec<Delivery>, lease: Duration) -> (Changes, Vec<Claimed>) {
    let mut changes = desk.mailbox.changes();
    let (now, system) = (desk.mailbox.clocks().business.now(), desk.mailbox.clocks().system.now());
    let mut claimed = Vec::new();
    for mut delivery in to_do {
        if delivery.has_expired(system) && delivery.state != State::Uncertain {
            expire(&mut changes, delivery, now);
            continue;
        }
        let until = if delivery.any_hour { now } else { desk.quiet.end_after(now) };
        let (quiet, ask_first) = (until > now, delivery.state == State::Uncertain);
        delivery.changed_at = now;
        if quiet && !ask_first {
            delivery.due_at = until;
            let said = receipt(&delivery.message, Became::Delayed(until), now);
            let body = json!({ "until": until.unix_timestamp() });
            let stem = &mut delivery.message.stem;
            changes.record(stem, fact("message_delayed", "quiet-hours", now, &body), vec![said]);
            changes.put(DeliveryRow(delivery));
            continue;
        }
        delivery.state = State::Uncertain;
        delivery.attempts += 1;
        delivery.retry_at = Some(system + lease);
        changes.put(DeliveryRow(delivery.clone()));
        delivery.version += 1;
        let quiet = quiet || delivery.has_expired(system);
        claimed.push(Claimed { delivery, ask_first, quiet });
    }
    (changes, claimed)
}

/// Writes what an answer leads to.
pub fn settle(desk: &Notification, changes: &mut Changes, mut delivery: Delivery, answer: Answer) {
    let (now, system) = (desk.mailbox.clocks().business.now(), desk.mailbox.clocks().system.now());
    delivery.changed_at = now;
    match desk.patience.decide(answer, delivery.attempts, system) {
        Outcome::Sent { receipt } => sent(changes, delivery, receipt, now),
        Outcome::Again { state, retry_at } => {
            delivery.state = state;
            delivery.retry_at = Some(retry_at);
            changes.put(DeliveryRow(delivery));
        }
        Outcome::Parked { reason, state_before } => {
            delivery.state = State::Parked;
            delivery.retry_at = None;
            reason.clone_into(&mut delivery.reason);
            let said = receipt(&delivery.message, Became::Failed(reason), now);
            let body = json!({ "reason": reason, "attempts": delivery.attempts, "state": state_before.name() });
            changes.record(&mut delivery.message.stem, fact("message_parked", ACTOR, now, &body), vec![said]);
            changes.put(DeliveryRow(delivery));
        }
    }
}

/// A code that nobody could tell in time.
fn expire(changes: &mut Changes, mut delivery: Delivery, now: OffsetDateTime) {
    let said = receipt(&delivery.message, Became::Failed(EXPIRED), now);
    let body = json!({ "attempts": delivery.attempts });
    changes.record(&mut delivery.message.stem, fact("message_expired", ACTOR, now, &body), vec![said]);
    delivery.end(State::Discarded);
    EXPIRED.clone_into(&mut delivery.reason);
    delivery.changed_at = now;
    changes.put(DeliveryRow(delivery));
}

fn sent(changes: &mut Changes, mut delivery: Delivery, number: String, now: OffsetDateTime) {
    let said = receipt(&delivery.message, Became::Sent, now);
    let body = json!({ "channel": "sms", "attempts": delivery.attempts, "receipt": number });
    changes.record(&mut delivery.message.stem, fact("message_sent", ACTOR, now, &body), vec![said]);
    delivery.end(State::Sent);
    delivery.receipt = number;
    delivery.reason.clear();
    changes.put(DeliveryRow(delivery));
}
