//! The calendar is another one: what was reckoned by days is reckoned again.

use time::OffsetDateTime;
use workdays::{CITY, Calendar, city_date};

use super::{CORRECTION_DAYS, Desk, ESCALATION_MINUTES, Instant, Notice, promised};
use crate::domain::{
    catalogue::Entry,
    tolerance::{Deadline, Tolerance, again},
};

/// A day that people were told, and whether it may still move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldDay {
    /// `2027-01-04`, with its hour where that is not the end of the day.
    pub on: String,
    pub provisional: bool,
}

impl Desk {
    /// The same by another calendar; `None` where every day stays as it is, or is over.
    #[must_use]
    pub fn reckoned_again(&self, entry: &Entry, calendar: &Calendar, now: OffsetDateTime) -> Option<Self> {
        let next = match self {
            Self::Accepted { at, due: Some(due) } if !due.is_over(now) => {
                let next = promised(entry, calendar, at.0).filter(|next| !next.is_over(now));
                Self::Accepted { at: *at, due: next.or(Some(*due)) }
            }
            Self::Noticed { notice } if !notice.overdue && notice.deadline.at > now => {
                let since = notice.amended_at.unwrap_or(notice.at).0;
                let deadline = again(calendar, &notice.deadline, (since, CORRECTION_DAYS, false), now);
                Self::Noticed { notice: Notice { deadline, ..notice.clone() } }
            }
            Self::Escalated { since, due, .. } if due.0 > now => {
                let next = calendar.after_window_minutes(since.0, ESCALATION_MINUTES);
                Self::Escalated { since: *since, due: Instant(next.at), provisional: next.provisional }
            }
            Self::Tolerated { tolerance } if tolerance.deadline.at > now => {
                let gap = (tolerance.accepted_at, tolerance.days, tolerance.extended);
                let deadline = again(calendar, &tolerance.deadline, gap, now);
                // Who was reminded of a day that is far again is reminded once more.
                let reminded = tolerance.reminded && deadline.remind_at.is_none();
                Self::Tolerated { tolerance: Tolerance { deadline, reminded, ..tolerance.clone() } }
            }
            Self::Accepted { .. }
            | Self::Noticed { .. }
            | Self::Escalated { .. }
            | Self::Tolerated { .. }
            | Self::Received { .. }
            | Self::Signposted { .. }
            | Self::Returned { .. } => return None,
        };
        (next.days() != self.days()).then_some(next)
    }

    /// Every day that was reckoned, and whether it may still move.
    fn days(&self) -> Option<(OffsetDateTime, Option<OffsetDateTime>, bool)> {
        match self {
            Self::Accepted { due, .. } => due.map(|due| (due.end(), None, due.provisional)),
            Self::Escalated { due, provisional, .. } => Some((due.0, None, *provisional)),
            Self::Noticed { .. } | Self::Tolerated { .. } => {
                self.deadline().map(|deadline| (deadline.at, deadline.remind_at, deadline.provisional))
            }
            Self::Received { .. } | Self::Signposted { .. } | Self::Returned { .. } => None,
        }
    }

    /// Something was reckoned by days here: a fact of it names the calendar.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.days().is_some() || matches!(self, Self::Received { .. })
    }

    fn deadline(&self) -> Option<&Deadline> {
        match self {
            Self::Noticed { notice } => Some(&notice.deadline),
            Self::Tolerated { tolerance } => Some(&tolerance.deadline),
            Self::Accepted { .. }
            | Self::Escalated { .. }
            | Self::Received { .. }
            | Self::Signposted { .. }
            | Self::Returned { .. } => None,
        }
    }

    /// The day that the applicant was told; none where he was told none.
    #[must_use]
    pub fn told_day(&self) -> Option<ToldDay> {
        match self {
            Self::Accepted { due, .. } => {
                due.map(|due| ToldDay { on: due.date.to_string(), provisional: due.provisional })
            }
            Self::Noticed { .. } | Self::Tolerated { .. } => self.deadline().map(ToldDay::of),
            Self::Escalated { .. } | Self::Received { .. } | Self::Signposted { .. } | Self::Returned { .. } => None,
        }
    }
}

impl ToldDay {
    /// The last day; with its hour where that is not the end of the day.
    #[must_use]
    pub fn of(deadline: &Deadline) -> Self {
        let (at, provisional) = (deadline.at.to_offset(CITY), deadline.provisional);
        let on = match city_date(deadline.at) == deadline.on {
            true => format!("{} {:02}:{:02}", deadline.on, at.hour(), at.minute()),
            false => deadline.on.to_string(),
        };
        Self { on, provisional }
    }

    /// As people read it.
    #[must_use]
    pub fn words(&self) -> String {
        contracts::calendar::told(&self.on, self.provisional)
    }
}
