//! A person has read a message; the first time counts.

use chassis::http::{Asker, Problem};
use uuid::Uuid;

use crate::{
    service::Notification,
    store::in_app::{self, Listed},
};

/// Notes that the reader has read it.
///
/// # Errors
/// Where he has no such message, or the database fails.
pub async fn read(desk: &Notification, asker: &Asker, id: Uuid) -> Result<Listed, Problem> {
    let listed = in_app::find(desk.mailbox.db(), asker.scope(), id).await?;
    let mut listed = listed.ok_or_else(Problem::not_found)?;
    if listed.message.read_at.is_none() {
        listed.message.read_at = Some(desk.mailbox.clocks().business.now());
        let mut changes = desk.mailbox.changes();
        changes.put(listed.message.clone());
        desk.mailbox.commit(changes).await?;
    }
    Ok(listed)
}
