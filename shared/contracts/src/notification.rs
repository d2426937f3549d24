//! Asking that a person is told: one way to build a request, so that its id and key are always right.
//!
//! ```
//! use contracts::notification::{Ask, Person, message};
//! use uuid::Uuid;
//!
//! let ask = Ask::new("N13", Uuid::nil(), "closed")
//!     .case_number("37068320250928010000001")
//!     .variable("company", "莱州市云杉测试电子有限公司")
//!     .variable("m", 148);
//! let person = Person { id: "a-1".into(), phone: "10012345678".into(), subject: "a-1".into(), ..Person::default() };
//! let request = ask.to(&person, time::OffsetDateTime::UNIX_EPOCH);
//! assert_eq!(message::key(&request), "a-1");
//! ```

use std::{collections::HashMap, fmt::Display};

use ::time::OffsetDateTime;
use uuid::Uuid;

pub use v1::{Kind, Language};

use crate::{links::Link, time::timestamp};

/// Protobuf types.
pub mod v1 {
    #![expect(clippy::all, reason = "generated")]
    include!(concat!(env!("OUT_DIR"), "/wutong.notification.v1.rs"));
}

/// Whom to tell.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Opaque and stable; never an identity number, a phone number or a name.
    pub id: String,
    /// Mainland mobile number; empty where nothing can be sent there.
    pub phone: String,
    /// Subject of the person's token; empty where there is none.
    pub subject: String,
    /// English; Chinese otherwise.
    pub english: bool,
}

/// What is to be told, before it is known to whom.
#[derive(Clone)]
pub struct Ask {
    template: String,
    case: Uuid,
    case_number: String,
    event: String,
    kind: Kind,
    variables: HashMap<String, String>,
    full_names: Vec<String>,
    expires_at: Option<OffsetDateTime>,
}

impl Ask {
    /// `template` N01 to N21; `case` the case, ticket or project it is about; `event` names one happening in that case, so
    /// the second reminder is another event than the first (`gap_reminder/2`).
    #[must_use]
    pub fn new(template: &str, case: Uuid, event: &str) -> Self {
        Self {
            template: template.to_owned(),
            case,
            case_number: String::new(),
            event: event.to_owned(),
            kind: Kind::Service,
            variables: HashMap::new(),
            full_names: Vec::new(),
            expires_at: None,
        }
    }

    #[must_use]
    pub fn case_number(mut self, number: impl Display) -> Self {
        self.case_number = number.to_string();
        self
    }

    /// Service where nobody says otherwise.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// A variable of the template. A person's name is masked first.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Display) -> Self {
        self.variables.insert(name.to_owned(), value.to_string());
        self
    }

    /// A link of the template, by what it opens.
    #[must_use]
    pub fn link(self, name: &str, link: &Link) -> Self {
        self.variable(name, link)
    }

    /// Marks a value as a person's full name: the request will be parked, not told.
    #[must_use]
    pub fn full_name(mut self, name: &str, value: impl Display) -> Self {
        self.full_names.push(name.to_owned());
        self.variable(name, value)
    }

    /// A code that somebody waits for, until an instant of system time: sent at any hour, and kept by nobody.
    #[must_use]
    pub fn code(mut self, code: &str, until: OffsetDateTime) -> Self {
        self.expires_at = Some(until);
        self.kind(Kind::Verification).variable(message::CODE, code)
    }

    /// The request to tell `person` of what happened at `occurred_at` (business time).
    #[must_use]
    pub fn to(&self, person: &Person, occurred_at: OffsetDateTime) -> v1::Requested {
        let language = if person.english { Language::En } else { Language::Zh };
        v1::Requested {
            message_id: message::id(self.case, &self.event, &person.id, &self.template).to_string(),
            template: self.template.clone(),
            case_id: self.case.to_string(),
            case_number: self.case_number.clone(),
            event: self.event.clone(),
            recipient: Some(v1::Recipient {
                person_id: person.id.clone(),
                phone: person.phone.clone(),
                subject: person.subject.clone(),
                language: language.into(),
            }),
            variables: self.variables.clone(),
            occurred_at: timestamp(occurred_at),
            kind: self.kind.into(),
            full_names: self.full_names.clone(),
            expires_at: self.expires_at.and_then(timestamp),
        }
    }
}

/// Whether this is an office's telephone: a landline with its area code, 400…, or a short number; never a mobile.
#[must_use]
pub fn is_office_phone(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let plain = text.chars().all(|c| c.is_ascii_digit() || c == '-');
    plain
        && match digits.as_bytes() {
            [b'0', ..] => (10..=12).contains(&digits.len()),
            [b'4', b'0', b'0', ..] => digits.len() == 10,
            _ => (3..=8).contains(&digits.len()),
        }
}

/// What every request has, whoever built it.
pub mod message {
    use super::{Kind, Uuid, v1::Requested};

    /// The variable of a verification that holds its code.
    pub const CODE: &str = "code";

    /// What stays of a request: everything but a verification's code.
    #[must_use]
    pub fn blank(request: &Requested) -> Requested {
        let mut blank = request.clone();
        if blank.kind() == Kind::Verification {
            blank.variables.insert(CODE.to_owned(), String::new());
        }
        blank
    }

    /// The id of a message: the same case, event, person and template always give the same.
    #[must_use]
    pub fn id(case: Uuid, event: &str, person: &str, template: &str) -> Uuid {
        let mut name = Vec::new();
        for part in [event, person, template] {
            // Lengths keep ("ab", "c") and ("a", "bc") apart.
            name.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            name.extend_from_slice(part.as_bytes());
        }
        Uuid::new_v5(&case, &name)
    }

    /// The key under which it travels on [`NOTIFICATION_REQUESTS`](crate::topics::NOTIFICATION_REQUESTS).
    #[must_use]
    pub fn key(request: &Requested) -> &str {
        request.recipient.as_ref().map_or("", |recipient| &recipient.person_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_request_lacks_its_code_and_nothing_else() {
        let at = OffsetDateTime::UNIX_EPOCH;
        let person = Person { id: "a-1".into(), ..Person::default() };
        let ask = Ask::new("N19", Uuid::nil(), "code/1").variable("m", 10);
        let (one, other) =
            (ask.clone().code("271828", at).to(&person, at), ask.clone().code("314159", at).to(&person, at));
        assert_ne!(one, other);
        assert_eq!(message::blank(&one), message::blank(&other));
        assert_eq!(message::blank(&one).variables["m"], "10");
        let plain = ask.variable("code", "K7M2P9QX").to(&person, at);
        assert_eq!(message::blank(&plain), plain, "a query code is no verification");
    }

    #[test]
    fn an_office_has_a_landline_or_a_short_number() {
        for office in ["0535-2222222", "4008108866", "400-810-8866", "12345", "2222222"] {
            assert!(is_office_phone(office), "{office}");
        }
        for other in ["13800138000", "10012345678", "", "12", "0535 2222222", "转101"] {
            assert!(!is_office_phone(other), "{other}");
        }
    }

    #[test]
    fn an_id_depends_on_case_event_person_and_template_only() {
        let id = |case, event, person, template| message::id(Uuid::from_u128(case), event, person, template);
        let one = id(1, "accepted", "a-1", "N03");
        assert_eq!(one, id(1, "accepted", "a-1", "N03"));
        for other in [
            id(2, "accepted", "a-1", "N03"),
            id(1, "decided", "a-1", "N03"),
            id(1, "accepted", "a-2", "N03"),
            id(1, "accepted", "a-1", "N08"),
            id(1, "accepteda", "-1", "N03"),
        ] {
            assert_ne!(one, other);
        }
    }
}
