//! Papers: what is known of one beside its bytes, the statement that the front desk gives whoever brought it, and the links
//! through which departments read it.
//!
//! A paper's bytes can be read by one department for one task, and only until the task ends.
//!
//! The owner of the process makes the link, the front desk honours it; both hold the same key.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sm3::Sm3;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    links::{Link, Places},
    task::v1::Material,
};

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
    pub key: Vec<u8>,
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
            link: Capability { material: self.id, department, task }.link(&links.front_desk, &links.key),
        }
    }
}

impl Brought {
    /// The statement: its text in hexadecimal, a point, and its seal.
    #[must_use]
    pub fn statement(&self, key: &[u8]) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        format!("{}.{}", hex::encode(&text), hex::encode(sealed(&text, key).finalize().into_bytes()))
    }

    /// Whether the paper is sure to be there still.
    #[must_use]
    pub fn holds_at(&self, now: OffsetDateTime) -> bool {
        self.until.is_none_or(|until| now.unix_timestamp() <= until)
    }

    /// What a statement says; `None` where it is not sealed by this key.
    #[must_use]
    pub fn read(statement: &str, key: &[u8]) -> Option<Self> {
        let (text, seal) = statement.trim().split_once('.')?;
        let (text, seal) = (hex::decode(text).ok()?, hex::decode(seal).ok()?);
        sealed(&text, key).verify_slice(&seal).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

#[expect(clippy::expect_used, reason = "a keyed digest takes keys of every length")]
fn sealed(text: &[u8], key: &[u8]) -> Hmac<Sm3> {
    let mut mac = Hmac::<Sm3>::new_from_slice(key).expect("any length");
    // A seal under a link is never one under a statement.
    mac.update(b"brought:");
    mac.update(text);
    mac
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
    pub fn link(&self, front_desk: &str, key: &[u8]) -> String {
        Link::paper(self.material, self.department, self.task, &self.sign(key)).at(&Places::under(front_desk))
    }

    /// The seal that proves that the owner made this link.
    #[must_use]
    pub fn sign(&self, key: &[u8]) -> String {
        hex::encode(self.mac(key).finalize().into_bytes())
    }

    /// Whether this is the seal of this capability; takes the same time whatever it is given.
    #[must_use]
    pub fn is_sealed_by(&self, key: &[u8], seal: &str) -> bool {
        hex::decode(seal).is_ok_and(|seal| self.mac(key).verify_slice(&seal).is_ok())
    }

    #[expect(clippy::expect_used, reason = "a keyed digest takes keys of every length")]
    fn mac(&self, key: &[u8]) -> Hmac<Sm3> {
        let mut mac = Hmac::<Sm3>::new_from_slice(key).expect("any length");
        mac.update(self.material.as_bytes());
        mac.update(self.task.as_bytes());
        mac.update(self.department.as_bytes());
        mac
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
        let statement = brought.statement(b"key");
        assert_eq!(Brought::read(&statement, b"key"), Some(brought));
        assert_eq!(Brought::read(&statement, b"other"), None);
        assert_eq!(Brought::read(&statement.replacen('7', "8", 1), b"key"), None);
        assert_eq!(Brought::read("", b"key"), None);
        let brought = Brought::read(&statement, b"key").unwrap();
        let at = |seconds| OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        assert!(brought.holds_at(at(7)) && !brought.holds_at(at(8)), "a paper that nobody used is gone some day");
    }

    #[test]
    fn a_link_works_for_its_department_task_and_material_only() {
        let capability = Capability { material: Uuid::from_u128(1), department: "TAX", task: Uuid::from_u128(2) };
        let seal = capability.sign(b"key");
        assert!(capability.is_sealed_by(b"key", &seal));
        assert!(!capability.is_sealed_by(b"other", &seal));
        assert!(!Capability { department: "BNK", ..capability.clone() }.is_sealed_by(b"key", &seal));
        assert!(!Capability { task: Uuid::from_u128(3), ..capability.clone() }.is_sealed_by(b"key", &seal));
        assert!(!capability.is_sealed_by(b"key", "zz"));
    }
}
