//! The department was on the site (现场核查).

use time::OffsetDateTime;
use workdays::city_date;

use super::{Desk, DeskEvent, DeskOutcome, DeskRefused};
use crate::conversation::{DepartmentSays, people};
use crate::suspension::RECTIFICATION;

impl Desk {
    /// Records a site check. With findings the clock stands still while they are repaired: the procedure
    /// [`RECTIFICATION`], which [`Desk::end_procedure`] ends. The same people with the same findings on the same day are
    /// one check.
    ///
    /// # Errors
    /// Where the task is not open, fewer than two people were there (行政许可法 34), findings have no limit, or those of an
    /// earlier check are still being repaired.
    pub fn check_site(
        &mut self,
        staff: Vec<String>,
        findings: Vec<String>,
        rectification_working_days: Option<u32>,
        at: OffsetDateTime,
    ) -> Result<DeskOutcome, DeskRefused> {
        self.open()?;
        if people(&staff) < 2 {
            return Err(DeskRefused::TwoNeeded);
        }
        if !findings.is_empty() && rectification_working_days.is_none_or(|days| days == 0) {
            return Err(DeskRefused::NoRepairLimit);
        }
        let (found, repairs) = (!findings.is_empty(), self.runs(RECTIFICATION));
        let says = DepartmentSays::SiteChecked { checked_at: at, staff, findings, rectification_working_days };
        let before = self.site_checks().next_back();
        let again = before.is_some_and(|before| same_day(before, &says));
        match (found, again) {
            (true, true) if repairs => return Ok(DeskOutcome::Already),
            (true, false) if repairs => return Err(DeskRefused::RepairOpen),
            (true, _) => self.suspend(says.clone(), at),
            (false, true) => return Ok(DeskOutcome::Already),
            (false, false) => self.arrived(at),
        }
        Ok(self.tell(DeskEvent::SiteChecked, says, at))
    }
}

/// The same check, on the same day of the city.
fn same_day(before: &DepartmentSays, now: &DepartmentSays) -> bool {
    let (
        DepartmentSays::SiteChecked { staff, findings, rectification_working_days: limit, .. },
        DepartmentSays::SiteChecked {
            staff: now_staff,
            findings: now_findings,
            rectification_working_days: now_limit,
            ..
        },
    ) = (before, now)
    else {
        return false;
    };
    (staff, findings, limit) == (now_staff, now_findings, now_limit)
        && city_date(before.said_at()) == city_date(now.said_at())
}
