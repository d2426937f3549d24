//! The rules of names, as read from the data.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    finding::{Part, Quote, Severity},
    name::SlotState,
    normal,
    read::{BrokenData, Sources, read},
};

/// Class of an industry that the list does not know: 规定 9 lets customary words stand.
pub const UNCLASSIFIED: &str = "unclassified";

/// The industry of a name that states none: it is compared with names of every industry (规定 17).
pub const CROSS_INDUSTRY: &str = "cross_industry";

/// Everything that decides about a name.
#[derive(Clone, Debug)]
pub struct RuleBook {
    pub(super) version: u32,
    pub(super) quotes: BTreeMap<String, Quote>,
    /// Why a place may be held, and what follows.
    pub(super) held: BTreeMap<SlotState, Held>,
    pub(super) grounds: Vec<Ground>,
    pub(super) zones: Vec<Zone>,
    /// Forms and industries that as a trade name mean something else.
    pub(super) another_meaning: BTreeSet<String>,
    /// Region as written -> registering authority.
    pub(super) regions: BTreeMap<String, String>,
    /// Places in full and bare.
    pub(super) places: BTreeSet<String>,
    pub(super) forms: Vec<Form>,
    /// Type of company -> its Chinese name.
    pub(super) types: BTreeMap<String, String>,
    pub(super) never_inside: Vec<String>,
    pub(super) classes: Vec<WordClass>,
    pub(super) industries: Vec<Industry>,
    /// Character that is not standard -> the standard one.
    pub(super) standard: HashMap<char, char>,
}

/// A form of organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// As it stands in names.
    pub text: String,
    /// Types of company that it fits.
    pub types: Vec<String>,
}

/// One way in which a place is held (规定 17).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The article and its item.
    pub source: String,
    pub zh: String,
    pub en: String,
    /// How long after the day in question; for none, as long as the state lasts.
    pub years: Option<u32>,
    /// An investment relation with who holds it lets another name stand beside.
    pub investment: bool,
}

/// Why a part may be left out (规定 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ground {
    pub code: String,
    pub part: Part,
    pub rule: String,
    pub zh: String,
    pub en: String,
    /// Who registers such a name, where that is another.
    pub authority: Option<String>,
}

/// A development zone or the like, with the divisions that it may follow (规定 7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Zone {
    pub text: String,
    pub of: Vec<String>,
}

/// Words under one rule.
#[derive(Clone, Debug)]
pub(super) struct WordClass {
    pub zh: String,
    pub en: String,
    pub rule: String,
    pub severity: Severity,
    /// Where such a word may not begin.
    pub parts: Vec<Part>,
    pub words: Vec<String>,
    /// Longer texts in which a word means something else.
    pub exceptions: Vec<String>,
    /// Where such a text begins.
    pub exceptions_in: Vec<Part>,
}

/// A class of GB/T 4754 with the words that names use for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Industry {
    pub class: String,
    pub zh: String,
    pub words: Vec<String>,
    /// Registration needs a permit first.
    pub prior_permit: bool,
}

impl RuleBook {
    /// Reads the data files.
    ///
    /// # Errors
    /// Every fault of every file at once.
    pub fn read(sources: &Sources<'_>) -> Result<Self, BrokenData> {
        read(sources)
    }

    /// The rules that the program carries.
    ///
    /// # Errors
    /// Where a data file is broken.
    pub fn embedded() -> Result<Self, BrokenData> {
        Self::read(&Sources::embedded())
    }

    /// Version of the rules, kept with every name that was decided by them.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Who registers names under this region, which may be a division with one of its zones.
    pub(super) fn authority(&self, region: &str) -> Option<&String> {
        let of_zone = |zone: &Zone| {
            let division = region.strip_suffix(zone.text.as_str())?;
            self.regions.get(division).filter(|_| zone.of.iter().any(|of| of == division))
        };
        self.regions.get(region).or_else(|| self.zones.iter().find_map(of_zone))
    }

    /// The industry of a name: the longest word with which it ends, or else the longest in it.
    #[must_use]
    pub fn industry(&self, text: &str) -> Option<&Industry> {
        let longest = |fits: &dyn Fn(&str) -> bool| {
            let words = self.industries.iter().flat_map(|of| of.words.iter().map(move |word| (word, of)));
            words.filter(|(word, _)| fits(word)).max_by_key(|(word, _)| word.chars().count()).map(|(_, of)| of)
        };
        longest(&|word| text.ends_with(word)).or_else(|| longest(&|word| text.contains(word)))
    }

    /// The rule of this id. Loading made sure that every rule that is named is there.
    pub(super) fn quote(&self, rule: &str) -> Quote {
        let unknown = || Quote { rule: rule.to_owned(), source: String::new(), zh: String::new(), en: String::new() };
        self.quotes.get(rule).cloned().unwrap_or_else(unknown)
    }

    /// Why a place in this state is held. Loading made sure that every state is there.
    #[must_use]
    pub fn held(&self, state: SlotState) -> Held {
        self.held.get(&state).cloned().unwrap_or_default()
    }

    /// Whether names are registered under this region code.
    #[must_use]
    pub fn is_authority(&self, code: &str) -> bool {
        let without = self.grounds.iter().filter_map(|ground| ground.authority.as_ref());
        self.regions.values().chain(without).any(|authority| authority == code)
    }

    /// The class of the list that holds a class of GB/T 4754, e.g. `C39` for `C3912`; itself where none does.
    #[must_use]
    pub fn class_of(&self, class: &str) -> String {
        let holding = self.industries.iter().map(|of| of.class.as_str()).filter(|of| class.starts_with(of));
        holding.max_by_key(|of| of.len()).unwrap_or(class).to_owned()
    }

    /// The rule under which one place is held by one name.
    #[must_use]
    pub fn same_name(&self) -> Quote {
        self.quote("same_name")
    }

    /// The rule under which a company that is invested in may have the same name.
    #[must_use]
    pub fn investment(&self) -> Quote {
        self.quote("investment_relation")
    }

    /// The rule that leaves it to the applicant to keep away from others' names.
    #[must_use]
    pub fn own_responsibility(&self) -> Quote {
        self.quote("own_responsibility")
    }

    /// A text as it is compared: without spaces, half-width, in standard characters. Doing it twice changes nothing.
    #[must_use]
    pub fn normalised(&self, text: &str) -> String {
        normal::plain(text).chars().map(|c| self.standard.get(&c).copied().unwrap_or(c)).collect()
    }
}
