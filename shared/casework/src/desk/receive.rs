//! The owner says something.

use ids::DepartmentCode;
use time::OffsetDateTime;

use super::{Desk, DeskEffect, DeskEvent, DeskGround, DeskState, PastRound};
use crate::conversation::{Assignment, DepartmentSays, OwnerMessage, OwnerSays, Reply};
use crate::suspension::SuspensionKind;

/// What became of an owner's message, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskReceived {
    pub verdict: DeskVerdict,
    pub effects: Vec<DeskEffect>,
}

/// What became of an owner's message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeskVerdict {
    Applied,
    /// Known before: nothing changed, and it is answered again.
    Already,
    /// Of an earlier round, or about something that is over: answered where an answer is waited for.
    Late,
    /// It cannot be meant for this desk. Nothing changed; somebody has to look.
    Parked(DeskParkReason),
}

/// Why an owner's message cannot be meant for this desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeskParkReason {
    #[error("the task was never assigned here")]
    UnknownTask,
    #[error("the task is assigned to another department")]
    OtherDepartment,
    #[error("the round was never assigned here")]
    UnknownRound,
    #[error("it contradicts the assignment of this round")]
    Contradiction,
}

impl DeskParkReason {
    /// Stable name for the parking lot.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownTask => "unknown_task",
            Self::OtherDepartment => "other_department",
            Self::UnknownRound => "unknown_round",
            Self::Contradiction => "contradiction",
        }
    }
}

impl DeskReceived {
    fn parked(reason: DeskParkReason) -> Self {
        Self { verdict: DeskVerdict::Parked(reason), effects: Vec::new() }
    }

    pub(super) fn new(verdict: DeskVerdict, effects: Vec<DeskEffect>) -> Self {
        Self { verdict, effects }
    }
}

impl Desk {
    /// The first message about a task that no desk of `department` knows. An assignment opens a desk; a cancellation
    /// is acknowledged, as nothing of the task is open here; anything else cannot be.
    #[must_use]
    pub fn receive_first(
        department: &DepartmentCode,
        message: &OwnerMessage,
        at: OffsetDateTime,
    ) -> (Option<Self>, DeskReceived) {
        match &message.says {
            OwnerSays::Assigned(assignment) if assignment.department != *department => {
                (None, DeskReceived::parked(DeskParkReason::OtherDepartment))
            }
            OwnerSays::Assigned(assignment) => {
                let desk = Self::begin(message, assignment.clone(), at);
                let effects = vec![desk.fact(DeskEvent::AssignmentReceived, at)];
                (Some(desk), DeskReceived::new(DeskVerdict::Applied, effects))
            }
            OwnerSays::Cancelled { .. } => {
                let says = DepartmentSays::CancelAcknowledged { acknowledged_at: at };
                let reply = Reply { case: message.case, task: message.task, round: message.round, says };
                (None, DeskReceived::new(DeskVerdict::Late, vec![DeskEffect::Reply(reply)]))
            }
            OwnerSays::Amended { .. }
            | OwnerSays::Suspended { .. }
            | OwnerSays::Resumed { .. }
            | OwnerSays::ReplyRejected { .. }
            | OwnerSays::Closed { .. } => (None, DeskReceived::parked(DeskParkReason::UnknownTask)),
            // Such as that a cancellation was acknowledged of which no desk here knew.
            OwnerSays::Noted { .. } => (None, DeskReceived::new(DeskVerdict::Late, Vec::new())),
        }
    }

    fn begin(message: &OwnerMessage, assignment: Assignment, at: OffsetDateTime) -> Self {
        Self {
            case: message.case,
            task: message.task,
            round: message.round,
            assignment: Assignment { resent: false, ..assignment },
            state: DeskState::Received { at },
            acknowledged_at: None,
            rejected: Vec::new(),
            past: Vec::new(),
            said: Vec::new(),
        }
    }

    /// Takes a further message about this task.
    pub fn receive(&mut self, message: &OwnerMessage, at: OffsetDateTime) -> DeskReceived {
        if message.task != self.task || message.case != self.case {
            return DeskReceived::parked(DeskParkReason::UnknownTask);
        }
        if message.round < self.round {
            return self.hear_of_past(message, at);
        }
        match &message.says {
            OwnerSays::Assigned(assignment) => self.assigned(message, assignment, at),
            _ if message.round > self.round => DeskReceived::parked(DeskParkReason::UnknownRound),
            OwnerSays::Amended { .. } => self.amended(at),
            OwnerSays::Suspended { suspended_at, kind, .. } => self.suspended(*kind, *suspended_at, at),
            OwnerSays::Resumed { .. } => self.resumed(at),
            OwnerSays::ReplyRejected { reply_id, said, faults, .. } => {
                self.reply_rejected(*reply_id, said.as_ref(), faults, at)
            }
            OwnerSays::Cancelled { .. } => self.cancelled(at),
            OwnerSays::Closed { .. } => self.closed(at),
            OwnerSays::Noted { .. } => DeskReceived::new(DeskVerdict::Already, Vec::new()),
        }
    }

    /// What was said last in that round is said again, where the owner waits for it.
    fn hear_of_past(&self, message: &OwnerMessage, at: OffsetDateTime) -> DeskReceived {
        let answer = self.past.iter().find(|past| past.round == message.round).and_then(|past| past.answer.clone());
        let says = match &message.says {
            OwnerSays::Assigned(_) => answer,
            OwnerSays::Cancelled { .. } => answer.or(Some(DepartmentSays::CancelAcknowledged { acknowledged_at: at })),
            OwnerSays::Amended { .. }
            | OwnerSays::Suspended { .. }
            | OwnerSays::Resumed { .. }
            | OwnerSays::ReplyRejected { .. }
            | OwnerSays::Closed { .. }
            | OwnerSays::Noted { .. } => None,
        };
        let effects = says.map(|says| self.reply_in(message.round, says)).into_iter().collect();
        DeskReceived::new(DeskVerdict::Late, effects)
    }

    fn assigned(&mut self, message: &OwnerMessage, assignment: &Assignment, at: OffsetDateTime) -> DeskReceived {
        let assignment = Assignment { resent: false, ..assignment.clone() };
        if assignment.department != self.assignment.department {
            return DeskReceived::parked(DeskParkReason::OtherDepartment);
        }
        if message.round > self.round {
            let mut past = std::mem::take(&mut self.past);
            past.push(PastRound { round: self.round, answer: self.standing().pop() });
            *self = Self { past, ..Self::begin(message, assignment, at) };
            return DeskReceived::new(DeskVerdict::Applied, vec![self.fact(DeskEvent::AssignmentReceived, at)]);
        }
        if assignment != self.assignment {
            return DeskReceived::parked(DeskParkReason::Contradiction);
        }
        let again = self.standing().into_iter().map(|says| self.reply(says));
        let effects = std::iter::once(self.fact(DeskEvent::AssignmentRepeated, at)).chain(again).collect();
        DeskReceived::new(DeskVerdict::Already, effects)
    }

    fn amended(&self, at: OffsetDateTime) -> DeskReceived {
        match self.state {
            DeskState::Received { .. }
            | DeskState::InReview { .. }
            | DeskState::Suspended { .. }
            | DeskState::Answered { .. } => {
                DeskReceived::new(DeskVerdict::Applied, vec![self.fact(DeskEvent::DossierAmended, at)])
            }
            DeskState::Closed { .. } | DeskState::Cancelled { .. } => DeskReceived::new(DeskVerdict::Late, Vec::new()),
        }
    }

    /// Of what the department asked itself the owner only says that it knows. Where the last notice does not stand here, a
    /// `Resumed` about something earlier crossed it on the way; with its owner it stands.
    fn suspended(&mut self, kind: SuspensionKind, since: OffsetDateTime, at: OffsetDateTime) -> DeskReceived {
        let asked = |says: &&DepartmentSays| matches!(says, DepartmentSays::SupplementAsked { .. });
        let ground = match kind {
            SuspensionKind::Supplement => self.said.iter().rev().find(asked).cloned().map(DeskGround::Own),
            SuspensionKind::Procedure => None,
            SuspensionKind::Applicant | SuspensionKind::Legal => Some(DeskGround::Owner { kind, since }),
        };
        let Some(ground) = ground.filter(|ground| !self.grounds().contains(ground)) else {
            return DeskReceived::new(DeskVerdict::Already, Vec::new());
        };
        match &mut self.state {
            DeskState::Received { .. } | DeskState::InReview { .. } | DeskState::Suspended { .. } => {
                let grounds = self.grounds().iter().cloned().chain([ground]).collect();
                self.state = DeskState::Suspended { grounds, faults: Vec::new() };
                DeskReceived::new(DeskVerdict::Applied, vec![self.fact(DeskEvent::Suspended, at)])
            }
            // Should the answer be rejected, it stands.
            DeskState::Answered { grounds, .. } => {
                grounds.push(ground);
                DeskReceived::new(DeskVerdict::Applied, Vec::new())
            }
            DeskState::Closed { .. } | DeskState::Cancelled { .. } => {
                DeskReceived::new(DeskVerdict::Already, Vec::new())
            }
        }
    }

    /// Nothing stands any more that the owner knows of. A procedure that this desk has not ended is unknown to it: it goes on.
    fn resumed(&mut self, at: OffsetDateTime) -> DeskReceived {
        match &mut self.state {
            DeskState::Suspended { grounds, .. } if grounds.iter().all(is_own_procedure) => {
                DeskReceived::new(DeskVerdict::Already, Vec::new())
            }
            DeskState::Suspended { grounds, .. } => {
                let left = grounds.iter().filter(|ground| is_own_procedure(ground)).cloned().collect();
                self.state = self.open_state(left, Vec::new(), at);
                DeskReceived::new(DeskVerdict::Applied, vec![self.fact(DeskEvent::Resumed, at)])
            }
            DeskState::Answered { grounds, .. } => {
                grounds.retain(is_own_procedure);
                DeskReceived::new(DeskVerdict::Applied, Vec::new())
            }
            DeskState::Received { .. }
            | DeskState::InReview { .. }
            | DeskState::Closed { .. }
            | DeskState::Cancelled { .. } => DeskReceived::new(DeskVerdict::Already, Vec::new()),
        }
    }

    fn cancelled(&mut self, at: OffsetDateTime) -> DeskReceived {
        match &mut self.state {
            DeskState::Received { .. } | DeskState::InReview { .. } | DeskState::Suspended { .. } => {
                let effects = self.stop_work(at);
                DeskReceived::new(DeskVerdict::Applied, effects)
            }
            DeskState::Answered { answer, cancelled, .. } => {
                let known = std::mem::replace(cancelled, true);
                let again = answer.clone();
                let mut effects = vec![self.reply(again)];
                if known {
                    return DeskReceived::new(DeskVerdict::Already, effects);
                }
                effects.insert(0, self.fact(DeskEvent::CancelAfterAnswer, at));
                DeskReceived::new(DeskVerdict::Applied, effects)
            }
            DeskState::Cancelled { answer } => {
                let again = answer.clone();
                DeskReceived::new(DeskVerdict::Already, vec![self.reply(again)])
            }
            DeskState::Closed { .. } => DeskReceived::new(DeskVerdict::Late, Vec::new()),
        }
    }

    pub(super) fn stop_work(&mut self, at: OffsetDateTime) -> Vec<DeskEffect> {
        let answer = DepartmentSays::CancelAcknowledged { acknowledged_at: at };
        self.state = DeskState::Cancelled { answer: answer.clone() };
        vec![self.fact(DeskEvent::CancelAcknowledged, at), self.reply(answer)]
    }

    fn closed(&mut self, at: OffsetDateTime) -> DeskReceived {
        let answer = match &self.state {
            DeskState::Closed { .. } => return DeskReceived::new(DeskVerdict::Already, Vec::new()),
            DeskState::Cancelled { .. } => return DeskReceived::new(DeskVerdict::Late, Vec::new()),
            DeskState::Answered { answer, .. } => Some(answer.clone()),
            DeskState::Received { .. } | DeskState::InReview { .. } | DeskState::Suspended { .. } => None,
        };
        self.state = DeskState::Closed { at, answer };
        DeskReceived::new(DeskVerdict::Applied, vec![self.fact(DeskEvent::Closed, at)])
    }
}

fn is_own_procedure(ground: &DeskGround) -> bool {
    matches!(ground, DeskGround::Own(DepartmentSays::ProcedureStarted { .. } | DepartmentSays::SiteChecked { .. }))
}
