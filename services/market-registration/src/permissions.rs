//! Who may do what with openings.

use chassis::http::{Actor, Permission, Role, Scope};

/// Look at any opening.
pub struct ReadOpenings;

impl Permission for ReadOpenings {
    const NAME: &'static str = "registration.read";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::Operator, Role::ChiefRepresentative])
    }

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}

/// End a case because what it was built on is gone: by the registering authority's head.
pub struct StopOpening;

impl Permission for StopOpening {
    const NAME: &'static str = "registration.stop";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::DepartmentHead) && actor.department.as_deref() == Some("MSA")
    }

    fn scope(actor: &Actor) -> Scope {
        Scope::Department(actor.department.clone().unwrap_or_default())
    }
}

/// Have an assignment sent again.
pub struct ResendTask;

impl Permission for ResendTask {
    const NAME: &'static str = "registration.resend";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::Operator)
    }

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}

/// Say why a case passed its limit: any of the hall, or a head of what his department has a part in.
pub struct ExplainRedCard;

impl Permission for ExplainRedCard {
    const NAME: &'static str = "registration.explain_red_card";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::ChiefRepresentative, Role::DepartmentHead])
    }

    fn scope(actor: &Actor) -> Scope {
        match &actor.department {
            _ if actor.has(Role::ChiefRepresentative) => Scope::Hall,
            Some(department) => Scope::Department(department.clone()),
            None => Scope::own(actor),
        }
    }
}

/// Declare and check names, for oneself or for the applicant who stands at the window; give one's own up.
pub struct DeclareName;

impl Permission for DeclareName {
    const NAME: &'static str = "registration.names.declare";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::Applicant, Role::WindowClerk])
    }

    fn scope(actor: &Actor) -> Scope {
        Scope::of(actor, &[Role::WindowClerk])
    }
}

/// Have the applicant agree to an act that is his alone: by his code, or on his signed paper. He himself does it to change the
/// telephone that counts.
pub struct AskConsent;

impl Permission for AskConsent {
    const NAME: &'static str = "registration.names.ask_consent";

    fn allows(actor: &Actor) -> bool {
        DeclareName::allows(actor) || actor.has(Role::ChiefRepresentative)
    }

    fn scope(actor: &Actor) -> Scope {
        Scope::of(actor, &[Role::WindowClerk, Role::ChiefRepresentative])
    }
}

/// Look, as the second person, at a consent that the applicant signed.
pub struct CountersignConsent;

impl Permission for CountersignConsent {
    const NAME: &'static str = "registration.names.countersign_consent";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::ChiefRepresentative)
    }

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}

/// Look at names: one's own, or any for the hall's staff.
pub struct ReadNames;

impl Permission for ReadNames {
    const NAME: &'static str = "registration.names.read";

    fn allows(actor: &Actor) -> bool {
        DeclareName::allows(actor) || actor.has_any(&[Role::ChiefRepresentative, Role::Operator])
    }

    fn scope(actor: &Actor) -> Scope {
        Scope::of(actor, &[Role::WindowClerk, Role::ChiefRepresentative, Role::Operator])
    }
}
