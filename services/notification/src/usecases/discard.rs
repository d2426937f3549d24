//! An operator gives a parked message up, with a reason; the number that it would have gone to is forgotten.

use chassis::http::Problem;
use uuid::Uuid;

use super::retry::change;
use crate::{domain::delivery::State, service::Notification, store::deliveries::Delivery};

/// Gives it up.
///
/// # Errors
/// Where there is no such message, it is not parked, or the database fails.
pub async fn discard(desk: &Notification, id: Uuid, operator: &str, reason: &str) -> Result<Delivery, Problem> {
    change(desk, id, operator, "message_discarded", |delivery| {
        delivery.end(State::Discarded);
        reason.clone_into(&mut delivery.reason);
    })
    .await
}
