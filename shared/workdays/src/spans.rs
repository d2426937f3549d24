//! Stretches of time, of days or of instants: suspensions, pauses, the time that an item was running.

/// A set of half-open stretches `(after, to]`; the last may still be running.
///
/// Of days, `(s, e]` holds the days after `s` up to and with `e`: the day an item is accepted is not counted, the day it
/// is decided is. Kept sorted, disjoint and joined, so overlapping parts never count twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spans<T>(Vec<Span<T>>);

/// `(after, to]`, `to` being `None` while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span<T> {
    after: T,
    to: Option<T>,
}

impl<T: Copy + Ord> Spans<T> {
    /// No time at all.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// `(after, to]`; nothing where `to` is not after `after`.
    #[must_use]
    pub fn between(after: T, to: T) -> Self {
        [(after, Some(to))].into_iter().collect()
    }

    /// What began after `after` and is still running.
    #[must_use]
    pub fn since(after: T) -> Self {
        [(after, None)].into_iter().collect()
    }

    /// What is in this or in the other.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    /// What is in this and not in the other.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        for span in &self.0 {
            let mut after = Some(span.after);
            for hole in other.0.iter().filter(|hole| ends_after(hole.to, span.after)) {
                let Some(from) = after else { break };
                if !ends_after(span.to, hole.after) {
                    break;
                }
                left.push((from, Some(hole.after)));
                after = hole.to.map(|to| to.max(from));
            }
            if let Some(from) = after {
                left.push((from, span.to));
            }
        }
        left.into_iter().collect()
    }

    /// What is not after `limit`.
    #[must_use]
    pub fn until(&self, limit: T) -> Self {
        self.iter().map(|(after, to)| (after, Some(to.map_or(limit, |to| to.min(limit))))).collect()
    }

    /// True while the last stretch is still running.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.0.last().is_some_and(|span| span.to.is_none())
    }

    /// True for no time at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The stretches in order, `None` at the end of the one that is still running.
    pub fn iter(&self) -> impl Iterator<Item = (T, Option<T>)> {
        self.0.iter().map(|span| (span.after, span.to))
    }
}

/// True where a stretch with this end has anything after `instant`.
fn ends_after<T: Ord>(to: Option<T>, instant: T) -> bool {
    to.is_none_or(|to| to > instant)
}

impl<T: Copy + Ord> Default for Spans<T> {
    fn default() -> Self {
        Self::none()
    }
}

impl<T: Copy + Ord> FromIterator<(T, Option<T>)> for Spans<T> {
    fn from_iter<I: IntoIterator<Item = (T, Option<T>)>>(spans: I) -> Self {
        let mut spans: Vec<_> = spans.into_iter().filter(|(after, to)| ends_after(*to, *after)).collect();
        spans.sort_unstable_by_key(|(after, _)| *after);
        let mut joined: Vec<Span<T>> = Vec::with_capacity(spans.len());
        for (after, to) in spans {
            match joined.last_mut() {
                Some(last) if last.to.is_none_or(|end| end >= after) => {
                    last.to = last.to.zip(to).map(|(end, to)| end.max(to));
                }
                _ => joined.push(Span { after, to }),
            }
        }
        Self(joined)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_spans() -> impl Strategy<Value = Vec<(u8, Option<u8>)>> {
        let end = prop_oneof![4 => (0..60_u8).prop_map(Some), 1 => Just(None)];
        prop::collection::vec((0..60_u8, end), 0..6)
    }

    fn spans(raw: &[(u8, Option<u8>)]) -> Spans<u8> {
        raw.iter().copied().collect()
    }

    fn holds(raw: impl IntoIterator<Item = (u8, Option<u8>)>, at: u8) -> bool {
        raw.into_iter().any(|(after, to)| after < at && to.is_none_or(|to| at <= to))
    }

    #[test]
    fn touching_stretches_are_one() {
        assert_eq!(spans(&[(5, Some(9)), (1, Some(5))]), Spans::between(1, 9));
        assert_eq!(spans(&[(5, Some(9)), (7, None)]), Spans::since(5));
        assert!(Spans::between(5, 5).is_empty());
    }

    proptest! {
        #[test]
        fn the_algebra_agrees_with_asking_every_moment(a in any_spans(), b in any_spans(), limit in 0..60_u8) {
            let (x, y) = (spans(&a), spans(&b));
            let (union, minus, until) = (x.union(&y), x.minus(&y), x.until(limit));
            for at in 0..70 {
                let (in_a, in_b) = (holds(a.clone(), at), holds(b.clone(), at));
                prop_assert_eq!(holds(x.iter(), at), in_a);
                prop_assert_eq!(holds(union.iter(), at), in_a || in_b);
                prop_assert_eq!(holds(minus.iter(), at), in_a && !in_b);
                prop_assert_eq!(holds(until.iter(), at), in_a && at <= limit);
            }
            prop_assert_eq!(x.is_running(), a.iter().any(|(_, to)| to.is_none()));
        }

        #[test]
        fn stretches_are_kept_sorted_and_apart(a in any_spans()) {
            let kept: Vec<_> = spans(&a).iter().collect();
            for pair in kept.windows(2) {
                prop_assert!(pair[0].1.is_some_and(|to| to < pair[1].0));
            }
        }
    }
}
