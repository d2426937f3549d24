//! What staff do with one opening over HTTP: look at it, end it, have an assignment sent again.

use casework::{NotPossible, Outcome, TaskId};
use chassis::http::{Asker, Problem, Scope};
use mailbox::CommitError;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{codes, domain::opening::Opening, service::MarketRegistration, store};

/// How often a decision is made again where the opening was changed in between.
const TRIES: usize = 5;

/// One opening within the scope.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn find(desk: &MarketRegistration, scope: &Scope, case: Uuid) -> Result<Opening, Problem> {
    store::opening_within(desk.mailbox.db(), scope, case).await?.ok_or_else(Problem::not_found)
}

/// Has a task's assignment, or its cancellation, sent again.
///
/// # Errors
/// Where there is no such task, it is with nobody, or the database fails.
pub async fn resend(desk: &MarketRegistration, asker: &Asker, task: Uuid) -> Result<Opening, Problem> {
    let case = store::case_of_task(desk.mailbox.db(), task).await?.ok_or_else(Problem::not_found)?;
    change(desk, asker, case, |opening, now| match opening.case.as_mut() {
        Some(case) => case.resend(TaskId::new(task), now),
        None => Err(NotPossible::NotRunning),
    })
    .await
}

/// Changes one opening and commits it; decides again where somebody else came first.
///
/// # Errors
/// Where the verb is not possible now, or the database fails.
pub async fn change(
    desk: &MarketRegistration,
    asker: &Asker,
    case: Uuid,
    verb: impl Fn(&mut Opening, OffsetDateTime) -> Result<Outcome, NotPossible>,
) -> Result<Opening, Problem> {
    let mut tries = 0;
    loop {
        let mut opening = find(desk, asker.scope(), case).await?;
        let now = desk.mailbox.clocks().business.now();
        let outcome = verb(&mut opening, now).map_err(|reason| {
            let text = reason.to_string();
            Problem::new(&codes::NOT_POSSIBLE).detail(text.clone(), text)
        })?;
        let mut changes = desk.mailbox.changes();
        desk.settle(&mut changes, &mut opening, outcome.effects(), &asker.in_office(), now);
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok(opening),
            Err(CommitError::Stale(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}
