//! The account: every calendar day of a project, whether it was counted, and why.

use serde::Serialize;
use time::Date;
use workdays::{Calendar, Day};

use super::ItemFacts;
use super::facts::{Acceptance, ClockClass, Ending, Suspension};
use super::ran::Nested;
use crate::codes::TaskCode;
use crate::suspension::SuspensionKind;

/// One calendar day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountedDay<'a> {
    pub date: Date,
    /// Weekday, make-up day, weekend or holiday, and whether a notice covers it.
    pub day: Day<'a>,
    pub verdict: Verdict,
    /// The items that were with a department on that day, in the order of the facts.
    pub items: Vec<ItemOnDay<'a>>,
}

/// Whether a day is counted, else why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A working day on which the clock of at least one item of the main flow ran.
    Counted,
    /// The city does not work that day.
    RestDay,
    /// Items of the main flow were with a department, and the clock of each stood still.
    Suspended,
    /// Nothing of the main flow was with a department, or only on its day of acceptance.
    NoMainFlow,
    /// No item was with a department.
    Idle,
}

/// What one item did on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemOnDay<'a> {
    pub code: &'a TaskCode,
    pub class: ClockClass,
    /// The item in which it runs: that one counts.
    pub inside: Option<&'a TaskCode>,
    pub doing: Doing<'a>,
    /// It ended on that day.
    pub ended: Option<Ending>,
}

/// What the clock of an item did on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing<'a> {
    /// The day of acceptance, which is not counted.
    Accepted,
    Ran,
    Suspended(Vec<StandsStill<'a>>),
    /// What was tolerated did not come by that day: the clock has stopped.
    GapOpen {
        due: Date,
    },
}

/// By what a clock was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StandsStill<'a> {
    /// The item's own, or the one of the item around it.
    pub item: &'a TaskCode,
    pub kind: SuspensionKind,
    pub basis: &'a str,
}

/// Every calendar day from the first acceptance on, up to `as_of` or, where nothing runs any more, to the last ending.
#[must_use]
pub fn account<'a>(items: &'a [ItemFacts], calendar: &'a Calendar, as_of: Date) -> Vec<AccountedDay<'a>> {
    let nested = Nested::of(items);
    let rounds = || items.iter().flat_map(|item| &item.rounds).filter(|round| round.day() <= as_of);
    let ends = |round: &Acceptance| round.ended.map_or(as_of, |ended| ended.date().max(round.day()).min(as_of));
    let (Some(first), Some(last)) = (rounds().map(Acceptance::day).min(), rounds().map(ends).max()) else {
        return Vec::new();
    };
    let dates = std::iter::successors(Some(first), |date| date.next_day().filter(|next| *next <= last));
    dates.map(|date| AccountedDay::of(&nested, calendar, date, as_of)).collect()
}

impl<'a> AccountedDay<'a> {
    fn of(nested: &Nested<'a>, calendar: &'a Calendar, date: Date, as_of: Date) -> Self {
        let items: Vec<_> = (0..nested.items.len()).filter_map(|at| on_day(nested, at, date, as_of)).collect();
        let day = calendar.day(date);
        Self { date, day, verdict: verdict(day, &items), items }
    }

    /// The day is one of the working days that count towards the limit.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.verdict == Verdict::Counted
    }
}

fn on_day<'a>(nested: &Nested<'a>, at: usize, date: Date, as_of: Date) -> Option<ItemOnDay<'a>> {
    let item = nested.items.get(at)?;
    let held = |round: &&Acceptance| {
        let ended = round.ended.map(Ending::date).filter(|ended| *ended <= as_of);
        round.day() <= as_of && round.day() <= date && ended.is_none_or(|ended| date <= ended || date == round.day())
    };
    // Where one round ends and the next begins on the same day, the day belongs to the one that ends.
    let mut rounds = item.rounds.iter().filter(held);
    let round = rounds.find(|round| round.day() < date).or_else(|| item.rounds.iter().find(held))?;
    let still = || {
        let own = |item: &'a ItemFacts| {
            let covering = item.known_suspensions(as_of).filter(move |suspension| suspension.covers(date));
            covering.map(|by: &Suspension| StandsStill { item: &item.code, kind: by.kind, basis: &by.basis })
        };
        nested.outwards(at).flat_map(own).collect::<Vec<_>>()
    };
    let doing = if round.day() == date {
        Doing::Accepted
    } else if let Some(due) = round.open_gap(as_of).filter(|due| *due < date) {
        Doing::GapOpen { due }
    } else {
        match still() {
            by if by.is_empty() => Doing::Ran,
            by => Doing::Suspended(by),
        }
    };
    Some(ItemOnDay {
        code: &item.code,
        class: item.class,
        inside: nested.host(at).and_then(|host| nested.items.get(host)).map(|host| &host.code),
        doing,
        ended: round.ended.filter(|ended| ended.date() == date),
    })
}

fn verdict(day: Day<'_>, items: &[ItemOnDay<'_>]) -> Verdict {
    let mut main = items.iter().filter(|item| item.class == ClockClass::Main && item.inside.is_none());
    if !day.kind.is_working_day() {
        Verdict::RestDay
    } else if main.clone().any(|item| item.doing == Doing::Ran) {
        Verdict::Counted
    } else if main.any(|item| matches!(item.doing, Doing::Suspended(_) | Doing::GapOpen { .. })) {
        Verdict::Suspended
    } else if items.is_empty() {
        Verdict::Idle
    } else {
        Verdict::NoMainFlow
    }
}
