//! Papers: what is known of one beside its bytes, the statement that the front desk gives whoever brought it, and the links
//! through which departments read it.
//!
//! A paper's bytes can be read by one department for one task, and only until the task ends.
//!
//! The owner of the process makes the link, the front desk honours it; both hold the same keys.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    links::{Link, Places},
    seal::Seals,
    task::v1::Material,
};

/// Before a statement's text: a seal under a link is never one under a statement.
const BROUGHT: &[u8] = b"brought:";

/// A paper, as the front desk named it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Material code.
    pub code: String,
    pub id: Uuid,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// Of the bytes, 64 hexadecimal characters.
    pub sm3: String,
}

/// How links to papers are made.
#[derive(Clone, Debug)]
pub struct Links {
    /// Public address of the front desk.
    pub front_desk: String,
    pub seals: Seals,
}

/// What the front desk states of a paper that was brought, for a service that does not know its papers (offline, by the
/// same key that seals links).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brought {
    #[serde(flatten)]
    pub paper: Paper,
    /// Token subject of whoever brought it.
    pub by: String,
    /// Business time, in seconds since 1970: until then it lies there even if nobody uses it. Without: for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

impl Paper {
    /// The paper in the dossier of a department's task.
    #[must_use]
    pub fn for_task(&self, department: &str, task: Uuid, links: &Links) -> Material {
        Material {
            code: self.code.clone(),
            material_id: self.id.to_string(),
            media_type: self.media_type.clone(),
            size: self.size,
            sm3: self.sm3.clone(),
            link: Capability { material: self.id, department, task }.link(&links.front_desk, &links.seals),
        }
    }
}

impl Brought {
    /// The statement: its text in hexadecimal, a point, and its seal.
    #[must_use]
    pub fn statement(&self, seals: &Seals) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        format!("{}.{}", hex::encode(&text), seals.seal(&[BROUGHT, &text]))
    }

    /// Whether the paper is sure to be there still.
    #[must_use]
    pub fn holds_at(&self, now: OffsetDateTime) -> bool {
        self.until.is_none_or(|until| now.unix_timestamp() <= until)
    }

    /// What a statement says; `None` where none of the keys sealed it.
    #[must_use]
    pub fn read(statement: &str, seals: &Seals) -> Option<Self> {
        let (text, seal) = statement.trim().split_once('.')?;
        let text = hex::decode(text).ok()?;
        if !seals.hold(&[BROUGHT, &text], seal) {
            return None;
        }
        serde_json::from_slice(&text).ok()
    }
}

/// What a link allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability<'a> {
    pub material: Uuid,
    /// Department code, upper case.
    pub department: &'a str,
    pub task: Uuid,
}

impl Capability<'_> {
    /// The address of the bytes below the front desk's public address.
    #[must_use]
    pub fn link(&self, front_desk: &str, seals: &Seals) -> String {
        Link::paper(self.material, self.department, self.task, &self.sign(seals)).at(&Places::under(front_desk))
    }

    /// The seal that proves that the owner made this link.
    #[must_use]
    pub fn sign(&self, seals: &Seals) -> String {
        seals.seal(&self.parts())
    }

    /// Whether this is the seal of this capability; takes the same time whatever it is given.
    #[must_use]
    pub fn is_sealed_by(&self, seals: &Seals, seal: &str) -> bool {
        seals.hold(&self.parts(), seal)
    }

    fn parts(&self) -> [&[u8]; 3] {
        [self.material.as_bytes(), self.task.as_bytes(), self.department.as_bytes()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_believed_only_as_it_was_made() {
        let paper = Paper {
            code: "M47".into(),
            id: Uuid::from_u128(1),
            media_type: "application/pdf".into(),
            size: 3,
            sm3: "00".into(),
        };
        let brought = Brought { paper, by: "a-1".into(), until: Some(7) };
        let [key, other, both] = ["key", "other", "key\n*other"].map(|keys| Seals::read(keys).unwrap());
        let statement = brought.statement(&key);
        assert_eq!(Brought::read(&statement, &key), Some(brought.clone()));
        assert_eq!(Brought::read(&statement, &other), None);
        assert_eq!(Brought::read(&statement, &both), Some(brought.clone()), "another key took the first one's place");
        assert_eq!(Brought::read(&statement.replacen('7', "8", 1), &key), None);
        assert_eq!(Brought::read("", &key), None);
        let at = |seconds| OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        assert!(brought.holds_at(at(7)) && !brought.holds_at(at(8)), "a paper that nobody used is gone some day");
        // As an earlier release sealed it, without the key's id.
        let (text, seal) = statement.split_once('.').unwrap();
        let earlier = format!("{text}.{}", seal.split_once('.').unwrap().1);
        assert_eq!(Brought::read(&earlier, &both), Some(brought.clone()));
    }

    #[test]
    fn a_link_works_for_its_department_task_and_material_only() {
        let capability = Capability { material: Uuid::from_u128(1), department: "TAX", task: Uuid::from_u128(2) };
        let [key, other, both] = ["key", "other", "key\n*other"].map(|keys| Seals::read(keys).unwrap());
        let seal = capability.sign(&key);
        assert!(capability.is_sealed_by(&key, &seal));
        assert!(!capability.is_sealed_by(&other, &seal));
        assert!(capability.is_sealed_by(&both, &seal), "another key took the first one's place");
        assert!(!Capability { department: "BNK", ..capability.clone() }.is_sealed_by(&key, &seal));
        assert!(!Capability { task: Uuid::from_u128(3), ..capability.clone() }.is_sealed_by(&key, &seal));
        assert!(!capability.is_sealed_by(&key, "zz"));
        // In a link that an earlier release made: HMAC-SM3 by "key" over material, task and department.
        let earlier = "e213bc14a7b4abb1660be03208315df05650c38f31a0633502d56fc752551639";
        assert!(capability.is_sealed_by(&both, earlier));
    }
}
