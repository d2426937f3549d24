//! Conditions: CEL (Common Expression Language) over a project's attributes. The parser is the `cel` crate's; what comes
//! out is checked against the declared attributes and turned into a small tree, so that an answer that is missing
//! leaves the verdict open instead of failing, and so that a verdict can say which answers made it.
//!
//! Of CEL, conditions use `&&`, `||`, `!`, `==`, `!=`, `<`, `<=`, `>`, `>=`, `in [..]`, literals, and `date("2026-12-31")`.

mod compile;
mod decide;
mod value;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use decide::{Because, Verdict};
pub use value::{Decimal, Value};

use super::attribute::Attribute;

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Equal,
    Different,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Comparison {
    /// As people read it.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Different => "≠",
            Self::Less => "<",
            Self::AtMost => "≤",
            Self::More => ">",
            Self::AtLeast => "≥",
        }
    }
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Operand {
    Attribute(String),
    Literal(Value),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Always(bool),
    Flag(String),
    Compare { attribute: String, by: Comparison, with: Operand },
    OneOf { attribute: String, values: Vec<Value> },
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
}

/// A condition that fits the attributes it names.
#[derive(Clone, Debug)]
pub struct Condition {
    source: String,
    names: BTreeSet<String>,
    node: Node,
}

impl Condition {
    /// Reads CEL against the attributes that it may name.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn compile(source: &str, attributes: &[Attribute]) -> Result<Self, Vec<String>> {
        let node = compile::compile(source, attributes)?;
        let mut names = BTreeSet::new();
        collect(&node, &mut names);
        Ok(Self { source: source.to_owned(), names, node })
    }

    /// As it is written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Attributes that it names.
    #[must_use]
    pub fn names(&self) -> &BTreeSet<String> {
        &self.names
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

fn collect(node: &Node, names: &mut BTreeSet<String>) {
    match node {
        Node::Always(_) => {}
        Node::Flag(name) | Node::OneOf { attribute: name, .. } => {
            names.insert(name.clone());
        }
        Node::Compare { attribute, with, .. } => {
            names.insert(attribute.clone());
            if let Operand::Attribute(other) = with {
                names.insert(other.clone());
            }
        }
        Node::Not(node) => collect(node, names),
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| collect(node, names)),
    }
}

#[cfg(test)]
mod tests;
