//! From a template and its variables to a text that may be told, or every reason why not.

use std::{collections::BTreeMap, fmt};

use contracts::links::Places;

use super::{
    Language, Template,
    check::{MOST_CHARACTERS, signature},
};
use crate::domain::{
    guard::{Guard, Secret},
    value::ValueFault,
};

/// A text that passed the guard.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    pub text: String,
    /// Who speaks, without brackets; none for staff.
    pub signature: Option<String>,
    /// The text without its code, where it has one.
    pub blank: Option<String>,
}

/// Stands for a code that is kept by nobody.
const BLANK: &str = "******";

/// Why nothing may be told. Names variables, never repeats a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Missing(String),
    Superfluous(String),
    Value {
        variable: String,
        fault: ValueFault,
    },
    /// The sender marked it as a person's full name.
    FullName(String),
    TooLong(usize),
    /// Where it stands: a variable, or the whole text where several of them make it.
    Told {
        place: String,
        secret: Secret,
    },
}

impl Refusal {
    /// Stable, for operators and alarms.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) | Self::Superfluous(_) | Self::Value { .. } | Self::TooLong(_) => "variables_do_not_fit",
            Self::FullName(_) | Self::Told { .. } => "personal_data",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "variable {name} is missing"),
            // The name comes from outside, and may itself be what must not be repeated.
            Self::Superfluous(_) => f.write_str("a variable is superfluous"),
            Self::Value { variable, fault } => write!(f, "variable {variable} {fault}"),
            Self::FullName(name) => write!(f, "variable {name} is marked as a person's full name"),
            Self::TooLong(found) => write!(f, "the text has {found} characters, at most {MOST_CHARACTERS}"),
            Self::Told { place, secret } => write!(f, "{place} holds {secret}"),
        }
    }
}

impl Template {
    /// The text for these variables; links stand below `places`.
    ///
    /// # Errors
    /// Every reason why it may not be told.
    pub fn render(
        &self,
        language: Language,
        variables: &BTreeMap<String, String>,
        full_names: &[String],
        places: &Places,
        guard: &Guard<'_>,
    ) -> Result<Rendered, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut told = BTreeMap::new();
        let mut watched = BTreeMap::new();
        for (name, kind) in &self.variables {
            let Some(value) = variables.get(name) else {
                refusals.push(Refusal::Missing(name.clone()));
                continue;
            };
            if full_names.contains(name) {
                refusals.push(Refusal::FullName(name.clone()));
            }
            if let Some(fault) = kind.fault(value, places) {
                refusals.push(Refusal::Value { variable: name.clone(), fault });
            }
            let shown = guard.secrets(kind.watched(value));
            refusals
                .extend(shown.into_iter().map(|secret| Refusal::Told { place: format!("variable {name}"), secret }));
            told.insert(name.as_str(), kind.told(value, places, language));
            watched.insert(name.as_str(), kind.watched(value));
        }
        let superfluous = variables.keys().chain(full_names).filter(|name| !self.variables.contains_key(*name));
        refusals.extend(superfluous.map(|name| Refusal::Superfluous(name.clone())));
        let text = fill(self.text(language), &told);
        let length = text.chars().count();
        if length > MOST_CHARACTERS {
            refusals.push(Refusal::TooLong(length));
        }
        if refusals.is_empty() {
            let whole = guard.secrets(&fill(self.text(language), &watched));
            refusals.extend(whole.into_iter().map(|secret| Refusal::Told { place: "the text".to_owned(), secret }));
        }
        if refusals.is_empty() {
            let signature = signature(&text).map(str::to_owned);
            let codes: Vec<&String> = self.codes().collect();
            codes.iter().for_each(|name| drop(told.insert(name.as_str(), BLANK.into())));
            let blank = (!codes.is_empty()).then(|| fill(self.text(language), &told));
            Ok(Rendered { text, signature, blank })
        } else {
            Err(refusals)
        }
    }
}

/// Puts values into their places; what looks like a place inside of a value stays as it is.
fn fill<T: AsRef<str>>(text: &str, values: &BTreeMap<&str, T>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = behind.split_once('}') else { break };
        filled.push_str(values.get(name).map(AsRef::as_ref).unwrap_or_default());
        rest = after;
    }
    filled.push_str(rest);
    filled
}
