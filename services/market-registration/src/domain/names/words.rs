//! Looks for words that a name may not hold.

use super::{
    book::{RuleBook, WordClass},
    finding::{Part, Severity},
};

/// A word that was found.
#[derive(Clone, Debug)]
pub(super) struct Hit<'a> {
    pub class: &'a WordClass,
    pub word: &'a str,
    /// Where it begins.
    pub part: Part,
    /// First character, from 0.
    pub from: usize,
    /// One past the last.
    pub to: usize,
}

/// Every word in `text`, which is the region, from character `trade_name` on the trade name, and from `industry` on the
/// industry. A word inside a longer one that is refused is not told twice.
pub(super) fn hits<'a>(book: &'a RuleBook, text: &str, (trade_name, industry): (usize, usize)) -> Vec<Hit<'a>> {
    let part = |from: usize| match from {
        from if from < trade_name => Part::Region,
        from if from < industry => Part::TradeName,
        _ => Part::Industry,
    };
    let text: Vec<char> = text.chars().collect();
    let mut hits = Vec::new();
    for class in &book.classes {
        let excepted: Vec<(usize, usize)> =
            class.exceptions.iter().flat_map(|exception| places(&text, exception)).collect();
        let excepted: Vec<_> =
            excepted.into_iter().filter(|(from, _)| class.exceptions_in.contains(&part(*from))).collect();
        for word in &class.words {
            for (from, to) in places(&text, word) {
                let free = excepted.iter().any(|(first, last)| *first <= from && to <= *last);
                let part = part(from);
                if class.parts.contains(&part) && !free {
                    hits.push(Hit { class, word, part, from, to });
                }
            }
        }
    }
    let inside = |hit: &Hit<'_>| {
        hits.iter().any(|other| {
            let longer = other.to - other.from > hit.to - hit.from;
            longer && other.class.severity == Severity::Block && other.from <= hit.from && hit.to <= other.to
        })
    };
    let mut told: Vec<Hit<'a>> = hits.iter().filter(|hit| !inside(hit)).cloned().collect();
    told.sort_by_key(|hit| (hit.from, hit.to));
    told
}

fn places(text: &[char], word: &str) -> Vec<(usize, usize)> {
    let word: Vec<char> = word.chars().collect();
    if word.is_empty() {
        return Vec::new();
    }
    let found = text.windows(word.len()).enumerate().filter(|(_, window)| *window == word.as_slice());
    found.map(|(from, _)| (from, from + word.len())).collect()
}
