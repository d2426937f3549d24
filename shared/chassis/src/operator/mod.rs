//! What operators do with messages that could not be acted upon: look, replay, mend, discard. A service mounts it with
//! `config.configure(chassis::operator::routes)`.

mod discard;
mod get;
mod list;
mod mend;
mod replay;
mod view;

use std::collections::HashMap;

use actix_web::HttpRequest;
use mailbox::{
    Mailbox,
    parking::{By, HeaderValue, Parked, ParkingError},
};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::http::{Actor, Fault, Permission, Problem, Role, Scope, codes};

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
            ParkingError::Unchanged => Self::faulty(vec![nothing_changes()]),
            ParkingError::Database(error) => error.into(),
        }
    }
}

/// A message is mended into what it is.
fn nothing_changes() -> Fault {
    Fault::new("", "nothing", "没有要改的内容", "nothing is to be changed")
}

/// State of a service that knows its applicants: selects id and holder of those among `$1` that are its cases.
#[derive(Clone, Copy)]
pub struct Holders(pub &'static str);

/// Whose data messages may hold, and what they are about.
async fn whose(request: &HttpRequest, mailbox: &Mailbox, parked: &[Parked]) -> Result<Vec<(String, Uuid)>, Problem> {
    let mut seen: Vec<(String, Uuid)> = parked.iter().map(by_key).collect();
    if let Some(Holders(of)) = request.app_data::<Holders>() {
        let about: Vec<Uuid> = seen.iter().map(|(_, about)| *about).collect();
        let known: Vec<(Uuid, String)> = sqlx::query_as(*of).bind(&about).fetch_all(mailbox.db()).await?;
        let known: HashMap<Uuid, String> = known.into_iter().collect();
        for (subject, about) in &mut seen {
            if let Some(holder) = known.get(about) {
                subject.clone_from(holder);
            }
        }
    }
    Ok(seen)
}

/// A message about a case is keyed by it, one to a person by the person.
fn by_key(parked: &Parked) -> (String, Uuid) {
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
