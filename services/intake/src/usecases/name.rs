//! A reserved company name that comes with an application: verified here, without asking who signed it.

use chassis::http::Fault;
use contracts::names::{NotReserved, Reservation};
use time::OffsetDateTime;

use crate::{domain::form::Entered, service::Intake};

/// The form's field that holds the statement.
pub const FIELD: &str = "name_reservation";

/// The reservation that was entered; none where none was.
///
/// # Errors
/// Everything for which it does not hold for this applicant and this company name.
pub fn verified(
    desk: &Intake,
    entered: &Entered,
    applicant: &str,
    now: OffsetDateTime,
) -> Result<Option<Reservation>, Vec<Fault>> {
    let value = |name: &str| entered.fields.get(name).map(|value| value.trim()).unwrap_or_default();
    let token = value(FIELD);
    if token.is_empty() {
        return Ok(None);
    }
    let verified = desk.name_keys.verify_for(token, value("company_name"), applicant, now);
    verified.map(Some).map_err(|faults| faults.into_iter().map(fault).collect())
}

fn fault(reason: NotReserved) -> Fault {
    let pointer = format!("/fields/{FIELD}");
    Fault::new(pointer, reason.code(), format!("名称保留凭证:{}", reason.zh()), reason.to_string())
}
