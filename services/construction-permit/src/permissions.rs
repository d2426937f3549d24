//! Who may do what with construction projects.

use chassis::http::{Actor, Permission, Role, Scope};

/// Register a project, answer, acknowledge, apply: for oneself or for the applicant whom one acts for.
pub struct CarryProject;

impl Permission for CarryProject {
    const NAME: &'static str = "construction.carry";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::Applicant, Role::WindowClerk, Role::CentreAgent])
    }
}

/// Look at projects: one's own, or any for the hall's staff.
pub struct ReadProjects;

impl Permission for ReadProjects {
    const NAME: &'static str = "construction.read";

    fn allows(actor: &Actor) -> bool {
        CarryProject::allows(actor) || actor.has_any(&[Role::ChiefRepresentative, Role::Operator])
    }
}

/// Add, waive or put off items of a list, and plan a project anew by a newer catalogue.
pub struct EditList;

impl Permission for EditList {
    const NAME: &'static str = "construction.edit_list";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::CentreAgent, Role::ChiefRepresentative])
    }
}

/// Note that a material could not be fetched, so that the applicant may be asked for it (R37).
pub struct NoteFetch;

impl Permission for NoteFetch {
    const NAME: &'static str = "construction.note_fetch";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::WindowClerk, Role::CentreAgent])
    }
}

/// Approve the one extension of a gap; stop a clock on a legal ground.
pub struct Approve;

impl Permission for Approve {
    const NAME: &'static str = "construction.approve";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::ChiefRepresentative)
    }
}

/// Have an assignment sent again.
pub struct ResendTask;

impl Permission for ResendTask {
    const NAME: &'static str = "construction.resend";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::Operator)
    }
}

/// Whose projects somebody may see: his own, or every one for the hall's staff, whose agents carry projects for others.
#[must_use]
pub fn scope(actor: &Actor) -> Scope {
    Scope::of(actor, &[Role::WindowClerk, Role::ChiefRepresentative, Role::CentreAgent, Role::Operator])
}
