//! The owner says something.

use ids::DepartmentCode;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Desk, DeskEffect, DeskEvent, DeskGround, DeskState, PastRound};
use crate::conversation::{Assignment, DepartmentSays, OwnerMessage, OwnerSays, Reply};
use crate::output::Fault;
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

    fn new(verdict: DeskVerdict, effects: Vec<DeskEffect>) -> Self {
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
            extension: None,
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
            OwnerSays::ReplyRejected { reply_id, faults, .. } => self.reply_rejected(*reply_id, faults, at),
            OwnerSays::Cancelled { .. } => self.cancelled(at),
            OwnerSays::Closed { .. } => self.closed(at),
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
            | OwnerSays::Closed { .. } => None,
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

    /// Of what the department asked itself the owner only says that it knows.
    fn suspended(&mut self, kind: SuspensionKind, since: OffsetDateTime, at: OffsetDateTime) -> DeskReceived {
        let own = match kind {
            SuspensionKind::Supplement | SuspensionKind::Procedure => true,
            SuspensionKind::Applicant | SuspensionKind::Legal => false,
        };
        let ground = DeskGround::Owner { kind, since };
        if own || !self.is_open() || self.grounds().contains(&ground) {
            return DeskReceived::new(DeskVerdict::Already, Vec::new());
        }
        let grounds = self.grounds().iter().cloned().chain([ground]).collect();
        self.state = DeskState::Suspended { grounds };
        DeskReceived::new(DeskVerdict::Applied, vec![self.fact(DeskEvent::Suspended, at)])
    }

    fn resumed(&mut self, at: OffsetDateTime) -> DeskReceived {
        match &mut self.state {
            DeskState::Suspended { .. } => {
                self.state = self.open_state(Vec::new(), Vec::new(), at);
                DeskReceived::new(DeskVerdict::Applied, vec![self.fact(DeskEvent::Resumed, at)])
            }
            DeskState::Answered { grounds, .. } => {
                grounds.clear();
                DeskReceived::new(DeskVerdict::Applied, Vec::new())
            }
            DeskState::Received { .. }
            | DeskState::InReview { .. }
            | DeskState::Closed { .. }
            | DeskState::Cancelled { .. } => DeskReceived::new(DeskVerdict::Already, Vec::new()),
        }
    }

    /// Back to work; or, where the owner had cancelled meanwhile, to nothing.
    fn reply_rejected(&mut self, reply_id: Uuid, faults: &[Fault], at: OffsetDateTime) -> DeskReceived {
        if self.rejected.contains(&reply_id) {
            return DeskReceived::new(DeskVerdict::Already, Vec::new());
        }
        match &self.state {
            DeskState::Answered { cancelled, grounds, .. } => {
                let (cancelled, grounds) = (*cancelled, grounds.clone());
                self.rejected.push(reply_id);
                let mut effects = vec![self.fact(DeskEvent::ReplyRejected, at)];
                if cancelled {
                    effects.extend(self.stop_work(at));
                } else {
                    self.state = self.open_state(grounds, faults.to_vec(), at);
                }
                DeskReceived::new(DeskVerdict::Applied, effects)
            }
            DeskState::Received { .. } | DeskState::InReview { .. } | DeskState::Suspended { .. } => {
                self.rejected.push(reply_id);
                // What does not hold here is the last thing that this desk asked for.
                let mut grounds = self.grounds().to_vec();
                if let Some(last) = grounds.iter().rposition(|ground| matches!(ground, DeskGround::Own(_))) {
                    grounds.remove(last);
                }
                self.state = self.open_state(grounds, faults.to_vec(), at);
                DeskReceived::new(DeskVerdict::Applied, vec![self.fact(DeskEvent::ReplyRejected, at)])
            }
            DeskState::Closed { .. } | DeskState::Cancelled { .. } => DeskReceived::new(DeskVerdict::Late, Vec::new()),
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

    fn stop_work(&mut self, at: OffsetDateTime) -> Vec<DeskEffect> {
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
