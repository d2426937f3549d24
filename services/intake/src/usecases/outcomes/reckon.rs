//! The calendar is another one: days that were reckoned by it are reckoned again, and whoever was told another day is told.

use chassis::http::By;
use contracts::{account::Arguments, intake::v1::DeskOutcome, topics};
use mailbox::{Changes, Fault, Message};
use serde_json::json;

use super::{
    owner,
    settle::{Told, is_ending, open, said, tell, timers},
};
use crate::{
    domain::case::{Case, Open, Phase},
    service::Intake,
    store::outcomes::DeskRow,
    usecases::message::{self, Entered},
};

/// Who acts where only the calendar did.
const CALENDAR: &str = "calendar";

/// Reckons a case again; `stored` is what it waits for. What stays as it is leaves no trace, so that a year that is heard twice,
/// or a process that was killed in between, tells nobody twice.
///
/// # Errors
/// A case whose version the catalogue has lost.
pub fn reckon_again(desk: &Intake, case: &mut Case, entered: &Entered, stored: &[Open]) -> Result<Changes, Fault> {
    let mut changes = desk.mailbox.changes();
    if is_ending(case.phase) || case.phase == Phase::PlanRefused {
        return Ok(changes);
    }
    let lost = || Fault::passing("unknown_version", format!("the catalogue has no {}", case.theme));
    let entry = desk.catalogue.named(&case.theme).ok_or_else(lost)?;
    let (calendar, now) = (desk.calendar(), desk.mailbox.clocks().business.now());
    let reckoned = case.desk.reckoned_again(entry, &calendar, now);
    let next = reckoned.clone().unwrap_or_else(|| case.desk.clone());
    let waits = (!case.is_with_owner()).then(|| open(desk, case, entry, &next));
    if reckoned.is_none() && waits.as_deref().is_none_or(|waits| waits == stored) {
        return Ok(changes);
    }
    let standing = waits.map(|waits| (case.phase, waits));
    let by = By::machine(CALENDAR);
    let outcome = reckoned.as_ref().map(|_| DeskOutcome::DueReckoned);
    let mut more = if reckoned.is_some() { owner::reckoned(case, &next, now) } else { vec![] };
    match (case.desk.told_day(), next.told_day()) {
        (Some(before), Some(after)) if before.on != after.on => {
            let person = message::applicant(case, entry, entered);
            more.push(message::on_day_moved(case, entry, (&before, &after), (&person, now)));
            let arguments: Arguments = [("due_on".to_owned(), vec![after.words()])].into();
            let body = json!({ "due_on": after.on, "before": before.on });
            let told = Told { event: "due_moved", by: &by, arguments, body, words: None, outcome, more };
            tell(desk, &mut changes, case, &next, told);
        }
        // Nothing that anybody was told: a fact, and no step on the timeline.
        (_, after) => {
            let body = json!({ "calendar": calendar.version(), "due_on": after.map(|day| day.on) });
            let outcome = outcome.map(|outcome| said(case, &next, outcome, now));
            more.extend(outcome.map(|said| Message::new(topics::INTAKE_CASES, case.id(), &said)));
            changes.record(&mut case.stem, by.fact("due_reckoned", now, body), more);
            timers(&mut changes, case, &next);
            case.desk = next.clone();
        }
    }
    changes.put(DeskRow { case_id: case.id(), desk: next, standing });
    Ok(changes)
}
