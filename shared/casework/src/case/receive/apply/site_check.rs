//! The department was on the site (现场核查).

use super::super::{Check, Turn, Verdict};
use super::{Heading, missing};
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
        let mut faults = Vec::new();
        if there < 2 {
            faults.push(two_needed());
        }
        if findings.iter().any(|finding| finding.trim().is_empty()) {
            faults.push(missing("findings", "核查发现的问题不能为空", "a finding says nothing"));
        }
        if !findings.is_empty() && repair.is_none() {
            let (zh, en) = ("发现问题应写明整改期限", "what has to be repaired has a limit");
            faults.push(missing("rectification_working_days", zh, en));
        }
        if !findings.is_empty() && self.runs(heading.at, RECTIFICATION) {
            faults.push(repair_runs());
        }
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

fn two_needed() -> Fault {
    let zh = "现场核查应由两名以上工作人员进行(行政许可法第三十四条)";
    Fault::new("staff", "two_needed", zh, "a site check is made by two or more of staff (行政许可法 34)")
}

fn repair_runs() -> Fault {
    let zh = "整改正在进行;再次发现问题的,请先结束整改程序(rectification)";
    let en = "repair is under way; where more is found, end the procedure `rectification` first";
    Fault::new("findings", "repair_running", zh, en)
}
