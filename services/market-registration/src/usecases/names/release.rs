//! A name is given up by its holder: it is anybody's at once.

use chassis::{
    consent::{Asks, ConsentBody},
    http::{Asker, Problem},
};
use mailbox::CommitError;
use serde_json::json;
use uuid::Uuid;

use super::{
    consents::{Matter, NAME},
    settle_with,
    show::find,
};
use crate::{codes, domain::names::Name, service::MarketRegistration};

/// How often a decision is made again where the name was changed in between.
const TRIES: usize = 5;

/// Releases a name; one that is released already stays so.
///
/// # Errors
/// Where he sees no such name, a clerk gives up another's without what the holder agreed with, it is over or in use, or the
/// database fails.
pub async fn release(
    desk: &MarketRegistration,
    asker: &Asker,
    id: Uuid,
    consent: Option<&ConsentBody>,
) -> Result<Name, Problem> {
    let mut tries = 0;
    loop {
        let mut name = find(desk, asker.scope(), id).await?;
        let asks = Asks::from(&asker.for_holder(&name.holder)?);
        let now = desk.mailbox.clocks().business.now();
        let changed = name.release(now).map_err(|reason| {
            let text = reason.to_string();
            Problem::new(&codes::NAME_NOT_POSSIBLE).detail(reason.zh(), text)
        })?;
        if !changed {
            return Ok(name);
        }
        let act = Matter::Release.act(desk, id);
        let agreed = desk.consents.agree(&desk.mailbox, &asks, &act, consent).await?;
        let told = agreed.told(&act, &NAME, (&name.holder, ""), now);
        let mut changes = desk.mailbox.changes();
        let done = ("name_released", &asks.by(&agreed), now);
        settle_with(&mut changes, &mut name, done, json!({}), told.into_iter().collect());
        agreed.used(&mut changes);
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok(name),
            Err(CommitError::Stale(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}
