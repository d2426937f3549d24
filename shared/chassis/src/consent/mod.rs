//! What ends a case or gives something up is the applicant's. Whoever signs in himself needs nothing more. At a window there are two
//! ways, and without one of them there is no such act, whatever the role:
//!
//! - **his one-time code**: six digits, sent by SMS to the telephone that counts for the case; ten minutes of system time, three
//!   tries, three codes an hour for a case, good for one act and what of it, kept as a keyed digest;
//! - **his signed paper**: uploaded by the clerk, countersigned by a chief representative as a second person; the applicant is
//!   told.
//!
//! A telephone counts only where it was proved by a code when the case was filed, or where the sign-in vouches for it; it changes
//! only by the old one's code or by a signed paper.
//!
//! The service that owns the act checks it ([`Consents::agree`]) in the load of its use case; what was agreed to is used up by
//! the commit of the act ([`Agreed::used`]) and stands in its fact. Everything about the consents of one case is one subject of the
//! ledger beside the case: two processes at once never send a fourth code, or forget a wrong try.

mod act;
mod agree;
mod ask;
pub mod codes;
mod paper;
mod phone;
mod store;

use anyhow::ensure;
use hmac::{Hmac, KeyInit as _, Mac as _};
use mailbox::{Changes, CommitError, Mailbox};
use sm3::Sm3;
use sqlx::migrate::{Migration, Migrator};
use time::Duration;
use uuid::Uuid;

use crate::{http::Problem, settings::Secret};

pub use self::{
    act::{Act, Verb, digest_fault},
    agree::{Agreed, Asks, Consent, ConsentBody, Way},
    ask::{CodeSent, Shown},
    paper::{PaperBody, PaperShown},
    phone::{FilingCode, PhoneBody, PhoneProof, PhoneShown, Proof, Proved, ProvedPhone, number_fault},
};

/// How long a code holds (system time).
pub const HOLDS: Duration = Duration::minutes(10);
/// Tries of one code.
pub const TRIES: i32 = 3;
/// Codes of one case in an hour.
pub const AN_HOUR: usize = 3;
/// How long a signed paper may be used after it was brought (system time).
pub const PAPER_HOLDS: Duration = Duration::days(3);

/// Consents of a case are a subject of their own: its id follows from the case's.
const OF_CASE: Uuid = Uuid::from_u128(0x2f0b_61c4_9d1e_4c53_8d3e_77a1_5be0_64d9);
/// What is filed has no id yet: it is known by the telephone to which its code went.
const OF_PHONE: Uuid = Uuid::from_u128(0x8a41_9f20_31b6_4f0e_b7c8_0d62_94ce_1a37);

/// Above every number that a service's own migrations will ever have.
const NUMBERS: i64 = 1_000_000_000;

/// How often something is decided again where somebody else was first.
const DECISIONS: usize = 5;

/// Decides on a fresh load until the commit passes; gives what was decided besides the changes.
async fn until_committed<T>(
    mailbox: &Mailbox,
    decide: impl AsyncFn() -> Result<(Changes, T), Problem>,
) -> Result<T, Problem> {
    let mut decided = 0;
    loop {
        let (changes, told) = decide().await?;
        decided += 1;
        match mailbox.commit(changes).await {
            Ok(()) => return Ok(told),
            Err(CommitError::Stale(_)) if decided < DECISIONS => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// An id in letters, for names that hold no number which could be taken for somebody's.
fn letters(id: Uuid) -> String {
    let letter = |nibble: u8| char::from(b'a' + nibble);
    id.as_bytes().iter().flat_map(|byte| [letter(byte >> 4), letter(byte & 15)]).collect()
}

static MIGRATIONS: Migrator = sqlx::migrate!();

/// A service's migrations, and then those of consents.
#[must_use]
pub fn with_tables(service: Migrator) -> Migrator {
    let mut migrations: Vec<Migration> = service.migrations.into_owned();
    migrations.extend(MIGRATIONS.migrations.iter().cloned().map(|mut own| {
        own.version += NUMBERS;
        own
    }));
    Migrator { migrations: migrations.into(), ..Migrator::DEFAULT }
}

/// Makes and checks consents. The processes of one service hold the same key.
#[derive(Clone)]
pub struct Consents {
    key: Vec<u8>,
}

impl Consents {
    /// Codes are kept under a digest with this key.
    ///
    /// # Errors
    /// A key that is missing or short.
    pub fn new(key: &Secret) -> anyhow::Result<Self> {
        let key = key.expose().as_bytes().to_vec();
        ensure!(key.len() >= 16, "code_key is missing or shorter than 16 bytes: one-time codes are kept under it");
        Ok(Self { key })
    }

    /// What is filed with a code that goes to this telephone, before it has an id.
    #[must_use]
    pub fn filing(&self, phone: &str) -> Uuid {
        Uuid::new_v5(&OF_PHONE, &self.mac(&[b"phone", phone.as_bytes()]).finalize().into_bytes())
    }

    /// A telephone as facts may name it.
    #[must_use]
    pub fn sealed(&self, phone: &str) -> String {
        hex::encode(&self.mac(&[b"number", phone.as_bytes()]).finalize().into_bytes()[..16])
    }

    fn seal(&self, id: Uuid, act: &Act, code: &str) -> Vec<u8> {
        self.digest(id, act, code).finalize().into_bytes().to_vec()
    }

    fn digest(&self, id: Uuid, act: &Act, code: &str) -> Hmac<Sm3> {
        let verb = act.verb.name();
        self.mac(&[b"code", id.as_bytes(), act.case.as_bytes(), verb.as_bytes(), act.about.as_bytes(), code.as_bytes()])
    }

    #[expect(clippy::expect_used, reason = "a keyed digest takes keys of every length")]
    fn mac(&self, parts: &[&[u8]]) -> Hmac<Sm3> {
        let mut mac = Hmac::<Sm3>::new_from_slice(&self.key).expect("any length");
        for part in parts {
            // Lengths keep ("ab", "c") and ("a", "bc") apart.
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn consents(key: &str) -> Consents {
        Consents { key: key.as_bytes().to_vec() }
    }

    #[test]
    fn a_code_is_good_for_its_act_its_case_and_what_of_it() {
        let consents = consents("a key of the tests");
        let act = Act::new(Uuid::from_u128(1), Verb::Withdraw, "");
        let sealed = |act: &Act, code: &str| consents.digest(Uuid::nil(), act, code).finalize().into_bytes();
        let one = sealed(&act, "271828");
        assert_eq!(one, sealed(&act, "271828"));
        for other in [
            sealed(&act, "271829"),
            sealed(&Act { case: Uuid::from_u128(2), ..act.clone() }, "271828"),
            sealed(&Act { verb: Verb::CloseWithout, ..act.clone() }, "271828"),
            sealed(&Act { about: "x".into(), ..act.clone() }, "271828"),
            super::tests::consents("another key, as long").digest(Uuid::nil(), &act, "271828").finalize().into_bytes(),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn a_filing_is_known_by_its_telephone_and_tells_no_number() {
        let consents = consents("a key of the tests");
        assert_eq!(consents.filing("10012345678"), consents.filing("10012345678"));
        assert_ne!(consents.filing("10012345678"), consents.filing("10012345679"));
        assert!(!consents.sealed("10012345678").contains("10012345678"));
    }

    #[test]
    fn its_tables_come_after_a_services_own() {
        let merged = with_tables(Migrator::DEFAULT);
        assert!(merged.iter().all(|migration| migration.version > NUMBERS) && merged.iter().count() > 0);
    }

    #[test]
    fn a_short_key_is_refused() {
        assert!(Consents::new(&Secret::default()).is_err());
    }
}
