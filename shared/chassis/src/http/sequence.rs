//! Reading one's own writes: a write answers with a sequence, a read may ask to see at least that one.

use std::{future::Future, time::Duration};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};

use super::{codes, problem::Problem};

/// How long a read waits before it says "not yet".
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads of a process that wait at the same time; each looks into the database again and again. One more is told at once
/// that it is not there yet, as it would be after two seconds.
const WAITERS: usize = 32;
static WAITING: Semaphore = Semaphore::const_new(WAITERS);

/// The pause between two looks, doubled each time up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(80);

/// The query parameter of reads.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AtLeast {
    /// Wait up to two seconds until the state has reached this sequence.
    #[param(minimum = 0)]
    pub at_least: Option<i64>,
}

/// What was read, and as of when: flattened into every answer of a read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AsOf<T> {
    #[serde(flatten)]
    pub value: T,
    /// The sequence that this state has reached.
    pub sequence: i64,
    /// When it was read.
    #[serde(with = "super::instant")]
    pub as_of: OffsetDateTime,
}

impl AtLeast {
    /// Asks `look` again until it sees the wanted sequence; `look` gives what it saw and the sequence of that.
    ///
    /// # Errors
    /// `not-yet` after two seconds, or at once where very many wait already, and whatever `look` fails with.
    pub async fn wait_for<T, L, F>(self, look: L) -> Result<(T, i64), Problem>
    where
        L: FnMut() -> F,
        F: Future<Output = Result<(T, i64), Problem>>,
    {
        self.wait_among(&WAITING, look).await
    }

    async fn wait_among<T, L, F>(self, waiting: &Semaphore, mut look: L) -> Result<(T, i64), Problem>
    where
        L: FnMut() -> F,
        F: Future<Output = Result<(T, i64), Problem>>,
    {
        let wanted = self.at_least.unwrap_or(i64::MIN);
        let begun = tokio::time::Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut place = None;
        loop {
            let (value, sequence) = look().await?;
            if sequence >= wanted {
                return Ok((value, sequence));
            }
            if place.is_none() {
                place = waiting.try_acquire().ok();
            }
            if place.is_none() || begun.elapsed() + pause > PATIENCE {
                let (zh, en) = (format!("目前为 {sequence}"), format!("it stands at {sequence}"));
                return Err(Problem::new(&codes::NOT_YET).detail(zh, en).retry_after(1));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test]
    async fn a_read_waits_for_what_was_written() {
        let seen = Cell::new(5);
        let look = || {
            seen.set(seen.get() + 1);
            std::future::ready(Ok(("state", seen.get())))
        };
        let at_least = AtLeast { at_least: Some(8) };
        assert_eq!(at_least.wait_for(look).await.unwrap(), ("state", 8));
    }

    #[tokio::test]
    async fn who_finds_no_place_among_those_who_wait_is_told_at_once() {
        let waiting = Semaphore::new(1);
        let at_least = AtLeast { at_least: Some(2) };
        let look = || std::future::ready(Ok(((), 1)));
        let first = at_least.wait_among(&waiting, look);
        tokio::pin!(first);
        assert!(futures::poll!(first.as_mut()).is_pending());
        let looks = Cell::new(0);
        let counted = || {
            looks.set(looks.get() + 1);
            look()
        };
        let told = at_least.wait_among(&waiting, counted).await.unwrap_err();
        assert_eq!((told.code().name, looks.get()), ("not-yet", 1));
        // What is there already needs no place.
        let there = AtLeast { at_least: Some(1) };
        assert!(there.wait_among(&waiting, look).await.is_ok());
    }

    #[tokio::test]
    async fn a_read_without_a_wish_looks_once() {
        let (value, sequence) = AtLeast::default().wait_for(|| std::future::ready(Ok(("state", 1)))).await.unwrap();
        assert_eq!((value, sequence), ("state", 1));
    }
}
