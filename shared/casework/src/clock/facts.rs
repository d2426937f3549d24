//! What is recorded about the items of a project: the clock is reckoned from nothing else.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use workdays::{CITY, Spans, city_date};

use crate::case::StopKind;
use crate::codes::{Stage, TaskCode};
use crate::conversation::OwnerSays;
use crate::limit::Limit;
use crate::round::Round;
use crate::suspension::{Ground, Pause, SuspensionKind};
use crate::task::Task;

/// Which time an item's clock counts towards (4.3): m, p, x.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockClass {
    /// m, main flow: counts towards the project's limit.
    Main,
    /// p: has its own promise and counts in the whole process, not towards the limit.
    Parallel,
    /// x: the market, intermediaries, utilities, a higher authority; never counts.
    Outside,
}

/// What is recorded about one item (事项) of a project: one task of its case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFacts {
    pub code: TaskCode,
    pub stage: Stage,
    pub class: ClockClass,
    /// The item of this project in which it runs (`s`): it shares that one's suspensions and adds no days of its own.
    /// Ignored where the project has no such item.
    pub inside: Option<TaskCode>,
    /// 承诺时限. `None` where nobody promised anything: an auction. The same day (0) inside another item, or nothing
    /// there, is that item's promise.
    pub promised: Option<Limit>,
    /// 法定时限
    pub statutory: Option<Limit>,
    /// Every time it was accepted, the present one last; empty before the first.
    pub rounds: Vec<Acceptance>,
    /// Of all rounds, in any order; overlaps count once.
    pub suspensions: Vec<Suspension>,
}

/// One time an item was accepted (受理), and how that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    #[serde(with = "time::serde::rfc3339")]
    pub accepted: OffsetDateTime,
    /// Accepted with a gap (容缺受理).
    pub tolerated: Option<Tolerated>,
    /// Working days by which the head extended this round (行政许可法 42). Promise and legal limit both grow by them: after their
    /// own end where they are in calendar days or months ([`Limit::due_extended`]).
    #[serde(default)]
    pub extended: u32,
    /// None while it runs.
    pub ended: Option<Ending>,
}

/// What was still missing at acceptance (6.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tolerated {
    /// By when it has to be supplied. Where it is not, the clock stops with this day and the item is returned (退件).
    pub due: Date,
    #[serde(with = "time::serde::rfc3339::option")]
    pub supplied: Option<OffsetDateTime>,
}

/// How a round ended, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", content = "at", rename_all = "snake_case")]
pub enum Ending {
    /// Granted or refused (办结).
    Decided(#[serde(with = "time::serde::rfc3339")] OffsetDateTime),
    /// Given back, because what was tolerated did not come (退件).
    Returned(#[serde(with = "time::serde::rfc3339")] OffsetDateTime),
    /// Taken back by the applicant, or ended without a result.
    Withdrawn(#[serde(with = "time::serde::rfc3339")] OffsetDateTime),
}

/// Days on which an item's clock stood still: `(from, to]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    pub kind: SuspensionKind,
    /// What stops it and by which rule, as the applicant was told.
    pub basis: String,
    pub from: Date,
    /// None while it lasts. May lie ahead where the end is fixed from the start (publicity).
    pub to: Option<Date>,
}

impl Ending {
    /// The day of the ending.
    #[must_use]
    pub fn date(self) -> Date {
        match self {
            Self::Decided(at) | Self::Returned(at) | Self::Withdrawn(at) => city_date(at),
        }
    }
}

impl Acceptance {
    /// Accepted then, without a gap, and running.
    #[must_use]
    pub fn at(accepted: OffsetDateTime) -> Self {
        Self { accepted, tolerated: None, extended: 0, ended: None }
    }

    /// Decided then.
    #[must_use]
    pub fn decided(self, at: OffsetDateTime) -> Self {
        Self { ended: Some(Ending::Decided(at)), ..self }
    }

    /// The day of acceptance, which is not counted.
    #[must_use]
    pub fn day(&self) -> Date {
        city_date(self.accepted)
    }

    /// The last day that may count, as known on `as_of`; `None` while it runs.
    pub(super) fn stops(&self, as_of: Date) -> Option<Date> {
        let ended = self.ended.map(Ending::date).filter(|day| *day <= as_of);
        let gap = self.open_gap(as_of);
        gap.map_or(ended, |gap| Some(ended.map_or(gap, |ended| ended.min(gap))))
    }

    /// The day by which what was tolerated should have come and did not; `None` before that day is over.
    pub(super) fn open_gap(&self, as_of: Date) -> Option<Date> {
        let missed = |gap: &Tolerated| {
            let in_time = gap.supplied.is_some_and(|at| city_date(at) <= gap.due);
            !in_time && gap.due < as_of
        };
        self.tolerated.filter(missed).map(|gap| gap.due)
    }
}

impl Suspension {
    /// The day is one of those that it takes out.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.from < day && self.to.is_none_or(|to| day <= to)
    }
}

impl From<&Pause> for Suspension {
    fn from(pause: &Pause) -> Self {
        let (from, to) = (city_date(pause.from), Some(city_date(pause.to)));
        Self { kind: pause.kind, basis: pause.reason.clone(), from, to }
    }
}

impl From<&Ground> for Suspension {
    fn from(ground: &Ground) -> Self {
        Self { kind: ground.kind(), basis: ground.reason.clone(), from: city_date(ground.since), to: None }
    }
}

/// A round of the engine: accepted when it was assigned. What was tolerated is the owner's to add. Instants are shown as the
/// city's clocks have them, beside days that are the city's.
impl From<&Round> for Acceptance {
    fn from(round: &Round) -> Self {
        let ended = match round.last_word {
            Some(OwnerSays::Closed { ended_at, .. }) => Some(Ending::Decided(ended_at.to_offset(CITY))),
            Some(OwnerSays::Cancelled { cancelled_at, kind: StopKind::Returned, .. }) => {
                Some(Ending::Returned(cancelled_at.to_offset(CITY)))
            }
            Some(OwnerSays::Cancelled { cancelled_at, .. }) => Some(Ending::Withdrawn(cancelled_at.to_offset(CITY))),
            Some(
                OwnerSays::Assigned(_)
                | OwnerSays::Amended { .. }
                | OwnerSays::Suspended { .. }
                | OwnerSays::Resumed { .. }
                | OwnerSays::ReplyRejected { .. }
                | OwnerSays::Noted { .. },
            )
            | None => None,
        };
        let extended = round.extension.as_ref().map_or(0, |extension| extension.working_days);
        Self { ended, extended, ..Self::at(round.assigned_at) }
    }
}

impl Task {
    /// Every suspension of all rounds, those that still stand last.
    #[must_use]
    pub fn suspensions(&self) -> Vec<Suspension> {
        self.pauses.iter().map(Suspension::from).chain(self.grounds().iter().map(Suspension::from)).collect()
    }
}

impl ItemFacts {
    /// The round that `as_of` falls into or comes after.
    #[must_use]
    pub fn round(&self, as_of: Date) -> Option<&Acceptance> {
        self.rounds.iter().rev().find(|round| round.day() <= as_of)
    }

    /// The item was held by its department in these days, whether its clock ran or not.
    pub(super) fn held(&self, as_of: Date) -> impl Iterator<Item = (Date, Option<Date>)> + '_ {
        let begun = move |round: &&Acceptance| round.day() <= as_of;
        self.rounds.iter().filter(begun).map(move |round| (round.day(), round.stops(as_of)))
    }

    /// Its own suspensions as far as they are known on `as_of`.
    pub(super) fn stood_still(&self, as_of: Date) -> Spans<Date> {
        self.known_suspensions(as_of).map(|suspension| (suspension.from, suspension.to)).collect()
    }

    pub(super) fn known_suspensions(&self, as_of: Date) -> impl Iterator<Item = &Suspension> {
        self.suspensions.iter().filter(move |suspension| suspension.from <= as_of)
    }
}
