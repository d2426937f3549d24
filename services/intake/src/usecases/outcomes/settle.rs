//! What was decided at the desk becomes a fact, a step, timers and messages: the one way for all outcomes.

use chassis::http::By;
use contracts::{
    account::Arguments,
    intake::v1::{DeskDecided, DeskOutcome},
    time::timestamp,
    topics,
};
use mailbox::{Changes, Digest, Message};
use serde_json::{Value, json};
use time::OffsetDateTime;
use workdays::DueAt;

use super::owner;
use crate::{
    domain::{
        case::{Case, Open, Phase},
        catalogue::Entry,
        desk::{CORRECTION_DUE, Desk, NOTICE_DAYS, due},
        tolerance,
    },
    service::Intake,
    store::{
        cases::NewWords,
        outcomes::{DeskRow, DeskStep},
    },
    usecases::message::{self, Entered},
};

/// A case after an outcome, and what to commit.
pub struct Settled {
    pub case: Case,
    pub changes: Changes,
}

/// What is told of an outcome.
pub struct Told<'a> {
    /// Kind of the fact, and name of the step.
    pub event: &'static str,
    pub by: &'a By,
    /// What belongs into the sentence that people read on the timeline: codes and days, nothing that somebody typed.
    pub arguments: Arguments,
    /// More of the fact; no personal data.
    pub body: Value,
    /// What somebody typed: kept apart, vouched for by the ledger.
    pub words: Option<Value>,
    /// What others are told; none where it concerns nobody else.
    pub outcome: Option<DeskOutcome>,
    /// Messages to the owner of the process, and to people.
    pub more: Vec<Message>,
}

/// Records an outcome of a case that exists already, and has the applicant told of it.
pub fn settle(
    desk: &Intake,
    changes: &mut Changes,
    case: &mut Case,
    (entry, entered): (&Entry, &Entered),
    next: Desk,
    told: Told<'_>,
) {
    let with_owner = case.is_with_owner();
    let standing = (!with_owner).then(|| (next.phase(case.is_ours()), open(desk, case, entry, &next)));
    if let Some((phase, _)) = &standing {
        case.phase = *phase;
    }
    let mut told = told;
    let now = desk.mailbox.clocks().business.now();
    let person = message::applicant(case, entry, entered);
    told.more.extend(message::on_outcome(case, entry, (told.event, &next), (&person, now)));
    if with_owner {
        // Only the owner of the process ends a case that was accepted.
        told.more.extend(owner::returned(case, &next));
    }
    tell(desk, changes, case, &next, told);
    changes.put(DeskRow { case_id: case.id(), desk: next, standing });
}

/// Records the fact, the step, timers and messages; where the case stands is the caller's to write.
pub fn tell(desk: &Intake, changes: &mut Changes, case: &mut Case, next: &Desk, told: Told<'_>) {
    let now = desk.mailbox.clocks().business.now();
    let mut body = told.body;
    body["state"] = json!(state(next));
    if next.waits() {
        body["calendar"] = json!(desk.calendar().version());
    }
    let mut messages = told.more;
    if let Some(outcome) = told.outcome {
        let said = said(case, next, outcome, now);
        messages.push(Message::new(topics::INTAKE_CASES, case.id(), &said));
    }
    let sequence = case.stem.sequence() + 1;
    if let Some(words) = told.words {
        let salt = desk.mailbox.ids().bytes();
        body["words"] = json!(Digest::salted(&salt, words.to_string().as_bytes()).to_string());
        changes.put(NewWords { case_id: case.id(), sequence, salt, words });
    }
    changes.record(&mut case.stem, told.by.fact(told.event, now, body), messages);
    let event = told.event.to_owned();
    changes.put(DeskStep { case_id: case.id(), sequence, at: now, event, arguments: told.arguments });
    timers(changes, case, next);
    case.desk = next.clone();
}

/// The timers that belong to where the case stands now.
pub fn timers(changes: &mut Changes, case: &Case, next: &Desk) {
    let id = case.id();
    for name in names(&case.desk) {
        changes.clear_timer(id, *name);
    }
    match next {
        Desk::Noticed { notice } if !notice.overdue => changes.set_timer(id, CORRECTION_DUE, notice.deadline.at),
        Desk::Tolerated { tolerance } => {
            changes.set_timer(id, tolerance::DUE, tolerance.deadline.at);
            if let Some(at) = tolerance.deadline.remind_at.filter(|_| !tolerance.reminded) {
                changes.set_timer(id, tolerance::REMIND, at);
            }
        }
        Desk::Noticed { .. }
        | Desk::Received { .. }
        | Desk::Escalated { .. }
        | Desk::Signposted { .. }
        | Desk::Accepted { .. }
        | Desk::Returned { .. } => {}
    }
}

/// Every timer that may stand for a case at this state.
#[must_use]
pub fn names(at: &Desk) -> &'static [&'static str] {
    match at {
        Desk::Noticed { .. } => &[CORRECTION_DUE],
        Desk::Tolerated { .. } => &[tolerance::DUE, tolerance::REMIND],
        Desk::Received { .. }
        | Desk::Escalated { .. }
        | Desk::Signposted { .. }
        | Desk::Accepted { .. }
        | Desk::Returned { .. } => &[],
    }
}

/// Name of the state, as facts have it.
pub fn state(desk: &Desk) -> &'static str {
    desk.phase(true).name()
}

pub fn said(case: &Case, next: &Desk, outcome: DeskOutcome, at: OffsetDateTime) -> DeskDecided {
    let (due, materials, overlooked_by) = match next {
        Desk::Noticed { notice } => {
            let codes = next.open_items().into_iter().map(|item| item.code).collect();
            (Some(notice.deadline.due()), codes, notice.overlooked_by.clone().unwrap_or_default())
        }
        Desk::Tolerated { tolerance } | Desk::Returned { tolerance, .. } => {
            let codes = tolerance.gaps.iter().map(|gap| gap.code.clone()).collect();
            (Some(tolerance.deadline.due()), codes, String::new())
        }
        Desk::Escalated { due, provisional, .. } => {
            (Some(DueAt { at: due.0, provisional: *provisional }), vec![], String::new())
        }
        Desk::Received { .. } | Desk::Signposted { .. } | Desk::Accepted { .. } => (None, vec![], String::new()),
    };
    DeskDecided {
        case_id: case.id().to_string(),
        at: timestamp(at),
        outcome: outcome.into(),
        due_at: due.and_then(|due| timestamp(due.at)),
        provisional: due.is_some_and(|due| due.provisional),
        materials,
        overlooked_by,
    }
}

/// Who holds the case, since when, and until when; nobody where it has ended, the owner tells it where it is with him.
#[must_use]
pub fn open(desk: &Intake, case: &Case, entry: &Entry, at: &Desk) -> Vec<Open> {
    let held = |task: &str, department: &str, waits_for: &str, since: OffsetDateTime, due: DueAt| {
        vec![Open {
            task_id: Some(case.id()),
            task: task.to_owned(),
            department: department.to_owned(),
            since: Some(since),
            due_at: Some(due.at),
            provisional: due.provisional,
            waits_for: waits_for.to_owned(),
            papers: vec![],
            asked: vec![],
        }]
    };
    let by_entry = |since: OffsetDateTime| {
        let until = due(&desk.calendar(), since, entry.promised_days).due();
        held(&entry.code, &entry.department, "department", since, until)
    };
    match at {
        Desk::Received { since } => {
            let until = due(&desk.calendar(), since.0, NOTICE_DAYS).due();
            held("front_desk", "CTR", "window", since.0, until)
        }
        Desk::Noticed { notice } => held("front_desk", "CTR", "applicant", notice.at.0, notice.deadline.due()),
        Desk::Escalated { since, due, provisional } => {
            let due = DueAt { at: due.0, provisional: *provisional };
            held("front_desk", "CTR", "chief_representative", since.0, due)
        }
        Desk::Accepted { at, .. } if case.is_ours() => by_entry(at.0),
        Desk::Tolerated { tolerance } if case.is_ours() => by_entry(tolerance.accepted_at),
        Desk::Accepted { .. } | Desk::Tolerated { .. } | Desk::Signposted { .. } | Desk::Returned { .. } => vec![],
    }
}

/// True where nothing at the desk goes on any more, or the owner of the process is ending it.
#[must_use]
pub fn is_ending(phase: Phase) -> bool {
    phase.is_over() || phase == Phase::Stopping
}
