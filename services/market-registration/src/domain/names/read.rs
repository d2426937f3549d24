//! Reads `data/names/`: what is broken is named, all of it at once.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
};

use serde::{Deserialize, de::DeserializeOwned};

use super::{
    book::{Form, Ground, Held, Industry, RuleBook, WordClass, Zone},
    finding::{Part, Quote, Severity},
    name::SlotState,
    normal::{is_chinese, plain},
};

/// The data files' texts.
#[derive(Clone, Debug)]
pub struct Sources<'a> {
    pub rules: &'a str,
    pub regions: &'a str,
    pub forms: &'a str,
    pub words: &'a str,
    pub industries: &'a str,
    pub characters: &'a str,
}

impl Sources<'static> {
    /// The files that the program carries.
    #[must_use]
    pub fn embedded() -> Self {
        Self {
            rules: include_str!("../../../data/names/rules.toml"),
            regions: include_str!("../../../data/names/regions.toml"),
            forms: include_str!("../../../data/names/forms.toml"),
            words: include_str!("../../../data/names/words.toml"),
            industries: include_str!("../../../data/names/industries.toml"),
            characters: include_str!("../../../data/names/characters.toml"),
        }
    }
}

/// Every fault of the data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct BrokenData(pub Vec<String>);

impl fmt::Display for BrokenData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the rules of names are broken: {}", self.0.join("; "))
    }
}

/// Rules that the program itself names.
const NAMED: [&str; 10] = [
    "standard_characters",
    "four_parts",
    "region_of_the_seat",
    "two_characters",
    "not_a_place_or_industry",
    "industry_by_classification",
    "form_of_the_type",
    "same_name",
    "investment_relation",
    "own_responsibility",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    version: u32,
    rule: Vec<RuleDraft>,
    held: Vec<HeldDraft>,
    ground: Vec<GroundDraft>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroundDraft {
    code: String,
    part: Part,
    rule: String,
    zh: String,
    en: String,
    authority: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeldDraft {
    state: String,
    source: String,
    zh: String,
    en: String,
    years: Option<u32>,
    #[serde(default)]
    investment: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleDraft {
    id: String,
    source: String,
    zh: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegionsFile {
    version: u32,
    region: Vec<RegionDraft>,
    zone: Vec<ZoneDraft>,
    places: PlacesDraft,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegionDraft {
    text: String,
    authority: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneDraft {
    text: String,
    of: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlacesDraft {
    names: Vec<String>,
    endings: Vec<String>,
    another_meaning: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormsFile {
    version: u32,
    never_inside: Vec<String>,
    another_meaning: Vec<String>,
    form: Vec<FormDraft>,
    types: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormDraft {
    text: String,
    types: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    version: u32,
    class: Vec<ClassDraft>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassDraft {
    code: String,
    zh: String,
    en: String,
    rule: String,
    source: String,
    severity: Severity,
    #[serde(default = "trade_name_and_industry")]
    parts: Vec<Part>,
    words: Vec<String>,
    #[serde(default)]
    exceptions: Vec<String>,
    #[serde(default = "trade_name_and_industry")]
    exceptions_in: Vec<Part>,
}

fn trade_name_and_industry() -> Vec<Part> {
    vec![Part::TradeName, Part::Industry]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndustriesFile {
    version: u32,
    another_meaning: Vec<String>,
    industry: Vec<IndustryDraft>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndustryDraft {
    class: String,
    zh: String,
    words: Vec<String>,
    #[serde(default)]
    prior_permit: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CharactersFile {
    version: u32,
    pairs: String,
}

/// Faults as they are found.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, fault: String) {
        self.0.push(fault);
    }

    fn unless(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        if !holds {
            self.0.push(fault());
        }
    }

    fn parse<T: DeserializeOwned>(&mut self, file: &str, text: &str) -> Option<T> {
        toml::from_str(text).map_err(|error| self.add(format!("{file}: {}", error.message()))).ok()
    }
}

pub(super) fn read(sources: &Sources<'_>) -> Result<RuleBook, BrokenData> {
    let mut faults = Faults::default();
    let rules = faults.parse::<RulesFile>("rules.toml", sources.rules);
    let regions = faults.parse::<RegionsFile>("regions.toml", sources.regions);
    let forms = faults.parse::<FormsFile>("forms.toml", sources.forms);
    let words = faults.parse::<WordsFile>("words.toml", sources.words);
    let industries = faults.parse::<IndustriesFile>("industries.toml", sources.industries);
    let characters = faults.parse::<CharactersFile>("characters.toml", sources.characters);
    let (Some(rules), Some(regions), Some(forms), Some(words), Some(industries), Some(characters)) =
        (rules, regions, forms, words, industries, characters)
    else {
        return Err(BrokenData(faults.0));
    };
    let version = rules.version;
    let others = [
        ("regions.toml", regions.version),
        ("forms.toml", forms.version),
        ("words.toml", words.version),
        ("industries.toml", industries.version),
        ("characters.toml", characters.version),
    ];
    for (file, other) in others {
        faults.unless(other == version, || format!("{file} is of version {other}, rules.toml of {version}"));
    }
    let held = held(rules.held, &mut faults);
    let quotes = quotes(rules.rule, &mut faults);
    let grounds = grounds(rules.ground, &quotes, &mut faults);
    let (regions, zones, places) = regions_and_places(regions, &mut faults);
    let another_meaning = another_meaning(&forms, &industries, &mut faults);
    let (forms, types, never_inside) = read_forms(forms, &mut faults);
    let book = RuleBook {
        version,
        held,
        grounds,
        zones,
        another_meaning,
        regions,
        places,
        forms,
        types,
        never_inside,
        classes: classes(words, &quotes, &mut faults),
        industries: read_industries(industries, &mut faults),
        standard: standard(&characters, &mut faults),
        quotes,
    };
    if faults.0.is_empty() { Ok(book) } else { Err(BrokenData(faults.0)) }
}

fn held(drafts: Vec<HeldDraft>, faults: &mut Faults) -> BTreeMap<SlotState, Held> {
    let mut held = BTreeMap::new();
    for HeldDraft { state, source, zh, en, years, investment } in drafts {
        let Some(of) = SlotState::read(&state) else {
            faults.add(format!("rules.toml: {state} is no state of a place"));
            continue;
        };
        let before = held.insert(of, Held { source, zh, en, years, investment });
        faults.unless(before.is_none(), || format!("rules.toml: held {state} occurs twice"));
    }
    for state in SlotState::ALL {
        faults.unless(held.contains_key(&state), || format!("rules.toml: held {} is missing", state.name()));
    }
    held
}

fn quotes(rules: Vec<RuleDraft>, faults: &mut Faults) -> BTreeMap<String, Quote> {
    let mut quotes = BTreeMap::new();
    for RuleDraft { id, source, zh, en } in rules {
        let whole = [&source, &zh, &en].iter().all(|text| !text.trim().is_empty());
        faults.unless(whole, || format!("rules.toml: {id} lacks its source or its words"));
        let before = quotes.insert(id.clone(), Quote { rule: id.clone(), source, zh, en });
        faults.unless(before.is_none(), || format!("rules.toml: {id} occurs twice"));
    }
    for rule in NAMED {
        faults.unless(quotes.contains_key(rule), || format!("rules.toml: {rule} is missing"));
    }
    quotes
}

fn grounds(drafts: Vec<GroundDraft>, quotes: &BTreeMap<String, Quote>, faults: &mut Faults) -> Vec<Ground> {
    let mut grounds: Vec<Ground> = Vec::new();
    for GroundDraft { code, part, rule, zh, en, authority } in drafts {
        faults.unless(quotes.contains_key(&rule), || format!("rules.toml: {code} quotes {rule}, which is no rule"));
        faults.unless(grounds.iter().all(|ground| ground.part != part), || {
            format!("rules.toml: {} has two grounds", part.name())
        });
        faults.unless((part == Part::Region) == authority.is_some(), || {
            format!("rules.toml: {code}: a name without a region, and no other, has an authority of its own")
        });
        grounds.push(Ground { code, part, rule, zh, en, authority });
    }
    for part in [Part::Region, Part::Industry] {
        let there = grounds.iter().any(|ground| ground.part == part);
        faults.unless(there, || format!("rules.toml: no ground for leaving out the {}", part.name()));
    }
    grounds
}

fn another_meaning(forms: &FormsFile, industries: &IndustriesFile, faults: &mut Faults) -> BTreeSet<String> {
    for word in &forms.another_meaning {
        let known = forms.form.iter().any(|form| form.text == *word);
        faults.unless(known, || format!("forms.toml: {word} has another meaning, but is no form"));
    }
    for word in &industries.another_meaning {
        let known = industries.industry.iter().any(|industry| industry.words.contains(word));
        faults.unless(known, || format!("industries.toml: {word} has another meaning, but is no industry"));
    }
    forms.another_meaning.iter().chain(&industries.another_meaning).cloned().collect()
}

type Regions = (BTreeMap<String, String>, Vec<Zone>, BTreeSet<String>);

fn regions_and_places(file: RegionsFile, faults: &mut Faults) -> Regions {
    let mut regions = BTreeMap::new();
    for RegionDraft { text, authority } in file.region {
        chinese("regions.toml", &text, faults);
        let code = ids::RegionCode::parse(&authority);
        faults.unless(code.is_ok(), || format!("regions.toml: the authority {authority} of {text} is no region code"));
        let before = regions.insert(text.clone(), authority);
        faults.unless(before.is_none(), || format!("regions.toml: {text} occurs twice"));
    }
    faults.unless(!regions.is_empty(), || "regions.toml: no region may be stated".to_owned());
    let mut zones = Vec::new();
    for ZoneDraft { text, of } in file.zone {
        chinese("regions.toml", &text, faults);
        for division in of.iter().filter(|of| !regions.contains_key(*of)) {
            faults.add(format!("regions.toml: {text} is of {division}, which is no region"));
        }
        zones.push(Zone { text, of });
    }
    let mut places = BTreeSet::new();
    for name in file.places.names {
        chinese("regions.toml", &name, faults);
        let bare = file.places.endings.iter().filter_map(|ending| name.strip_suffix(ending.as_str()));
        places.extend(bare.filter(|bare| bare.chars().count() >= 2).map(str::to_owned));
        places.insert(name);
    }
    for word in file.places.another_meaning {
        let known = places.remove(&word);
        faults.unless(known, || format!("regions.toml: {word} has another meaning, but is no place"));
    }
    (regions, zones, places)
}

fn read_forms(file: FormsFile, faults: &mut Faults) -> (Vec<Form>, BTreeMap<String, String>, Vec<String>) {
    let mut seen = BTreeSet::new();
    for form in &file.form {
        faults.unless(seen.insert(plain(&form.text)), || format!("forms.toml: {} occurs twice", form.text));
        faults.unless(!form.text.trim().is_empty(), || "forms.toml: a form without text".to_owned());
        faults.unless(!form.types.is_empty(), || format!("forms.toml: {} fits no type", form.text));
        for of in form.types.iter().filter(|of| !file.types.contains_key(*of)) {
            faults.add(format!("forms.toml: {} fits {of}, which is no type", form.text));
        }
    }
    for word in &file.never_inside {
        chinese("forms.toml", word, faults);
    }
    let forms = file.form.into_iter().map(|form| Form { text: form.text, types: form.types }).collect();
    (forms, file.types, file.never_inside)
}

fn classes(file: WordsFile, quotes: &BTreeMap<String, Quote>, faults: &mut Faults) -> Vec<WordClass> {
    let (mut codes, mut words) = (BTreeSet::new(), BTreeSet::new());
    for class in &file.class {
        let code = &class.code;
        faults.unless(codes.insert(code.clone()), || format!("words.toml: class {code} occurs twice"));
        faults.unless(quotes.contains_key(&class.rule), || {
            format!("words.toml: {code} quotes {}, which is no rule", class.rule)
        });
        faults.unless(!class.source.trim().is_empty(), || format!("words.toml: {code} lacks its source"));
        faults.unless(!class.parts.is_empty(), || format!("words.toml: {code} is looked for nowhere"));
        faults.unless(!class.words.is_empty(), || format!("words.toml: {code} has no word"));
        for word in &class.words {
            chinese("words.toml", word, faults);
            faults.unless(words.insert(word.clone()), || format!("words.toml: {word} occurs twice"));
        }
        for exception in &class.exceptions {
            chinese("words.toml", exception, faults);
            let excepts = class.words.iter().any(|word| exception != word && exception.contains(word.as_str()));
            faults.unless(excepts, || format!("words.toml: the exception {exception} holds no word of {code}"));
        }
    }
    let class = |draft: ClassDraft| {
        let ClassDraft { zh, en, rule, severity, parts, words, exceptions, exceptions_in, .. } = draft;
        WordClass { zh, en, rule, severity, parts, words, exceptions, exceptions_in }
    };
    file.class.into_iter().map(class).collect()
}

fn read_industries(file: IndustriesFile, faults: &mut Faults) -> Vec<Industry> {
    let (mut classes, mut words) = (BTreeSet::new(), BTreeSet::new());
    for industry in &file.industry {
        let class = &industry.class;
        faults.unless(is_class(class), || format!("industries.toml: {class} is no class of GB/T 4754"));
        faults.unless(classes.insert(class.clone()), || format!("industries.toml: {class} occurs twice"));
        faults.unless(!industry.words.is_empty(), || format!("industries.toml: {class} has no word"));
        for word in &industry.words {
            chinese("industries.toml", word, faults);
            faults.unless(words.insert(word.clone()), || format!("industries.toml: {word} occurs twice"));
        }
    }
    let industry = |draft: IndustryDraft| {
        let IndustryDraft { class, zh, words, prior_permit } = draft;
        Industry { class, zh, words, prior_permit }
    };
    file.industry.into_iter().map(industry).collect()
}

/// A letter A to T and two to four digits.
pub(super) fn is_class(class: &str) -> bool {
    let digits = class.strip_prefix(|first| matches!(first, 'A'..='T'));
    digits.is_some_and(|digits| (2..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn standard(file: &CharactersFile, faults: &mut Faults) -> HashMap<char, char> {
    let mut standard = HashMap::new();
    for pair in file.pairs.split_whitespace() {
        let mut characters = pair.chars();
        let (Some(from), Some(to), None) = (characters.next(), characters.next(), characters.next()) else {
            faults.add(format!("characters.toml: {pair} is no pair"));
            continue;
        };
        faults.unless(from != to, || format!("characters.toml: {pair} changes nothing"));
        faults.unless(standard.insert(from, to).is_none(), || format!("characters.toml: {from} occurs twice"));
    }
    for (from, to) in standard.iter().filter(|(_, to)| standard.contains_key(to)) {
        faults.add(format!("characters.toml: {to}, for {from}, is itself not standard"));
    }
    standard
}

fn chinese(file: &str, word: &str, faults: &mut Faults) {
    let holds = !word.is_empty() && word.chars().all(is_chinese);
    faults.unless(holds, || format!("{file}: `{word}` is not made of Chinese characters"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_that_the_program_carries_are_whole() {
        let book = read(&Sources::embedded()).unwrap();
        assert_eq!(book.version, 1);
        assert!(book.places.contains("宁夏") && book.places.contains("招远") && !book.places.contains("和平"));
    }

    #[test]
    fn every_fault_of_every_file_is_named_at_once() {
        let broken = Sources {
            words: r#"
                version = 2
                [[class]]
                code = "a"
                zh = "甲"
                en = "a"
                rule = "no_such_rule"
                source = "x"
                severity = "block"
                words = ["abc", "最佳", "最佳"]
                exceptions = ["别的"]
            "#,
            industries: "version = 1\nanother_meaning = []\n[[industry]]\nclass = \"Z1\"\nzh = \"甲\"\nwords = []\n",
            characters: "version = 1\npairs = \"國国 国囯 x\"\n",
            ..Sources::embedded()
        };
        let faults = read(&broken).unwrap_err().0;
        let expected = [
            "words.toml is of version 2, rules.toml of 1",
            "words.toml: a quotes no_such_rule, which is no rule",
            "words.toml: `abc` is not made of Chinese characters",
            "words.toml: 最佳 occurs twice",
            "words.toml: the exception 别的 holds no word of a",
            "industries.toml: Z1 is no class of GB/T 4754",
            "industries.toml: Z1 has no word",
            "characters.toml: x is no pair",
            "characters.toml: 国, for 國, is itself not standard",
        ];
        assert_eq!(faults, expected);
        let not_toml = Sources { rules: "version = ", forms: "version = 1", ..Sources::embedded() };
        assert_eq!(read(&not_toml).unwrap_err().0.len(), 2);
    }
}
