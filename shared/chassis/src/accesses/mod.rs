//! Who looked at whose data: everybody reads it of his own, an auditor of any case. A service that knows its applicants mounts
//! it with `config.configure(chassis::accesses::routes)`, one that does not with `chassis::accesses::audit`.

mod list;
mod mine;

use mailbox::accesses::Access;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use workdays::CITY;

use crate::http::{Actor, Permission, Role, Scope};

/// Registers `/v1/accesses/mine` and `/v1/accesses`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(mine::mine);
    audit(config);
}

/// Registers `/v1/accesses` alone.
pub fn audit(config: &mut ServiceConfig<'_>) {
    config.service(list::list);
}

/// Reading who looked at one's own: everybody who is signed in.
pub struct ReadOwnAccesses;

impl Permission for ReadOwnAccesses {
    const NAME: &'static str = "accesses.read_own";

    fn allows(_: &Actor) -> bool {
        true
    }
}

/// Reading who looked at what, whoever it belongs to.
pub struct AuditAccesses;

impl Permission for AuditAccesses {
    const NAME: &'static str = "accesses.audit";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::Auditor)
    }

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}

/// A page of looks.
#[derive(Serialize, ToSchema)]
struct Accesses {
    accesses: Vec<AccessShown>,
    /// Give it as `before` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Uuid>,
}

/// Somebody looked; several looks within an hour, for one purpose, are told once.
#[derive(Serialize, ToSchema)]
struct AccessShown {
    /// Whose data it is.
    subject: String,
    /// The case, project, name or paper.
    about: Uuid,
    /// Token subject; a department that used a link.
    reader: String,
    /// `office`, `department`, `assigned`, `place` or `link`.
    ground: String,
    /// The permission under which it was read, e.g. `intake.read`.
    purpose: String,
    /// The first look of the hour.
    #[serde(with = "crate::http::instant")]
    at: OffsetDateTime,
}

impl Accesses {
    fn of(found: Vec<Access>, limit: i64) -> Self {
        let full = i64::try_from(found.len()).is_ok_and(|found| found == limit);
        let next = found.last().filter(|_| full).map(|last| last.id);
        let shown = |access: Access| {
            let Access { subject, about, reader, ground, purpose, at, .. } = access;
            AccessShown { subject, about, reader, ground, purpose, at: at.to_offset(CITY) }
        };
        Self { accesses: found.into_iter().map(shown).collect(), next }
    }
}
