//! The clock of a whole opening (R30): how many window minutes were used, when it stood still, and which card that means.
//! Everything is reckoned from recorded facts; only the card that was shown is stored.

use casework::{Case, Phase, Round, SuspensionKind, Task, TaskState};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use workdays::{Calendar, DueAt, Spans};

use super::opening::Opening;

/// Limits in window minutes (`data/clock.toml`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockRules {
    pub limit: u32,
    pub yellow: u32,
}

/// Which card the clock has shown (黄牌, 红牌). A card is never taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Card {
    #[default]
    None,
    Yellow,
    /// The limit was passed: somebody has to say why.
    Red,
}

/// Why the limit was passed, once somebody has said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedReason {
    pub text: String,
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The ledger vouches for the text by a salted digest.
    pub salt: String,
}

/// The clock, read at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub used_minutes: i64,
    /// When the limit is reached; none while the clock stands still.
    pub due: Option<DueAt>,
    pub stands_still: bool,
    pub stopped_at: Option<OffsetDateTime>,
}

impl ClockRules {
    /// The limits of a data file.
    ///
    /// # Errors
    /// Where it is not of its form, or yellow does not come before red.
    pub fn read(text: &str) -> anyhow::Result<Self> {
        let rules: Self = toml::from_str(text)?;
        anyhow::ensure!(0 < rules.yellow && rules.yellow < rules.limit, "`yellow` must be below `limit`");
        Ok(rules)
    }

    /// Reads the clock of an opening.
    #[must_use]
    pub fn reading(self, calendar: &Calendar, opening: &Opening, now: OffsetDateTime) -> Reading {
        let still = pauses(opening.case.as_ref());
        let stopped_at = opening.case.as_ref().and_then(stopped);
        let until = stopped_at.unwrap_or(now);
        let ran = Spans::since(opening.received_at).minus(&still);
        Reading {
            used_minutes: calendar.window_time_in(&ran, until).minutes(),
            due: self.due(calendar, opening, self.limit),
            stands_still: stopped_at.is_none() && still.is_running(),
            stopped_at,
        }
    }

    /// When so many minutes are used; none while the clock stands still.
    #[must_use]
    pub fn reached(self, calendar: &Calendar, opening: &Opening, minutes: u32) -> Option<OffsetDateTime> {
        self.due(calendar, opening, minutes).map(|due| due.at)
    }

    fn due(self, calendar: &Calendar, opening: &Opening, minutes: u32) -> Option<DueAt> {
        let still = pauses(opening.case.as_ref());
        calendar.after_window_minutes_paused(opening.received_at, minutes, &still)
    }

    /// When a card is shown: yellow when its minutes are used, red when one more than the limit is.
    #[must_use]
    pub fn minutes_of(self, card: Card) -> u32 {
        match card {
            Card::None => 0,
            Card::Yellow => self.yellow,
            Card::Red => self.limit + 1,
        }
    }
}

impl Card {
    /// Stable name, in the database and over HTTP.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }

    /// The card of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::None, Self::Yellow, Self::Red].into_iter().find(|card| card.name() == name)
    }

    /// The timer at which it is shown.
    #[must_use]
    pub fn timer(self) -> String {
        format!("card/{}", self.name())
    }

    /// The card of a timer.
    #[must_use]
    pub fn of_timer(timer: &str) -> Option<Self> {
        timer.strip_prefix("card/").and_then(Self::named).filter(|card| *card != Self::None)
    }
}

/// The clock stands still while anything waits for the applicant: a supplement, time that he asked for, his choice after a
/// refusal; or where nothing but a paper that is to follow keeps the case waiting.
fn pauses(case: Option<&Case>) -> Spans<OffsetDateTime> {
    let papers = case.map(Case::waited_for_papers).unwrap_or_default();
    case.iter().flat_map(|case| case.tasks()).flat_map(task_pauses).chain(papers).collect()
}

fn task_pauses(task: &Task) -> Vec<(OffsetDateTime, Option<OffsetDateTime>)> {
    let is_applicants = |kind| matches!(kind, SuspensionKind::Supplement | SuspensionKind::Applicant);
    let over = task.pauses.iter().filter(|pause| is_applicants(pause.kind)).map(|pause| (pause.from, Some(pause.to)));
    let mut pauses: Vec<_> = over.collect();
    match &task.state {
        TaskState::Suspended { grounds } => {
            pauses.extend(grounds.iter().filter(|g| is_applicants(g.kind())).map(|ground| (ground.since, None)));
        }
        TaskState::Refused { closed_at, .. } => pauses.push((*closed_at, None)),
        // It was refused, and the applicant went on without it.
        TaskState::Omitted { at, .. } => {
            pauses.extend(task.rounds.last().and_then(Round::ended).map(|refused| (refused, Some(*at))));
        }
        TaskState::Waiting
        | TaskState::Assigned
        | TaskState::InReview
        | TaskState::Cancelling { .. }
        | TaskState::Cancelled { .. }
        | TaskState::Ended { .. } => {}
    }
    // Between a round that was refused and the next one, the applicant corrected or chose.
    let rounds = task.rounds.iter().zip(task.rounds.iter().skip(1));
    pauses.extend(rounds.filter_map(|(before, next)| Some((before.ended()?, Some(next.assigned_at)))));
    pauses
}

/// When the clock stopped: with the last hand-over, or when the case was ended otherwise.
fn stopped(case: &Case) -> Option<OffsetDateTime> {
    match case.phase() {
        Phase::Running => None,
        Phase::Closed { at } => {
            let ends =
                case.tasks().iter().filter(|task| task.plan.undoes.is_none()).filter_map(|task| match &task.state {
                    TaskState::Ended { ended_at, .. } => Some(*ended_at),
                    TaskState::Waiting
                    | TaskState::Assigned
                    | TaskState::InReview
                    | TaskState::Suspended { .. }
                    | TaskState::Cancelling { .. }
                    | TaskState::Cancelled { .. }
                    | TaskState::Refused { .. }
                    | TaskState::Omitted { .. } => None,
                });
            Some(ends.max().unwrap_or(*at))
        }
        Phase::Stopping { stop, .. } | Phase::Withdrawn { stop, .. } | Phase::Terminated { stop, .. } => Some(stop.at),
    }
}
