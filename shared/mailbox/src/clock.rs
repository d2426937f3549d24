//! Two clocks, both values. *Business* time dates facts, deadlines and timers; *system* time serves tokens, retries,
//! retention and telemetry. Nothing else in the suite may ask the machine what time it is.

use std::sync::{Arc, RwLock};

use time::{OffsetDateTime, UtcOffset};
/// The city's zone; storage is UTC.
pub use workdays::CITY;

/// Both clocks of a process, cheap to clone.
#[derive(Clone, Debug)]
pub struct Clocks {
    pub business: BusinessClock,
    pub system: SystemClock,
}

impl Clocks {
    /// Business time is the machine's time: production and `make demo`.
    #[must_use]
    pub fn running() -> Self {
        Self { business: BusinessClock(Source::Machine), system: SystemClock(()) }
    }

    /// Business time stands still until it is moved: stories and tests.
    #[must_use]
    pub fn manual(start: OffsetDateTime) -> Self {
        Self { business: BusinessClock::manual(start), system: SystemClock(()) }
    }
}

/// Dates facts, deadlines and timers. Never goes back.
#[derive(Clone, Debug)]
pub struct BusinessClock(Source);

#[derive(Clone, Debug)]
enum Source {
    Machine,
    Manual(Arc<RwLock<OffsetDateTime>>),
}

/// Why a clock was not moved.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ClockError {
    #[error("the business clock stands at {now}; it cannot go back to {asked}")]
    GoesBack { now: OffsetDateTime, asked: OffsetDateTime },
    #[error("the business clock follows the machine here; only a manual clock can be moved")]
    NotManual,
}

impl BusinessClock {
    /// A clock that stands at `start` until [`BusinessClock::advance_to`] moves it.
    #[must_use]
    pub fn manual(start: OffsetDateTime) -> Self {
        Self(Source::Manual(Arc::new(RwLock::new(whole_micros(start)))))
    }

    /// Now, in UTC, to the microsecond (what PostgreSQL keeps, so that a fact reads back as it was written).
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        match &self.0 {
            Source::Machine => machine_now(),
            Source::Manual(at) => *at.read().unwrap_or_else(std::sync::PoisonError::into_inner),
        }
    }

    /// True where only [`BusinessClock::advance_to`] moves the clock.
    #[must_use]
    pub fn is_manual(&self) -> bool {
        matches!(self.0, Source::Manual(_))
    }

    /// Moves a manual clock forward; moving it to where it stands changes nothing.
    ///
    /// # Errors
    /// [`ClockError::GoesBack`] for an earlier instant, [`ClockError::NotManual`] where the machine's time is followed.
    pub fn advance_to(&self, to: OffsetDateTime) -> Result<(), ClockError> {
        let Source::Manual(at) = &self.0 else {
            return Err(ClockError::NotManual);
        };
        let mut at = at.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let to = whole_micros(to);
        if to < *at {
            return Err(ClockError::GoesBack { now: *at, asked: to });
        }
        *at = to;
        Ok(())
    }
}

/// The machine's time: tokens, retries, retention, telemetry.
#[derive(Clone, Debug)]
pub struct SystemClock(());

impl SystemClock {
    /// Now, in UTC.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        machine_now()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
fn machine_now() -> OffsetDateTime {
    whole_micros(OffsetDateTime::now_utc())
}

fn whole_micros(at: OffsetDateTime) -> OffsetDateTime {
    let at = at.to_offset(UtcOffset::UTC);
    at.replace_microsecond(at.microsecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_manual_clock_moves_forward_only() {
        let clock = BusinessClock::manual(datetime!(2025-09-28 09:12 +8));
        clock.advance_to(datetime!(2025-09-28 10:00 +8)).unwrap();
        assert_eq!(clock.now(), datetime!(2025-09-28 02:00 UTC));
        assert!(matches!(clock.advance_to(datetime!(2025-09-28 09:59 +8)), Err(ClockError::GoesBack { .. })));
    }

    #[test]
    fn a_running_clock_cannot_be_moved() {
        let clocks = Clocks::running();
        assert_eq!(clocks.business.advance_to(clocks.system.now()), Err(ClockError::NotManual));
    }

    #[test]
    fn an_instant_keeps_whole_microseconds() {
        assert_eq!(whole_micros(datetime!(2025-01-01 0:00:00.123_456_789 UTC)).nanosecond(), 123_456_000);
    }
}
