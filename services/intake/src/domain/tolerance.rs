//! Acceptance with tolerable gaps (容缺受理, domain 6.4): who may, until when, and what is signed.

use chassis::data::Label;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

pub use casework::tolerance::{Deadline, LONGEST, again, barred_until, deadline, extended};

use super::{catalogue::Entry, completeness::Missing};

/// The timers of a gap.
pub const DUE: &str = "gap_due";
pub const REMIND: &str = "gap_reminder";

/// An acceptance with gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tolerance {
    /// Papers that are still to come.
    pub gaps: Vec<Missing>,
    /// Papers that came in time.
    pub supplied: Vec<String>,
    /// SM3 of the undertaking's text, 64 hexadecimal characters.
    pub undertaking_sm3: String,
    /// Token subject of who signed.
    pub signed_by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub accepted_at: OffsetDateTime,
    /// Working days from acceptance; 0 is the same day.
    pub days: u32,
    pub deadline: Deadline,
    pub extended: bool,
    pub reminded: bool,
}

/// Working days that an item gives: the least of five and its promise.
#[must_use]
pub fn days(entry: &Entry) -> u32 {
    casework::tolerance::days(entry.promised_days)
}

/// What the applicant signs (承诺书).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Undertaking {
    /// `code@version`.
    pub reference: String,
    pub text: Label,
    /// SM3 of the Chinese text, 64 hexadecimal characters: whoever signs names it.
    pub sm3: String,
}

/// The undertaking for these gaps. The same item version and gaps always give the same text.
#[must_use]
pub fn undertaking(entry: &Entry, gaps: &[Missing]) -> Undertaking {
    let (until_zh, until_en) = match days(entry) {
        0 => ("受理当日窗口下班前".to_owned(), "by closing time of the day of acceptance".to_owned()),
        days => (format!("受理之日起{days}个工作日内"), format!("within {days} working days of acceptance")),
    };
    // In the item's own order, however the gaps came about.
    let gaps = entry.materials.iter().filter_map(|material| gaps.iter().find(|gap| gap.code == material.code));
    let gaps: Vec<&Missing> = gaps.collect();
    let list =
        |name: &dyn Fn(&Missing) -> String, by: &str| gaps.iter().copied().map(name).collect::<Vec<_>>().join(by);
    let zh = format!(
        "本人申请办理{}({}),自愿申请容缺受理,承诺{until_zh}补齐下列材料:{}。逾期未补齐的,同意作退件处理,并知悉违诺将被记录,十二个月内累计三次的,十二个月内不再适用容缺受理。",
        entry.name.zh,
        entry.reference(),
        list(&|gap| gap.name.zh.clone(), "、"),
    );
    let en = format!(
        "I apply for {} ({}) and undertake to supply {until_en}: {}. If I do not, the case is returned and a breach is recorded; \
         after three breaches in twelve months nothing may follow later for twelve months.",
        entry.name.en,
        entry.reference(),
        list(&|gap| gap.name.en.clone(), ", "),
    );
    let sm3 = mailbox::Digest::of(zh.as_bytes()).to_string();
    Undertaking { reference: entry.reference(), text: Label::new(zh, en), sm3 }
}
