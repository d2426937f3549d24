//! What a decision yields, what it costs, and what can be wrong with it.

use contracts::words::FaultWord;
use ids::Fen;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// One result, such as `credit_code` = `91370683MAYY00018Y`. A kind may occur more than once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    pub kind: String,
    pub value: String,
}

/// One fee line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    pub name: String,
    pub fen: Fen,
}

/// A decision in the applicant's favour (准予), as the department says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    #[serde(with = "time::serde::rfc3339")]
    pub decided_at: OffsetDateTime,
    /// A person, or the rule that decided.
    pub decided_by: String,
    pub outputs: Vec<Output>,
    pub fees: Vec<Fee>,
}

impl Decision {
    /// Whether both say the same, in whatever order they name their results.
    pub(crate) fn same_as(&self, other: &Self) -> bool {
        let sorted = |decision: &Self| {
            let mut outputs = decision.outputs.clone();
            outputs.sort_by(|a, b| (&a.kind, &a.value).cmp(&(&b.kind, &b.value)));
            Self { outputs, ..decision.clone() }
        };
        self == other || sorted(self) == sorted(other)
    }
}

/// One thing that is wrong with a reply, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Output, field or material it concerns: `credit_code`.
    pub subject: String,
    /// Stable: `check_digit`.
    pub code: String,
    pub zh: String,
    pub en: String,
}

impl Fault {
    /// A fault from literals.
    #[must_use]
    pub fn new(subject: &str, code: &str, zh: &str, en: &str) -> Self {
        Self { subject: subject.to_owned(), code: code.to_owned(), zh: zh.to_owned(), en: en.to_owned() }
    }

    /// A fault of the one list that departments know (`proto/words.toml`), with what its braces stand for.
    #[must_use]
    pub fn told(word: FaultWord, with: &[(&str, &str)]) -> Self {
        let (subject, zh, en) = word.filled(with);
        Self { subject, code: word.code.to_owned(), zh, en }
    }
}
