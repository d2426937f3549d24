//! What a verb of the desk has caused becomes changes: facts in the task's chain with the answers they cause, decisions in
//! the department's own log, and the task's row.

use casework::{DepartmentSays, DeskEffect, DeskEvent, Reply};
use mailbox::{Changes, Fact};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::{
    domain::task::Held,
    events::publish,
    service::Department,
    store::{NewDecision, TaskRow},
};

/// Who did it.
#[derive(Clone, Debug)]
pub struct Doer {
    /// Token subject, owner of the process, or the rule: stands in the ledger.
    pub actor: String,
    /// `owner`, `department`, `rule`, `department_clerk` or `department_head`.
    pub role: &'static str,
}

/// A fact and the answers that it causes.
struct Entry {
    /// None where something is only said again.
    event: Option<DeskEvent>,
    at: OffsetDateTime,
    round: u32,
    replies: Vec<Reply>,
}

impl Department {
    /// Writes what was done into `changes`; `more` goes into the first fact.
    pub fn record(
        &self,
        changes: &mut Changes,
        held: &mut Held,
        effects: Vec<DeskEffect>,
        doer: &Doer,
        at: OffsetDateTime,
        more: Map<String, Value>,
    ) {
        let mut more = more;
        for entry in entries(effects, at) {
            let kind = entry.event.map_or("answered_again", DeskEvent::kind);
            let mut body = std::mem::take(&mut more);
            body.insert("round".to_owned(), entry.round.into());
            let fact = Fact {
                kind: kind.to_owned(),
                actor: doer.actor.clone(),
                at: entry.at,
                body: Value::Object(body).to_string().into_bytes(),
            };
            let messages = entry.replies.iter().map(|reply| publish::reply(self, &held.owner, reply)).collect();
            changes.record(&mut held.stem, fact, messages);
            for reply in entry.replies {
                if let Some(decision) = decision(&entry.event, &reply, held, doer) {
                    changes.put(decision);
                }
            }
        }
    }

    /// Something was heard that changed the task and asks for no answer.
    pub fn note(&self, changes: &mut Changes, held: &mut Held, kind: &str, doer: &Doer, at: OffsetDateTime) {
        let fact = Fact { kind: kind.to_owned(), actor: doer.actor.clone(), at, body: b"{}".to_vec() };
        changes.record(&mut held.stem, fact, Vec::new());
    }

    /// Writes the task's row.
    pub fn keep(&self, changes: &mut Changes, held: &Held) {
        let Some(task) = &held.task else { return };
        let (desk, assignment, calendar) = (&task.desk, &task.desk.assignment, self.calendar());
        changes.put(TaskRow {
            id: held.stem.id,
            case_id: desk.case.uuid(),
            case_number: task.case_number.clone(),
            theme: task.theme.clone(),
            task_code: assignment.task_code.clone(),
            region: task.region.clone(),
            owner: held.owner.clone(),
            round: stored(desk.round),
            status: task.status(),
            assigned_at: assignment.assigned_at,
            due: task.due(&calendar),
            calendar: calendar.version().to_owned(),
            desk: desk.clone(),
            clock: task.clock.clone(),
        });
    }
}

/// A round as a column holds it.
#[must_use]
pub fn stored(round: u32) -> i32 {
    i32::try_from(round).unwrap_or(i32::MAX)
}

fn entries(effects: Vec<DeskEffect>, at: OffsetDateTime) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for effect in effects {
        match effect {
            DeskEffect::Fact(fact) => {
                entries.push(Entry { event: Some(fact.event), at: fact.at, round: fact.round, replies: Vec::new() });
            }
            DeskEffect::Reply(reply) => match entries.last_mut() {
                Some(entry) => entry.replies.push(reply),
                None => entries.push(Entry { event: None, at, round: reply.round, replies: vec![reply] }),
            },
        }
    }
    entries
}

/// A decision that is sent for the first time.
fn decision(event: &Option<DeskEvent>, reply: &Reply, held: &Held, doer: &Doer) -> Option<NewDecision> {
    let result = match (event, &reply.says) {
        (Some(DeskEvent::Decided), DepartmentSays::Decided(_)) => "granted",
        (Some(DeskEvent::Refused), DepartmentSays::Refused(_)) => "refused",
        _ => return None,
    };
    Some(NewDecision {
        task_id: held.stem.id,
        sequence: held.stem.sequence(),
        round: stored(reply.round),
        decided_at: reply.says.said_at(),
        result,
        actor: doer.actor.clone(),
        role: doer.role,
        answer: json!(reply.says),
    })
}
