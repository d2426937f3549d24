//! A draft (草稿): an application that was begun and is kept for whoever it is for.

use std::collections::BTreeMap;

use chassis::http::{Fault, Named, shown};
use ids::Writing;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::form::{Entered, LONGEST};

/// How long a draft is kept after its last change.
pub const KEPT: Duration = Duration::days(30);

/// The timer that ends a draft.
pub const EXPIRES: &str = "draft_expires";

/// Most values that a draft holds of each kind.
const MOST: usize = 300;

/// A draft.
#[derive(Clone, Debug)]
pub struct Draft {
    pub id: Uuid,
    pub applicant: String,
    /// `code@version`.
    pub theme: String,
    pub written: Written,
    /// Counts the changes from 1.
    pub sequence: i64,
    pub changed_at: OffsetDateTime,
    pub expires_at: OffsetDateTime,
}

/// What was written so far; any of it may be missing or wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    pub channel: String,
    /// Region code; the hall's own where absent.
    pub region: Option<String>,
    pub fields: BTreeMap<String, String>,
    pub choices: BTreeMap<String, String>,
    /// Material code and paper.
    pub materials: Vec<(String, Uuid)>,
    /// The applicant as a clerk entered him; none in one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<Named>,
}

impl Written {
    /// What keeps it from being stored at all: a draft may be wrong, but not boundless.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let sizes =
            [("/fields", self.fields.len()), ("/choices", self.choices.len()), ("/materials", self.materials.len())];
        for (pointer, size) in sizes {
            if size > MOST {
                let (zh, en) = (format!("最多{MOST}项"), format!("at most {MOST}"));
                faults.push(Fault::new(pointer, "too_many", zh, en));
            }
        }
        let mut look = |pointer: String, text: &str| {
            let text = if text.trim().is_empty() { Ok("") } else { Writing::line(LONGEST).read(text) };
            let told = text.err().into_iter().flatten();
            faults.extend(told.map(|fault| Fault::new(&pointer, fault.slug(), fault.zh(), fault.to_string())));
        };
        let pairs = self.fields.iter().map(|pair| ("fields", pair));
        for (part, (name, value)) in pairs.chain(self.choices.iter().map(|pair| ("choices", pair))) {
            let pointer = format!("/{part}/{}", shown(name));
            look(pointer.clone(), name);
            look(pointer, value);
        }
        for (place, (code, _)) in self.materials.iter().enumerate() {
            look(format!("/materials/{place}/code"), code);
        }
        look("/region".to_owned(), self.region.as_deref().unwrap_or_default());
        look("/channel".to_owned(), &self.channel);
        faults
    }

    /// As an application has it.
    #[must_use]
    pub fn entered(&self) -> Entered {
        Entered {
            channel: self.channel.clone(),
            fields: self.fields.clone(),
            choices: self.choices.clone(),
            materials: self.materials.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_may_be_wrong_but_not_boundless() {
        let mut written = Written { channel: "pigeon".into(), ..Written::default() };
        written.fields.insert("nickname".into(), String::new());
        assert_eq!(written.faults(), []);
        written.fields.insert("name".into(), "长".repeat(LONGEST + 1));
        written.choices.insert("bank".into(), "\0".into());
        let pointers: Vec<_> = written.faults().into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(pointers, ["/fields/name", "/choices/bank"]);
        let codes: Vec<_> = written.faults().into_iter().map(|fault| fault.code).collect();
        assert_eq!(codes, ["too_long", "control_character"]);
    }
}
