//! An opening: the case of the engine with what the engine does not know.

use casework::{Case, Fact, Phase, vocabulary};
use ids::RegionCode;
use mailbox::Stem;
use time::{Date, OffsetDateTime};

use super::{
    clock::{Card, RedReason},
    entitlement::Entered,
    names::Name,
};

/// One opening, as loaded or as decided.
#[derive(Clone, Debug)]
pub struct Opening {
    pub stem: Stem,
    /// Case number, for people.
    pub number: String,
    pub region: RegionCode,
    pub received_at: OffsetDateTime,
    /// None where it could not be planned.
    pub case: Option<Case>,
    pub entered: Entered,
    /// The reserved name that it uses.
    pub name: Option<Name>,
    /// The last card that the clock has shown.
    pub card: Card,
    pub red_reason: Option<RedReason>,
    /// What everybody is still to be told of this batch, and whether the batch has more about this opening: one message
    /// tells it all.
    pub untold: Untold,
}

/// Facts that were recorded and not yet published.
#[derive(Clone, Debug, Default)]
pub struct Untold {
    pub facts: Vec<Fact>,
    pub more_to_come: bool,
}

impl Opening {
    /// The day on which the company was established, once the licence says so; until then the day of its application.
    #[must_use]
    pub fn opened_on(&self) -> Date {
        let established =
            self.case.iter().flat_map(Case::tasks).filter_map(casework::Task::decision).find_map(|decision| {
                let output = decision.outputs.iter().find(|output| output.kind == "established_on")?;
                vocabulary::day(&output.value)
            });
        established.unwrap_or_else(|| workdays::city_date(self.received_at))
    }
}

/// Stable name of where an opening stands.
#[must_use]
pub fn phase_name(case: Option<&Case>) -> &'static str {
    match case.map(Case::phase) {
        None => "plan_refused",
        Some(Phase::Running) => "running",
        Some(Phase::Stopping { .. }) => "stopping",
        Some(Phase::Closed { .. }) => "closed",
        Some(Phase::Withdrawn { .. }) => "withdrawn",
        Some(Phase::Terminated { .. }) => "terminated",
    }
}
