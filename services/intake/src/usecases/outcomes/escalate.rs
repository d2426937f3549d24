//! Outcome 5: the matter goes to the chief representative (R72).

use chassis::http::{Asker, By, Problem};
use contracts::{account::Arguments, intake::v1::DeskOutcome};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    load::{OnDesk, for_outcome},
    settle::{Settled, Told, settle},
    until_committed,
};
use crate::{codes, domain::case::Case, service::Intake};

/// Passes it on with the facts.
///
/// # Errors
/// Where the case has its outcome or is with him already, or the database fails.
pub async fn escalate(desk: &Intake, asker: &Asker, id: Uuid, facts: &str, question: &str) -> Result<Case, Problem> {
    let by = asker.in_office();
    until_committed(desk, || async {
        let OnDesk { mut case, entry, form } = for_outcome(desk, asker, id).await?;
        let now = desk.mailbox.clocks().business.now();
        let next = case.desk.escalate(&desk.calendar(), now).map_err(codes::not_now)?;
        let words = json!({ "facts": facts, "question": question });
        let mut changes = desk.mailbox.changes();
        settle(desk, &mut changes, &mut case, (entry, &form.fields), next, told(&by, Some(words)));
        Ok(Settled { case, changes })
    })
    .await
}

/// What is told of an escalation.
pub fn told(by: &By, words: Option<Value>) -> Told<'_> {
    let outcome = Some(DeskOutcome::Escalated);
    Told { event: "escalated", by, arguments: Arguments::new(), body: json!({}), words, outcome, more: vec![] }
}
