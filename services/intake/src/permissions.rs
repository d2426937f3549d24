//! Who may do what at the front desk.

use chassis::http::{Actor, Permission, Role, Scope};

/// Submit an application, for oneself or for the applicant whom one acts for.
pub struct SubmitApplication;

impl Permission for SubmitApplication {
    const NAME: &'static str = "intake.submit";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::Applicant, Role::WindowClerk, Role::CentreAgent])
    }
}

/// Give one of the five outcomes of a window: accept, accept with gaps, notice, signpost, escalate. There is no permission
/// to refuse (R65).
pub struct GiveOutcome;

impl Permission for GiveOutcome {
    const NAME: &'static str = "intake.give_outcome";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::WindowClerk, Role::ChiefRepresentative])
    }
}

/// Approve the one extension of a gap.
pub struct ApproveExtension;

impl Permission for ApproveExtension {
    const NAME: &'static str = "intake.approve_extension";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::ChiefRepresentative)
    }
}

/// Look at cases: one's own, or those of the hall for its staff.
pub struct ReadCases;

impl Permission for ReadCases {
    const NAME: &'static str = "intake.read";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[
            Role::Applicant,
            Role::WindowClerk,
            Role::ChiefRepresentative,
            Role::CentreAgent,
            Role::Operator,
        ])
    }
}

/// Whose cases somebody may see: his own, or those of the hall for its staff.
#[must_use]
pub fn scope(actor: &Actor) -> Scope {
    Scope::of(actor, &[Role::WindowClerk, Role::ChiefRepresentative, Role::Operator])
}
