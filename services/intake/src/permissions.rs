//! Who may do what at the front desk.

use chassis::http::{Actor, Permission, Role, Scope};

/// Submit an application and what comes of it: for oneself, or as a clerk for the applicant who stands at the window.
pub struct SubmitApplication;

impl Permission for SubmitApplication {
    const NAME: &'static str = "intake.submit";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::Applicant, Role::WindowClerk])
    }

    fn scope(actor: &Actor) -> Scope {
        Scope::of(actor, &[Role::WindowClerk])
    }
}

/// Take over, with the slip, a case that a clerk entered for oneself.
pub struct ClaimCase;

impl Permission for ClaimCase {
    const NAME: &'static str = "intake.claim";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::Applicant)
    }
}

/// Have the applicant agree to an act that is his alone: by his code, or on his signed paper. He himself does it to change the
/// telephone that counts.
pub struct AskConsent;

impl Permission for AskConsent {
    const NAME: &'static str = "intake.ask_consent";

    fn allows(actor: &Actor) -> bool {
        AcceptWithGaps::allows(actor)
    }

    fn scope(actor: &Actor) -> Scope {
        AcceptWithGaps::scope(actor)
    }
}

/// Look, as the second person, at a consent that the applicant signed.
pub struct CountersignConsent;

impl Permission for CountersignConsent {
    const NAME: &'static str = "intake.countersign_consent";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::ChiefRepresentative)
    }

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}

/// Have a case accepted with gaps, under the applicant's own undertaking.
pub struct AcceptWithGaps;

impl Permission for AcceptWithGaps {
    const NAME: &'static str = "intake.accept_with_gaps";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::Applicant) || GiveOutcome::allows(actor)
    }

    fn scope(actor: &Actor) -> Scope {
        Scope::of(actor, &[Role::WindowClerk, Role::ChiefRepresentative])
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

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}

/// Approve the one extension of a gap.
pub struct ApproveExtension;

impl Permission for ApproveExtension {
    const NAME: &'static str = "intake.approve_extension";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::ChiefRepresentative)
    }

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}

/// Look at cases: one's own, or those of the hall for its staff.
pub struct ReadCases;

impl Permission for ReadCases {
    const NAME: &'static str = "intake.read";

    fn allows(actor: &Actor) -> bool {
        actor.has_any(&[Role::Applicant, Role::WindowClerk, Role::ChiefRepresentative, Role::Operator])
    }

    fn scope(actor: &Actor) -> Scope {
        Scope::of(actor, &[Role::WindowClerk, Role::ChiefRepresentative, Role::Operator])
    }
}

/// Announce on which days the city works, and look at what was announced.
pub struct AnnounceYears;

impl Permission for AnnounceYears {
    const NAME: &'static str = "intake.announce_years";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::Operator)
    }

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}
