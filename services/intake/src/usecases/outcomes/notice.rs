//! Outcome 3: a one-time notice (一次性告知): everything that is missing or has a defect, at once.

use chassis::http::{Asker, By, Fault, Problem};
use contracts::{account::Arguments, calendar::told as day_told, intake::v1::DeskOutcome};
use serde_json::json;
use uuid::Uuid;

use super::{
    load::{OnDesk, for_outcome},
    settle::{Settled, Told, settle},
    until_committed,
};
use crate::{
    codes,
    domain::{case::Case, catalogue::Entry, desk::Desk},
    service::Intake,
    store::outcomes::Overlooked,
};

/// What a window adds to what is missing.
pub struct Notice {
    /// Material code, and what is wrong with what was brought.
    pub defects: Vec<(String, String)>,
    /// The body that forgot something in the first notice.
    pub overlooked_by: Option<String>,
    /// What the clerk explains.
    pub explanation: String,
}

/// Tells everything at once.
///
/// # Errors
/// Where nothing is to be told, or a second notice adds without naming who forgot; the database.
pub async fn notice(desk: &Intake, asker: &Asker, id: Uuid, notice: &Notice) -> Result<Case, Problem> {
    let by_office = asker.in_office();
    until_committed(desk, || async {
        let OnDesk { mut case, entry, form } = for_outcome(desk, asker, id).await?;
        let unknown = unknown(entry, &notice.defects);
        if !unknown.is_empty() {
            return Err(Problem::faulty(unknown));
        }
        let (now, missing) = (desk.mailbox.clocks().business.now(), super::load::missing(entry, &form));
        let by = notice.overlooked_by.as_deref();
        let next = case.desk.notice(entry, &missing, &notice.defects, by, &desk.calendar(), now);
        let next = next.map_err(codes::not_now)?;
        let mut changes = desk.mailbox.changes();
        let forgotten = forgotten(&case.desk, &next);
        let told = told(&next, by.filter(|_| !forgotten.is_empty()), &by_office, Some(notice));
        if let (Some(body), false) = (by, forgotten.is_empty()) {
            let sequence = case.stem.sequence() + 1;
            changes.put(Overlooked { case_id: id, sequence, body: body.to_owned(), items: forgotten, at: now });
        }
        settle(desk, &mut changes, &mut case, (entry, &form.fields), next, told);
        Ok(Settled { case, changes })
    })
    .await
}

fn unknown(entry: &Entry, defects: &[(String, String)]) -> Vec<Fault> {
    let strange = defects.iter().enumerate().filter(|(_, (code, _))| entry.material(code).is_none());
    strange
        .map(|(place, _)| {
            let pointer = format!("/defects/{place}/code");
            Fault::new(pointer, "unknown_material", "该事项不收此材料", "the item does not take this paper")
        })
        .collect()
}

/// Material codes that the notice before did not tell; none for a first notice.
fn forgotten(before: &Desk, after: &Desk) -> Vec<String> {
    let (Desk::Noticed { notice: before }, Desk::Noticed { notice: after }) = (before, after) else {
        return vec![];
    };
    let new = after.items.iter().filter(|item| !before.items.iter().any(|told| told.code == item.code));
    new.map(|item| item.code.clone()).collect()
}

/// What is told of a notice.
pub fn told<'a>(next: &Desk, overlooked_by: Option<&str>, by: &'a By, notice: Option<&Notice>) -> Told<'a> {
    let (mut arguments, mut body) = (Arguments::new(), json!({}));
    if let Desk::Noticed { notice } = next {
        let codes: Vec<_> = next.open_items().into_iter().map(|item| item.code).collect();
        let due_on = day_told(notice.deadline.on, notice.deadline.provisional);
        arguments.insert("due_on".to_owned(), vec![due_on]);
        arguments.insert("papers".to_owned(), codes.clone());
        arguments.extend(overlooked_by.map(|body| ("overlooked_by".to_owned(), vec![body.to_owned()])));
        body = json!({ "items": codes, "due_on": notice.deadline.on.to_string(), "overlooked_by": overlooked_by });
    }
    let words = notice.map(|notice| json!({ "defects": notice.defects, "explanation": notice.explanation }));
    let event = if overlooked_by.is_some() { "notice_amended" } else { "one_time_notice" };
    Told { event, by, arguments, body, words, outcome: Some(DeskOutcome::Noticed), more: vec![] }
}
