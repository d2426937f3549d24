//! What happens to a gap: it is left, extended once, closed in time, or not.

use time::OffsetDateTime;
use workdays::Calendar;

use super::{Desk, Instant, NotNow};
use crate::domain::{
    catalogue::{Entry, Need},
    completeness::Missing,
    tolerance::{self, Tolerance},
};

/// Who signed what.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// SM3 of the text that was signed.
    pub sm3: &'a str,
    /// Token subject.
    pub by: &'a str,
}

impl Desk {
    /// Accepts with gaps (6.4): listed secondary papers only, under an undertaking, by somebody who keeps his word.
    ///
    /// # Errors
    /// Core or unlisted papers, too many breaches, another undertaking, nothing missing.
    pub fn tolerate(
        &self,
        entry: &Entry,
        missing: &[Missing],
        signed: Signed<'_>,
        breaches: &[OffsetDateTime],
        calendar: &Calendar,
        at: OffsetDateTime,
    ) -> Result<Self, NotNow> {
        self.undecided(entry)?;
        // A paper that was brought and has a defect is a gap as well.
        let mut gaps = missing.to_vec();
        let told = self.open_items().into_iter().filter(|item| !missing.iter().any(|m| m.code == item.code));
        gaps.extend(told.filter_map(|item| super::missing_of(entry, &item.code)));
        if gaps.is_empty() {
            return Err(NotNow::NoGap);
        }
        let may_not = |gap: &&Missing| entry.safety || !gap.tolerable || gap.need == Need::Core;
        let never: Vec<Missing> = gaps.iter().filter(may_not).cloned().collect();
        if !never.is_empty() {
            return Err(NotNow::NotTolerable(never));
        }
        if let Some(until) = tolerance::barred_until(breaches, at) {
            return Err(NotNow::Barred(until));
        }
        if signed.sm3 != tolerance::undertaking(entry, &gaps).sm3 {
            return Err(NotNow::OtherUndertaking);
        }
        let days = tolerance::days(entry);
        Ok(Self::Tolerated {
            tolerance: Tolerance {
                gaps,
                supplied: vec![],
                undertaking_sm3: signed.sm3.to_owned(),
                signed_by: signed.by.to_owned(),
                accepted_at: at,
                days,
                deadline: tolerance::deadline(calendar, at, days),
                extended: false,
                reminded: false,
            },
        })
    }

    fn open_gap(&self) -> Result<&Tolerance, NotNow> {
        match self {
            Self::Tolerated { tolerance } => Ok(tolerance),
            Self::Received { .. }
            | Self::Noticed { .. }
            | Self::Escalated { .. }
            | Self::Signposted { .. }
            | Self::Accepted { .. }
            | Self::Returned { .. } => Err(NotNow::NoGap),
        }
    }

    /// Papers arrive for a gap; the last one closes it. Time counts at arrival.
    ///
    /// # Errors
    /// Where no gap is open, nothing of it was brought, or it is too late.
    pub fn fill(&self, codes: &[String], now: OffsetDateTime) -> Result<Self, NotNow> {
        let open = self.open_gap()?;
        if now >= open.deadline.at {
            return Err(NotNow::TooLate);
        }
        let mut tolerance = open.clone();
        let (came, left): (Vec<_>, Vec<_>) = tolerance.gaps.into_iter().partition(|gap| codes.contains(&gap.code));
        if came.is_empty() {
            return Err(NotNow::NoGap);
        }
        tolerance.supplied.extend(came.into_iter().map(|gap| gap.code));
        tolerance.gaps = left;
        Ok(match tolerance.gaps.is_empty() {
            true => Self::Accepted { at: Instant(tolerance.accepted_at), due: None },
            false => Self::Tolerated { tolerance },
        })
    }

    /// Gives the gap the same time once more.
    ///
    /// # Errors
    /// Where no gap is open, it is too late, or it was extended before.
    pub fn extend(&self, calendar: &Calendar, now: OffsetDateTime) -> Result<Self, NotNow> {
        let open = self.open_gap()?;
        if open.extended {
            return Err(NotNow::ExtendedBefore);
        }
        if now >= open.deadline.at {
            return Err(NotNow::TooLate);
        }
        let deadline = tolerance::extended(calendar, &open.deadline, open.days, now);
        Ok(Self::Tolerated { tolerance: Tolerance { deadline, extended: true, reminded: false, ..open.clone() } })
    }

    /// The applicant is to be reminded; `None` where there is nothing to remind of.
    #[must_use]
    pub fn remind(&self, now: OffsetDateTime) -> Option<Self> {
        let open = self.open_gap().ok()?;
        let is_time = open.deadline.remind_at.is_some_and(|at| now >= at) && now < open.deadline.at;
        (is_time && !open.reminded).then(|| Self::Tolerated { tolerance: Tolerance { reminded: true, ..open.clone() } })
    }

    /// The gap's time is over: the case is returned; `None` where it is not.
    #[must_use]
    pub fn expire(&self, now: OffsetDateTime) -> Option<Self> {
        let open = self.open_gap().ok()?;
        (now >= open.deadline.at).then(|| Self::Returned { at: Instant(open.deadline.at), tolerance: open.clone() })
    }
}
