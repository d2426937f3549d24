//! What the catalogue holds beside items.

use casework::Limit;
use chassis::data::Label;
use serde::{Deserialize, Serialize};

use super::item::ItemCode;
use crate::domain::{condition::Condition, project_type::ProjectType};

/// A stage (阶段) of approval and who leads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// One letter; items of the stage begin with it.
    pub code: String,
    pub name: Label,
    /// Department code.
    pub lead: String,
    /// Working days of the project's 32.
    pub budget_days: u32,
}

/// A department (R31).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Department {
    pub code: String,
    pub credit_code: String,
    pub name: Label,
}

/// A material (申请材料).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Material {
    pub code: String,
    pub name: Label,
    /// The source that is asked before the applicant is (R37).
    pub fetch_from: Option<Label>,
    /// Items whose result it is.
    pub issued_by: Vec<ItemCode>,
    /// True where it does not exist without those items: not asked where none of them is needed.
    pub only_issued: bool,
    /// Once for each stage (one form per stage).
    pub per_stage: bool,
    /// Months from the day on which it was brought; it does not expire where absent (R38).
    pub valid_months: Option<u32>,
    /// About the investor and no project: brought for one, it is good for the others (R78).
    pub of_investor: bool,
}

/// What cannot be at once.
#[derive(Clone, Debug)]
pub struct Rule {
    pub code: String,
    /// Empty: for every type.
    pub types: Vec<ProjectType>,
    pub holds: Condition,
    pub text: Label,
}

impl Rule {
    #[must_use]
    pub fn applies_to(&self, kind: ProjectType) -> bool {
        self.types.is_empty() || self.types.contains(&kind)
    }
}

/// From where a warning's time is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Backwards from the item's acceptance.
    BeforeAccept,
    /// Forwards from the item's decision.
    AfterDecide,
}

/// 警示点 (R49)
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    pub code: String,
    pub item: ItemCode,
    pub trigger: Trigger,
    pub lead: Limit,
    pub text: Label,
    pub basis: Option<String>,
}

/// Working days that a key project may count (R41).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ProjectClock {
    /// Red above it.
    pub limit_days: u32,
    /// Yellow from it on.
    pub yellow_days: u32,
}
