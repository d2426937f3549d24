//! What a condition says about a project, and which answers made it say so.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Comparison, Condition, Node, Operand, Value};

/// An answer that decided, with the bound that it was measured by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    pub attribute: String,
    /// Of an order: `>= 1000`.
    pub bound: Option<(Comparison, Value)>,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Holds(Vec<Because>),
    Fails(Vec<Because>),
    /// It depends on these attributes, which nobody has answered.
    Open(BTreeSet<String>),
}

impl Condition {
    /// Decides over what is known. An unknown attribute leaves the verdict open only where it matters: `false && x`
    /// fails whatever `x` is.
    pub fn decide<'v>(&self, known: &impl Fn(&str) -> Option<&'v Value>) -> Verdict {
        decide(&self.node, known)
    }
}

fn decide<'v>(node: &Node, known: &impl Fn(&str) -> Option<&'v Value>) -> Verdict {
    match node {
        Node::Always(value) => verdict(*value, vec![]),
        Node::Flag(name) => match known(name) {
            Some(value) => verdict(*value == Value::Bool(true), vec![because(name)]),
            None => open([name]),
        },
        Node::Compare { attribute, by, with } => {
            let right = match with {
                Operand::Literal(value) => Some(value),
                Operand::Attribute(name) => known(name),
            };
            match (known(attribute), right) {
                (Some(left), Some(right)) => verdict(compares(left, *by, right), measured(attribute, *by, with, right)),
                (left, right) => {
                    let other = match with {
                        Operand::Attribute(name) if right.is_none() => Some(name),
                        Operand::Attribute(_) | Operand::Literal(_) => None,
                    };
                    open(left.is_none().then_some(attribute).into_iter().chain(other))
                }
            }
        }
        Node::OneOf { attribute, values } => match known(attribute) {
            Some(value) => verdict(values.contains(value), vec![because(attribute)]),
            None => open([attribute]),
        },
        Node::Not(node) => match decide(node, known) {
            Verdict::Holds(why) => Verdict::Fails(why),
            Verdict::Fails(why) => Verdict::Holds(why),
            Verdict::Open(names) => Verdict::Open(names),
        },
        Node::All(nodes) => join(nodes, known, false),
        Node::Any(nodes) => join(nodes, known, true),
    }
}

/// The first part that settles it (`false` of all, `true` of any) is the reason; else all of them together are.
fn join<'v>(nodes: &[Node], known: &impl Fn(&str) -> Option<&'v Value>, settles: bool) -> Verdict {
    let (mut why, mut names) = (vec![], BTreeSet::new());
    for node in nodes {
        match decide(node, known) {
            Verdict::Holds(found) if settles => return Verdict::Holds(found),
            Verdict::Fails(found) if !settles => return Verdict::Fails(found),
            Verdict::Holds(found) | Verdict::Fails(found) => why.extend(found),
            Verdict::Open(found) => names.extend(found),
        }
    }
    if names.is_empty() { verdict(!settles, why) } else { Verdict::Open(names) }
}

fn verdict(holds: bool, why: Vec<Because>) -> Verdict {
    if holds { Verdict::Holds(why) } else { Verdict::Fails(why) }
}

fn open<'n>(names: impl IntoIterator<Item = &'n String>) -> Verdict {
    Verdict::Open(names.into_iter().cloned().collect())
}

fn because(name: &str) -> Because {
    Because { attribute: name.to_owned(), bound: None }
}

fn measured(attribute: &str, by: Comparison, with: &Operand, right: &Value) -> Vec<Because> {
    let ordered = !matches!(by, Comparison::Equal | Comparison::Different);
    let left = Because { attribute: attribute.to_owned(), bound: ordered.then(|| (by, right.clone())) };
    match with {
        Operand::Attribute(name) => vec![left, because(name)],
        Operand::Literal(_) => vec![left],
    }
}

fn compares(left: &Value, by: Comparison, right: &Value) -> bool {
    match by {
        Comparison::Equal => left == right,
        Comparison::Different => left != right,
        Comparison::Less => left < right,
        Comparison::AtMost => left <= right,
        Comparison::More => left > right,
        Comparison::AtLeast => left >= right,
    }
}
