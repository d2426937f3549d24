//! A department is silent. What it was told last is said again: once by itself after ten window minutes, telling the
//! chief representative; then whenever an operator asks for it, which starts the ten minutes anew.

use ids::TaskId;
use time::OffsetDateTime;

use super::turn::Turn;
use super::{Case, NotPossible};
use crate::effect::Outcome;
use crate::fact::Event;
use crate::round::Round;
use crate::task::Task;
use crate::timer::TimerName;

impl Case {
    /// The timer of a round ran out. A sign that came meanwhile makes it void.
    ///
    /// # Errors
    /// Where the case has no such task.
    pub fn ack_overdue(&mut self, task: TaskId, round: u32, at: OffsetDateTime) -> Result<Outcome, NotPossible> {
        let (i, task) = self.find(task)?;
        if task.round_number() != round || !is_silent(task) {
            return Ok(Outcome::Already);
        }
        let mut turn = self.turn(at);
        let sent = turn.say_again(i);
        turn.note_task(i, Event::AcknowledgementOverdue { sent });
        Ok(Outcome::Done(turn.effects))
    }

    /// An operator has it said again.
    ///
    /// # Errors
    /// Where the task was never given to a department.
    pub fn resend(&mut self, task: TaskId, at: OffsetDateTime) -> Result<Outcome, NotPossible> {
        let (i, task) = self.find(task)?;
        if task.rounds.is_empty() {
            return Err(NotPossible::NotOpen(task.code.clone()));
        }
        let silent = is_silent(task);
        let mut turn = self.turn(at);
        let sent = turn.say_again(i);
        turn.note_task(i, Event::AssignmentResent { sent });
        if silent {
            turn.await_sign(i);
        }
        Ok(Outcome::Done(turn.effects))
    }
}

impl Case {
    /// Timers that wait for a first sign of a department, and since when; none for what was said again.
    #[must_use]
    pub fn awaited_signs(&self) -> Vec<(TimerName, OffsetDateTime)> {
        let first = |task: &Task| is_silent(task) && !task.is_cancelling();
        let rounds = self.tasks().iter().filter(|task| first(task)).filter_map(|task| Some((task.id, task.round()?)));
        rounds
            .filter(|(_, round)| round.sent == 1)
            .map(|(task, round)| (TimerName::Acknowledge { task, round: round.number }, round.assigned_at))
            .collect()
    }
}

/// The owner waits for a sign of the department.
fn is_silent(task: &Task) -> bool {
    task.is_cancelling() || (task.is_open() && !task.round().is_some_and(Round::is_acknowledged))
}

impl Turn<'_> {
    /// The last word of the round, or its assignment. Answers how often it was sent by now.
    fn say_again(&mut self, at: usize) -> u32 {
        let sent = self.change_round(at, |round| {
            round.sent += 1;
            round.sent
        });
        match self.task(at).and_then(|task| task.round()?.last_word.clone()) {
            Some(last_word) => self.tell(at, last_word),
            None => self.tell_assignment(at, true),
        }
        sent.unwrap_or(0)
    }
}
