//! A reserved company name that comes with an application: verified here, without asking who signed it.

use std::collections::BTreeMap;

use chassis::http::Fault;
use contracts::names::{NotReserved, Reservation};
use time::OffsetDateTime;

use uuid::Uuid;

use crate::{domain::case::Case, service::Intake};

/// The form's field that holds the statement.
pub const FIELD: &str = "name_reservation";

/// The reservation that was entered; none where none was.
///
/// # Errors
/// Everything for which it does not hold for this applicant and this company name.
pub fn verified(
    desk: &Intake,
    fields: &BTreeMap<String, String>,
    applicant: &str,
    now: OffsetDateTime,
) -> Result<Option<Reservation>, Vec<Fault>> {
    let value = |name: &str| fields.get(name).map(|value| value.trim()).unwrap_or_default();
    let token = value(FIELD);
    if token.is_empty() {
        return Ok(None);
    }
    let verified = desk.name_keys.verify_for(token, value("company_name"), applicant, now);
    verified.map(Some).map_err(|faults| faults.into_iter().map(fault).collect())
}

/// The reservation that a received case bears; it was verified when the case was received.
pub fn reserved(desk: &Intake, fields: &BTreeMap<String, String>, case: &Case) -> Option<Uuid> {
    verified(desk, fields, &case.applicant, case.received_at).ok().flatten().map(|reservation| reservation.id)
}

fn fault(reason: NotReserved) -> Fault {
    let pointer = format!("/fields/{FIELD}");
    Fault::new(pointer, reason.code(), format!("名称保留凭证:{}", reason.zh()), reason.to_string())
}
