//! Whoever has a slip asks now and then; whoever guesses query codes asks often. Each case number may be asked about so often
//! a minute, whoever asks.

use std::num::NonZeroU32;

use chassis::http::{Problem, codes};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Questions about one case number in a minute.
const PER_MINUTE: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// After this many case numbers, those that have been quiet are forgotten.
const FORGET_AT: usize = 4096;

/// How often each case number was asked about lately.
pub struct Guesses(DefaultKeyedRateLimiter<String>);

impl Default for Guesses {
    fn default() -> Self {
        Self(RateLimiter::keyed(Quota::per_minute(PER_MINUTE)))
    }
}

impl Guesses {
    /// Counts one question about a case number.
    ///
    /// # Errors
    /// Where there were too many in the last minute.
    pub fn admit(&self, number: &str) -> Result<(), Problem> {
        if self.0.len() >= FORGET_AT {
            self.0.retain_recent();
        }
        self.0.check_key(&number.to_owned()).map_err(|_| Problem::new(&codes::TOO_MANY_REQUESTS).retry_after(60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_asked_about_twenty_times_a_minute_and_others_do_not_suffer() {
        let guesses = Guesses::default();
        assert!((0..20).all(|_| guesses.admit("a").is_ok()));
        assert!(guesses.admit("a").is_err());
        assert!(guesses.admit("b").is_ok());
    }
}
