//! A draft is dropped, by its owner or because it was left alone for too long.

use chassis::http::{Problem, Scope};
use mailbox::{Changes, Mailbox};
use uuid::Uuid;

use crate::{
    domain::draft::EXPIRES,
    service::Intake,
    store::{self, drafts::DraftGone},
};

/// Drops a draft.
///
/// # Errors
/// Where there is no such draft in the scope, or the database fails.
pub async fn drop_draft(desk: &Intake, scope: &Scope, id: Uuid) -> Result<(), Problem> {
    store::drafts::find(desk.mailbox.db(), scope, id).await?.ok_or_else(Problem::not_found)?;
    let mut changes = desk.mailbox.changes();
    changes.clear_timer(id, EXPIRES);
    changes.put(DraftGone { id, expected: None });
    Ok(desk.mailbox.commit(changes).await?)
}

/// The draft's time is over.
#[must_use]
pub fn expire(mailbox: &Mailbox, id: Uuid) -> Changes {
    let mut changes = mailbox.changes();
    changes.put(DraftGone { id, expected: None });
    changes
}
