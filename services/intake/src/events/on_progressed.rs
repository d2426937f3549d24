//! The owner of a process tells how a case went on: the steps go on its timeline.

use std::collections::HashSet;

use contracts::{
    registration::v1::{CasePhase, OpenTask, Progressed, Step as SentStep},
    time::instant,
};
use mailbox::{Fault, Incoming, Mailbox, Verdict};
use serde_json::json;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::{
    domain::case::Phase,
    store::{
        cases::Standing,
        steps::{NewStep, Step},
    },
};

/// Which of the batch's cases are ours.
pub async fn known_cases(mailbox: &Mailbox, batch: &[Incoming]) -> Result<HashSet<Uuid>, sqlx::Error> {
    let ids: Vec<Uuid> = batch.iter().filter_map(|incoming| Uuid::try_parse(&incoming.key).ok()).collect();
    let known: Vec<Uuid> =
        sqlx::query_scalar("select id from cases where id = any($1)").bind(ids).fetch_all(mailbox.db()).await?;
    Ok(known.into_iter().collect())
}

/// Adds the steps to the case's timeline.
pub fn decide(mailbox: &Mailbox, incoming: &Incoming, known: &HashSet<Uuid>) -> Verdict {
    let told: Progressed = incoming.read()?;
    let case_id =
        Uuid::try_parse(&told.case_id).map_err(|_| Fault::poison("bad_case_id", "`case_id` is not a UUID"))?;
    if incoming.key != told.case_id {
        return Err(Fault::poison("wrong_key", "the key is not the case id"));
    }
    if !known.contains(&case_id) {
        return Err(Fault::poison("unknown_case", "the front desk has no such case"));
    }
    let phase = phase(told.phase)?;
    let mut changes = mailbox.changes();
    for (place, sent) in told.steps.iter().enumerate() {
        let step = step(sent)?;
        let place = i32::try_from(place).unwrap_or(i32::MAX);
        changes.put(NewStep { case_id, message: incoming.attributes.sequence, place, step });
    }
    let open: Vec<_> = told.open.iter().map(open).collect::<Result<_, Fault>>()?;
    changes.put(Standing { case_id, phase, open_tasks: json!(open) });
    Ok(changes)
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

fn step(sent: &SentStep) -> Result<Step, Fault> {
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
