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
    /// First character, from 0.
    pub from: usize,
    /// One past the last.
    pub to: usize,
}

/// Every word in `text`, whose first `trade_name` characters are the trade name and the rest the industry. A word inside
/// a longer one that is refused is not told twice.
pub(super) fn hits<'a>(book: &'a RuleBook, text: &str, trade_name: usize) -> Vec<Hit<'a>> {
    let text: Vec<char> = text.chars().collect();
    let mut hits = Vec::new();
    for class in &book.classes {
        let excepted: Vec<(usize, usize)> =
            class.exceptions.iter().flat_map(|exception| places(&text, exception)).collect();
        for word in &class.words {
            for (from, to) in places(&text, word) {
                let part = if from < trade_name { Part::TradeName } else { Part::Industry };
                let free = excepted.iter().any(|(first, last)| *first <= from && to <= *last);
                if class.parts.contains(&part) && !free {
                    hits.push(Hit { class, word, from, to });
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
