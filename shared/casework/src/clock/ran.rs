//! On which days each item's clock ran.

use time::Date;
use workdays::Spans;

use super::facts::ItemFacts;

/// The items of a project, and inside which of them each one runs.
pub(super) struct Nested<'a> {
    pub items: &'a [ItemFacts],
    hosts: Vec<Option<usize>>,
}

impl<'a> Nested<'a> {
    pub fn of(items: &'a [ItemFacts]) -> Self {
        let host = |item: &ItemFacts| {
            let inside = item.inside.as_ref().filter(|inside| **inside != item.code)?;
            items.iter().position(|other| other.code == *inside)
        };
        Self { items, hosts: items.iter().map(host).collect() }
    }

    /// The item inside which this one runs.
    pub fn host(&self, at: usize) -> Option<usize> {
        self.hosts.get(at).copied().flatten()
    }

    /// The item, the one inside which it runs, and so on outwards; each once, even where they run inside each other.
    pub fn outwards(&self, at: usize) -> impl Iterator<Item = &'a ItemFacts> + '_ {
        let chain = std::iter::successors(Some(at), |at| self.host(*at));
        chain.take(self.items.len()).filter_map(|at| self.items.get(at))
    }

    /// The days on which its clock stood still, with those of the item around it.
    pub fn stood_still(&self, at: usize, as_of: Date) -> Spans<Date> {
        match self.host(at) {
            None => self.items.get(at).map(|item| item.stood_still(as_of)).unwrap_or_default(),
            Some(_) => {
                let known = self.outwards(at).flat_map(|item| item.known_suspensions(as_of));
                known.map(|suspension| (suspension.from, suspension.to)).collect()
            }
        }
    }

    /// The days on which its clock ran, over all rounds.
    pub fn ran(&self, at: usize, as_of: Date) -> Spans<Date> {
        let held: Spans<Date> = self.items.get(at).into_iter().flat_map(|item| item.held(as_of)).collect();
        if held.is_empty() {
            return held;
        }
        let still = self.stood_still(at, as_of);
        if still.is_empty() { held } else { held.minus(&still) }
    }
}
