//! What is known about a project: the answers that were given, and what follows where none was.

use std::collections::BTreeMap;

use chassis::data::Label;
use serde::{Deserialize, Serialize};
use time::Date;

use crate::domain::{
    ProjectType,
    attribute::{Attribute, ON, PROJECT_TYPE},
    catalogue::{Catalogue, ItemCode},
    condition::{Value, Verdict},
};

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Given,
    /// Nobody answered; the catalogue's default was taken.
    Default,
    /// An earlier answer makes the question pointless.
    NotAsked,
}

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub value: Value,
    pub origin: Origin,
}

/// What to do with a question that has a default and no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// It stays open, and so does what it decides.
    LeaveOpen,
    /// The default holds, and every sentence that quotes it says so.
    TakeDefaults,
}

/// A question without an answer, and what waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    pub attribute: String,
    pub items: Vec<ItemCode>,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// No such attribute.
    Unknown,
    /// Not a value of the attribute.
    Misshapen,
    /// Answers that cannot be at once.
    Contradictory,
}

/// A fault, with the attributes that it is about and the items that they decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerFault {
    pub kind: FaultKind,
    pub attributes: Vec<String>,
    pub items: Vec<ItemCode>,
    pub what: Label,
}

/// What is known about one project, without contradiction.
#[derive(Clone, Debug)]
pub struct Answers {
    pub(super) kind: ProjectType,
    pub(super) on: Date,
    known: BTreeMap<String, Answer>,
    missing: Vec<Missing>,
}

impl Answers {
    /// Reads answers as they were given: attribute -> JSON value.
    ///
    /// # Errors
    /// Every answer that is unknown, misshapen or contradictory, at once.
    pub fn read(
        catalogue: &Catalogue,
        kind: ProjectType,
        on: Date,
        given: &BTreeMap<String, serde_json::Value>,
        unanswered: Unanswered,
    ) -> Result<Self, Vec<AnswerFault>> {
        let given_value = |value| Answer { value, origin: Origin::Given };
        let known = [
            (PROJECT_TYPE.to_owned(), given_value(Value::Choice(kind.letter().to_owned()))),
            (ON.to_owned(), given_value(Value::Date(on))),
        ];
        let mut reading =
            Reading { catalogue, faults: vec![], answers: Self { kind, on, known: known.into(), missing: vec![] } };
        reading.unknown(given);
        for attribute in catalogue.attributes().iter().filter(|attribute| !is_built_in(&attribute.name)) {
            reading.attribute(attribute, given.get(&attribute.name), unanswered);
        }
        reading.rules();
        if reading.faults.is_empty() { Ok(reading.answers) } else { Err(reading.faults) }
    }

    #[must_use]
    pub fn answer(&self, name: &str) -> Option<&Answer> {
        self.known.get(name)
    }

    /// As conditions ask.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.known.get(name).map(|answer| &answer.value)
    }

    /// Questions that this project is asked and that have no answer, in the order of asking.
    #[must_use]
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }
}

pub(super) fn is_built_in(name: &str) -> bool {
    name == ON || name == PROJECT_TYPE
}

struct Reading<'a> {
    catalogue: &'a Catalogue,
    faults: Vec<AnswerFault>,
    answers: Answers,
}

impl Reading<'_> {
    fn fault(&mut self, kind: FaultKind, attributes: Vec<String>, what: Label) {
        let decided = attributes.iter().flat_map(|name| self.catalogue.decided_by(name, self.answers.kind));
        let items: std::collections::BTreeSet<_> = decided.collect();
        self.faults.push(AnswerFault { kind, attributes, items: items.into_iter().collect(), what });
    }

    fn labels(&self, names: &[String]) -> (String, String) {
        let labels = names.iter().filter_map(|name| self.catalogue.attribute(name)).map(|attribute| &attribute.label);
        let (zh, en): (Vec<_>, Vec<_>) = labels.map(|label| (label.zh.as_str(), label.en.as_str())).unzip();
        (zh.join("、"), en.join(", "))
    }

    fn unknown(&mut self, given: &BTreeMap<String, serde_json::Value>) {
        for name in given.keys() {
            if is_built_in(name) || self.catalogue.attribute(name).is_none() {
                let what = Label::new(
                    format!("目录没有属性“{name}”"),
                    format!("the catalogue asks for no attribute \"{name}\""),
                );
                self.fault(FaultKind::Unknown, vec![name.clone()], what);
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, given: Option<&serde_json::Value>, unanswered: Unanswered) {
        let name = &attribute.name;
        let given = match given.map(|value| attribute.read(value)) {
            Some(Ok(value)) => Some(value),
            Some(Err(what)) => {
                let (zh, en) = (&attribute.label.zh, &attribute.label.en);
                let what = Label::new(format!("“{zh}”{}", what.zh), format!("\"{en}\" {}", what.en));
                return self.fault(FaultKind::Misshapen, vec![name.clone()], what);
            }
            None => None,
        };
        let asked = attribute.asked_when.as_ref().map(|when| when.decide(&|name: &str| self.answers.value(name)));
        let answer = match (asked, given) {
            (Some(Verdict::Fails(why)), given) => {
                if given.is_some() && given != attribute.otherwise {
                    let others: Vec<_> = why.iter().map(|because| because.attribute.clone()).collect();
                    let (zh, en) = self.labels(&others);
                    let what = Label::new(
                        format!("“{}”与“{zh}”的回答矛盾", attribute.label.zh),
                        format!("\"{}\" contradicts the answer to \"{en}\"", attribute.label.en),
                    );
                    self.fault(FaultKind::Contradictory, [name.clone()].into_iter().chain(others).collect(), what);
                }
                attribute.otherwise.clone().map(|value| Answer { value, origin: Origin::NotAsked })
            }
            (_, Some(value)) => Some(Answer { value, origin: Origin::Given }),
            // Whether it is asked at all is open: the earlier question is the one that is missing.
            (Some(Verdict::Open(_)), None) => None,
            (Some(Verdict::Holds(_)) | None, None) => {
                let default = attribute.default.clone().filter(|_| unanswered == Unanswered::TakeDefaults);
                if default.is_none() && self.catalogue.matters(name, self.answers.kind) {
                    let items = self.catalogue.decided_by(name, self.answers.kind).into_iter().collect();
                    self.answers.missing.push(Missing { attribute: name.clone(), items });
                }
                default.map(|value| Answer { value, origin: Origin::Default })
            }
        };
        self.answers.known.extend(answer.map(|answer| (name.clone(), answer)));
    }

    fn rules(&mut self) {
        let (catalogue, kind) = (self.catalogue, self.answers.kind);
        for rule in catalogue.rules().iter().filter(|rule| rule.applies_to(kind)) {
            if let Verdict::Fails(why) = rule.holds.decide(&|name: &str| self.answers.value(name)) {
                let mut names: Vec<_> = why.into_iter().map(|because| because.attribute).collect();
                names.dedup();
                self.fault(FaultKind::Contradictory, names, rule.text.clone());
            }
        }
    }
}
