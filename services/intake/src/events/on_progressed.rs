//! The owner of a process tells how a case went on: the steps go on its timeline.

use std::collections::{HashMap, HashSet};

use contracts::{
    registration::v1::{CasePhase, OpenTask, Progressed, Step as SentStep},
    time::instant,
};
use mailbox::{Changes, Fact, Fault, Incoming, Mailbox, Verdict};
use serde_json::json;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::{
    domain::case::{Case, Phase},
    service::Intake,
    store::{
        self,
        cases::Standing,
        steps::{NewStep, Step},
    },
    usecases::message::{self, Entered},
};

/// What the front desk knows of a batch's cases.
pub struct Known {
    ids: HashSet<Uuid>,
    /// Those that a message closes, until their applicants are told.
    closing: HashMap<Uuid, (Case, Entered)>,
}

/// Which of the batch's cases are ours, and those that it closes.
pub async fn known(mailbox: &Mailbox, batch: &[Incoming]) -> Result<Known, sqlx::Error> {
    let id = |incoming: &Incoming| Uuid::try_parse(&incoming.key).ok();
    let ids: Vec<Uuid> = batch.iter().filter_map(id).collect();
    let ids: Vec<Uuid> =
        sqlx::query_scalar("select id from cases where id = any($1)").bind(ids).fetch_all(mailbox.db()).await?;
    let closes = |incoming: &&Incoming| {
        incoming.read::<Progressed>().is_ok_and(|told| CasePhase::try_from(told.phase) == Ok(CasePhase::Closed))
    };
    let closing: Vec<Uuid> = batch.iter().filter(closes).filter_map(id).collect();
    let closing = match closing.as_slice() {
        [] => HashMap::new(),
        some => {
            let cases = store::cases::with_fields(mailbox.db(), some).await?;
            let open = cases.into_iter().filter(|(case, _)| case.phase != Phase::Closed);
            open.map(|(case, entered)| (case.id(), (case, entered))).collect()
        }
    };
    Ok(Known { ids: ids.into_iter().collect(), closing })
}

/// Adds the steps to the case's timeline; the applicant of a company that is open now is told.
pub fn decide(desk: &Intake, incoming: &Incoming, known: &mut Known) -> Verdict {
    let told: Progressed = incoming.read()?;
    let case_id =
        Uuid::try_parse(&told.case_id).map_err(|_| Fault::poison("bad_case_id", "`case_id` is not a UUID"))?;
    if incoming.key != told.case_id {
        return Err(Fault::poison("wrong_key", "the key is not the case id"));
    }
    if !known.ids.contains(&case_id) {
        return Err(Fault::poison("unknown_case", "the front desk has no such case"));
    }
    let phase = phase(told.phase)?;
    let mut changes = desk.mailbox.changes();
    for (place, sent) in told.steps.iter().enumerate() {
        let step = step(sent)?;
        let place = i32::try_from(place).unwrap_or(i32::MAX);
        changes.put(NewStep { case_id, message: incoming.attributes.sequence, place, step });
    }
    let open: Vec<_> = told.open.iter().map(open).collect::<Result<_, Fault>>()?;
    changes.put(Standing { case_id, phase, open_tasks: json!(open) });
    if phase == Phase::Closed
        && let Some((case, entered)) = known.closing.remove(&case_id)
    {
        close(desk, &mut changes, case, &entered, told.used_window_minutes);
    }
    Ok(changes)
}

/// The case is over: a fact of ours, too, and a message to the applicant.
fn close(desk: &Intake, changes: &mut Changes, mut case: Case, entered: &Entered, used_minutes: Option<u32>) {
    let now = desk.mailbox.clocks().business.now();
    let entry = desk.catalogue.named(&case.theme);
    let message =
        entry.zip(used_minutes).and_then(|(entry, used)| message::on_opened(&case, entry, entered, used, now));
    let fact = Fact {
        kind: "case_closed".to_owned(),
        actor: case.owner.clone(),
        at: now,
        body: json!({ "used_window_minutes": used_minutes }).to_string().into_bytes(),
    };
    changes.record(&mut case.stem, fact, message.into_iter().collect());
}

fn phase(phase: i32) -> Result<Phase, Fault> {
    match CasePhase::try_from(phase) {
        Ok(CasePhase::Running) => Ok(Phase::Running),
        Ok(CasePhase::Stopping) => Ok(Phase::Stopping),
        Ok(CasePhase::Closed) => Ok(Phase::Closed),
        Ok(CasePhase::Withdrawn) => Ok(Phase::Withdrawn),
        Ok(CasePhase::Terminated) => Ok(Phase::Terminated),
        Ok(CasePhase::PlanRefused) => Ok(Phase::PlanRefused),
        Ok(CasePhase::Unspecified) => Err(Fault::poison("no_phase", "`phase` is not set")),
        // A later version says more than we know: wait for ours to be upgraded.
        Err(_) => Err(Fault::passing("unknown_phase", format!("phase {phase} is not known to this version"))),
    }
}

/// A step as it is kept.
pub(super) fn step(sent: &SentStep) -> Result<Step, Fault> {
    let at = instant("at", sent.at.as_ref()).map_err(|e| Fault::poison("bad_instant", e.to_string()))?;
    let task_id = match sent.task_id.as_str() {
        "" => None,
        id => Some(Uuid::try_parse(id).map_err(|_| Fault::poison("bad_task_id", "`task_id` is not a UUID"))?),
    };
    let outputs: Vec<_> = sent.outputs.iter().map(|o| json!({"kind": o.kind, "value": o.value})).collect();
    Ok(Step {
        at,
        event: sent.event.clone(),
        task: sent.task_code.clone(),
        task_id,
        department: sent.department.clone(),
        round: i32::try_from(sent.round).unwrap_or(i32::MAX),
        note: sent.note.clone(),
        outputs: json!(outputs),
    })
}

fn open(task: &OpenTask) -> Result<serde_json::Value, Fault> {
    let text = |name, at: &prost_types::Timestamp| {
        let at = instant(name, Some(at)).map_err(|e| Fault::poison("bad_instant", e.to_string()))?;
        at.format(&Rfc3339).map_err(|e| Fault::poison("bad_instant", e.to_string()))
    };
    Ok(json!({
        "task_id": task.task_id,
        "task": task.task_code,
        "department": task.department,
        "since": task.since.as_ref().map(|at| text("since", at)).transpose()?,
        "due_at": task.due_at.as_ref().map(|at| text("due_at", at)).transpose()?,
        "waits_for": task.waits_for,
        "papers": task.papers,
    }))
}
