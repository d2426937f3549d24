//! How many working days a project and its stages may use, and when a card is shown (黄牌, 红牌).

use serde::{Deserialize, Serialize};

use crate::codes::Stage;

/// Working days that may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// More than this is red.
    pub limit: u32,
    /// From this on it is yellow.
    pub yellow: u32,
}

/// Which card a count shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Card {
    #[default]
    None,
    Yellow,
    Red,
}

/// The budgets of a project: configuration of the city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRules {
    /// R41: 32 working days, yellow from 26.
    pub project: Budget,
    /// In the order in which they are shown.
    pub stages: Vec<StageBudget>,
}

/// The budget of one stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageBudget {
    pub stage: Stage,
    #[serde(flatten)]
    pub budget: Budget,
}

impl Budget {
    /// Yellow from 80 % on, rounded up (4.3): 26 of 32.
    #[must_use]
    pub const fn of(limit: u32) -> Self {
        Self { limit, yellow: limit - limit / 5 }
    }

    /// The card for so many counted working days.
    #[must_use]
    pub const fn card(self, counted: u32) -> Card {
        if counted > self.limit {
            Card::Red
        } else if counted >= self.yellow {
            Card::Yellow
        } else {
            Card::None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yellow_begins_at_four_fifths_and_red_after_the_limit() {
        let budget = Budget::of(32);
        assert_eq!(budget, Budget { limit: 32, yellow: 26 });
        let cards = [25, 26, 32, 33].map(|counted| budget.card(counted));
        assert_eq!(cards, [Card::None, Card::Yellow, Card::Yellow, Card::Red]);
        assert_eq!([11, 7, 8, 6].map(|limit| Budget::of(limit).yellow), [9, 6, 7, 5]);
    }
}
