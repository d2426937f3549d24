//! Papers that follow later (容缺受理, domain 6.4). Review runs meanwhile; tasks that issue the result are held until
//! the last paper has come.

use contracts::words::amended;
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, PrimitiveDateTime};
use workdays::DueAt;

use super::{Case, NotPossible};
use crate::conversation::OwnerSays;
use crate::effect::Outcome;
use crate::fact::Event;
use crate::round::Round;
use crate::span::{Span, union, without};
use crate::task::{Task, TaskState};

/// A paper that was missing when the case was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Material code.
    pub paper: String,
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// The applicant has until then, exclusive. Whoever accepted the case says when it is over; the engine never does.
    #[serde(with = "time::serde::rfc3339")]
    pub until: OffsetDateTime,
    /// `until` rests on days that no notice has announced yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    #[serde(with = "time::serde::rfc3339::option")]
    pub came_at: Option<OffsetDateTime>,
}

/// Why a gap's end is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoreTime {
    /// It was extended.
    Granted,
    /// A year was announced.
    Calendar,
}

impl Gap {
    /// Until when it may be closed.
    #[must_use]
    pub fn due(&self) -> DueAt {
        DueAt { at: self.until, provisional: self.provisional }
    }

    /// A paper that is missing from `since` on.
    #[must_use]
    pub fn open(paper: impl Into<String>, since: OffsetDateTime, until: DueAt) -> Self {
        Self { paper: paper.into(), since, until: until.at, provisional: until.provisional, came_at: None }
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        self.came_at.is_none()
    }
}

/// Later than anything: where something has no end yet.
const NO_END: OffsetDateTime = PrimitiveDateTime::MAX.assume_utc();

impl Case {
    /// Gaps that are still open.
    pub fn open_gaps(&self) -> impl Iterator<Item = &Gap> {
        self.head.gaps.iter().filter(|gap| gap.is_open())
    }

    /// True where the task issues the result and a paper is still missing, or nobody has applied for it yet.
    #[must_use]
    pub fn is_held(&self, task: &Task) -> bool {
        task.awaits_application() || self.is_held_by_papers(task)
    }

    pub(super) fn is_held_by_papers(&self, task: &Task) -> bool {
        task.is_waiting() && task.plan.issues && self.open_gaps().next().is_some()
    }

    /// Missing papers came. Open tasks that `entitled` picks are told that their dossier has more; with the last
    /// paper, what was held starts.
    ///
    /// # Errors
    /// Where the case is not running, or none of the papers was ever missing.
    pub fn bring(
        &mut self,
        papers: &[String],
        entitled: impl Fn(&Task) -> bool,
        at: OffsetDateTime,
    ) -> Result<Outcome, NotPossible> {
        self.running()?;
        let named: Vec<_> = self.head.gaps.iter().filter(|gap| papers.contains(&gap.paper)).collect();
        if named.is_empty() {
            return Err(NotPossible::NoGap);
        }
        let came: Vec<String> = named.iter().filter(|gap| gap.is_open()).map(|gap| gap.paper.clone()).collect();
        if came.is_empty() {
            return Ok(Outcome::Already);
        }
        let told: Vec<usize> =
            (0..self.tasks.len()).filter(|i| self.tasks.get(*i).is_some_and(|t| t.is_open() && entitled(t))).collect();
        let mut turn = self.turn(at);
        for gap in turn.head().gaps.iter_mut().filter(|gap| gap.is_open() && came.contains(&gap.paper)) {
            gap.came_at = Some(at);
        }
        let left: Vec<String> = turn.case.open_gaps().map(|gap| gap.paper.clone()).collect();
        let whole = left.is_empty();
        turn.note(Event::PapersCame { papers: came, left });
        for i in told {
            turn.note_task(i, Event::DossierAmended);
            turn.tell(i, OwnerSays::Amended { amended_at: at, reason: amended::PAPERS_CAME.to_owned() });
        }
        if whole {
            turn.assign_all_ready();
        }
        Ok(Outcome::Done(turn.effects))
    }

    /// The applicant was given more time, or the calendar is another one: each paper with its new end. One that came meanwhile
    /// stays so.
    ///
    /// # Errors
    /// Where the case is not running, or none of the papers was ever missing.
    pub fn extend(
        &mut self,
        ends: &[(String, DueAt)],
        why: MoreTime,
        at: OffsetDateTime,
    ) -> Result<Outcome, NotPossible> {
        self.running()?;
        if !self.head.gaps.iter().any(|gap| ends.iter().any(|(paper, _)| *paper == gap.paper)) {
            return Err(NotPossible::NoGap);
        }
        let end = |gap: &Gap| ends.iter().find(|(paper, _)| *paper == gap.paper).map(|(_, until)| *until);
        let later: Vec<String> = (self.open_gaps())
            .filter(|gap| end(gap).is_some_and(|until| until != gap.due()))
            .map(|gap| gap.paper.clone())
            .collect();
        if later.is_empty() {
            return Ok(Outcome::Already);
        }
        let mut turn = self.turn(at);
        for gap in turn.head().gaps.iter_mut().filter(|gap| later.contains(&gap.paper)) {
            let DueAt { at, provisional } = end(gap).unwrap_or_else(|| gap.due());
            (gap.until, gap.provisional) = (at, provisional);
        }
        turn.note(match why {
            MoreTime::Granted => Event::PapersExtended { papers: later },
            MoreTime::Calendar => Event::PapersReckoned { papers: later },
        });
        Ok(Outcome::Done(turn.effects))
    }

    /// When the case waited for missing papers and for nothing else: no department had a task. In order, without
    /// overlaps; no end where it still does.
    #[must_use]
    pub fn waited_for_papers(&self) -> Vec<(OffsetDateTime, Option<OffsetDateTime>)> {
        let missing = self.head.gaps.iter().map(|gap| Span { from: gap.since, to: gap.came_at.unwrap_or(NO_END) });
        let worked = self.tasks.iter().flat_map(with_departments);
        let idle = without(union(missing), union(worked));
        idle.into_iter().map(|span| (span.from, Some(span.to).filter(|to| *to < NO_END))).collect()
    }
}

/// When a department had the task, by the owner's commits: what depends on it starts with its end, without a moment
/// between them.
fn with_departments(task: &Task) -> impl Iterator<Item = Span> {
    let current = match &task.state {
        TaskState::Ended { closed_at, .. } | TaskState::Refused { closed_at, .. } => *closed_at,
        TaskState::Cancelled { at } => *at,
        // It was refused before.
        TaskState::Omitted { at, .. } => task.round().and_then(Round::ended).unwrap_or(*at),
        // It was given back.
        TaskState::Waiting => task.round().and_then(Round::ended).unwrap_or(NO_END),
        TaskState::Assigned | TaskState::InReview | TaskState::Suspended { .. } | TaskState::Cancelling { .. } => {
            NO_END
        }
    };
    let last = task.rounds.len();
    task.rounds.iter().enumerate().map(move |(place, round)| {
        let to = if place + 1 == last { current } else { round.ended().unwrap_or(round.assigned_at) };
        Span { from: round.assigned_at, to }
    })
}
