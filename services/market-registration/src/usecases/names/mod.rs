//! One file a verb: a name is declared, looked at, given up.

pub mod declare;
pub mod follow;
pub mod release;
pub mod show;

use mailbox::{Changes, Fact};
use serde_json::json;
use time::OffsetDateTime;

use crate::{
    domain::names::Name,
    store::names::{NameRow, SlotRow},
};

/// Writes what has happened to a name: the fact, the name and its place. `actor` did it.
pub fn settle(changes: &mut Changes, name: &mut Name, kind: &str, actor: &str, now: OffsetDateTime) {
    let body = json!({
        "name": name.full,
        "authority": name.key.authority,
        "industry": name.key.industry,
        "state": name.state,
    });
    let fact = Fact { kind: kind.to_owned(), actor: actor.to_owned(), at: now, body: body.to_string().into_bytes() };
    changes.record(&mut name.stem, fact, vec![]);
    changes.put(NameRow::of(name));
    changes.put(SlotRow::of(name, now));
}
