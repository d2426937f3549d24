//! The department's side of one task: what it was asked, what it answered, and where that stands.
//!
//! The owner may say everything twice and late, and gets the same answer. A cancellation is acknowledged unless a
//! decision went out before it; then that decision is said again, and stands unless the owner rejects it.

mod answer;
mod check_site;
mod extend;
mod receive;
mod reject;

use ids::{CaseId, TaskId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::authority::Extension;
use crate::codes::TaskCode;
use crate::conversation::{Assignment, DepartmentSays, Reply};
use crate::output::Fault;
use crate::suspension::SuspensionKind;
use crate::wait::Wait;

pub use answer::DeskRefused;
pub use receive::{DeskParkReason, DeskReceived, DeskVerdict};

/// One task on a department's desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    pub case: CaseId,
    pub task: TaskId,
    pub round: u32,
    pub assignment: Assignment,
    pub state: DeskState,
    #[serde(with = "time::serde::rfc3339::option")]
    pub acknowledged_at: Option<OffsetDateTime>,
    /// Replies of this round that the owner rejected: a rejection said twice is one.
    pub rejected: Vec<Uuid>,
    /// What was last said in each earlier round.
    pub past: Vec<PastRound>,
    /// What was said in this round between the acknowledgement and the answer, without what the owner rejected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<DepartmentSays>,
}

/// An earlier round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastRound {
    pub round: u32,
    pub answer: Option<DepartmentSays>,
}

/// Where the task stands at this desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum DeskState {
    /// It lies here; the owner has not been told.
    Received {
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// Somebody works on it. `faults`: why the last reply came back; empty before any did.
    InReview { faults: Vec<Fault> },
    /// The clock stands still.
    Suspended {
        grounds: Vec<DeskGround>,
        /// Why the last reply came back, where it did so while the clock stood still.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        faults: Vec<Fault>,
    },
    /// Decided or refused; the owner has not closed it yet.
    Answered {
        answer: DepartmentSays,
        /// The owner cancelled when this was already under way.
        cancelled: bool,
        /// Grounds that would stand again if the answer does not hold.
        grounds: Vec<DeskGround>,
    },
    /// The owner took the answer, or needs none any more.
    Closed {
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
        answer: Option<DepartmentSays>,
    },
    /// Stopped without a result.
    Cancelled { answer: DepartmentSays },
}

/// Why the clock stands still, as this desk knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskGround {
    /// The department asked, or began a procedure.
    Own(DepartmentSays),
    /// The owner said so.
    Owner {
        kind: SuspensionKind,
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
    },
}

/// What a verb wants done beside the state it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskEffect {
    /// Say this to the owner.
    Reply(Reply),
    /// Write this into the department's own ledger.
    Fact(DeskFact),
}

/// One fact of the department, without personal data and without text that a person typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskFact {
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub task: TaskId,
    pub code: TaskCode,
    pub round: u32,
    pub event: DeskEvent,
}

/// What happened at a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskEvent {
    AssignmentReceived,
    AssignmentRepeated,
    Acknowledged,
    DossierAmended,
    SupplementAsked,
    ProcedureStarted,
    ProcedureEnded,
    SiteChecked,
    Extended,
    Suspended,
    Resumed,
    Decided,
    Refused,
    ReplyRejected,
    /// Not acted upon by the owner, for what is wrong with the message itself.
    ReplySetAside,
    CancelAcknowledged,
    /// A cancellation came after the answer.
    CancelAfterAnswer,
    Closed,
}

impl DeskEvent {
    /// Stable name, such as `reply_rejected`.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::AssignmentReceived => "assignment_received",
            Self::AssignmentRepeated => "assignment_repeated",
            Self::Acknowledged => "acknowledged",
            Self::DossierAmended => "dossier_amended",
            Self::SupplementAsked => "supplement_asked",
            Self::ProcedureStarted => "procedure_started",
            Self::ProcedureEnded => "procedure_ended",
            Self::SiteChecked => "site_checked",
            Self::Extended => "extended",
            Self::Suspended => "suspended",
            Self::Resumed => "resumed",
            Self::Decided => "decided",
            Self::Refused => "refused",
            Self::ReplyRejected => "reply_rejected",
            Self::ReplySetAside => "reply_set_aside",
            Self::CancelAcknowledged => "cancel_acknowledged",
            Self::CancelAfterAnswer => "cancel_after_answer",
            Self::Closed => "closed",
        }
    }
}

/// What came of a verb of the department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeskOutcome {
    Done(Vec<DeskEffect>),
    /// It was said so already; nothing changed.
    Already,
}

impl DeskOutcome {
    /// The effects; none where nothing changed.
    #[must_use]
    pub fn effects(self) -> Vec<DeskEffect> {
        match self {
            Self::Done(effects) => effects,
            Self::Already => Vec::new(),
        }
    }
}

impl Desk {
    /// Somebody has to work on it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.state {
            DeskState::Received { .. } | DeskState::InReview { .. } | DeskState::Suspended { .. } => true,
            DeskState::Answered { .. } | DeskState::Closed { .. } | DeskState::Cancelled { .. } => false,
        }
    }

    /// More time in this round, by the head.
    #[must_use]
    pub fn extension(&self) -> Option<&Extension> {
        self.said.iter().find_map(|says| {
            let DepartmentSays::Extended { extension, .. } = says else { return None };
            Some(extension)
        })
    }

    /// What is promised in this round, with the extension that the head gave.
    #[must_use]
    pub fn promised(&self) -> Wait {
        let promised = self.assignment.promised;
        self.extension().map_or(promised, |extension| promised.longer_by(extension.working_days))
    }

    /// The site checks of this round ([`DepartmentSays::SiteChecked`]), in order.
    pub fn site_checks(&self) -> impl DoubleEndedIterator<Item = &DepartmentSays> {
        self.said.iter().filter(|says| matches!(says, DepartmentSays::SiteChecked { .. }))
    }

    fn grounds(&self) -> &[DeskGround] {
        match &self.state {
            DeskState::Suspended { grounds, .. } | DeskState::Answered { grounds, .. } => grounds,
            DeskState::Received { .. }
            | DeskState::InReview { .. }
            | DeskState::Closed { .. }
            | DeskState::Cancelled { .. } => &[],
        }
    }

    /// Whatever the department says tells that the task has arrived.
    fn arrived(&mut self, at: OffsetDateTime) {
        self.acknowledged_at.get_or_insert(at);
        if matches!(self.state, DeskState::Received { .. }) {
            self.state = DeskState::InReview { faults: Vec::new() };
        }
    }

    /// Open, on these grounds.
    fn open_state(&self, grounds: Vec<DeskGround>, faults: Vec<Fault>, at: OffsetDateTime) -> DeskState {
        if !grounds.is_empty() {
            DeskState::Suspended { grounds, faults }
        } else if self.acknowledged_at.is_some() {
            DeskState::InReview { faults }
        } else {
            DeskState::Received { at }
        }
    }

    fn fact(&self, event: DeskEvent, at: OffsetDateTime) -> DeskEffect {
        let code = self.assignment.task_code.clone();
        DeskEffect::Fact(DeskFact { at, task: self.task, code, round: self.round, event })
    }

    fn reply(&self, says: DepartmentSays) -> DeskEffect {
        self.reply_in(self.round, says)
    }

    fn reply_in(&self, round: u32, says: DepartmentSays) -> DeskEffect {
        DeskEffect::Reply(Reply { case: self.case, task: self.task, round, says })
    }

    /// What the owner has to know of this round, if it knew nothing.
    fn standing(&self) -> Vec<DepartmentSays> {
        match &self.state {
            DeskState::Answered { answer, .. } | DeskState::Cancelled { answer } => vec![answer.clone()],
            DeskState::Closed { answer, .. } => answer.iter().cloned().collect(),
            DeskState::Received { .. } | DeskState::InReview { .. } | DeskState::Suspended { .. } => {
                let acknowledged = self.acknowledged_at;
                let acknowledged = acknowledged.map(|acknowledged_at| DepartmentSays::Acknowledged { acknowledged_at });
                let extended = self.said.iter().filter(|says| matches!(says, DepartmentSays::Extended { .. }));
                let own = self.grounds().iter().filter_map(|ground| match ground {
                    DeskGround::Own(says) => Some(says.clone()),
                    DeskGround::Owner { .. } => None,
                });
                acknowledged.into_iter().chain(extended.cloned()).chain(own).collect()
            }
        }
    }
}
