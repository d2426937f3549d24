//! What a verb of the engine has caused becomes changes: facts in the ledger with the messages they cause, timers, rows, and
//! one message that tells everybody how the opening goes on.

use casework::{Case, Effect, OwnerMessage, OwnerSays};
use chassis::{
    http::By,
    owner::{self, Settled},
};
use contracts::{process::v1::Progressed, topics};
use mailbox::{Changes, Message};
use serde_json::json;
use time::OffsetDateTime;

use crate::{
    domain::opening::{Opening, phase_name},
    events::publish,
    service::MarketRegistration,
    store::{OpeningRow, TaskRow},
    usecases::{clock, names::follow::follow},
};

impl MarketRegistration {
    /// Writes what the verb has changed and caused into `changes`. `by` says who did it. How the opening goes on is told once
    /// per batch, with the last of its facts.
    pub fn settle(
        &self,
        changes: &mut Changes,
        opening: &mut Opening,
        effects: Vec<Effect>,
        by: &By,
        now: OffsetDateTime,
    ) {
        let settled = {
            let tell = |department: &str, message: &OwnerMessage| self.tell(opening, department, message);
            owner::carry_out(changes, &self.calendar(), (opening.stem.id, by, now), effects, tell)
        };
        self.settled(changes, opening, settled, by, now);
    }

    fn settled(
        &self,
        changes: &mut Changes,
        opening: &mut Opening,
        mut settled: Settled,
        by: &By,
        now: OffsetDateTime,
    ) {
        clock::wind(self, changes, opening, &settled.facts);
        opening.untold.facts.append(&mut settled.facts);
        if !opening.untold.more_to_come {
            settled.say(|| self.take_untold(opening));
        }
        settled.record(changes, &mut opening.stem);
        put_rows(changes, opening);
        follow(self, changes, opening, by, now);
    }

    /// Tells by itself what a batch's later messages were expected to tell, and did not.
    pub fn tell_untold(&self, changes: &mut Changes, opening: &mut Opening) {
        let Some(at) = opening.untold.facts.last().map(|fact| fact.at) else { return };
        let fact =
            mailbox::Fact { kind: "announced".to_owned(), actor: self.owner().to_owned(), at, body: b"{}".to_vec() };
        let told = self.take_untold(opening);
        changes.record(&mut opening.stem, fact, told.into_iter().collect());
    }

    fn take_untold(&self, opening: &mut Opening) -> Option<Message> {
        let facts = std::mem::take(&mut opening.untold.facts);
        if facts.is_empty() { None } else { Some(progress(&publish::progressed(self, opening, &facts))) }
    }

    /// What a department is told, with the dossier it is entitled to.
    fn tell(&self, opening: &Opening, department: &str, message: &OwnerMessage) -> Message {
        let needs_dossier = matches!(message.says, OwnerSays::Assigned(_) | OwnerSays::Amended { .. });
        let task = opening.case.as_ref().and_then(|case| Some((case, case.task(message.task)?)));
        let dossier = match task {
            Some((case, task)) if needs_dossier => {
                self.entitlements.dossier(case, &opening.entered, task, department, &self.links)
            }
            _ => contracts::task::v1::Dossier::default(),
        };
        let envelope = casework::wire::Envelope {
            case_number: opening.number.clone(),
            theme: opening.case.as_ref().map(|case| case.head().theme.to_string()).unwrap_or_default(),
            reply_topic: topics::replies(department, self.owner()),
            region: opening.region.to_string(),
            dossier,
        };
        let (kind, body) = casework::wire::encode_owner_message(message, envelope);
        Message::encoded(topics::tasks(department), message.case, kind, body)
    }
}

/// The public message about an opening.
pub fn progress(told: &Progressed) -> Message {
    Message::new(topics::REGISTRATION_CASES, &told.subject_id, told)
}

fn put_rows(changes: &mut Changes, opening: &mut Opening) {
    let Some(mut case) = opening.case.take() else { return };
    let changed = case.take_changed();
    if changed.head {
        changes.put(opening_row(opening, Some(&case)));
    }
    let rows = case.tasks().iter().enumerate().filter(|(_, task)| changed.tasks.contains(&task.id));
    for (place, task) in rows {
        changes.put(TaskRow {
            id: task.id.uuid(),
            case_id: opening.stem.id,
            place: i32::try_from(place).unwrap_or(i32::MAX),
            department: task.department().map(ToString::to_string),
            state: task.clone(),
        });
    }
    opening.case = Some(case);
}

/// The row of an opening's head.
pub fn opening_row(opening: &Opening, case: Option<&Case>) -> OpeningRow {
    OpeningRow {
        id: opening.stem.id,
        number: opening.number.clone(),
        region: opening.region.to_string(),
        received_at: opening.received_at,
        phase: phase_name(case),
        head: case.map(|case| case.head().clone()),
        card: opening.card.name(),
        red_reason: opening.red_reason.as_ref().map(|reason| json!(reason)),
    }
}
