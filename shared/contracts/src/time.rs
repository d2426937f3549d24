//! Instants in messages.

use prost_types::Timestamp;
use time::{Duration, OffsetDateTime};

/// An instant as a message carries it.
#[must_use]
pub fn timestamp(at: OffsetDateTime) -> Option<Timestamp> {
    Some(Timestamp { seconds: at.unix_timestamp(), nanos: i32::try_from(at.nanosecond()).unwrap_or(0) })
}

/// The instant that a message carries, to the microsecond.
///
/// # Errors
/// Where it is absent or outside the calendar.
pub fn instant(field: &'static str, timestamp: Option<&Timestamp>) -> Result<OffsetDateTime, MissingInstant> {
    timestamp
        .and_then(|t| {
            let start = OffsetDateTime::from_unix_timestamp(t.seconds).ok()?;
            (0..1_000_000_000).contains(&t.nanos).then_some(())?;
            start.checked_add(Duration::microseconds(i64::from(t.nanos) / 1_000))
        })
        .ok_or(MissingInstant(field))
}

/// A message without an instant that it needs.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is absent or not an instant")]
pub struct MissingInstant(&'static str);

impl MissingInstant {
    #[must_use]
    pub fn field(&self) -> &'static str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::time::macros::datetime;

    #[test]
    fn an_instant_survives_the_wire() {
        let at = datetime!(2025-09-28 01:12:00.123_456 UTC);
        assert_eq!(instant("at", timestamp(at).as_ref()), Ok(at));
    }

    #[test]
    fn absent_and_absurd_instants_are_named() {
        assert_eq!(instant("decided_at", None), Err(MissingInstant("decided_at")));
        let absurd = Timestamp { seconds: i64::MAX, nanos: 0 };
        assert_eq!(instant("decided_at", Some(&absurd)), Err(MissingInstant("decided_at")));
    }
}
