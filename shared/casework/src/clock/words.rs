//! A day of the account in words: Chinese for the page, English for people who read code and logs.

use std::fmt;

use workdays::DayKind;

use super::account::{AccountedDay, Doing, ItemOnDay, StandsStill};
use super::facts::ClockClass;
use crate::suspension::SuspensionKind;

impl AccountedDay<'_> {
    /// `2025-04-27 调休上班日：计入；C01在办`.
    #[must_use]
    pub fn zh(&self) -> String {
        let day = match self.day.kind {
            DayKind::Weekday => "工作日".to_owned(),
            DayKind::MakeUp => "调休上班日".to_owned(),
            DayKind::Weekend => "周末".to_owned(),
            DayKind::Holiday(name) => format!("{name}放假"),
        };
        let provisional = if self.day.provisional { "（放假安排未公布，暂计）" } else { "" };
        let counted = if self.is_counted() { "计入" } else { "不计" };
        let items: Vec<_> = self.items.iter().map(item_zh).collect();
        let items = if items.is_empty() { "无事项在办".to_owned() } else { items.join("，") };
        format!("{} {day}{provisional}：{counted}；{items}", self.date)
    }
}

/// `2025-04-27, make-up working day: counted; C01 ran`.
impl fmt::Display for AccountedDay<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, ", self.date)?;
        match self.day.kind {
            DayKind::Weekday => write!(f, "working day")?,
            DayKind::MakeUp => write!(f, "make-up working day")?,
            DayKind::Weekend => write!(f, "weekend")?,
            DayKind::Holiday(name) => write!(f, "holiday {name}")?,
        }
        let provisional = if self.day.provisional { " (provisional: no notice yet)" } else { "" };
        let counted = if self.is_counted() { "counted" } else { "not counted" };
        let items: Vec<_> = self.items.iter().map(item_en).collect();
        let items = if items.is_empty() { "no item was in hand".to_owned() } else { items.join(", ") };
        write!(f, "{provisional}: {counted}; {items}")
    }
}

fn item_zh(item: &ItemOnDay<'_>) -> String {
    let aside = match (item.inside, item.class) {
        (Some(host), _) => format!("（随{host}）"),
        (None, ClockClass::Main) => String::new(),
        (None, ClockClass::Parallel) => "（并行，不计入）".to_owned(),
        (None, ClockClass::Outside) => "（主流程外，不计入）".to_owned(),
    };
    let doing = match &item.doing {
        Doing::Accepted if item.ended.is_some() => "当日受理、当日办结".to_owned(),
        Doing::Accepted => "受理当日不计".to_owned(),
        Doing::Ran => "在办".to_owned(),
        Doing::Suspended(by) => {
            let by: Vec<_> = by.iter().map(|by| format!("{}：{}", kind_zh(by.kind), by.basis)).collect();
            format!("中止（{}）", by.join("；"))
        }
        Doing::GapOpen { due } => format!("容缺材料逾{due}未补，计时停止"),
    };
    format!("{}{aside}{doing}", item.code)
}

fn item_en(item: &ItemOnDay<'_>) -> String {
    let aside = match (item.inside, item.class) {
        (Some(host), _) => format!(" inside {host}"),
        (None, ClockClass::Main) => String::new(),
        (None, ClockClass::Parallel) => " beside the main flow".to_owned(),
        (None, ClockClass::Outside) => " outside the limit".to_owned(),
    };
    let doing = match &item.doing {
        Doing::Accepted if item.ended.is_some() => "was accepted and ended the same day".to_owned(),
        Doing::Accepted => "was accepted".to_owned(),
        Doing::Ran => "ran".to_owned(),
        Doing::Suspended(by) => {
            let by: Vec<_> = by.iter().map(stood_en).collect();
            format!("stood still ({})", by.join("; "))
        }
        Doing::GapOpen { due } => format!("had stopped: what was tolerated did not come by {due}"),
    };
    format!("{} {doing}{aside}", item.code)
}

fn stood_en(by: &StandsStill<'_>) -> String {
    let kind = match by.kind {
        SuspensionKind::Supplement => "supplement",
        SuspensionKind::Procedure => "special procedure",
        SuspensionKind::Applicant => "applicant",
        SuspensionKind::Legal => "law",
    };
    format!("{kind}: {}", by.basis)
}

fn kind_zh(kind: SuspensionKind) -> &'static str {
    match kind {
        SuspensionKind::Supplement => "补正",
        SuspensionKind::Procedure => "特别程序",
        SuspensionKind::Applicant => "申请人",
        SuspensionKind::Legal => "法定事由",
    }
}
