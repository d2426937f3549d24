//! What operators do with messages that could not be acted upon: look, replay, mend, discard. A service mounts it with
//! `config.configure(chassis::operator::routes)`.

mod discard;
mod get;
mod list;
mod mend;
mod replay;
mod view;

use mailbox::{
    Mailbox,
    parking::{By, HeaderValue, Parked, ParkingError},
};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::http::{Actor, Permission, Problem, Role, Scope, codes};

/// Registers `/v1/parked`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list::list).service(get::get).service(replay::replay).service(mend::mend).service(discard::discard);
}

/// Looking after parked messages.
pub struct ParkedMessages;

impl Permission for ParkedMessages {
    const NAME: &'static str = "operator.parked-messages";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::Operator)
    }

    fn scope(_: &Actor) -> Scope {
        Scope::Hall
    }
}

impl From<ParkingError> for Problem {
    fn from(error: ParkingError) -> Self {
        match error {
            ParkingError::Unknown(id) => {
                Self::not_found().detail(format!("没有搁置的消息 {id}"), format!("there is no parked message {id}"))
            }
            ParkingError::Resolved(_) => Self::new(&codes::PARKED_RESOLVED),
            ParkingError::Waits => Self::new(&codes::PARKED_WAITS),
            ParkingError::Batch => Self::new(&codes::PARKED_BATCH),
            ParkingError::Database(error) => error.into(),
        }
    }
}

/// Whose data a message may hold: a message about a case is keyed by it, one to a person by the person.
fn whose(parked: &Parked) -> (String, Uuid) {
    let key = match &parked.key {
        Some(HeaderValue::Text(key)) => key.as_str(),
        Some(HeaderValue::Bytes { .. }) | None => "",
    };
    match Uuid::try_parse(key) {
        Ok(case) => (format!("case:{case}"), case),
        Err(_) => (key.to_owned(), parked.id),
    }
}

/// What he does now.
fn act<'a>(mailbox: &Mailbox, operator: &'a str, reason: &'a str) -> By<'a> {
    By { id: mailbox.new_id(), operator, reason, at: mailbox.clocks().system.now() }
}
