//! How one SMS goes: waits, is asked about until the answer is definite, ends. Nothing is sent while it is not known whether
//! the time before was.

use time::{Duration, OffsetDateTime};

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The provider does not have it.
    Waiting,
    /// It may have it: whoever goes on asks first. Every delivery is here while it is being sent.
    Uncertain,
    /// The provider has it.
    Sent,
    /// For an operator, with a reason.
    Parked,
    /// Given up by an operator, with a reason.
    Discarded,
}

impl State {
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Uncertain, Self::Sent, Self::Parked, Self::Discarded];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Uncertain => "uncertain",
            Self::Sent => "sent",
            Self::Parked => "parked",
            Self::Discarded => "discarded",
        }
    }

    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What the provider said, or did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has it, under this number of its own.
    Has { receipt: String },
    /// It definitely does not have it; it may be offered again. A stable code of why.
    HasNot(&'static str),
    /// It does not have it and will not take it: the request is at fault. A stable code.
    Refused(&'static str),
    /// Nobody knows.
    Unknown,
}

/// What a try leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Sent {
        receipt: String,
    },
    /// Not before this instant of system time.
    Again {
        state: State,
        retry_at: OffsetDateTime,
    },
    Parked {
        reason: &'static str,
        state_before: State,
    },
}

/// How often and how soon it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Tries before it is parked.
    pub attempts: i32,
    /// Pause after the first; doubled with each further one, up to five minutes.
    pub first_pause: Duration,
}

const LONGEST_PAUSE: Duration = Duration::minutes(5);

impl Patience {
    /// What follows from an answer to try number `attempts`; `now` in system time.
    #[must_use]
    pub fn decide(&self, answer: Answer, attempts: i32, now: OffsetDateTime) -> Outcome {
        let (state, reason) = match answer {
            Answer::Has { receipt } => return Outcome::Sent { receipt },
            Answer::Refused(reason) => return Outcome::Parked { reason, state_before: State::Waiting },
            Answer::HasNot(reason) => (State::Waiting, reason),
            Answer::Unknown => (State::Uncertain, "outcome_unknown"),
        };
        if attempts >= self.attempts {
            return Outcome::Parked { reason, state_before: state };
        }
        Outcome::Again { state, retry_at: now + self.pause(attempts) }
    }

    fn pause(&self, attempts: i32) -> Duration {
        let doublings = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
        (self.first_pause * 2_i32.pow(doublings)).min(LONGEST_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience { attempts: 3, first_pause: Duration::SECOND };
    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    #[test]
    fn an_unknown_outcome_stays_uncertain_and_is_parked_as_such() {
        let again = Outcome::Again { state: State::Uncertain, retry_at: NOW + Duration::seconds(2) };
        assert_eq!(PATIENCE.decide(Answer::Unknown, 2, NOW), again);
        let parked = Outcome::Parked { reason: "outcome_unknown", state_before: State::Uncertain };
        assert_eq!(PATIENCE.decide(Answer::Unknown, 3, NOW), parked);
    }

    #[test]
    fn what_is_refused_is_never_offered_again() {
        let parked = Outcome::Parked { reason: "provider_refused", state_before: State::Waiting };
        assert_eq!(PATIENCE.decide(Answer::Refused("provider_refused"), 1, NOW), parked);
    }

    #[test]
    fn pauses_grow_up_to_five_minutes() {
        assert_eq!([1, 2, 5, 16].map(|n| PATIENCE.pause(n)), [1, 2, 16, 300].map(Duration::seconds));
    }
}
