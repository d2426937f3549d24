//! An operator has a parked message tried again. The provider is asked first, whatever was the reason.

use chassis::http::Problem;
use mailbox::CommitError;
use serde_json::json;
use uuid::Uuid;

use super::fact;
use crate::{
    codes,
    domain::delivery::State,
    service::Notification,
    store::deliveries::{self, Delivery, DeliveryRow},
};

/// How often a decision is made again where the message was changed in between.
const TRIES: usize = 5;

/// Sends it on its way again, with as many tries as a new one.
///
/// # Errors
/// Where there is no such message, it is not parked, or the database fails.
pub async fn retry(desk: &Notification, id: Uuid, operator: &str, reason: &str) -> Result<Delivery, Problem> {
    change(desk, id, operator, "message_retried", |delivery| {
        delivery.state = State::Uncertain;
        delivery.attempts = 0;
        reason.clone_into(&mut delivery.reason);
    })
    .await
}

/// Changes a parked message as an operator; `kind` names the fact.
///
/// # Errors
/// Where there is no such message, it is not parked, or the database fails.
pub(super) async fn change(
    desk: &Notification,
    id: Uuid,
    operator: &str,
    kind: &str,
    alter: impl Fn(&mut Delivery),
) -> Result<Delivery, Problem> {
    let mut tries = 0;
    loop {
        let delivery = deliveries::find(desk.mailbox.db(), id).await?;
        let mut delivery = delivery.ok_or_else(Problem::not_found)?;
        if delivery.state != State::Parked {
            return Err(Problem::new(&codes::NOT_PARKED));
        }
        let now = desk.mailbox.clocks().business.now();
        alter(&mut delivery);
        delivery.changed_at = now;
        let mut changes = desk.mailbox.changes();
        // What somebody typed is kept with the delivery; the chain says that it was done, and by whom.
        changes.record(&mut delivery.message.stem, fact(kind, operator, now, &json!({})), Vec::new());
        changes.put(DeliveryRow(delivery.clone()));
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => {
                desk.wake_courier();
                return Ok(delivery);
            }
            Err(CommitError::Stale(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}
