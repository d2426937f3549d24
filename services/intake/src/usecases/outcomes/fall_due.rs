//! What falls due at the front desk: a correction's deadline, a gap's reminder and its end.

use chassis::http::By;
use contracts::{account::Arguments, intake::v1::DeskOutcome};
use mailbox::{Fault, Timer, Verdict};
use serde_json::json;

use super::settle::{Told, is_ending, settle};
use crate::{
    domain::{
        case::{Case, Phase},
        desk::{CORRECTION_DUE, Desk},
        tolerance,
    },
    service::Intake,
    store::outcomes::Breach,
    usecases::message::Entered,
};

/// Who acts where nobody does.
const NOBODY: &str = "timer";

/// Decides one timer of a case; where its reason is gone it ends without a word.
///
/// # Errors
/// A timer that the desk does not know, a case whose version the catalogue has lost.
pub fn fall_due(desk: &Intake, case: &mut Case, entered: &Entered, timer: &Timer) -> Verdict {
    let mut changes = desk.mailbox.changes();
    let now = desk.mailbox.clocks().business.now();
    let (next, event, outcome) = match timer.name.as_str() {
        CORRECTION_DUE => (case.desk.correction_overdue(now), "correction_overdue", None),
        tolerance::REMIND => (case.desk.remind(now), "gap_reminded", Some(DeskOutcome::GapReminded)),
        tolerance::DUE => (case.desk.expire(now), "case_returned", Some(DeskOutcome::Returned)),
        name => return Err(Fault::poison("unknown_timer", format!("`{name}` is no timer of the front desk"))),
    };
    // Nobody breaks his word about a case that could not be planned.
    let Some(next) = next.filter(|_| !is_ending(case.phase) && case.phase != Phase::PlanRefused) else {
        return Ok(changes);
    };
    let lost = || Fault::passing("unknown_version", format!("the catalogue has no {}", case.theme));
    let entry = desk.catalogue.named(&case.theme).ok_or_else(lost)?;
    let mut body = json!({ "due_at": timer.due_at.to_string() });
    if let Desk::Returned { tolerance, .. } = &next {
        let gaps: Vec<_> = tolerance.gaps.iter().map(|gap| gap.code.as_str()).collect();
        body["breach"] = json!({ "undertaking_sm3": tolerance.undertaking_sm3, "gaps": gaps });
        changes.put(Breach { case_id: case.id(), applicant: case.applicant.clone(), at: tolerance.deadline.at });
    }
    let by = By::machine(NOBODY);
    let told = Told { event, by: &by, arguments: Arguments::new(), body, words: None, outcome, more: vec![] };
    settle(desk, &mut changes, case, (entry, entered), next, told);
    Ok(changes)
}
