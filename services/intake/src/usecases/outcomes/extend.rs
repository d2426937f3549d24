//! The one extension of a gap, of the same length, with the chief representative's approval (6.4).

use chassis::http::{Asker, Problem};
use contracts::intake::v1::DeskOutcome;
use serde_json::json;
use uuid::Uuid;

use super::{
    load::{OnDesk, load},
    owner,
    settle::{Settled, Told, is_ending, settle},
    until_committed,
};
use crate::{codes, domain::case::Case, service::Intake};

/// Extends the gap.
///
/// # Errors
/// Where no gap is open, it is over or was extended before; the database.
pub async fn extend(desk: &Intake, asker: &Asker, id: Uuid, reason: &str) -> Result<Case, Problem> {
    let by = asker.in_office();
    until_committed(desk, || async {
        let OnDesk { mut case, entry, form } = load(desk, asker.scope(), id).await?;
        if is_ending(case.phase) {
            return Err(Problem::new(&codes::CASE_ENDED));
        }
        let next = case.desk.extend(&desk.calendar(), desk.mailbox.clocks().business.now()).map_err(codes::not_now)?;
        let until = next.told_day().map(|day| day.words()).unwrap_or_default();
        let told = Told {
            event: "gap_extended",
            by: &by,
            arguments: [("due_on".to_owned(), vec![until.clone()])].into(),
            body: json!({ "due_on": until }),
            words: Some(json!({ "reason": reason })),
            outcome: Some(DeskOutcome::GapExtended),
            more: owner::extended(&case, &next, desk.mailbox.clocks().business.now()),
        };
        let mut changes = desk.mailbox.changes();
        settle(desk, &mut changes, &mut case, (entry, &form.fields), next, told);
        Ok(Settled { case, changes })
    })
    .await
}
