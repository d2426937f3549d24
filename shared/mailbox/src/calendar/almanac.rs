//! The calendar in force, which may be replaced while others reckon.

use std::{
    fmt,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use workdays::{Announcement, Calendar, CalendarError};

static EMBEDDED: LazyLock<Arc<Calendar>> = LazyLock::new(|| Arc::new(Calendar::embedded()));

/// The calendar of a process; cheap to clone, all clones are one.
#[derive(Clone)]
pub struct Almanac(Arc<Inner>);

struct Inner {
    /// What the program was built with.
    base: Arc<Calendar>,
    /// The lock is held for as long as it takes to copy or replace a pointer.
    pages: RwLock<Pages>,
}

#[derive(Clone)]
struct Pages {
    now: Arc<Calendar>,
    before: Option<Arc<Calendar>>,
}

impl Default for Almanac {
    /// What the program was built with.
    fn default() -> Self {
        let pages = RwLock::new(Pages { now: Arc::clone(&EMBEDDED), before: None });
        Self(Arc::new(Inner { base: Arc::clone(&EMBEDDED), pages }))
    }
}

impl Almanac {
    fn pages(&self) -> Pages {
        self.0.pages.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The calendar in force. Take it once for a decision: the next call may give another.
    #[must_use]
    pub fn now(&self) -> Arc<Calendar> {
        Arc::clone(&self.0.pages.read().unwrap_or_else(PoisonError::into_inner).now)
    }

    /// The calendar by which everything was last reckoned to the end; none where that is not known.
    #[must_use]
    pub fn before(&self) -> Option<Arc<Calendar>> {
        self.pages().before
    }

    /// Lays announced years over what the program was built with. True where that reckons otherwise than before.
    ///
    /// # Errors
    /// What is wrong with them; the calendar stays as it is.
    pub fn lay(&self, announced: &[Announcement]) -> Result<bool, CalendarError> {
        let next = self.0.base.with(announced)?;
        let mut pages = self.0.pages.write().unwrap_or_else(PoisonError::into_inner);
        let differs = pages.now.version() != next.version();
        if differs {
            pages.now = Arc::new(next);
        }
        Ok(differs)
    }

    /// Remembers by which years everything was last reckoned to the end.
    pub(super) fn remember(&self, reckoned: Option<&[Announcement]>) {
        // Years that are refused by now were reckoned by all the same: then nothing is known.
        let before = reckoned.and_then(|years| self.0.base.of_years(years).ok()).map(Arc::new);
        self.0.pages.write().unwrap_or_else(PoisonError::into_inner).before = before;
    }
}

impl fmt::Debug for Almanac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Almanac").field(&self.now().version()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn whoever_reckons_goes_on_with_the_calendar_that_he_took() {
        let (almanac, said) = (Almanac::default(), Announcement::read(NOTICE).unwrap());
        let taken = almanac.now();
        assert!(almanac.lay(std::slice::from_ref(&said)).unwrap());
        assert_eq!(taken.next_working_day(date!(2026 - 12 - 31)).date, date!(2027 - 01 - 04));
        assert_eq!(almanac.now().next_working_day(date!(2026 - 12 - 31)).date, date!(2027 - 01 - 05));
        assert!(!almanac.lay(&[said]).unwrap(), "the same again changes nothing");
        assert!(almanac.lay(&[]).unwrap(), "and without it all is as it was");
        assert_eq!(almanac.now().version(), taken.version());
    }

    const NOTICE: &str = include_str!("../../../workdays/tests-data/2027.toml");
}
