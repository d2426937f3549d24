//! Capability links: a paper's bytes can be read by one department for one task, and only until the task ends.
//!
//! The owner of the process makes the link, the front desk honours it; both hold the same key.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sm3::Sm3;
use uuid::Uuid;

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
        format!(
            "{}/v1/materials/{}/bytes?department={}&task={}&capability={}",
            front_desk.trim_end_matches('/'),
            self.material,
            self.department,
            self.task,
            self.sign(key),
        )
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
