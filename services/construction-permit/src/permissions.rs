//! Who may do what with construction projects.

use chassis::http::{Actor, Permission, Role, Scope};

/// Register a project, answer, acknowledge, apply: for oneself, or as a clerk for the applicant who stands at the window.
pub struct CarryProject;

impl Permission for CarryProject {
    const NAME: &'static str = "construction.carry";

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
    const NAME: &'static str = "construction.ask_consent";

    fn allows(actor: &Actor) -> bool {
        CarryProject::allows(actor) || actor.has(Role::ChiefRepresentative)
    }

    fn scope(actor: &Actor) -> Scope {
        Scope::of(actor, &[Role::WindowClerk, Role::ChiefRepresentative])
    }
}

/// Look, as the second person, at a consent that the applicant signed.
pub struct CountersignConsent;

impl Permission for CountersignConsent {
    const NAME: &'static str = "construction.countersign_consent";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::ChiefRepresentative)
    }

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}

/// Look at projects: one's own, those that are assigned to one, or any for the hall's staff.
pub struct ReadProjects;

impl Permission for ReadProjects {
    const NAME: &'static str = "construction.read";

    fn allows(actor: &Actor) -> bool {
        CarryProject::allows(actor) || actor.has_any(&[Role::ChiefRepresentative, Role::Operator, Role::CentreAgent])
    }

    fn scope(actor: &Actor) -> Scope {
        of_staff(actor, &[Role::WindowClerk, Role::ChiefRepresentative, Role::Operator])
    }
}

/// Add, waive or put off items of a list, and plan a project anew by a newer catalogue.
pub struct EditList;

impl Permission for EditList {
    const NAME: &'static str = "construction.edit_list";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::CentreAgent, Role::ChiefRepresentative])
    }

    fn scope(actor: &Actor) -> Scope {
        of_staff(actor, &[Role::ChiefRepresentative])
    }
}

/// Give projects to agents, and take them back.
pub struct AssignAgents;

impl Permission for AssignAgents {
    const NAME: &'static str = "construction.assign_agents";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::ChiefRepresentative, Role::AgencyManager])
    }

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}

/// Note that a material could not be fetched, so that the applicant may be asked for it (R37).
pub struct NoteFetch;

impl Permission for NoteFetch {
    const NAME: &'static str = "construction.note_fetch";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::WindowClerk)
    }

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}

/// Approve the one extension of a gap; stop a clock on a legal ground.
pub struct Approve;

impl Permission for Approve {
    const NAME: &'static str = "construction.approve";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::ChiefRepresentative)
    }

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}

/// Have the clock of an item stopped or run again: the applicant for his own part, the hall on a legal ground.
pub struct StopClock;

impl Permission for StopClock {
    const NAME: &'static str = "construction.stop_clock";

    fn allows(actor: &Actor) -> bool {
        CarryProject::allows(actor) || Approve::allows(actor)
    }

    fn scope(actor: &Actor) -> Scope {
        Scope::of(actor, &[Role::WindowClerk, Role::ChiefRepresentative])
    }
}

/// Have an assignment sent again.
pub struct ResendTask;

impl Permission for ResendTask {
    const NAME: &'static str = "construction.resend";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::Operator)
    }

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}

/// The hall's for whoever has one of these roles; what is assigned to him for an agent; otherwise his own.
fn of_staff(actor: &Actor, hall: &[Role]) -> Scope {
    if !actor.has_any(hall) && actor.has(Role::CentreAgent) {
        Scope::Assigned(actor.subject.clone())
    } else {
        Scope::of(actor, hall)
    }
}
