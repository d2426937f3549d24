//! Outcome 1: a complete application is accepted (受理).

use chassis::http::{Asker, By, Problem};
use contracts::{account::Arguments, intake::v1::DeskOutcome, topics};
use mailbox::Message;
use serde_json::json;
use uuid::Uuid;

use super::{
    load::{OnDesk, for_outcome},
    owner,
    settle::{Settled, Told, settle},
    until_committed,
};
use crate::{
    codes,
    domain::{case::Case, desk::Desk},
    service::Intake,
    store,
    usecases::submit::accepted,
};

/// Accepts; a case that is accepted already stays as it is.
///
/// # Errors
/// Everything that is missing, at once; an outcome that was given before; the database.
pub async fn accept(desk: &Intake, asker: &Asker, id: Uuid) -> Result<Case, Problem> {
    let by = asker.in_office();
    until_committed(desk, || async {
        let on_desk = for_outcome(desk, asker, id).await?;
        if matches!(on_desk.case.desk, Desk::Accepted { .. }) {
            return Ok(Settled { case: on_desk.case, changes: desk.mailbox.changes() });
        }
        let now = desk.mailbox.clocks().business.now();
        let next = on_desk
            .case
            .desk
            .accept(on_desk.entry, &on_desk.missing(), &desk.calendar(), now)
            .map_err(codes::not_now)?;
        let more = passed_on(desk, &on_desk, &next).await?;
        let OnDesk { mut case, entry, form } = on_desk;
        let mut changes = desk.mailbox.changes();
        settle(desk, &mut changes, &mut case, (entry, &form.fields), next, told(&by, more));
        Ok(Settled { case, changes })
    })
    .await
}

/// What is told of an acceptance.
pub fn told(by: &By, more: Vec<Message>) -> Told<'_> {
    let outcome = Some(DeskOutcome::Accepted);
    Told { event: "case_accepted", by, arguments: Arguments::new(), body: json!({}), words: None, outcome, more }
}

/// What the owner of the process gets when the case is accepted; nothing where the desk runs it itself.
///
/// # Errors
/// Where the database fails.
pub async fn passed_on(desk: &Intake, on_desk: &OnDesk<'_>, next: &Desk) -> Result<Vec<Message>, Problem> {
    let OnDesk { case, form, .. } = on_desk;
    if case.is_ours() {
        return Ok(vec![]);
    }
    let ids: Vec<Uuid> = form.materials.iter().map(|paper| paper.id).collect();
    let materials = store::materials::of_ids(desk.mailbox.db(), &ids).await?;
    let now = desk.mailbox.clocks().business.now();
    let accepted = accepted(desk, case, owner::gaps(next), now, &form.fields, &form.choices, &materials);
    Ok(vec![Message::new(topics::dossiers(&case.owner), case.id(), &accepted)])
}
