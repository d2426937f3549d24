//! A reserved company name that comes with an application: verified here, without asking who signed it.

use std::collections::BTreeMap;

use chassis::http::{Fault, Ground, OnBehalf};
use contracts::{
    applicants::was_named_at_a_window,
    names::{NotReserved, Reservation},
};
use time::OffsetDateTime;

use uuid::Uuid;

use crate::{domain::case::Case, service::Intake};

/// The form's field that holds the statement.
pub const FIELD: &str = "name_reservation";

/// The form's field that names the company.
pub const COMPANY: &str = "company_name";

/// The reservation that was entered; none where none was. At a window nobody has an account: what was declared there, or is
/// brought there, is good for whoever brings the statement.
///
/// # Errors
/// Everything for which it does not hold for this applicant and this company name.
pub fn verified(
    desk: &Intake,
    fields: &BTreeMap<String, String>,
    behalf: &OnBehalf,
    now: OffsetDateTime,
) -> Result<Option<Reservation>, Vec<Fault>> {
    let (token, company) = (entered(fields, FIELD), entered(fields, COMPANY));
    if token.is_empty() {
        return Ok(None);
    }
    let verified = match behalf.ground() {
        Ground::Oneself | Ground::LegalPerson => {
            match desk.name_keys.verify_for(token, company, behalf.applicant(), now) {
                Err(faults) if faults == [NotReserved::OtherHolder] => {
                    let stated = desk.name_keys.verify_of(token, company, now);
                    stated.and_then(|stated| Some(stated).filter(of_window).ok_or(faults))
                }
                verified => verified,
            }
        }
        Ground::AtWindow => desk.name_keys.verify_of(token, company, now),
    };
    verified.map(Some).map_err(|faults| faults.into_iter().map(fault).collect())
}

/// The reservation that a received case bears; for whom it was is verified when the case is received.
pub fn reserved(desk: &Intake, fields: &BTreeMap<String, String>, case: &Case) -> Option<Uuid> {
    let (token, company) = (entered(fields, FIELD), entered(fields, COMPANY));
    desk.name_keys.verify_of(token, company, case.received_at).ok().map(|reservation| reservation.id)
}

/// A company name that was applied for by its reservation stays as it is reserved.
#[must_use]
pub fn is_fixed(entered: &BTreeMap<String, String>) -> Option<Fault> {
    let told = || {
        let (zh, en) = (
            "名称已按保留凭证申报,不能更改;确需更改的,请撤回后以新名称重新申报",
            "the name was applied for by its reservation and stays; to change it, withdraw and apply by another name",
        );
        Fault::new(format!("/fields/{COMPANY}"), "reserved", zh, en)
    };
    (!self::entered(entered, FIELD).is_empty()).then(told)
}

fn of_window(stated: &Reservation) -> bool {
    was_named_at_a_window(&stated.holder)
}

fn entered<'a>(fields: &'a BTreeMap<String, String>, name: &str) -> &'a str {
    fields.get(name).map(|value| value.trim()).unwrap_or_default()
}

fn fault(reason: NotReserved) -> Fault {
    let pointer = format!("/fields/{FIELD}");
    Fault::new(pointer, reason.code(), format!("名称保留凭证:{}", reason.zh()), reason.to_string())
}
