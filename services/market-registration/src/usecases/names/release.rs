//! A name is given up by its holder: it is anybody's at once.

use chassis::http::{Asker, By, Problem};
use mailbox::CommitError;
use uuid::Uuid;

use super::show::find;
use crate::{codes, domain::names::Name, service::MarketRegistration};

/// How often a decision is made again where the name was changed in between.
const TRIES: usize = 5;

/// Releases a name; one that is released already stays so.
///
/// # Errors
/// Where he sees no such name, a clerk gives up another's, it is over or in use, or the database fails.
pub async fn release(desk: &MarketRegistration, asker: &Asker, id: Uuid) -> Result<Name, Problem> {
    let mut tries = 0;
    loop {
        let mut name = find(desk, asker.scope(), id).await?;
        let behalf = asker.for_holder(&name.holder)?;
        behalf.needs_the_applicant()?;
        let now = desk.mailbox.clocks().business.now();
        let changed = name.release(now).map_err(|reason| {
            let text = reason.to_string();
            Problem::new(&codes::NAME_NOT_POSSIBLE).detail(reason.zh(), text)
        })?;
        if !changed {
            return Ok(name);
        }
        let mut changes = desk.mailbox.changes();
        super::settle(&mut changes, &mut name, "name_released", &By::For(behalf), now);
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok(name),
            Err(CommitError::Stale(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}
