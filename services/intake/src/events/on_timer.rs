//! Something fell due.

use mailbox::{Fault, Mailbox, Timer, Verdict};

use crate::{domain::draft, usecases};

/// Decides one timer.
pub fn decide(mailbox: &Mailbox, timer: &Timer) -> Verdict {
    match timer.name.as_str() {
        draft::EXPIRES => Ok(usecases::drafts::drop::expire(mailbox, timer.owner)),
        name => Err(Fault::poison("unknown_timer", format!("`{name}` is no timer of the front desk"))),
    }
}
