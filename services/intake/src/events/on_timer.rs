//! Something fell due.

use std::collections::HashMap;

use mailbox::{Mailbox, Timer, Verdict, calendar::RECKON};
use uuid::Uuid;

use crate::{
    domain::{
        case::{Case, Open},
        draft,
    },
    service::Intake,
    store,
    usecases::{self, message::Entered},
};

/// What the timers that fell due are about.
pub struct Known {
    cases: HashMap<Uuid, (Case, Entered)>,
    /// What cases wait for that are reckoned again.
    open: HashMap<Uuid, Vec<Open>>,
}

/// Loads it, with one statement for each kind.
pub async fn load(mailbox: &Mailbox, due: &[Timer]) -> Result<Known, sqlx::Error> {
    let of = |fits: fn(&str) -> bool| -> Vec<Uuid> {
        due.iter().filter(|timer| fits(&timer.name)).map(|timer| timer.owner).collect()
    };
    let cases = of(|name| name != draft::EXPIRES);
    let db = mailbox.db();
    let again = of(|name| name == RECKON);
    let open = if again.is_empty() { HashMap::new() } else { store::cases::open_of(db, &again).await? };
    let cases = if cases.is_empty() { vec![] } else { store::cases::with_fields(db, &cases).await? };
    Ok(Known { cases: cases.into_iter().map(|(case, entered)| (case.id(), (case, entered))).collect(), open })
}

/// Decides one timer; a later one of the same case builds on it.
pub fn decide(desk: &Intake, known: &mut Known, timer: &Timer) -> Verdict {
    if timer.name == draft::EXPIRES {
        return Ok(usecases::drafts::drop::expire(&desk.mailbox, timer.owner));
    }
    // A timer whose case is not there has nothing to end.
    let Some((mut case, entered)) = known.cases.get(&timer.owner).cloned() else {
        return Ok(desk.mailbox.changes());
    };
    let verdict = match timer.name == RECKON {
        true => {
            let stored = known.open.get(&timer.owner).map(Vec::as_slice).unwrap_or_default();
            usecases::outcomes::reckon::reckon_again(desk, &mut case, &entered, stored)
        }
        false => usecases::outcomes::fall_due::fall_due(desk, &mut case, &entered, timer),
    };
    if verdict.is_ok() {
        known.cases.insert(timer.owner, (case, entered));
    }
    verdict
}
