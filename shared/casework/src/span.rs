//! Intervals in which a task's clock ran: what a calendar counts. Suspensions are taken out, overlaps counted once.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::task::Task;

/// `(from, to]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    #[serde(with = "time::serde::rfc3339")]
    pub from: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub to: OffsetDateTime,
}

impl Task {
    /// When the clock of this task ran, over all rounds, up to `until`; in order, without overlaps.
    #[must_use]
    pub fn ran(&self, until: OffsetDateTime) -> Vec<Span> {
        let held = self
            .rounds
            .iter()
            .map(|round| Span { from: round.assigned_at, to: round.ended().unwrap_or(until).min(until) });
        let past = self.pauses.iter().map(|pause| Span { from: pause.from, to: pause.to });
        let standing = self.grounds().iter().map(|ground| Span { from: ground.since, to: until });
        without(union(held), union(past.chain(standing)))
    }
}

/// The union of intervals, in order.
#[must_use]
pub fn union(spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<_> = spans.into_iter().filter(|span| span.from < span.to).collect();
    spans.sort_by_key(|span| span.from);
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut().filter(|last| span.from <= last.to) {
            Some(last) => last.to = last.to.max(span.to),
            None => joined.push(span),
        }
    }
    joined
}

/// `spans` without `holes`; both in order and without overlaps.
#[must_use]
pub fn without(spans: Vec<Span>, holes: Vec<Span>) -> Vec<Span> {
    let mut left = Vec::with_capacity(spans.len());
    for span in spans {
        let mut from = span.from;
        for hole in holes.iter().filter(|hole| hole.from < span.to && hole.to > span.from) {
            left.push(Span { from, to: hole.from });
            from = from.max(hole.to);
        }
        left.push(Span { from, to: span.to });
    }
    left.retain(|span| span.from < span.to);
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::Duration;

    fn span(from: i64, to: i64) -> Span {
        let at = |minute| OffsetDateTime::UNIX_EPOCH + Duration::minutes(minute);
        Span { from: at(from), to: at(to) }
    }

    #[test]
    fn overlaps_count_once_and_holes_do_not_count() {
        assert_eq!(union([span(5, 9), span(0, 3), span(2, 4), span(7, 7)]), [span(0, 4), span(5, 9)]);
        assert_eq!(without(vec![span(0, 10)], vec![span(2, 3), span(8, 12)]), [span(0, 2), span(3, 8)]);
        assert_eq!(without(vec![span(2, 3)], vec![span(0, 9)]), []);
    }

    proptest! {
        #[test]
        fn every_minute_is_counted_as_by_hand(
            runs in prop::collection::vec((0_i64..40, 0_i64..40), 0..6),
            holes in prop::collection::vec((0_i64..40, 0_i64..40), 0..6),
        ) {
            let spans = |pairs: &[(i64, i64)]| union(pairs.iter().map(|(a, b)| span(*a, *b)));
            let left = without(spans(&runs), spans(&holes));
            let inside = |pairs: &[(i64, i64)], m: i64| pairs.iter().any(|(a, b)| *a <= m && m < *b);
            let by_hand = (0..40).filter(|m| inside(&runs, *m) && !inside(&holes, *m)).count();
            let counted: i64 = left.iter().map(|span| (span.to - span.from).whole_minutes()).sum();
            prop_assert_eq!(usize::try_from(counted).unwrap(), by_hand);
        }
    }
}
