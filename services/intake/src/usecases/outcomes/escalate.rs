//! Outcome 5: the matter goes to the chief representative (R72).

use chassis::http::{Actor, Problem};
use contracts::intake::v1::DeskOutcome;
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
pub async fn escalate(desk: &Intake, actor: &Actor, id: Uuid, facts: &str, question: &str) -> Result<Case, Problem> {
    until_committed(desk, || async {
        let OnDesk { mut case, entry, form } = for_outcome(desk, actor, id).await?;
        let now = desk.mailbox.clocks().business.now();
        let next = case.desk.escalate(&desk.calendar, now).map_err(codes::not_now)?;
        let words = json!({ "facts": facts, "question": question });
        let mut changes = desk.mailbox.changes();
        settle(desk, &mut changes, &mut case, (entry, &form.fields), next, told(&actor.subject, Some(words)));
        Ok(Settled { case, changes })
    })
    .await
}

/// What is told of an escalation.
pub fn told(actor: &str, words: Option<Value>) -> Told<'_> {
    let note = "已提交首席代表研究,30个窗口分钟内答复".to_owned();
    let outcome = Some(DeskOutcome::Escalated);
    Told { event: "escalated", actor, note, body: json!({}), words, outcome, more: vec![] }
}
