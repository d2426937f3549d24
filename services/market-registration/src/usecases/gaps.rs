//! Papers that follow later (容缺, domain 6.4): they come in time, get more time, or the case is returned. The front desk
//! says which; the plan's issuing task is held meanwhile.

use casework::{Gap, MoreTime, NotPossible, Stop, StopKind};
use contracts::{
    intake::v1::{CaseReturned, Gap as SentGap, GapClosed, GapExtended},
    time::instant,
};
use mailbox::{Changes, Fault};
use time::OffsetDateTime;
use workdays::DueAt;

use super::{
    ask::{self, conclude},
    open::{dossier_row, paper},
};
use crate::{domain::opening::Opening, service::MarketRegistration};

/// Who returns a case.
const FRONT_DESK: &str = "intake";

/// The gaps that a case was accepted with, as they stand from `since` on.
pub fn read(sent: &[SentGap], since: OffsetDateTime) -> Result<Vec<Gap>, Fault> {
    Ok(ends(sent)?.into_iter().map(|(paper, until)| Gap::open(paper, since, until)).collect())
}

/// The papers came: whoever may have them and is at work gets them.
///
/// # Errors
/// Poison for a message that is not of its form.
pub fn closed(
    desk: &MarketRegistration,
    changes: &mut Changes,
    opening: &mut Opening,
    closed: &GapClosed,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    let papers = closed.materials.iter().map(paper).collect::<Result<Vec<_>, Fault>>()?;
    let codes: Vec<String> = papers.iter().map(|paper| paper.code.clone()).collect();
    let outcome = match opening.case.as_mut() {
        Some(case) => case.bring(&codes, |task| desk.entitlements.entitle(task, &codes), now),
        None => Err(NotPossible::NotRunning),
    };
    if matches!(outcome, Ok(casework::Outcome::Done(_))) {
        opening.entered.bring(papers);
        changes.put(dossier_row(opening));
    }
    conclude(desk, changes, opening, (ask::ACTOR, "gap"), outcome, now);
    Ok(())
}

/// The applicant has more time, or what he has ends on another day by the calendar.
///
/// # Errors
/// Poison for a message that is not of its form.
pub fn extended(
    desk: &MarketRegistration,
    changes: &mut Changes,
    opening: &mut Opening,
    extended: &GapExtended,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    let ends = ends(&extended.gaps)?;
    let why = if extended.by_calendar { MoreTime::Calendar } else { MoreTime::Granted };
    let outcome = match opening.case.as_mut() {
        Some(case) => case.extend(&ends, why, now),
        None => Err(NotPossible::NotRunning),
    };
    conclude(desk, changes, opening, (FRONT_DESK, "extension"), outcome, now);
    Ok(())
}

/// A gap was not closed in time (退件): the opening is stopped.
pub fn returned(
    desk: &MarketRegistration,
    changes: &mut Changes,
    opening: &mut Opening,
    returned: &CaseReturned,
    now: OffsetDateTime,
) {
    let basis = format!("容缺材料逾期未补齐,作退件处理:{}", returned.materials.join("、"));
    let stop = Stop { kind: StopKind::Returned, basis, by: FRONT_DESK.to_owned(), at: now };
    let outcome = match opening.case.as_mut() {
        Some(case) => case.stop(stop),
        None => Err(NotPossible::NotRunning),
    };
    conclude(desk, changes, opening, (FRONT_DESK, "return"), outcome, now);
}

fn ends(sent: &[SentGap]) -> Result<Vec<(String, DueAt)>, Fault> {
    let end = |gap: &SentGap| {
        let until = instant("due_at", gap.due_at.as_ref());
        let until = until.map_err(|error| Fault::poison("bad_instant", error.to_string()))?;
        Ok((gap.material_code.clone(), DueAt { at: until, provisional: gap.provisional }))
    };
    sent.iter().map(end).collect()
}
