//! The questionnaire: what a project of a type is asked, in order, few and only what decides something.

use std::collections::BTreeSet;

use super::answers::{Answer, Answers, Missing, Origin, is_built_in};
use crate::domain::{
    attribute::Attribute,
    catalogue::{Catalogue, ItemCode},
    condition::Verdict,
};

/// One question.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    pub attribute: &'a Attribute,
    /// The answer, or the default where defaults are taken.
    pub answer: Option<&'a Answer>,
    /// Items that it decides for this type; none where it only guards against a contradiction.
    pub items: BTreeSet<ItemCode>,
    /// Earlier questions that show whether this one is asked.
    pub waits_for: BTreeSet<String>,
}

/// Questions for a project, in order. What earlier answers make pointless is left out.
#[must_use]
pub fn questionnaire<'a>(catalogue: &'a Catalogue, answers: &'a Answers) -> Vec<Question<'a>> {
    let asked = catalogue.attributes().iter().filter(|attribute| !is_built_in(&attribute.name));
    let question = |attribute: &'a Attribute| {
        let when = attribute.asked_when.as_ref().map(|when| when.decide(&|name: &str| answers.value(name)));
        let waits_for = match when {
            Some(Verdict::Fails(_)) => return None,
            Some(Verdict::Open(names)) => names,
            Some(Verdict::Holds(_)) | None => BTreeSet::new(),
        };
        let answer = answers.answer(&attribute.name).filter(|answer| answer.origin != Origin::NotAsked);
        let items = catalogue.decided_by(&attribute.name, answers.kind);
        catalogue.matters(&attribute.name, answers.kind).then_some(Question { attribute, answer, items, waits_for })
    };
    asked.filter_map(question).collect()
}

impl Question<'_> {
    /// As the list of what is missing has it.
    #[must_use]
    pub fn missing(&self) -> Option<Missing> {
        let open = self.answer.is_none() && self.waits_for.is_empty();
        open.then(|| Missing { attribute: self.attribute.name.clone(), items: self.items.iter().cloned().collect() })
    }
}
