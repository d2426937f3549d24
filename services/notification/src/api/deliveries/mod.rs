//! `/v1/deliveries`: what operators do with messages that could not be sent.

pub mod discard;
pub mod list;
pub mod retry;

use chassis::http::{Faults, Problem, Reason};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::store::deliveries::Delivery;

/// A message on its way; whom it goes to is masked, and what it says is not shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryView {
    message_id: Uuid,
    /// `waiting`, `uncertain`, `sent`, `parked` or `discarded`.
    state: &'static str,
    /// `N03@1`
    template: String,
    case_id: Uuid,
    event: String,
    /// `138****0001`
    phone: String,
    attempts: i32,
    /// `provider_refused`, `provider_key`, `provider_has_other`, `provider_away`,
    /// `provider_lost_it` or `outcome_unknown` where it is parked; `expired` where a code was not told in time.
    reason: String,
    #[serde(with = "chassis::http::instant")]
    changed_at: OffsetDateTime,
}

impl DeliveryView {
    fn of(delivery: Delivery) -> Self {
        Self {
            message_id: delivery.id(),
            state: delivery.state.name(),
            template: delivery.message.template,
            case_id: delivery.message.case_id,
            event: delivery.message.event,
            phone: delivery.phone_masked,
            attempts: delivery.attempts,
            reason: delivery.reason,
            changed_at: delivery.changed_at,
        }
    }
}

/// Why an operator does it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Because {
    reason: Reason,
}

impl Because {
    fn checked(&self) -> Result<String, Problem> {
        let mut faults = Faults::default();
        let reason = faults.text("/reason", &self.reason);
        faults.none()?;
        Ok(reason)
    }
}
