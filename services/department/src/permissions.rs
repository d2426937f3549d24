//! Who may do what here. Every permission is held by people of this department only, and by nobody who also sits at a
//! window: a window cannot refuse, nor decide in a department's name.

use std::{
    future::{Ready, ready},
    marker::PhantomData,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use casework::{DepartmentCode, Staff};
use chassis::http::{Actor, Permission, Permit, Problem, Role, Scope, codes};

use mailbox::{
    Mailbox,
    accesses::{self, Access},
};
use uuid::Uuid;

use crate::service::Department;

/// Look at this department's tasks.
pub struct ReadTasks;

/// Ask for supplements, begin and end procedures, decide in the applicant's favour.
pub struct DecideTasks;

/// Refuse, over one's signature.
pub struct RefuseTasks;

/// Approve more time for one's department.
pub struct ExtendTasks;

impl Permission for ReadTasks {
    const NAME: &'static str = "department.read";

    fn allows(actor: &Actor) -> bool {
        holds(actor, &[Role::DepartmentClerk, Role::DepartmentHead, Role::ChiefRepresentative])
    }

    fn scope(actor: &Actor) -> Scope {
        of_department(actor)
    }
}

impl Permission for DecideTasks {
    const NAME: &'static str = "department.decide";

    fn allows(actor: &Actor) -> bool {
        holds(actor, &[Role::DepartmentClerk, Role::DepartmentHead])
    }

    fn scope(actor: &Actor) -> Scope {
        of_department(actor)
    }
}

impl Permission for RefuseTasks {
    const NAME: &'static str = "department.refuse";

    fn allows(actor: &Actor) -> bool {
        holds(actor, &[Role::DepartmentHead])
    }

    fn scope(actor: &Actor) -> Scope {
        of_department(actor)
    }
}

impl Permission for ExtendTasks {
    const NAME: &'static str = "department.extend";

    fn allows(actor: &Actor) -> bool {
        holds(actor, &[Role::DepartmentHead])
    }

    fn scope(actor: &Actor) -> Scope {
        of_department(actor)
    }
}

fn holds(actor: &Actor, roles: &[Role]) -> bool {
    actor.has_any(roles) && !actor.has(Role::WindowClerk)
}

/// What his department has, and nobody else's.
fn of_department(actor: &Actor) -> Scope {
    actor.department.clone().map_or_else(|| Scope::own(actor), Scope::Department)
}

/// Proof that somebody of this very department holds `P`; only a request can make one.
pub struct Colleague<P> {
    actor: Actor,
    department: DepartmentCode,
    of: PhantomData<P>,
}

impl<P> Colleague<P> {
    /// The token's subject, as the ledger names him.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.actor.subject
    }

    /// What is his department's.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope::Department(self.department.to_string())
    }

    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.actor.has(role)
    }

    /// The person as the engine knows people.
    #[must_use]
    pub fn staff(&self) -> Staff {
        let named = self.actor.name.trim();
        let name = if named.is_empty() { &self.actor.subject } else { named }.to_owned();
        let department = self.department.clone();
        if self.actor.has(Role::DepartmentHead) {
            Staff::DepartmentHead { department, name }
        } else if self.actor.has(Role::DepartmentClerk) {
            Staff::DepartmentClerk { department, name }
        } else {
            Staff::ChiefRepresentative { department, name }
        }
    }
}

impl<P: Permission> Colleague<P> {
    /// He is about to be shown the dossier of a case: it is written down. Whose it is only the front desk knows.
    ///
    /// # Errors
    /// Where the database fails: then nothing may be shown.
    pub async fn looks_at(&self, mailbox: &Mailbox, case: Uuid) -> Result<(), Problem> {
        let look = Access {
            id: mailbox.new_id(),
            subject: format!("case:{case}"),
            about: case,
            reader: self.actor.subject.clone(),
            ground: self.scope().ground().to_owned(),
            purpose: P::NAME.to_owned(),
            at: mailbox.clocks().business.now(),
        };
        Ok(accesses::leave(mailbox.db(), &[look]).await?)
    }

    fn check(actor: &Actor, department: &DepartmentCode) -> Result<Self, Problem> {
        if P::allows(actor) && actor.department.as_deref() == Some(department.as_str()) {
            Ok(Self { actor: actor.clone(), department: department.clone(), of: PhantomData })
        } else {
            let (zh, en) =
                (format!("需要 {department} 的权限 {}", P::NAME), format!("needed: {} at {department}", P::NAME));
            Err(Problem::new(&codes::PERMISSION_MISSING).detail(zh, en))
        }
    }
}

impl<P: Permission> FromRequest for Colleague<P> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let permit = Permit::<P>::from_request(request, payload).into_inner();
        let here = request.app_data::<Data<Department>>();
        ready(permit.and_then(|permit| match here {
            Some(here) => Self::check(permit.actor(), &here.code),
            None => Err(Problem::defect(std::io::Error::other("the service's state is not beside the routes"))),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(roles: &[Role], department: Option<&str>) -> Actor {
        Actor {
            subject: "p-1".into(),
            name: "测试".into(),
            roles: roles.to_vec(),
            department: department.map(str::to_owned),
            region: None,
            tier: None,
            legal_person: None,
            phone_number: None,
            phone_number_verified: false,
        }
    }

    fn may<P: Permission>(roles: &[Role], department: Option<&str>) -> bool {
        Colleague::<P>::check(&actor(roles, department), &DepartmentCode::parse("TAX").unwrap()).is_ok()
    }

    #[test]
    fn only_the_head_of_this_department_may_refuse() {
        assert!(may::<RefuseTasks>(&[Role::DepartmentHead], Some("TAX")));
        assert!(!may::<RefuseTasks>(&[Role::DepartmentHead], Some("BNK")));
        assert!(!may::<RefuseTasks>(&[Role::DepartmentHead], None));
        assert!(!may::<RefuseTasks>(&[Role::DepartmentClerk, Role::ChiefRepresentative], Some("TAX")));
        assert!(may::<ExtendTasks>(&[Role::DepartmentHead], Some("TAX")));
        assert!(!may::<ExtendTasks>(&[Role::DepartmentClerk], Some("TAX")));
    }

    #[test]
    fn a_window_role_takes_every_right_away() {
        let roles = [Role::WindowClerk, Role::DepartmentHead, Role::DepartmentClerk];
        assert!(!may::<RefuseTasks>(&roles, Some("TAX")));
        assert!(!may::<DecideTasks>(&roles, Some("TAX")));
        assert!(!may::<ReadTasks>(&roles, Some("TAX")));
    }

    #[test]
    fn the_chief_representative_looks_and_does_not_decide() {
        assert!(may::<ReadTasks>(&[Role::ChiefRepresentative], Some("TAX")));
        assert!(!may::<DecideTasks>(&[Role::ChiefRepresentative], Some("TAX")));
        assert!(!may::<ReadTasks>(&[Role::Operator, Role::Applicant, Role::CentreAgent], Some("TAX")));
    }
}
