//! Two clocks never agree. A department's time is bounded to what the owner knows to be possible, and the distance is
//! kept: up to a day it is recorded and alarmed, beyond that nothing the message says can be trusted.

use time::{Duration, OffsetDateTime};

/// Beyond this a reply is parked.
pub const TOLERATED: Duration = Duration::hours(24);

/// Beyond this the department is told.
pub const WORTH_TELLING: Duration = Duration::minutes(1);

/// A time that was moved into the possible interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounded {
    pub at: OffsetDateTime,
    /// How far it was moved; zero for clocks that agree. Positive where the department's clock is ahead.
    pub skew: Duration,
}

/// Bounds `said` to `[assigned, received]`.
///
/// # Errors
/// The skew, where it is more than [`TOLERATED`].
pub fn bound(said: OffsetDateTime, assigned: OffsetDateTime, received: OffsetDateTime) -> Result<Bounded, Duration> {
    let at = said.min(received).max(assigned);
    let skew = said - at;
    if skew.abs() > TOLERATED { Err(skew) } else { Ok(Bounded { at, skew }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_time_is_moved_into_what_is_possible_up_to_a_day() {
        let (assigned, received) = (datetime!(2025-09-28 10:00 +8), datetime!(2025-09-28 10:30 +8));
        let inside = datetime!(2025-09-28 10:29 +8);
        assert_eq!(bound(inside, assigned, received), Ok(Bounded { at: inside, skew: Duration::ZERO }));
        let ahead = bound(datetime!(2025-09-29 10:30 +8), assigned, received).unwrap();
        assert_eq!(ahead, Bounded { at: received, skew: Duration::hours(24) });
        let behind = bound(datetime!(2025-09-28 09:59 +8), assigned, received).unwrap();
        assert_eq!(behind, Bounded { at: assigned, skew: Duration::minutes(-1) });
        assert!(bound(datetime!(2025-09-29 10:30:01 +8), assigned, received).is_err());
        assert!(bound(datetime!(2025-09-27 09:59:59 +8), assigned, received).is_err());
    }
}
