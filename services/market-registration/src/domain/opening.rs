//! An opening: the case of the engine with what the engine does not know.

use casework::{Case, Phase};
use ids::RegionCode;
use mailbox::Stem;
use time::OffsetDateTime;

use super::entitlement::Entered;

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
