//! The department was on the site (现场核查).

use contracts::words::fault;

use super::super::{Check, Turn, Verdict};
use super::Heading;
use crate::conversation::people;
use crate::fact::Event;
use crate::limit::Limit;
use crate::output::Fault;
use crate::suspension::RECTIFICATION;

/// Why the clock stands still while something is repaired.
const REPAIR: &str = "行政许可法第四十五条";

impl Turn<'_> {
    /// What was found is repaired outside the department's time; the check itself is not (4.3).
    pub(super) fn site_checked(
        &mut self,
        heading: &Heading<'_>,
        staff: &[String],
        findings: &[String],
        rectification: Option<u32>,
        check: &dyn Check,
    ) -> Verdict {
        let there = people(staff);
        let repair = rectification.filter(|days| *days > 0).map(Limit::WorkingDays);
        let wrong = [
            (there < 2, fault::TWO_NEEDED),
            (findings.iter().any(|finding| finding.trim().is_empty()), fault::FINDING_EMPTY),
            (!findings.is_empty() && repair.is_none(), fault::REPAIR_UNLIMITED),
            (repair.is_some_and(Limit::is_too_long), fault::REPAIR_DAYS),
            (!findings.is_empty() && self.runs(heading.at, RECTIFICATION), fault::REPAIR_RUNNING),
        ];
        let wrong = wrong.into_iter().filter_map(|(is, word)| is.then_some(word));
        let mut faults = heading.unfit.clone();
        faults.extend(wrong.map(|word| Fault::told(word, &[])));
        faults.extend(self.objections(heading, check));
        if !faults.is_empty() {
            return self.reject(heading, faults);
        }
        self.keep(heading, None);
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.note_task(heading.at, Event::SiteChecked { staff: count(there), findings: count(findings.len()) });
        if let (false, Some(limit)) = (findings.is_empty(), repair) {
            self.begin_procedure(heading, RECTIFICATION, REPAIR, limit);
        }
        Verdict::Applied
    }
}
