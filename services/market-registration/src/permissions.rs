//! Who may do what with openings.

use chassis::http::{Actor, Permission, Role, Scope};

/// Look at any opening.
pub struct ReadOpenings;

impl Permission for ReadOpenings {
    const NAME: &'static str = "registration.read";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::Operator, Role::ChiefRepresentative])
    }
}

/// End a case because what it was built on is gone: by the registering authority's head.
pub struct StopOpening;

impl Permission for StopOpening {
    const NAME: &'static str = "registration.stop";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::DepartmentHead) && actor.department.as_deref() == Some("MSA")
    }
}

/// Have an assignment sent again.
pub struct ResendTask;

impl Permission for ResendTask {
    const NAME: &'static str = "registration.resend";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::Operator)
    }
}

/// Say why a case passed its limit.
pub struct ExplainRedCard;

impl Permission for ExplainRedCard {
    const NAME: &'static str = "registration.explain_red_card";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::ChiefRepresentative, Role::DepartmentHead])
    }
}

/// Declare, check and give up names, for oneself or for the applicant whom one acts for.
pub struct DeclareName;

impl Permission for DeclareName {
    const NAME: &'static str = "registration.names.declare";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::Applicant, Role::WindowClerk, Role::CentreAgent])
    }
}

/// Look at names: one's own, or any for the hall's staff.
pub struct ReadNames;

impl Permission for ReadNames {
    const NAME: &'static str = "registration.names.read";

    fn allows(actor: &Actor) -> bool {
        DeclareName::allows(actor) || actor.has_any(&[Role::ChiefRepresentative, Role::Operator])
    }
}

/// Whose names somebody may see: his own, or every one for the hall's staff.
#[must_use]
pub fn scope(actor: &Actor) -> Scope {
    Scope::of(actor, &[Role::WindowClerk, Role::ChiefRepresentative, Role::Operator])
}
