//! Facts about subjects, chained by hash: what was done cannot be undone without showing.
//!
//! Personal data is never in the chain; a fact that has to vouch for it carries a salted digest ([`Digest::salted`]).

mod block;
mod verify;

use std::fmt;

use sm3::{Digest as _, Sm3};
use time::OffsetDateTime;
use uuid::Uuid;

pub use block::{Block, block, close_block, export_last_block};
pub use verify::{Finding, Report, verify};

/// An SM3 digest (GB/T 32905), 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// Bytes that are not 32.
#[derive(Debug, thiserror::Error)]
#[error("a digest has 32 bytes, this has {0}")]
pub struct NotADigest(usize);

impl Digest {
    /// What stands before a subject's first fact.
    pub const ZERO: Self = Self([0; 32]);

    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sm3::digest(bytes).into())
    }

    /// A digest that vouches for `bytes` without letting them be guessed; the salt is kept beside the bytes.
    #[must_use]
    pub fn salted(salt: &[u8; 16], bytes: &[u8]) -> Self {
        Hasher::new("salted").part(salt).part(bytes).finish()
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl TryFrom<&[u8]> for Digest {
    type Error = NotADigest;

    fn try_from(bytes: &[u8]) -> Result<Self, NotADigest> {
        Ok(Self(bytes.try_into().map_err(|_| NotADigest(bytes.len()))?))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Digests parts so that no two lists of parts give the same bytes: each part is preceded by its length.
pub(crate) struct Hasher(Sm3);

impl Hasher {
    /// `purpose` keeps digests of different things apart.
    pub(crate) fn new(purpose: &str) -> Self {
        Self(Sm3::new()).part(purpose.as_bytes())
    }

    pub(crate) fn part(mut self, bytes: &[u8]) -> Self {
        self.0.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(bytes);
        self
    }

    pub(crate) fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

/// One row of the ledger before it is numbered and chained.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Stable name, e.g. `case_received`.
    pub kind: String,
    /// Who did it: a subject of a token, a principal of the bus, a rule, a timer.
    pub actor: String,
    /// Business time, microseconds.
    pub at: OffsetDateTime,
    /// Exact bytes, JSON by custom; no personal data.
    pub body: Vec<u8>,
}

/// One row of the ledger.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub subject: Uuid,
    pub sequence: i64,
    pub kind: String,
    pub actor: String,
    pub at: OffsetDateTime,
    pub body: Vec<u8>,
    /// Digests of the messages it caused, one after the other.
    pub messages: Vec<u8>,
    pub hash: Digest,
}

impl Entry {
    /// The hash that this row must have after `before`.
    pub(crate) fn hash_after(&self, before: &Digest) -> Digest {
        let micros = self.at.unix_timestamp_nanos() / 1_000;
        Hasher::new("fact")
            .part(before.as_bytes())
            .part(self.subject.as_bytes())
            .part(&self.sequence.to_be_bytes())
            .part(self.kind.as_bytes())
            .part(self.actor.as_bytes())
            .part(&micros.to_be_bytes())
            .part(&self.body)
            .part(&self.messages)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_test_vector_holds() {
        let expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        assert_eq!(Digest::of(b"abc").to_string(), expected);
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let one = Hasher::new("x").part(b"ab").part(b"c").finish();
        let other = Hasher::new("x").part(b"a").part(b"bc").finish();
        assert_ne!(one, other);
    }

    #[test]
    fn a_salt_hides_what_can_be_guessed() {
        assert_ne!(Digest::salted(&[1; 16], b"1"), Digest::salted(&[2; 16], b"1"));
    }
}
