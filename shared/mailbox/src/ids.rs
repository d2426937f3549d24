//! Identity and chance as arguments: the one source of ids, codes and salts.

use std::sync::{Arc, Mutex};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use time::OffsetDateTime;
use uuid::Uuid;

/// The alphabet of codes that people read aloud: no 0/O, 1/I/L.
const READABLE: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// Makes ids, query codes and salts; cheap to clone, one generator behind all clones.
#[derive(Clone, Debug)]
pub struct Ids(Arc<Mutex<StdRng>>);

impl Ids {
    /// Seeded by the operating system: production.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system for a seed")]
    pub fn from_system() -> Self {
        Self(Arc::new(Mutex::new(StdRng::from_rng(&mut rand::rng()))))
    }

    /// The same ids every time: tests.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// An id that sorts by `at` (UUIDv7), always system time: partitions are cut by it.
    #[must_use]
    pub fn uuid(&self, at: OffsetDateTime) -> Uuid {
        let millis = u64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill(&mut bytes[..]);
        bytes
    }

    /// A code of `length` characters that can be read aloud.
    #[must_use]
    pub fn code(&self, length: usize) -> String {
        let mut rng = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        (0..length).map(|_| char::from(READABLE[rng.random_range(0..READABLE.len())])).collect()
    }
}
