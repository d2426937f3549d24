//! When a task's clock stood still, and when it is due by a calendar.

use casework::{Desk, Wait};
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use workdays::{Calendar, Due, DueAt, Spans, city_date};

/// The stretches in which the clock of the present round stood still.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Clock(Vec<Pause>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Pause {
    #[serde(with = "time::serde::rfc3339")]
    from: OffsetDateTime,
    /// None while it lasts.
    #[serde(with = "time::serde::rfc3339::option")]
    to: Option<OffsetDateTime>,
}

impl Clock {
    /// Stops or starts the clock; one that stands already goes on standing.
    pub fn follow(&mut self, stands_still: bool, at: OffsetDateTime) {
        let running_pause = self.0.last_mut().filter(|pause| pause.to.is_none());
        match (running_pause, stands_still) {
            (None, true) => self.0.push(Pause { from: at, to: None }),
            (Some(pause), false) => pause.to = Some(at),
            (Some(_), true) | (None, false) => {}
        }
    }

    /// When this desk's present round is due, with the extension that the head gave.
    #[must_use]
    pub fn due_of(&self, desk: &Desk, calendar: &Calendar) -> Option<DueAt> {
        self.due(calendar, desk.assignment.assigned_at, desk.promised())
    }

    /// When what was promised is due; none while the clock stands still.
    #[must_use]
    fn due(&self, calendar: &Calendar, assigned_at: OffsetDateTime, promised: Wait) -> Option<DueAt> {
        if self.0.last().is_some_and(|pause| pause.to.is_none()) {
            return None;
        }
        match promised {
            Wait::WindowMinutes(minutes) => {
                let paused: Spans<OffsetDateTime> = self.0.iter().map(|pause| (pause.from, pause.to)).collect();
                calendar.after_window_minutes_paused(assigned_at, minutes, &paused)
            }
            Wait::WorkingDays(days) => {
                let day = |pause: &Pause| (city_date(pause.from), pause.to.map(city_date));
                let paused: Spans<Date> = self.0.iter().map(day).collect();
                calendar.due_after_suspended(city_date(assigned_at), days, &paused).map(Due::ends)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const ASSIGNED: OffsetDateTime = datetime!(2025-09-28 10:00 +8);

    fn sure(at: OffsetDateTime) -> Option<DueAt> {
        Some(DueAt { at, provisional: false })
    }

    #[test]
    fn window_minutes_run_only_while_the_clock_does() {
        let (calendar, mut clock) = (Calendar::embedded(), Clock::default());
        let hour = Wait::WindowMinutes(60);
        assert_eq!(clock.due(&calendar, ASSIGNED, hour), sure(datetime!(2025-09-28 11:00 +8)));
        clock.follow(true, datetime!(2025-09-28 10:20 +8));
        clock.follow(true, datetime!(2025-09-28 10:25 +8));
        assert_eq!(clock.due(&calendar, ASSIGNED, hour), None);
        clock.follow(false, datetime!(2025-09-28 10:40 +8));
        assert_eq!(clock.due(&calendar, ASSIGNED, hour), sure(datetime!(2025-09-28 11:20 +8)));
    }

    #[test]
    fn the_same_day_is_due_at_its_end() {
        let due = Clock::default().due(&Calendar::embedded(), ASSIGNED, Wait::WorkingDays(0));
        assert_eq!(due, sure(datetime!(2025-09-29 0:00 +8)));
    }

    #[test]
    fn what_rests_on_days_that_nobody_announced_says_so() {
        let assigned = datetime!(2026-12-31 10:00 +8);
        let due = Clock::default().due(&Calendar::embedded(), assigned, Wait::WorkingDays(1));
        assert_eq!(due, Some(DueAt { at: datetime!(2027-01-05 0:00 +8), provisional: true }));
    }

    #[test]
    fn a_clock_that_is_started_twice_has_one_pause() {
        let mut clock = Clock::default();
        clock.follow(false, ASSIGNED);
        clock.follow(true, ASSIGNED);
        clock.follow(false, ASSIGNED);
        clock.follow(false, ASSIGNED);
        assert_eq!(clock.0.len(), 1);
    }
}
