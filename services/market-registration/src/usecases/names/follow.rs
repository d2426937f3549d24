//! A name follows the opening that uses it: registered with the licence, free when the opening is stopped.

use casework::{Case, Phase, Task};
use chassis::http::By;
use mailbox::Changes;
use time::OffsetDateTime;
use uuid::Uuid;
use workdays::city_date;

use super::settle;
use crate::{
    domain::{
        names::{Name, NameNotPossible, SlotState},
        opening::Opening,
    },
    service::MarketRegistration,
};

/// What the licence yields.
const CREDIT_CODE: &str = "credit_code";

/// The reserved name that an accepted application names, used by its case; or why it cannot be. `reserved` is the name if
/// it still holds its place.
///
/// # Errors
/// Where it is not kept for this company any more.
pub fn claim(
    reserved: Option<Name>,
    company_name: Option<&str>,
    case: Uuid,
    received_at: OffsetDateTime,
) -> Result<Name, NameNotPossible> {
    let mut name = reserved.ok_or(NameNotPossible::NotReserved)?;
    if company_name.is_none_or(|entered| entered.trim() != name.full) {
        return Err(NameNotPossible::NotReserved);
    }
    name.claim(case, received_at)?;
    Ok(name)
}

/// Brings the opening's name to where the opening stands.
pub fn follow(desk: &MarketRegistration, changes: &mut Changes, opening: &mut Opening, by: &By, now: OffsetDateTime) {
    let (Some(case), Some(name)) = (&opening.case, opening.name.as_mut()) else { return };
    if let Some(credit_code) = licence(case).and_then(|task| issued(task))
        && name.register(credit_code)
    {
        settle(changes, name, "name_registered", by, now);
    }
    let stands = match case.phase() {
        Phase::Withdrawn { stands, .. } | Phase::Terminated { stands, .. } => stands,
        Phase::Running | Phase::Stopping { .. } | Phase::Closed { .. } => return,
    };
    let licence_stands = licence(case).is_some_and(|task| stands.contains(&task.code));
    let free_at = super::free_at(desk, SlotState::Deregistered, city_date(now)).unwrap_or(now);
    if name.case_stopped(licence_stands, now, free_at) {
        let kind = if name.is_deregistered() { "name_deregistered" } else { "name_released" };
        settle(changes, name, kind, by, now);
    }
}

/// The task that issued the licence.
fn licence(case: &Case) -> Option<&Task> {
    case.tasks().iter().find(|task| issued(task).is_some())
}

/// The credit code that an ended task yielded.
fn issued(task: &Task) -> Option<&str> {
    let decision = task.decision().filter(|_| task.is_ended())?;
    decision.outputs.iter().find(|output| output.kind == CREDIT_CODE).map(|output| output.value.as_str())
}
