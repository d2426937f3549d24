//! What an item is made of.

use std::{collections::BTreeSet, fmt};

use casework::{ClockClass, Limit};
use chassis::data::Label;
use serde::{Deserialize, Serialize};

use crate::domain::{condition::Condition, project_type::ProjectType};

/// `B01`: the stage's letter and a number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemCode(String);

impl ItemCode {
    /// The stage's letter; empty where there is none.
    #[must_use]
    pub fn stage(&self) -> &str {
        self.0.get(..1).unwrap_or_default()
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ItemCode {
    fn from(code: &str) -> Self {
        Self(code.to_owned())
    }
}

impl fmt::Display for ItemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Codes of which any applicable one is enough, written `A23|A24|A25`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct AnyOf<T>(pub Vec<T>)
where
    T: for<'a> From<&'a str> + fmt::Display + Clone;

impl<T: for<'a> From<&'a str> + fmt::Display + Clone> From<String> for AnyOf<T> {
    fn from(text: String) -> Self {
        Self(text.split('|').map(|code| T::from(code.trim())).collect())
    }
}

impl<T: for<'a> From<&'a str> + fmt::Display + Clone> From<AnyOf<T>> for String {
    fn from(any: AnyOf<T>) -> Self {
        any.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("|")
    }
}

/// What sort of matter an item is (4.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 行政许可
    Licence,
    /// 备案
    Filing,
    /// 技术审查
    TechnicalReview,
    /// 行政确认
    Confirmation,
    /// 其他行政权力
    OtherPower,
    /// 验收
    Acceptance,
    /// 市政公用服务
    Utility,
    /// 中介服务
    Intermediary,
    /// 程序
    Procedure,
}

/// Working days that surely fit into a limit, without any holiday: five of seven.
#[must_use]
pub fn working_days(limit: Limit) -> u32 {
    match limit {
        Limit::WorkingDays(days) => days,
        Limit::CalendarDays(days) => days / 7 * 5 + (days % 7).saturating_sub(2),
        Limit::Months(months) => months * 20,
    }
}

/// A limit as people read it.
#[must_use]
pub fn shown(limit: Limit) -> Label {
    let plural = |count: u32| if count == 1 { "" } else { "s" };
    match limit {
        Limit::WorkingDays(0) => Label::new("当日", "the same day"),
        Limit::WorkingDays(n) => Label::new(format!("{n}个工作日"), format!("{n} working day{}", plural(n))),
        Limit::CalendarDays(n) => Label::new(format!("{n}天"), format!("{n} calendar day{}", plural(n))),
        Limit::Months(n) => Label::new(format!("{n}个月"), format!("{n} month{}", plural(n))),
    }
}

/// 法定时限: the ceiling of the promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statutory {
    pub limit: Limit,
    pub basis: String,
}

/// What a special procedure (特别程序) does: its time is outside the limit (行政许可法 45).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcedureKind {
    /// 公示
    Publicity,
    /// 听证
    Hearing,
    /// 专家评审
    ExpertReview,
    /// 现场核查
    SiteInspection,
    /// 检验检测、勘探
    Inspection,
    /// 技术评审
    TechnicalAssessment,
    /// 整改
    Rectification,
    /// 转报上级
    Referral,
}

/// One special procedure of an item, with a limit of its own (4.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Procedure {
    pub kind: ProcedureKind,
    pub name: Label,
    pub limit: Limit,
    pub basis: String,
    /// The length is this catalogue's own.
    pub assumed: bool,
    /// The item as which it also stands in the list.
    pub item: Option<ItemCode>,
    /// After the item's acceptance, where that is fixed (7.5).
    pub begins_after: Option<Limit>,
}

/// What the guide (R34) adds to what follows from the item itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GuideNotes {
    pub preparation: Option<Label>,
    pub review: Option<Label>,
    pub expert: Option<Label>,
    pub flow: Option<Label>,
}

/// One item (事项) of the catalogue.
#[derive(Clone, Debug)]
pub struct Item {
    pub code: ItemCode,
    pub name: Label,
    /// Department code: who supervises.
    pub department: String,
    /// Department code: who decides.
    pub authority: String,
    pub kind: Kind,
    pub clock: ClockClass,
    pub types: BTreeSet<ProjectType>,
    /// 承诺时限
    pub promised: Limit,
    pub statutory: Option<Statutory>,
    /// Needed where it holds; without one, always.
    pub when: Option<Condition>,
    /// Items whose place it takes.
    pub replaces: Vec<ItemCode>,
    /// The item within which it is handled: one application, one decision.
    pub merged_into: Option<ItemCode>,
    pub after: Vec<AnyOf<ItemCode>>,
    /// Starts with it and runs inside it.
    pub inside: Vec<AnyOf<ItemCode>>,
    /// Codes of materials; `M15|M16` is either.
    pub materials: Vec<AnyOf<String>>,
    /// Result documents of earlier items: fetched, never asked.
    pub results: Vec<AnyOf<ItemCode>>,
    /// Codes of materials that may follow later (6.4).
    pub tolerable: BTreeSet<String>,
    /// Whether its existence as a separate item is assumed.
    pub assumed: bool,
    pub procedures: Vec<Procedure>,
    pub guide: GuideNotes,
}
