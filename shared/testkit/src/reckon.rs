//! The calendar is another one.

use mailbox::{Handler, Mailbox, Timer, calendar::RECKON};
use uuid::Uuid;

/// Everything open is reckoned again, as the leader has it done.
///
/// # Panics
/// Where the service does not reckon by the calendar, or does not bear it.
#[expect(clippy::unwrap_used, reason = "a step of a story that fails ends the story")]
pub async fn reckon_again(mailbox: &Mailbox, handler: &dyn Handler) {
    let open = handler.open_subjects().unwrap();
    let open: Vec<Uuid> = sqlx::query_scalar(open).fetch_all(mailbox.db()).await.unwrap();
    let due_at = mailbox.clocks().business.now();
    let due: Vec<Timer> = open.into_iter().map(|owner| Timer { owner, name: RECKON.to_owned(), due_at }).collect();
    let mut changes = mailbox.changes();
    for verdict in handler.fire(mailbox, &due).await.unwrap() {
        changes.absorb(verdict.unwrap());
    }
    mailbox.commit(changes).await.unwrap();
}
