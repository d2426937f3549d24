//! Something fell due.

use std::collections::HashMap;

use mailbox::{Mailbox, Timer, Verdict};
use uuid::Uuid;

use crate::{
    domain::{case::Case, draft},
    service::Intake,
    store,
    usecases::{self, message::Entered},
};

/// The cases whose timers fell due.
pub async fn load(mailbox: &Mailbox, due: &[Timer]) -> Result<HashMap<Uuid, (Case, Entered)>, sqlx::Error> {
    let ids: Vec<Uuid> = due.iter().filter(|timer| timer.name != draft::EXPIRES).map(|timer| timer.owner).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let cases = store::cases::with_fields(mailbox.db(), &ids).await?;
    Ok(cases.into_iter().map(|(case, entered)| (case.id(), (case, entered))).collect())
}

/// Decides one timer; a later one of the same case builds on it.
pub fn decide(desk: &Intake, cases: &mut HashMap<Uuid, (Case, Entered)>, timer: &Timer) -> Verdict {
    if timer.name == draft::EXPIRES {
        return Ok(usecases::drafts::drop::expire(&desk.mailbox, timer.owner));
    }
    // A timer whose case is not there has nothing to end.
    let Some((mut case, entered)) = cases.get(&timer.owner).cloned() else {
        return Ok(desk.mailbox.changes());
    };
    let verdict = usecases::outcomes::fall_due::fall_due(desk, &mut case, &entered, timer);
    if verdict.is_ok() {
        cases.insert(timer.owner, (case, entered));
    }
    verdict
}
