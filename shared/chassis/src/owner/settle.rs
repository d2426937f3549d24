//! What a verb of the engine has caused becomes changes.

use casework::{Case, Effect, Fact, OwnerMessage, SILENCE, Wait};
use mailbox::{Changes, Message, Stem};
use serde::Serialize;
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;
use workdays::Calendar;

use crate::http::By;

/// Facts in order, each with the messages that it causes; not yet written.
#[derive(Default)]
pub struct Settled {
    chain: Vec<(mailbox::Fact, Vec<Message>)>,
    /// The engine's facts among them.
    pub facts: Vec<Fact>,
}

/// A fact of the engine's as the ledger holds it: with the calendar by which its dates and minutes were reckoned.
#[derive(Serialize)]
struct Recorded<'a> {
    #[serde(flatten)]
    fact: &'a Fact,
    calendar: &'a str,
}

/// When a wait that begins now ends, by the calendar.
#[must_use]
pub fn due(calendar: &Calendar, from: OffsetDateTime, wait: Wait) -> OffsetDateTime {
    match wait {
        Wait::WindowMinutes(minutes) => calendar.after_window_minutes(from, minutes).at,
        Wait::WorkingDays(days) => calendar.due_after(workdays::city_date(from), days).end(),
    }
}

/// Sorts effects into facts and messages; timers of `subject` go into `changes` at once. `by` says who did it, and `tell`
/// makes the message to a department.
pub fn carry_out(
    changes: &mut Changes,
    calendar: &Calendar,
    (subject, by, now): (Uuid, &By, OffsetDateTime),
    effects: Vec<Effect>,
    tell: impl Fn(&str, &OwnerMessage) -> Message,
) -> Settled {
    let mut settled = Settled::default();
    let mut early: Vec<Message> = Vec::new();
    for effect in effects {
        match effect {
            Effect::Fact(fact) => {
                let body = Recorded { fact: &fact, calendar: calendar.version() };
                settled.chain.push((by.fact(fact.kind(), fact.at, json!(body)), std::mem::take(&mut early)));
                settled.facts.push(fact);
            }
            Effect::Tell { department, message } => {
                let message = tell(department.as_str(), &message);
                match settled.chain.last_mut() {
                    Some((_, messages)) => messages.push(message),
                    None => early.push(message),
                }
            }
            Effect::SetTimer { name, wait } => {
                changes.set_timer(subject, name.to_string(), due(calendar, now, wait));
            }
            Effect::ClearTimer { name } => changes.clear_timer(subject, name.to_string()),
        }
    }
    if !early.is_empty() {
        // Something was said before and is answered again: that too is a fact.
        settled.chain.push((by.fact("answered_again", now, json!({})), early));
    }
    settled
}

/// The calendar is another one: waits for a first sign of a department end by it.
pub fn await_signs_again(changes: &mut Changes, calendar: &Calendar, case: &Case, subject: Uuid, now: OffsetDateTime) {
    for (name, since) in case.awaited_signs() {
        changes.set_timer(subject, name.to_string(), due(calendar, since, SILENCE).max(now));
    }
}

impl Settled {
    /// A fact of the service's own, after the engine's.
    pub fn note(&mut self, fact: mailbox::Fact, messages: Vec<Message>) {
        self.chain.push((fact, messages));
    }

    /// What was carried out after it.
    pub fn absorb(&mut self, later: Self) {
        self.chain.extend(later.chain);
        self.facts.extend(later.facts);
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chain.is_empty()
    }

    /// One more message, caused by the last fact; nothing where there is no fact.
    pub fn say(&mut self, message: impl FnOnce() -> Option<Message>) {
        if let Some((_, messages)) = self.chain.last_mut() {
            messages.extend(message());
        }
    }

    /// Writes the facts into the subject's chain.
    pub fn record(self, changes: &mut Changes, stem: &mut Stem) {
        for (fact, messages) in self.chain {
            changes.record(stem, fact, messages);
        }
    }
}
