//! Outcome 4: the applicant is shown where and how it is done (指路, R67).

use chassis::http::{Asker, By, Problem};
use contracts::{account::Arguments, intake::v1::DeskOutcome};
use serde_json::json;
use uuid::Uuid;

use super::{
    load::{OnDesk, for_outcome},
    settle::{Settled, Told, settle},
    until_committed,
};
use crate::{
    codes,
    domain::{case::Case, catalogue::Signpost},
    service::Intake,
};

/// Shows the way; it closes the case.
///
/// # Errors
/// Where the case has its outcome, or the database fails.
pub async fn signpost(
    desk: &Intake,
    asker: &Asker,
    id: Uuid,
    way: &Signpost,
    explanation: &str,
) -> Result<Case, Problem> {
    let by = asker.in_office();
    until_committed(desk, || async {
        let OnDesk { mut case, entry, form } = for_outcome(desk, asker, id).await?;
        let now = desk.mailbox.clocks().business.now();
        let next = case.desk.signpost(way.clone(), now).map_err(codes::not_now)?;
        let words = json!({ "signpost": way, "explanation": explanation });
        let mut changes = desk.mailbox.changes();
        settle(desk, &mut changes, &mut case, (entry, &form.fields), next, Told { words: Some(words), ..told(&by) });
        Ok(Settled { case, changes })
    })
    .await
}

/// What is told of a signpost.
pub fn told(by: &By) -> Told<'_> {
    let outcome = Some(DeskOutcome::Signposted);
    Told { event: "signposted", by, arguments: Arguments::new(), body: json!({}), words: None, outcome, more: vec![] }
}
