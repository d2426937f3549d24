//! The owner's own words to a department that has a task: the dossier changed, the clock stands still, it runs again.

use contracts::words::amended;
use ids::TaskId;
use time::OffsetDateTime;

use super::turn::Turn;
use super::{Case, NotPossible};
use crate::conversation::OwnerSays;
use crate::effect::Outcome;
use crate::fact::Event;
use crate::suspension::{Ground, SupplementItem, SuspensionKind, Why};
use crate::task::Task;

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

    /// What a department asked for has arrived, or a part of it: `brought` are the codes of papers and the names of fields.
    /// With the last of what was asked for, the clock runs again. Whoever else asked for the same has it, too, and open tasks
    /// that `entitled` picks are told that their dossier changed.
    ///
    /// # Errors
    /// Where no department has the task, none asked for a supplement, or something was not asked for.
    pub fn supply(
        &mut self,
        task: TaskId,
        brought: &[String],
        entitled: impl Fn(&Task) -> bool,
        at: OffsetDateTime,
    ) -> Result<Outcome, NotPossible> {
        let i = self.open_task(task)?;
        let task = self.tasks.get(i).ok_or(NotPossible::UnknownTask)?;
        let Some(asked) = task.supplement() else { return Err(NotPossible::NotSuspended(task.code.clone())) };
        if brought.is_empty() || !brought.iter().all(|code| asked.iter().any(|item| item.code == *code)) {
            return Err(NotPossible::NotAskedFor(task.code.clone()));
        }
        let others = (0..self.tasks.len()).filter(|other| *other != i);
        let told = others.filter(|other| self.tasks.get(*other).is_some_and(|task| task.is_open() && entitled(task)));
        let told: Vec<usize> = std::iter::once(i).chain(told).collect();
        let mut turn = self.turn(at);
        for i in told {
            turn.supplied(i, brought);
        }
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

impl Turn<'_> {
    /// The dossier of an open task holds what was brought. Where its department asked for it, that is one thing less to wait
    /// for.
    fn supplied(&mut self, i: usize, brought: &[String]) {
        let at = self.at;
        let asked = self.task(i).and_then(Task::supplement).unwrap_or_default().to_vec();
        let left: Vec<SupplementItem> = asked.iter().filter(|item| !brought.contains(&item.code)).cloned().collect();
        let whole = left.is_empty() && !asked.is_empty();
        self.note_task(i, if whole { Event::SupplementSupplied } else { Event::DossierAmended });
        self.tell(i, OwnerSays::Amended { amended_at: at, reason: amended::SUPPLEMENT.to_owned() });
        if whole {
            self.resume(i, at, |ground| ground.kind() == SuspensionKind::Supplement);
        } else if left.len() < asked.len() {
            self.change(i, |task| task.await_rest(left));
        }
    }
}
