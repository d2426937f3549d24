//! Who may do what with openings.

use chassis::http::{Actor, Permission, Role};

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
