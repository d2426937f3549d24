//! What works less well than it should. A degraded service still serves.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Named degradations of a process, e.g. `broker` -> "no connection"; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Degraded(Arc<Mutex<BTreeMap<&'static str, String>>>);

impl Degraded {
    /// Notes that `part` works less well, and why. Returns true where this is news.
    pub fn note(&self, part: &'static str, why: impl Into<String>) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(part, why.into()).is_none()
    }

    /// `part` works again. Returns true where this is news.
    pub fn clear(&self, part: &'static str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(part).is_some()
    }

    /// Whether `part` works less well.
    #[must_use]
    pub fn has(&self, part: &'static str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(part)
    }

    /// All of them, by name.
    #[must_use]
    pub fn all(&self) -> Vec<(&'static str, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(part, why)| (*part, why.clone())).collect()
    }
}
