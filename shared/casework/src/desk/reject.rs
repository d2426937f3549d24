//! A reply does not hold, or was set aside: what it did at this desk is taken back, and nothing else.

use time::OffsetDateTime;
use uuid::Uuid;

use super::answer::is_procedure;
use super::receive::{DeskReceived, DeskVerdict};
use super::{Desk, DeskEvent, DeskGround, DeskState};
use crate::conversation::{DepartmentSays, Said};
use crate::output::Fault;

impl Desk {
    /// Back to work; or, where the owner had cancelled meanwhile, to nothing. An owner that does not say which reply it
    /// means rejects the answer, or else the last thing that this desk asked for.
    pub(super) fn reply_rejected(
        &mut self,
        reply_id: Uuid,
        said: Option<&Said>,
        faults: &[Fault],
        at: OffsetDateTime,
    ) -> DeskReceived {
        self.does_not_hold(DeskEvent::ReplyRejected, reply_id, said, faults, at)
    }

    /// The owner did not act upon a reply, and nobody there will by himself. Where anything may come of saying it again, it
    /// counts as not said, and so it does where the owner had cancelled meanwhile: then nothing is open here any more.
    /// Nothing is said again by itself.
    pub fn set_aside(
        &mut self,
        reply_id: Uuid,
        (round, said): (u32, &Said),
        may_be_said_again: bool,
        fault: &Fault,
        at: OffsetDateTime,
    ) -> DeskReceived {
        if round != self.round {
            return DeskReceived::new(DeskVerdict::Late, Vec::new());
        }
        let cancelled =
            matches!(&self.state, DeskState::Answered { answer, cancelled: true, .. } if said.names(answer));
        if !may_be_said_again && !cancelled {
            return DeskReceived::new(DeskVerdict::Already, Vec::new());
        }
        self.does_not_hold(DeskEvent::ReplySetAside, reply_id, Some(said), std::slice::from_ref(fault), at)
    }

    fn does_not_hold(
        &mut self,
        event: DeskEvent,
        reply_id: Uuid,
        said: Option<&Said>,
        faults: &[Fault],
        at: OffsetDateTime,
    ) -> DeskReceived {
        if self.rejected.contains(&reply_id) {
            return DeskReceived::new(DeskVerdict::Already, Vec::new());
        }
        match &self.state {
            DeskState::Answered { answer, cancelled, grounds } if said.is_none_or(|said| said.names(answer)) => {
                let (cancelled, grounds) = (*cancelled, grounds.clone());
                self.rejected.push(reply_id);
                let mut effects = vec![self.fact(event, at)];
                if cancelled {
                    effects.extend(self.stop_work(at));
                } else {
                    self.state = self.open_state(grounds, faults.to_vec(), at);
                }
                DeskReceived::new(DeskVerdict::Applied, effects)
            }
            DeskState::Answered { .. }
            | DeskState::Received { .. }
            | DeskState::InReview { .. }
            | DeskState::Suspended { .. } => {
                let left = match said {
                    Some(said) => self.take_back(said),
                    None => Some(self.grounds_without_last()),
                };
                let Some(left) = left else { return DeskReceived::new(DeskVerdict::Late, Vec::new()) };
                self.rejected.push(reply_id);
                if let DeskState::Answered { grounds, .. } = &mut self.state {
                    // The answer may hold all the same: the owner has yet to say so.
                    *grounds = left;
                } else {
                    self.state = self.open_state(left, faults.to_vec(), at);
                }
                DeskReceived::new(DeskVerdict::Applied, vec![self.fact(event, at)])
            }
            DeskState::Closed { .. } | DeskState::Cancelled { .. } => DeskReceived::new(DeskVerdict::Late, Vec::new()),
        }
    }

    /// Forgets that it was said. The grounds that stand without it: a procedure runs where the last that was said about it,
    /// and not taken back, began it. `None` where this desk did not say it, or has taken it back.
    fn take_back(&mut self, said: &Said) -> Option<Vec<DeskGround>> {
        let mut grounds = self.grounds().to_vec();
        let is_meant = |ground: &DeskGround| matches!(ground, DeskGround::Own(says) if said.names(says));
        let stands = grounds.iter().position(is_meant).map(|at| grounds.remove(at));
        let known = self.said.iter().position(|says| said.names(says)).map(|at| self.said.remove(at));
        if let Some(procedure) = known.as_ref().and_then(DepartmentSays::procedure) {
            let about = |says: &&DepartmentSays| says.procedure() == Some(procedure);
            let begun = self.said.iter().rev().find(about).filter(|says| says.begins(procedure));
            grounds.retain(|ground| !is_procedure(ground, procedure));
            grounds.extend(begun.cloned().map(DeskGround::Own));
        }
        (stands.is_some() || known.is_some()).then_some(grounds)
    }

    fn grounds_without_last(&self) -> Vec<DeskGround> {
        let mut grounds = self.grounds().to_vec();
        if let Some(last) = grounds.iter().rposition(|ground| matches!(ground, DeskGround::Own(_))) {
            grounds.remove(last);
        }
        grounds
    }
}
