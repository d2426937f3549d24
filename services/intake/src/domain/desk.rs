//! Where a case stands at the front desk, and the five outcomes of a window (R66): accepted, accepted with gaps, one-time
//! notice, signpost, escalated. There is no sixth.

use chassis::data::Label;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use workdays::{Calendar, Due};

use super::{
    case::Phase,
    catalogue::{Entry, Signpost, Standing},
    completeness::Missing,
    tolerance::{Deadline, Tolerance},
};

/// Working days within which everything that is missing is told (行政许可法 32(4)).
pub const NOTICE_DAYS: u32 = 5;

/// Working days that an applicant has for a correction.
pub const CORRECTION_DAYS: u32 = 10;

/// Window minutes within which the chief representative answers (6.6).
pub const ESCALATION_MINUTES: u32 = 30;

/// The timer of a correction.
pub const CORRECTION_DUE: &str = "correction_due";

/// Where the case stands at the front desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Desk {
    /// 收件: the papers are here and nobody has given an outcome.
    Received { since: Instant },
    /// 一次性告知
    Noticed { notice: Notice },
    /// 已提交首席代表
    Escalated {
        since: Instant,
        due: Instant,
        /// `due` rests on days that no notice has announced yet.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        provisional: bool,
    },
    /// 指路: the matter is done elsewhere.
    Signposted { at: Instant, signpost: Signpost },
    /// 受理
    Accepted {
        at: Instant,
        /// Until when the applicant was told that it will be done; absent where no days were promised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Due>,
    },
    /// 容缺受理
    Tolerated { tolerance: Tolerance },
    /// 退件: the gap was not closed in time; the applicant may apply again.
    Returned { at: Instant, tolerance: Tolerance },
}

/// An instant, as RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instant(#[serde(with = "time::serde::rfc3339")] pub OffsetDateTime);

/// 一次性补正告知: everything that is missing or has a defect, at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub items: Vec<NoticeItem>,
    pub at: Instant,
    /// When the last of it was told; absent where that is `at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amended_at: Option<Instant>,
    /// Until when the applicant may correct; the clock of the case does not run.
    pub deadline: Deadline,
    /// The body that forgot something in the first notice; never the applicant.
    pub overlooked_by: Option<String>,
    /// The deadline passed and the applicant has not come yet.
    pub overdue: bool,
}

/// One paper to bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeItem {
    /// Material code.
    pub code: String,
    pub name: Label,
    /// Why: it is missing, or what is wrong with what was brought.
    pub reason: String,
    /// True where a second notice added it.
    pub added: bool,
    pub supplied: bool,
}

/// Why a window's verb does not apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotNow {
    /// The case has its outcome.
    Decided,
    /// Nobody knows yet whose matter it is (R72).
    Undetermined,
    /// Papers are missing.
    Missing(Vec<Missing>),
    /// A second notice adds what the first forgot, and nobody is named for it.
    Adds(Vec<NoticeItem>),
    /// A notice that says nothing (new).
    NothingToTell,
    /// Core papers, or papers that are not on the list.
    NotTolerable(Vec<Missing>),
    /// Too many breaches.
    Barred(time::Date),
    /// What was signed is another text.
    OtherUndertaking,
    /// No gap is open.
    NoGap,
    /// The gap's time is over.
    TooLate,
    /// It was extended once.
    ExtendedBefore,
}

impl Desk {
    /// True while the window may still give an outcome.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        matches!(self, Self::Received { .. } | Self::Noticed { .. } | Self::Escalated { .. })
    }

    /// The phase that an outcome leads to; after acceptance the owner of the process tells it.
    #[must_use]
    pub fn phase(&self, owner_is_intake: bool) -> Phase {
        match self {
            Self::Received { .. } => Phase::Received,
            Self::Noticed { .. } => Phase::CorrectionRequested,
            Self::Escalated { .. } => Phase::Escalated,
            Self::Signposted { .. } => Phase::Signposted,
            Self::Accepted { .. } | Self::Tolerated { .. } if owner_is_intake => Phase::Running,
            Self::Accepted { .. } | Self::Tolerated { .. } => Phase::Submitted,
            Self::Returned { .. } => Phase::Returned,
        }
    }

    fn undecided(&self, entry: &Entry) -> Result<(), NotNow> {
        match (&entry.standing, self.is_undecided()) {
            (_, false) => Err(NotNow::Decided),
            (Standing::Undetermined, true) => Err(NotNow::Undetermined),
            (Standing::Open | Standing::Elsewhere { .. }, true) => Ok(()),
        }
    }

    /// What is accepted at that instant, with what is promised.
    #[must_use]
    pub fn accepted(entry: &Entry, calendar: &Calendar, at: OffsetDateTime) -> Self {
        Self::Accepted { at: Instant(at), due: promised(entry, calendar, at) }
    }

    /// Accepts a complete application.
    ///
    /// # Errors
    /// Where papers are missing or a defect that was told still stands.
    pub fn accept(
        &self,
        entry: &Entry,
        missing: &[Missing],
        calendar: &Calendar,
        at: OffsetDateTime,
    ) -> Result<Self, NotNow> {
        self.undecided(entry)?;
        if missing.is_empty() && self.open_items().is_empty() {
            Ok(Self::accepted(entry, calendar, at))
        } else {
            let mut all = missing.to_vec();
            let told = self.open_items().into_iter().filter(|item| !missing.iter().any(|m| m.code == item.code));
            all.extend(told.filter_map(|item| missing_of(entry, &item.code)));
            Err(NotNow::Missing(all))
        }
    }

    /// Items of the notice that were not brought yet.
    #[must_use]
    pub fn open_items(&self) -> Vec<NoticeItem> {
        match self {
            Self::Noticed { notice } => notice.items.iter().filter(|item| !item.supplied).cloned().collect(),
            Self::Received { .. }
            | Self::Escalated { .. }
            | Self::Signposted { .. }
            | Self::Accepted { .. }
            | Self::Tolerated { .. }
            | Self::Returned { .. } => vec![],
        }
    }

    /// Tells everything that is missing or has a defect. The first notice always has all that is missing; a second one adds
    /// only with a record of the body that forgot it (32(4)).
    ///
    /// # Errors
    /// Where nothing is to be told, or a second notice adds without naming a body.
    pub fn notice(
        &self,
        entry: &Entry,
        missing: &[Missing],
        defects: &[(String, String)],
        overlooked_by: Option<&str>,
        calendar: &Calendar,
        at: OffsetDateTime,
    ) -> Result<Self, NotNow> {
        self.undecided(entry)?;
        let item = |code: &str, name: &Label, reason: &str| NoticeItem {
            code: code.to_owned(),
            name: name.clone(),
            reason: reason.to_owned(),
            added: false,
            supplied: false,
        };
        let mut items: Vec<NoticeItem> = missing.iter().map(|m| item(&m.code, &m.name, "未提交")).collect();
        for (code, reason) in defects {
            let Some(material) = entry.material(code) else { continue };
            match items.iter_mut().find(|item| item.code == *code) {
                Some(known) => known.reason.clone_from(reason),
                None => items.push(item(code, &material.name, reason)),
            }
        }
        let deadline = due(calendar, at, CORRECTION_DAYS);
        if let Self::Noticed { notice: first } = self {
            items.retain(|item| !first.items.iter().any(|told| told.code == item.code && !told.supplied));
            // What was told, brought, and is brought badly is told again: nobody forgot it.
            let (again, mut added): (Vec<_>, Vec<_>) =
                items.into_iter().partition(|item| first.items.iter().any(|told| told.code == item.code));
            if again.is_empty() && added.is_empty() {
                return Err(NotNow::NothingToTell);
            }
            if !added.is_empty() && overlooked_by.is_none() {
                return Err(NotNow::Adds(added));
            }
            let forgot = if added.is_empty() { None } else { overlooked_by.map(str::to_owned) };
            added.iter_mut().for_each(|item| item.added = true);
            let mut notice = first.clone();
            notice.items.retain(|told| !again.iter().any(|item| item.code == told.code));
            notice.items.extend(again.into_iter().chain(added));
            notice.overlooked_by = forgot.or(notice.overlooked_by);
            notice.deadline = deadline;
            notice.amended_at = Some(Instant(at));
            notice.overdue = false;
            return Ok(Self::Noticed { notice });
        }
        if items.is_empty() {
            return Err(NotNow::NothingToTell);
        }
        let notice = Notice { items, at: Instant(at), amended_at: None, deadline, overlooked_by: None, overdue: false };
        Ok(Self::Noticed { notice })
    }

    /// Shows the way.
    ///
    /// # Errors
    /// Where the case has its outcome.
    pub fn signpost(&self, signpost: Signpost, at: OffsetDateTime) -> Result<Self, NotNow> {
        if self.is_undecided() { Ok(Self::Signposted { at: Instant(at), signpost }) } else { Err(NotNow::Decided) }
    }

    /// Passes the matter to the chief representative.
    ///
    /// # Errors
    /// Where the case has its outcome, or he has it already.
    pub fn escalate(&self, calendar: &Calendar, at: OffsetDateTime) -> Result<Self, NotNow> {
        match self {
            Self::Received { .. } | Self::Noticed { .. } => {
                let due = calendar.after_window_minutes(at, ESCALATION_MINUTES);
                Ok(Self::Escalated { since: Instant(at), due: Instant(due.at), provisional: due.provisional })
            }
            Self::Escalated { .. }
            | Self::Signposted { .. }
            | Self::Accepted { .. }
            | Self::Tolerated { .. }
            | Self::Returned { .. } => Err(NotNow::Decided),
        }
    }

    /// Papers arrive for a notice; gives whether any was waited for.
    #[must_use]
    pub fn corrected(&self, codes: &[String]) -> Self {
        let mut desk = self.clone();
        if let Self::Noticed { notice } = &mut desk {
            for item in notice.items.iter_mut().filter(|item| codes.contains(&item.code)) {
                item.supplied = true;
            }
        }
        desk
    }

    /// The deadline of the notice has passed.
    #[must_use]
    pub fn correction_overdue(&self, now: OffsetDateTime) -> Option<Self> {
        match self {
            Self::Noticed { notice } if !notice.overdue && now >= notice.deadline.at => {
                Some(Self::Noticed { notice: Notice { overdue: true, ..notice.clone() } })
            }
            Self::Noticed { .. }
            | Self::Received { .. }
            | Self::Escalated { .. }
            | Self::Signposted { .. }
            | Self::Accepted { .. }
            | Self::Tolerated { .. }
            | Self::Returned { .. } => None,
        }
    }
}

/// Until when an item is done that was accepted at that instant; none where it is done on the same day.
fn promised(entry: &Entry, calendar: &Calendar, at: OffsetDateTime) -> Option<Due> {
    let Deadline { on, provisional, .. } = due(calendar, at, entry.promised_days);
    (entry.promised_days > 0).then_some(Due { date: on, provisional })
}

/// `n` working days from the day on which papers of that instant count as received.
#[must_use]
pub fn due(calendar: &Calendar, at: OffsetDateTime, days: u32) -> Deadline {
    super::tolerance::deadline(calendar, at, days)
}

fn missing_of(entry: &Entry, code: &str) -> Option<Missing> {
    entry.material(code).map(Missing::of)
}

pub mod again;
pub mod gap;

#[cfg(test)]
mod tests;
