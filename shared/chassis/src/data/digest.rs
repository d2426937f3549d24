//! By what a published version is known again.

use mailbox::Digest;
use serde_json::Value;

/// SM3 over a value in canonical form: keys sorted, no spaces.
#[must_use]
pub fn digest(mut value: Value) -> Digest {
    value.sort_all_objects();
    Digest::of(value.to_string().as_bytes())
}
