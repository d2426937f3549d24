//! What a declarant states on his own responsibility, kept with the name.

use serde::{Deserialize, Serialize};

use super::{book::RuleBook, name::SlotState};

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

/// The longest name of a paper, in characters.
pub const LONGEST_PAPER: usize = 100;

/// How one name holds the place that another one asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    pub state: SlotState,
    /// Unified social credit code of the company, where that is known; told to nobody.
    pub company: Option<String>,
}

impl RuleBook {
    /// The states that keep another name out. An investment relation excuses a holding whose rule says so, and only of
    /// the very company that was stated.
    #[must_use]
    pub fn in_the_way(&self, holdings: &[Holding], stated: Option<&Investment>) -> Vec<SlotState> {
        let excused = |holding: &&Holding| {
            let company = holding.company.as_deref();
            self.held(holding.state).investment && stated.is_some_and(|stated| company == Some(stated.company.as_str()))
        };
        let mut states: Vec<_> = holdings.iter().filter(|holding| !excused(holding)).map(|of| of.state).collect();
        states.sort_unstable();
        states.dedup();
        states
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_company_is_excused_and_only_where_the_rule_says_so() {
        let book = RuleBook::embedded().unwrap();
        let held = |state, company: &str| Holding { state, company: Some(company.to_owned()) };
        let stated = Investment { company: "A".to_owned(), paper: "1".to_owned() };
        let (a, gone) = (held(SlotState::Registered, "A"), held(SlotState::Deregistered, "A"));
        let (renamed, revoked) = (held(SlotState::Renamed, "A"), held(SlotState::Revoked, "A"));
        let unknown = Holding { state: SlotState::Reserved, company: None };
        let other = held(SlotState::Registered, "B");
        let all = [a.clone(), gone.clone(), renamed, revoked, unknown];
        let kept_out = [SlotState::Reserved, SlotState::Renamed, SlotState::Revoked];
        assert_eq!(book.in_the_way(&all, Some(&stated)), kept_out);
        assert_eq!(book.in_the_way(&[a.clone(), gone.clone()], Some(&stated)), []);
        assert_eq!(book.in_the_way(&[a.clone(), gone], None), [SlotState::Registered, SlotState::Deregistered]);
        assert_eq!(book.in_the_way(&[a, other], Some(&stated)), [SlotState::Registered], "every company that has it");
    }
}
