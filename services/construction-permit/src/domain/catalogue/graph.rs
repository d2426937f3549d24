//! Who waits for whom: the items of a list, with replaced items' edges taken over, and the longest way through them.

use casework::{ClockClass, Limit};
use std::collections::{BTreeMap, BTreeSet};

use super::{
    Catalogue,
    item::{AnyOf, Item, ItemCode},
};

/// The dependencies of one item within a list of items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edges {
    pub after: Vec<AnyOf<ItemCode>>,
    pub inside: Vec<AnyOf<ItemCode>>,
}

impl Catalogue {
    /// Dependencies of an item among the items of a list: what is not in the list is ignored, what is replaced in the
    /// list stands as the item that takes its place, and a group of which nothing is left asks for nothing.
    #[must_use]
    pub fn edges(&self, item: &Item, list: &BTreeSet<ItemCode>) -> Edges {
        let standing = |code: &ItemCode| self.standing_for(code, list).filter(|other| *other != item.code);
        let groups = |groups: &[AnyOf<ItemCode>]| {
            let kept = groups.iter().map(|group| {
                let codes: BTreeSet<_> = group.0.iter().filter_map(standing).collect();
                AnyOf(codes.into_iter().collect())
            });
            let mut kept: Vec<AnyOf<ItemCode>> = kept.filter(|group| !group.0.is_empty()).collect();
            kept.sort();
            kept.dedup();
            kept
        };
        Edges { after: groups(&item.after), inside: groups(&item.inside) }
    }

    /// The item that stands in the list for this one: itself, or the one that replaces it there.
    #[must_use]
    pub fn standing_for(&self, code: &ItemCode, list: &BTreeSet<ItemCode>) -> Option<ItemCode> {
        let replacing = self.replacing(code).find(|item| list.contains(&item.code));
        let replacing = replacing.map(|item| item.code.clone());
        replacing.or_else(|| list.contains(code).then(|| code.clone()))
    }

    /// Working days of the longest way through a list, counting main items only (4.2). Of a group the nearest one counts.
    #[must_use]
    pub fn critical_path(&self, list: &BTreeSet<ItemCode>) -> u32 {
        let mut done = BTreeMap::new();
        list.iter().map(|code| self.finish(code, list, &mut done)).max().unwrap_or(0)
    }

    fn finish(&self, code: &ItemCode, list: &BTreeSet<ItemCode>, done: &mut BTreeMap<ItemCode, u32>) -> u32 {
        if let Some(days) = done.get(code) {
            return *days;
        }
        let Some(item) = self.item(code) else { return 0 };
        let edges = self.edges(item, list);
        let mut farthest = |groups: &[AnyOf<ItemCode>]| {
            let nearest =
                groups.iter().map(|group| group.0.iter().map(|code| self.finish(code, list, done)).min().unwrap_or(0));
            nearest.max().unwrap_or(0)
        };
        let start = farthest(&edges.after).max(farthest(&edges.inside));
        let own = match (item.clock, item.promised) {
            // What runs inside another adds nothing.
            (ClockClass::Main, Limit::WorkingDays(days)) if edges.inside.is_empty() => days,
            (ClockClass::Main | ClockClass::Parallel | ClockClass::Outside, _) => 0,
        };
        done.insert(code.clone(), start + own);
        start + own
    }
}

/// Paths of items that wait for themselves, each waiting for the one before it; with one item in the place of those that
/// it replaces.
pub fn cycles(items: &[&Item], replacing: Option<&Item>) -> Vec<Vec<ItemCode>> {
    let index: BTreeMap<&ItemCode, &Item> = items.iter().map(|item| (&item.code, *item)).collect();
    let mut walk = Walk { index, replacing, done: BTreeSet::new(), way: vec![], found: vec![] };
    for item in items {
        walk.visit(&item.code);
    }
    walk.found
}

/// The same cycle begun at its smallest code, so that it is told once.
pub fn turned(path: &[ItemCode]) -> Vec<ItemCode> {
    let round = path.split_last().map_or(path, |(_, round)| round);
    let begin = round.iter().enumerate().min_by_key(|(_, code)| *code).map_or(0, |(at, _)| at);
    round.iter().cycle().skip(begin).take(round.len()).cloned().collect()
}

struct Walk<'a> {
    index: BTreeMap<&'a ItemCode, &'a Item>,
    replacing: Option<&'a Item>,
    done: BTreeSet<ItemCode>,
    way: Vec<ItemCode>,
    found: Vec<Vec<ItemCode>>,
}

impl Walk<'_> {
    fn visit(&mut self, code: &ItemCode) {
        let code = match self.replacing {
            Some(item) if item.replaces.contains(code) => &item.code,
            Some(_) | None => code,
        };
        if let Some(begin) = self.way.iter().position(|met| met == code) {
            let mut path: Vec<_> = self.way.iter().skip(begin).cloned().collect();
            // An item that takes the place of its own predecessor or successor does not wait for itself.
            if path.len() > 1 || self.replacing.is_none_or(|item| item.code != *code) {
                path.push(code.clone());
                path.reverse();
                self.found.push(path);
            }
            return;
        }
        if !self.done.insert(code.clone()) {
            return;
        }
        self.way.push(code.clone());
        let groups = self.index.get(code).map(|item| item.after.iter().chain(&item.inside));
        for next in groups.into_iter().flatten().flat_map(|group| &group.0) {
            self.visit(next);
        }
        self.way.pop();
    }
}
