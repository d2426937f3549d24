//! The owner of a process says something about one task.

use casework::{Desk, DeskVerdict, OwnerMessage, OwnerSays, wire::Envelope};
use contracts::words::words;
use mailbox::{Changes, Digest, Fault};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::{
    Doer,
    adapt::{adapt, try_again},
};
use crate::{
    domain::{
        clock::Clock,
        dossier::Dossier,
        rules::Serials,
        task::{Held, Task},
    },
    service::Department,
    store::{DossierRow, NoteRow},
};

/// What was said, by whom.
pub struct Told {
    /// The principal who said it.
    pub owner: String,
    pub message: OwnerMessage,
    pub envelope: Envelope,
    /// Business time.
    pub received_at: OffsetDateTime,
}

/// Takes it in; where a fault comes of it, nothing of `held` counts.
///
/// # Errors
/// Where it cannot be meant for this desk.
pub fn hear(
    desk: &Department,
    changes: &mut Changes,
    held: &mut Held,
    told: &Told,
    serials: &mut Serials,
) -> Result<(), Fault> {
    let (message, at) = (&told.message, told.received_at);
    let before = held.task.clone();
    let received = match held.task.as_mut() {
        Some(task) => task.desk.receive(message, at),
        None => {
            let (opened, received) = Desk::receive_first(&desk.code, message, at);
            held.task = opened.map(|desk| task(desk, &told.envelope));
            received
        }
    };
    if let OwnerSays::Noted { notes, .. } = &message.says {
        note(changes, told, notes);
    }
    if let DeskVerdict::Parked(reason) = received.verdict {
        return Err(Fault::poison(reason.code(), reason.to_string()));
    }
    let applied = received.verdict == DeskVerdict::Applied;
    let fresh = applied && matches!(message.says, OwnerSays::Assigned(_));
    let mut more = Map::new();
    if let (true, Some(task)) = (fresh, held.task.as_mut()) {
        (task.case_number, task.theme) = (told.envelope.case_number.clone(), told.envelope.theme.clone());
        task.region = told.envelope.region.clone();
        more = assigned(told);
    }
    if applied && matches!(message.says, OwnerSays::Assigned(_) | OwnerSays::Amended { .. }) {
        let dossier = Dossier::from(told.envelope.dossier.clone());
        let salt: [u8; 16] = desk.mailbox.ids().bytes();
        let digest = Digest::salted(&salt, json!(dossier).to_string().as_bytes());
        more.insert("dossier".to_owned(), digest.to_string().into());
        changes.put(DossierRow { task_id: held.stem.id, salt, dossier: dossier.clone() });
        held.dossier = Some(dossier);
    }
    let owner = Doer { actor: told.owner.clone(), role: "owner" };
    if received.effects.is_empty() && held.task != before {
        desk.note(changes, held, message.says.kind(), &owner, at);
    }
    desk.record(changes, held, received.effects, &owner, at, more);
    if fresh {
        adapt(desk, changes, held, serials, at)?;
    } else if more_to_go_on(&message.says, received.verdict) {
        try_again(desk, changes, held, serials, at)?;
    }
    if let Some(task) = held.task.as_mut() {
        task.follow(before.as_ref(), at);
    }
    if held.task != before {
        desk.keep(changes, held);
    }
    Ok(())
}

/// What an owner notes of how this department speaks is kept for people, and so is a note that is not known here; that something
/// was taken, or was so already, is not.
fn note(changes: &mut Changes, told: &Told, notes: &[casework::Fault]) {
    let heeded = |code: &str| words().note(code).is_none_or(|note| note.heed);
    for note in notes.iter().filter(|note| heeded(&note.code)) {
        changes.put(NoteRow {
            owner: told.owner.clone(),
            task_id: told.message.task.uuid(),
            code: note.code.clone(),
            zh: note.zh.clone(),
            en: note.en.clone(),
            noted_at: told.received_at,
        });
    }
}

/// The dossier is another, or nothing stops the task any more. Where the department itself ended what stopped it, its desk goes
/// on before the owner says so.
fn more_to_go_on(says: &OwnerSays, verdict: DeskVerdict) -> bool {
    match says {
        OwnerSays::Amended { .. } => verdict == DeskVerdict::Applied,
        OwnerSays::Resumed { .. } => matches!(verdict, DeskVerdict::Applied | DeskVerdict::Already),
        OwnerSays::Assigned(_)
        | OwnerSays::Suspended { .. }
        | OwnerSays::ReplyRejected { .. }
        | OwnerSays::Cancelled { .. }
        | OwnerSays::Closed { .. }
        | OwnerSays::Noted { .. } => false,
    }
}

fn task(desk: Desk, envelope: &Envelope) -> Task {
    Task {
        desk,
        clock: Clock::default(),
        case_number: envelope.case_number.clone(),
        theme: envelope.theme.clone(),
        region: envelope.region.clone(),
    }
}

/// What the ledger keeps of an assignment: no personal data.
fn assigned(told: &Told) -> Map<String, Value> {
    let mut kept = Map::new();
    kept.insert("case".to_owned(), told.message.case.to_string().into());
    kept.insert("case_number".to_owned(), told.envelope.case_number.clone().into());
    kept.insert("theme".to_owned(), told.envelope.theme.clone().into());
    if let OwnerSays::Assigned(assignment) = &told.message.says {
        kept.insert("task_code".to_owned(), assignment.task_code.to_string().into());
    }
    kept
}
