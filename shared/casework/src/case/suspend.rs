//! The owner's own words to a department that has a task: the dossier changed, the clock stands still, it runs again.

use ids::TaskId;
use time::OffsetDateTime;

use super::{Case, NotPossible};
use crate::conversation::OwnerSays;
use crate::effect::Outcome;
use crate::fact::Event;
use crate::suspension::{Ground, SuspensionKind, Why};

/// Grounds that the owner itself can state; the others come from the department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnersGround {
    Applicant,
    Legal,
}

impl OwnersGround {
    fn kind(self) -> SuspensionKind {
        match self {
            Self::Applicant => SuspensionKind::Applicant,
            Self::Legal => SuspensionKind::Legal,
        }
    }

    fn why(self) -> Why {
        match self {
            Self::Applicant => Why::Applicant,
            Self::Legal => Why::Legal,
        }
    }
}

impl Case {
    /// Stops the clock of an open task.
    ///
    /// # Errors
    /// Where no department has the task.
    pub fn suspend(
        &mut self,
        task: TaskId,
        ground: OwnersGround,
        reason: &str,
        at: OffsetDateTime,
    ) -> Result<Outcome, NotPossible> {
        let i = self.open_task(task)?;
        if self.is_suspended(i, ground.kind()) {
            return Ok(Outcome::Already);
        }
        let mut turn = self.turn(at);
        turn.suspend(i, Ground { since: at, reason: reason.to_owned(), why: ground.why() });
        Ok(Outcome::Done(turn.effects))
    }

    /// Takes an owner's ground away; the clock runs again when it was the last.
    ///
    /// # Errors
    /// Where no department has the task.
    pub fn resume(&mut self, task: TaskId, ground: OwnersGround, at: OffsetDateTime) -> Result<Outcome, NotPossible> {
        let i = self.open_task(task)?;
        if !self.is_suspended(i, ground.kind()) {
            return Ok(Outcome::Already);
        }
        let mut turn = self.turn(at);
        turn.resume(i, at, |standing| standing.kind() == ground.kind());
        Ok(Outcome::Done(turn.effects))
    }

    /// What a department asked for has arrived: its dossier is amended and its clock runs again.
    ///
    /// # Errors
    /// Where no department has the task, or none asked for a supplement.
    pub fn supply(&mut self, task: TaskId, reason: &str, at: OffsetDateTime) -> Result<Outcome, NotPossible> {
        let i = self.open_task(task)?;
        if !self.is_suspended(i, SuspensionKind::Supplement) {
            let code = self.tasks.get(i).map(|task| task.code.clone()).ok_or(NotPossible::UnknownTask)?;
            return Err(NotPossible::NotSuspended(code));
        }
        let mut turn = self.turn(at);
        turn.note_task(i, Event::SupplementSupplied);
        turn.tell(i, OwnerSays::Amended { amended_at: at, reason: reason.to_owned() });
        turn.resume(i, at, |ground| ground.kind() == SuspensionKind::Supplement);
        Ok(Outcome::Done(turn.effects))
    }

    /// The dossier of an open task changed.
    ///
    /// # Errors
    /// Where no department has the task.
    pub fn amend(&mut self, task: TaskId, reason: &str, at: OffsetDateTime) -> Result<Outcome, NotPossible> {
        let i = self.open_task(task)?;
        let mut turn = self.turn(at);
        turn.note_task(i, Event::DossierAmended);
        turn.tell(i, OwnerSays::Amended { amended_at: at, reason: reason.to_owned() });
        Ok(Outcome::Done(turn.effects))
    }

    fn open_task(&self, id: TaskId) -> Result<usize, NotPossible> {
        let (at, task) = self.find(id)?;
        if task.is_open() { Ok(at) } else { Err(NotPossible::NotOpen(task.code.clone())) }
    }

    fn is_suspended(&self, at: usize, kind: SuspensionKind) -> bool {
        let grounds = self.tasks.get(at).map_or(&[][..], |task| task.grounds());
        grounds.iter().any(|ground| ground.kind() == kind)
    }
}
