//! What another service asks to be told, after the door.

use std::collections::BTreeMap;

use contracts::{applicants::credit_code_of, notification::message::CODE};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    guard,
    template::{Audience, Language},
};

/// How urgent a message is, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Service,
    /// A code that somebody waits for.
    Verification,
    Staff,
}

impl Kind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Verification => "verification",
            Self::Staff => "staff",
        }
    }

    /// Quiet hours do not hold it back.
    #[must_use]
    pub fn rings_at_any_hour(self) -> bool {
        self == Self::Verification
    }

    #[must_use]
    pub fn audience(self) -> Audience {
        match self {
            Self::Service | Self::Verification => Audience::Citizen,
            Self::Staff => Audience::Staff,
        }
    }
}

/// One person is to be told of one event. Cannot be printed: it holds a number and values.
#[derive(Clone)]
pub struct Request {
    pub id: Uuid,
    pub template: String,
    pub case_id: Uuid,
    pub case_number: String,
    pub event: String,
    pub kind: Kind,
    pub person: String,
    /// Empty where nothing can be sent there.
    pub phone: String,
    /// Subject of the person's token; empty where there is none.
    pub reader: String,
    pub language: Language,
    pub variables: BTreeMap<String, String>,
    pub full_names: Vec<String>,
    pub occurred_at: OffsetDateTime,
    /// Of a verification: the system time from which on its code is worth nothing.
    pub expires_at: Option<OffsetDateTime>,
}

impl Request {
    /// What is told, to whom and where, in one form: said again it has the same bytes, with its code or without.
    #[must_use]
    pub fn content(&self) -> Vec<u8> {
        let stays = |(name, _): &(&String, &String)| self.kind != Kind::Verification || *name != CODE;
        let variables: BTreeMap<&String, &String> = self.variables.iter().filter(stays).collect();
        let content = json!({
            "template": self.template, "person": self.person, "phone": self.phone, "reader": self.reader,
            "kind": self.kind.name(), "language": self.language.tag(), "variables": variables,
            "case_number": self.case_number,
        });
        content.to_string().into_bytes()
    }

    /// A code that came too late to be told, or was blanked by whoever said it again.
    #[must_use]
    pub fn is_worth_nothing(&self, now: OffsetDateTime) -> bool {
        let blank = || self.variables.get(CODE).is_some_and(String::is_empty);
        self.kind == Kind::Verification && (self.expires_at.is_none_or(|at| at <= now) || blank())
    }
}

/// Whether a person's id says nothing about him: plain characters, no number of his.
#[must_use]
pub fn is_opaque(person: &str) -> bool {
    let plain = person.bytes().all(|b| b.is_ascii_graphic());
    // A legal person's code is public, and may look like a person's number.
    let telling = || guard::is_mobile(person) || guard::holds_identity(person);
    (1..=100).contains(&person.len()) && plain && (credit_code_of(person).is_some() || !telling())
}

/// Whether an event has a name that may stand in the ledger: `accepted`, `gap_reminder/2`.
#[must_use]
pub fn is_event(event: &str) -> bool {
    let plain = event.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-/.".contains(&b));
    (1..=80).contains(&event.len()) && plain && guard::Guard::default().secrets(event).is_empty()
}

/// Whether a template has a name of the form `N01`; a later version of this service may know it.
#[must_use]
pub fn is_template(id: &str) -> bool {
    id.len() == 3 && id.starts_with('N') && id.bytes().skip(1).all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_events_tell_nothing_about_anybody() {
        assert!(is_opaque("legal-person:91370683MAYY00026R"));
        assert!(is_opaque("applicant-jia") && is_opaque("0198a7c2-0000-7000-8000-000000000001"));
        assert!(!is_opaque("") && !is_opaque("张三") && !is_opaque("10012345678") && !is_opaque("370683190001010014"));
        assert!(is_event("gap_reminder/2") && is_event("task_ended/0198a7c2-0000-7000-8000-00000000000a"));
        assert!(!is_event("") && !is_event("已受理") && !is_event("Accepted"));
    }
}
