//! An item that was accepted with a gap (容缺受理, domain 6.4): review runs, the result waits for the paper, and an item whose
//! paper does not come is given back.

use casework::{
    Tolerated,
    tolerance::{self, Deadline},
};
use chassis::data::Label;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use workdays::Calendar;

use super::needs::Lacking;
use crate::domain::catalogue::{Item, ItemCode, working_days};

/// One acceptance with a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub item: ItemCode,
    /// Of the item's task.
    pub round: u32,
    /// Material codes (or `M15|M16`) that were missing.
    pub papers: Vec<String>,
    /// Of these, what is still missing.
    pub missing: Vec<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub accepted_at: OffsetDateTime,
    /// Working days from acceptance; 0 is the same day.
    pub days: u32,
    pub deadline: Deadline,
    pub extended: bool,
    pub reminded: bool,
    pub undertaking_sm3: String,
    /// When the last paper came.
    #[serde(with = "time::serde::rfc3339::option")]
    pub closed_at: Option<OffsetDateTime>,
    /// When the item was given back because it had not.
    #[serde(with = "time::serde::rfc3339::option")]
    pub returned_at: Option<OffsetDateTime>,
}

/// Why a gap is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GapFault {
    #[error("the item was not accepted with a gap, or the gap is closed")]
    NoGap,
    #[error("the gap's time is over: the item is given back")]
    TooLate,
    #[error("the gap was extended once already")]
    ExtendedBefore,
}

impl Gap {
    /// Opens at acceptance. The deadline is the least of five working days and the item's promise.
    #[must_use]
    pub fn open(
        calendar: &Calendar,
        item: &Item,
        round: u32,
        papers: Vec<String>,
        undertaking_sm3: String,
        accepted_at: OffsetDateTime,
    ) -> Self {
        let days = tolerance::days(working_days(item.promised));
        Self {
            item: item.code.clone(),
            round,
            missing: papers.clone(),
            papers,
            accepted_at,
            days,
            deadline: tolerance::deadline(calendar, accepted_at, days),
            extended: false,
            reminded: false,
            undertaking_sm3,
            closed_at: None,
            returned_at: None,
        }
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none() && self.returned_at.is_none()
    }

    /// Its time is over, and it was not closed.
    #[must_use]
    pub fn is_late(&self, now: OffsetDateTime) -> bool {
        self.is_open() && self.deadline.at <= now
    }

    /// Papers came. True where nothing is missing any more.
    pub fn supply(&mut self, came: impl Fn(&str) -> bool, at: OffsetDateTime) -> bool {
        self.missing.retain(|paper| !came(paper));
        if self.missing.is_empty() {
            self.closed_at = Some(at);
        }
        self.missing.is_empty()
    }

    /// The one extension of the same length.
    ///
    /// # Errors
    /// Where it is closed, over, or was extended before.
    pub fn extend(&mut self, calendar: &Calendar, now: OffsetDateTime) -> Result<(), GapFault> {
        if !self.is_open() {
            return Err(GapFault::NoGap);
        }
        if self.is_late(now) {
            return Err(GapFault::TooLate);
        }
        if self.extended {
            return Err(GapFault::ExtendedBefore);
        }
        self.deadline = tolerance::extended(calendar, &self.deadline, self.days, now);
        (self.extended, self.reminded) = (true, false);
        Ok(())
    }

    /// Its last day by another calendar; none where it is closed or over, or nothing is another one.
    #[must_use]
    pub fn reckoned_again(&self, calendar: &Calendar, now: OffsetDateTime) -> Option<Self> {
        if !self.is_open() || self.is_late(now) {
            return None;
        }
        let since = (self.accepted_at, self.days, self.extended);
        let deadline = tolerance::again(calendar, &self.deadline, since, now);
        // Who was reminded of a day that is far again is reminded once more.
        let reminded = self.reminded && deadline.remind_at.is_none();
        (deadline != self.deadline).then(|| Self { deadline, reminded, ..self.clone() })
    }

    /// When an item whose gap was not closed is given back: with the working day after the last one (10.2, variant F).
    #[must_use]
    pub fn returns_at(&self, calendar: &Calendar) -> OffsetDateTime {
        workdays::start_of(calendar.next_working_day(self.deadline.on).date)
    }

    /// As the clock sees it.
    #[must_use]
    pub fn tolerated(&self) -> Tolerated {
        Tolerated { due: self.deadline.on, supplied: self.closed_at }
    }
}

/// What the applicant signs.
#[must_use]
pub fn undertaking(item: &Item, papers: &[Lacking]) -> Label {
    let limit = match tolerance::days(working_days(item.promised)) {
        0 => ("受理当日窗口下班前".to_owned(), "by closing time of the day of acceptance".to_owned()),
        days => (format!("受理之日起{days}个工作日内"), format!("within {days} working days of acceptance")),
    };
    let list = |name: &dyn Fn(&Lacking) -> &str, by: &str| papers.iter().map(name).collect::<Vec<_>>().join(by);
    let zh = format!(
        "本单位申请办理{}({}),自愿申请容缺受理,承诺{}补齐下列材料:{}。逾期未补齐的,同意作退件处理,并知悉违诺将被记录,十二个月内累计三次的,十二个月内不再适用容缺受理。",
        item.name.zh,
        item.code,
        limit.0,
        list(&|paper| &paper.name.zh, "、"),
    );
    let en = format!(
        "We apply for {} ({}) and undertake to supply {}: {}. If we do not, the item is given back and a breach is recorded; \
         after three breaches in twelve months nothing may follow later for twelve months.",
        item.name.en,
        item.code,
        limit.1,
        list(&|paper| &paper.name.en, ", "),
    );
    Label::new(zh, en)
}
