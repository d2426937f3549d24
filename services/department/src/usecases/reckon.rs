//! The calendar is another one: when a task is due is reckoned again. The owner of the process tells the applicant, if anybody.

use mailbox::{Changes, Fact};
use serde_json::json;
use time::OffsetDateTime;
use workdays::Calendar;

use crate::{domain::task::Held, service::Department};

/// Reckons one open task anew. A day that stays as it is leaves no trace; where it is not known by which calendar it was
/// reckoned `before`, it is written once more.
pub fn reckon_again(
    desk: &Department,
    changes: &mut Changes,
    held: &mut Held,
    before: Option<&Calendar>,
    now: OffsetDateTime,
) {
    let Some(task) = held.task.as_ref().filter(|task| !task.status().is_over()) else { return };
    let calendar = desk.calendar();
    let due = task.due(&calendar);
    if before.is_some_and(|before| task.due(before) == due) {
        return;
    }
    let body = json!({ "due": due, "calendar": calendar.version() }).to_string().into_bytes();
    let fact = Fact { kind: "due_reckoned".to_owned(), actor: "calendar".to_owned(), at: now, body };
    changes.record(&mut held.stem, fact, Vec::new());
    desk.keep(changes, held);
}
