//! What a declarant states on his own responsibility, kept with the name.

use serde::{Deserialize, Serialize};

/// What was stated, none of it by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// Why the name leaves a part out, e.g. `cross_province`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grounds: Vec<String>,
    /// With the company that holds the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub investment: Option<Investment>,
}

/// An investment relation (投资关系) with a company that has the same name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Investment {
    /// That company's unified social credit code.
    pub company: String,
    /// Its consent, or the paper that shows the relation: number or title. Stands in no ledger body.
    pub paper: String,
}
