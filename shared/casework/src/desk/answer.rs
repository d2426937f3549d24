//! The department says something. Each verb can be done twice.

use contracts::words::fault;
use time::OffsetDateTime;

use super::{Desk, DeskEffect, DeskEvent, DeskGround, DeskOutcome, DeskState};
use crate::authority::{Decider, HeadSignature};
use crate::conversation::DepartmentSays;
use crate::limit::Limit;
use crate::output::{Decision, Fee, Output};
use crate::suspension::SupplementItem;

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
    #[error("a procedure has a limit, in working days or in calendar days")]
    NoLimit,
    #[error("no such procedure is running")]
    NoSuchProcedure,
    #[error("a site check is made by two or more of staff (行政许可法 34)")]
    TwoNeeded,
    #[error("what has to be repaired has a limit")]
    NoRepairLimit,
    #[error("what an earlier check found is still being repaired; end that first")]
    RepairOpen,
    #[error("a limit is extended once (行政许可法 42)")]
    ExtendedBefore,
    #[error("{}", fault::PROMISED_IN_MINUTES.en)]
    PromisedInMinutes,
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
            Self::NoLimit => "特别程序应有时限，以工作日或者自然日计",
            Self::NoSuchProcedure => "没有正在进行的该特别程序",
            Self::TwoNeeded => "现场核查应由两名以上工作人员进行(行政许可法第三十四条)",
            Self::NoRepairLimit => "发现问题应写明整改期限",
            Self::RepairOpen => "此前核查发现的问题仍在整改，请先结束整改",
            Self::ExtendedBefore => fault::EXTENDED_BEFORE.zh,
            Self::PromisedInMinutes => fault::PROMISED_IN_MINUTES.zh,
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
        Ok(self.tell(DeskEvent::SupplementAsked, says, at))
    }

    /// Begins a special procedure; its time is not counted.
    ///
    /// # Errors
    /// Where the task is not open, name or basis are missing, or the limit is none that a message can say: no days, or
    /// months.
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
        let days = DepartmentSays::days_of(limit);
        let (limit_working_days, limit_calendar_days) = days.ok_or(DeskRefused::NoLimit)?;
        let says = DepartmentSays::ProcedureStarted {
            started_at: at,
            procedure: name,
            basis,
            limit_working_days,
            limit_calendar_days,
        };
        self.suspend(says.clone(), at);
        Ok(self.tell(DeskEvent::ProcedureStarted, says, at))
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
        Ok(self.tell(DeskEvent::ProcedureEnded, says, at))
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

    pub(super) fn open(&self) -> Result<(), DeskRefused> {
        if self.is_open() { Ok(()) } else { Err(DeskRefused::NotOpen) }
    }

    pub(super) fn runs(&self, procedure: &str) -> bool {
        self.grounds().iter().any(|ground| is_procedure(ground, procedure))
    }

    pub(super) fn suspend(&mut self, says: DepartmentSays, at: OffsetDateTime) {
        self.acknowledged_at.get_or_insert(at);
        let grounds = self.grounds().iter().cloned().chain([DeskGround::Own(says)]).collect();
        self.state = DeskState::Suspended { grounds, faults: Vec::new() };
    }

    /// Says something that leaves the task open, and remembers it.
    pub(super) fn tell(&mut self, event: DeskEvent, says: DepartmentSays, at: OffsetDateTime) -> DeskOutcome {
        self.said.push(says.clone());
        self.said(event, says, at)
    }

    fn said(&self, event: DeskEvent, says: DepartmentSays, at: OffsetDateTime) -> DeskOutcome {
        let effects: Vec<DeskEffect> = vec![self.fact(event, at), self.reply(says)];
        DeskOutcome::Done(effects)
    }
}

pub(super) fn is_procedure(ground: &DeskGround, name: &str) -> bool {
    match ground {
        DeskGround::Own(says) => says.begins(name),
        DeskGround::Owner { .. } => false,
    }
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
