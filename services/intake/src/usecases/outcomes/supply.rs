//! The applicant brings what the front desk waits for: a correction that completes an application accepts it, the last paper
//! of a gap closes it.

use std::collections::BTreeMap;

use chassis::http::{Asker, By, Fault, Problem};
use contracts::intake::v1::DeskOutcome;
use mailbox::Message;
use serde_json::json;
use uuid::Uuid;

use super::{
    accept,
    load::{OnDesk, load},
    owner,
    settle::{Settled, Told, is_ending, settle},
    until_committed,
};
use crate::{
    codes,
    domain::{
        case::Case,
        catalogue::{Entry, Standing},
        desk::Desk,
    },
    service::Intake,
    store::{
        cases::FormPaper,
        materials::{Material, take},
    },
};

/// Takes papers in.
///
/// # Errors
/// Papers that the item does not take; nothing is waited for; too late; the database.
pub async fn supply(
    desk: &Intake,
    asker: &Asker,
    id: Uuid,
    brought: &BTreeMap<Uuid, Material>,
) -> Result<Case, Problem> {
    until_committed(desk, || async {
        let mut on_desk = load(desk, asker.scope(), id).await?;
        let by = By::For(asker.for_holder(&on_desk.case.applicant)?);
        if is_ending(on_desk.case.phase) {
            return Err(Problem::new(&codes::CASE_ENDED));
        }
        let faults = unknown(on_desk.entry, brought);
        if !faults.is_empty() {
            return Err(Problem::faulty(faults));
        }
        let names: Vec<String> = brought.values().map(|material| material.code.clone()).collect();
        on_desk.form.materials.retain(|paper| !names.contains(&paper.code));
        on_desk.form.materials.extend(brought.values().map(FormPaper::of));
        let (next, mut told) = next(desk, &on_desk, &names, &by).await?;
        told.more.extend(owner::closed(&on_desk.case, &next, brought, desk.mailbox.clocks().business.now()));
        let OnDesk { mut case, entry, form } = on_desk;
        let mut changes = desk.mailbox.changes();
        take(&mut changes, brought.keys().copied());
        let body = json!({ "papers": names, "entered": form.digest() });
        settle(desk, &mut changes, &mut case, (entry, &form.fields), next, Told { body, ..told });
        changes.put(form);
        Ok(Settled { case, changes })
    })
    .await
}

async fn next<'a>(
    desk: &Intake,
    on_desk: &OnDesk<'_>,
    names: &[String],
    by: &'a By,
) -> Result<(Desk, Told<'a>), Problem> {
    let now = desk.mailbox.clocks().business.now();
    let step = |event: &'static str, outcome: Option<DeskOutcome>, more: Vec<Message>| {
        let arguments = [("papers".to_owned(), names.to_vec())].into();
        Told { event, by, arguments, body: json!({}), words: None, outcome, more }
    };
    match &on_desk.case.desk {
        at @ Desk::Tolerated { .. } => {
            let next = at.fill(names, now).map_err(codes::not_now)?;
            let told = match &next {
                Desk::Accepted { .. } => step("gap_closed", Some(DeskOutcome::GapClosed), vec![]),
                Desk::Tolerated { .. }
                | Desk::Received { .. }
                | Desk::Noticed { .. }
                | Desk::Escalated { .. }
                | Desk::Signposted { .. }
                | Desk::Returned { .. } => step("gap_supplied", None, vec![]),
            };
            Ok((next, told))
        }
        at @ (Desk::Received { .. } | Desk::Noticed { .. }) if on_desk.entry.standing == Standing::Open => {
            let corrected = at.corrected(names);
            match corrected.accept(on_desk.entry, &on_desk.missing(), &desk.calendar(), now) {
                Ok(accepted) => {
                    let more = accept::passed_on(desk, on_desk, &accepted).await?;
                    Ok((accepted, accept::told(by, more)))
                }
                Err(_) => Ok((corrected, step("papers_supplied", None, vec![]))),
            }
        }
        at @ (Desk::Received { .. } | Desk::Noticed { .. } | Desk::Escalated { .. }) => {
            Ok((at.corrected(names), step("papers_supplied", None, vec![])))
        }
        Desk::Returned { .. } => Err(Problem::new(&codes::GAP_OVER)),
        Desk::Accepted { .. } | Desk::Signposted { .. } => Err(Problem::new(&codes::NOTHING_WAITED_FOR)),
    }
}

fn unknown(entry: &Entry, brought: &BTreeMap<Uuid, Material>) -> Vec<Fault> {
    let unknown = brought.values().filter(|material| entry.material(&material.code).is_none());
    unknown
        .map(|material| {
            let pointer = format!("/materials/{}", material.code);
            Fault::new(pointer, "unknown_material", "该事项不收此材料", "the item does not take this paper")
        })
        .collect()
}
