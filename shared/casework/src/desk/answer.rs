//! The department says something. Each verb can be done twice.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use super::{Desk, DeskEffect, DeskEvent, DeskGround, DeskOutcome, DeskState};
use crate::authority::{Decider, ExtensionApproval, HeadSignature};
use crate::conversation::DepartmentSays;
use crate::limit::Limit;
use crate::output::{Decision, Fee, Output};
use crate::suspension::{RECTIFICATION, SupplementItem};

/// Why a verb is not possible now. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeskRefused {
    #[error("the task is not open at this desk")]
    NotOpen,
    #[error("the task is already answered otherwise; one round has one decision")]
    AlreadyAnswered,
    #[error("only the department that has the task answers it")]
    OtherDepartment,
    #[error("a supplement names everything that is missing")]
    NothingAsked,
    #[error("another supplement is open; a notice names everything at once")]
    SupplementOpen,
    #[error("a procedure has a name and a legal basis")]
    NoBasis,
    #[error("no such procedure is running")]
    NoSuchProcedure,
    #[error("a site check is made by two or more of staff (行政许可法 34)")]
    TwoNeeded,
    #[error("what has to be repaired has a limit")]
    NoRepairLimit,
    #[error("a limit is extended once (行政许可法 42)")]
    ExtendedBefore,
}

impl DeskRefused {
    /// The reason in Chinese.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::NotOpen => "该任务不在办理中",
            Self::AlreadyAnswered => "该任务已作出其他答复，每轮只能作出一次决定",
            Self::OtherDepartment => "只能由承办部门答复",
            Self::NothingAsked => "补正通知应列明全部缺少的材料",
            Self::SupplementOpen => "已有未完成的补正；补正应一次性告知",
            Self::NoBasis => "特别程序应有名称和法律依据",
            Self::NoSuchProcedure => "没有正在进行的该特别程序",
            Self::TwoNeeded => "现场核查应由两名以上工作人员进行(行政许可法第三十四条)",
            Self::NoRepairLimit => "发现问题应写明整改期限",
            Self::ExtendedBefore => "期限只能延长一次(行政许可法第四十二条)",
        }
    }
}

impl Desk {
    /// Tells the owner that the task has arrived.
    ///
    /// # Errors
    /// Where the task is not open.
    pub fn acknowledge(&mut self, at: OffsetDateTime) -> Result<DeskOutcome, DeskRefused> {
        if self.acknowledged_at.is_some() {
            return Ok(DeskOutcome::Already);
        }
        self.open()?;
        self.acknowledged_at = Some(at);
        self.state = self.open_state(self.grounds().to_vec(), Vec::new(), at);
        let says = DepartmentSays::Acknowledged { acknowledged_at: at };
        Ok(self.said(DeskEvent::Acknowledged, says, at))
    }

    /// Asks the applicant for everything that is missing, at once.
    ///
    /// # Errors
    /// Where the task is not open, nothing is asked, or an earlier supplement is still open.
    pub fn ask_supplement(
        &mut self,
        items: Vec<SupplementItem>,
        reason: &str,
        at: OffsetDateTime,
    ) -> Result<DeskOutcome, DeskRefused> {
        self.open()?;
        if items.is_empty() {
            return Err(DeskRefused::NothingAsked);
        }
        for ground in self.grounds() {
            match ground {
                DeskGround::Own(DepartmentSays::SupplementAsked { items: asked, reason: because, .. }) => {
                    let same = *asked == items && because == reason;
                    return if same { Ok(DeskOutcome::Already) } else { Err(DeskRefused::SupplementOpen) };
                }
                DeskGround::Own(_) | DeskGround::Owner { .. } => {}
            }
        }
        let says = DepartmentSays::SupplementAsked { asked_at: at, items, reason: reason.to_owned() };
        self.suspend(says.clone(), at);
        Ok(self.said(DeskEvent::SupplementAsked, says, at))
    }

    /// Begins a special procedure; its time is not counted.
    ///
    /// # Errors
    /// Where the task is not open, or name or basis are missing.
    pub fn start_procedure(
        &mut self,
        procedure: &str,
        basis: &str,
        limit: Limit,
        at: OffsetDateTime,
    ) -> Result<DeskOutcome, DeskRefused> {
        self.open()?;
        if procedure.trim().is_empty() || basis.trim().is_empty() {
            return Err(DeskRefused::NoBasis);
        }
        if self.runs(procedure) {
            return Ok(DeskOutcome::Already);
        }
        let (name, basis) = (procedure.to_owned(), basis.to_owned());
        let (limit_working_days, limit_calendar_days) = match limit {
            Limit::CalendarDays(days) => (0, Some(days)),
            Limit::WorkingDays(days) | Limit::Months(days) => (days, None),
        };
        let says = DepartmentSays::ProcedureStarted {
            started_at: at,
            procedure: name,
            basis,
            limit_working_days,
            limit_calendar_days,
        };
        self.suspend(says.clone(), at);
        Ok(self.said(DeskEvent::ProcedureStarted, says, at))
    }

    /// Ends a special procedure.
    ///
    /// # Errors
    /// Where the task is not open, or no such procedure is running.
    pub fn end_procedure(&mut self, procedure: &str, at: OffsetDateTime) -> Result<DeskOutcome, DeskRefused> {
        self.open()?;
        if !self.runs(procedure) {
            return Err(DeskRefused::NoSuchProcedure);
        }
        let left = self.grounds().iter().filter(|ground| !is_procedure(ground, procedure)).cloned().collect();
        self.state = self.open_state(left, Vec::new(), at);
        let says = DepartmentSays::ProcedureEnded { ended_at: at, procedure: procedure.to_owned() };
        Ok(self.said(DeskEvent::ProcedureEnded, says, at))
    }

    /// Records a site check (现场核查). With findings the clock stands still while they are repaired: the procedure
    /// [`RECTIFICATION`], which [`Desk::end_procedure`] ends.
    ///
    /// # Errors
    /// Where the task is not open, fewer than two people were there, or findings have no limit.
    pub fn check_site(
        &mut self,
        staff: Vec<String>,
        findings: Vec<String>,
        rectification_working_days: Option<u32>,
        at: OffsetDateTime,
    ) -> Result<DeskOutcome, DeskRefused> {
        self.open()?;
        let names: BTreeSet<&str> = staff.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
        if names.len() < 2 {
            return Err(DeskRefused::TwoNeeded);
        }
        if !findings.is_empty() && rectification_working_days.is_none_or(|days| days == 0) {
            return Err(DeskRefused::NoRepairLimit);
        }
        if !findings.is_empty() && self.runs(RECTIFICATION) {
            return Ok(DeskOutcome::Already);
        }
        let says = DepartmentSays::SiteChecked { checked_at: at, staff, findings, rectification_working_days };
        self.acknowledged_at.get_or_insert(at);
        if is_repair(&says) {
            self.suspend(says.clone(), at);
        } else {
            self.state = self.open_state(self.grounds().to_vec(), Vec::new(), at);
        }
        Ok(self.said(DeskEvent::SiteChecked, says, at))
    }

    /// Extends the limit of this round, over the approval of the department's head.
    ///
    /// # Errors
    /// Where the task is not open, was extended before, or the head is another department's.
    pub fn extend(&mut self, approval: ExtensionApproval, at: OffsetDateTime) -> Result<DeskOutcome, DeskRefused> {
        self.open()?;
        if *approval.department() != self.assignment.department {
            return Err(DeskRefused::OtherDepartment);
        }
        let extension = approval.extension();
        match &self.extension {
            Some(before) if *before == extension => return Ok(DeskOutcome::Already),
            Some(_) => return Err(DeskRefused::ExtendedBefore),
            None => {}
        }
        self.acknowledged_at.get_or_insert(at);
        self.extension = Some(extension.clone());
        Ok(self.said(DeskEvent::Extended, DepartmentSays::Extended { extended_at: at, extension }, at))
    }

    /// Decides in the applicant's favour, also while the clock stands still.
    ///
    /// # Errors
    /// Where the task is not open, is answered otherwise, or belongs to another department.
    pub fn decide(
        &mut self,
        by: &Decider,
        outputs: Vec<Output>,
        fees: Vec<Fee>,
        at: OffsetDateTime,
    ) -> Result<DeskOutcome, DeskRefused> {
        if *by.department() != self.assignment.department {
            return Err(DeskRefused::OtherDepartment);
        }
        let decision = Decision { decided_at: at, decided_by: by.name().to_owned(), outputs, fees };
        self.answer(DeskEvent::Decided, DepartmentSays::Decided(decision), at)
    }

    /// Refuses, over the signature of the department's head.
    ///
    /// # Errors
    /// Where the task is not open, is answered otherwise, or the head is another department's.
    pub fn refuse(&mut self, signature: HeadSignature, at: OffsetDateTime) -> Result<DeskOutcome, DeskRefused> {
        if *signature.department() != self.assignment.department {
            return Err(DeskRefused::OtherDepartment);
        }
        self.answer(DeskEvent::Refused, DepartmentSays::Refused(signature.refusal(at)), at)
    }

    fn answer(
        &mut self,
        event: DeskEvent,
        answer: DepartmentSays,
        at: OffsetDateTime,
    ) -> Result<DeskOutcome, DeskRefused> {
        match &self.state {
            DeskState::Received { .. } | DeskState::InReview { .. } | DeskState::Suspended { .. } => {
                // A decision says that the task has arrived.
                self.acknowledged_at.get_or_insert(at);
                let grounds = self.grounds().to_vec();
                self.state = DeskState::Answered { answer: answer.clone(), cancelled: false, grounds };
                Ok(self.said(event, answer, at))
            }
            DeskState::Answered { answer: before, .. } | DeskState::Closed { answer: Some(before), .. } => {
                let same = same_but_for_time(before, &answer);
                if same { Ok(DeskOutcome::Already) } else { Err(DeskRefused::AlreadyAnswered) }
            }
            DeskState::Closed { answer: None, .. } | DeskState::Cancelled { .. } => Err(DeskRefused::NotOpen),
        }
    }

    fn open(&self) -> Result<(), DeskRefused> {
        if self.is_open() { Ok(()) } else { Err(DeskRefused::NotOpen) }
    }

    fn runs(&self, procedure: &str) -> bool {
        self.grounds().iter().any(|ground| is_procedure(ground, procedure))
    }

    fn suspend(&mut self, says: DepartmentSays, at: OffsetDateTime) {
        self.acknowledged_at.get_or_insert(at);
        let grounds = self.grounds().iter().cloned().chain([DeskGround::Own(says)]).collect();
        self.state = DeskState::Suspended { grounds };
    }

    fn said(&self, event: DeskEvent, says: DepartmentSays, at: OffsetDateTime) -> DeskOutcome {
        let effects: Vec<DeskEffect> = vec![self.fact(event, at), self.reply(says)];
        DeskOutcome::Done(effects)
    }
}

fn is_procedure(ground: &DeskGround, name: &str) -> bool {
    match ground {
        DeskGround::Own(DepartmentSays::ProcedureStarted { procedure, .. }) => procedure == name,
        DeskGround::Own(says) if is_repair(says) => name == RECTIFICATION,
        DeskGround::Own(_) | DeskGround::Owner { .. } => false,
    }
}

/// A site check that found something.
fn is_repair(says: &DepartmentSays) -> bool {
    matches!(says, DepartmentSays::SiteChecked { findings, .. } if !findings.is_empty())
}

/// A second click, a moment later, is the same decision.
fn same_but_for_time(before: &DepartmentSays, now: &DepartmentSays) -> bool {
    match (before, now) {
        (DepartmentSays::Decided(before), DepartmentSays::Decided(now)) => {
            Decision { decided_at: before.decided_at, ..now.clone() } == *before
        }
        (DepartmentSays::Refused(before), DepartmentSays::Refused(now)) => {
            before.signed_by == now.signed_by && before.grounds == now.grounds
        }
        _ => false,
    }
}
