//! What can be done with messages: load, decide, return changes.

pub mod deliver;
pub mod discard;
pub mod read;
pub mod receive;
pub mod retry;

use mailbox::Fact;
use serde_json::Value;
use time::OffsetDateTime;

/// A fact about a message; `body` holds no personal data.
fn fact(kind: &str, actor: &str, at: OffsetDateTime, body: &Value) -> Fact {
    Fact { kind: kind.to_owned(), actor: actor.to_owned(), at, body: body.to_string().into_bytes() }
}
