//! One version of an item or of a theme.

use chassis::data::Label;
use mailbox::Digest;
use serde::{Deserialize, Serialize};
use time::Date;
use utoipa::ToSchema;

use crate::domain::form::Form;

/// Whether it is one matter or several done as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// 事项
    Item,
    /// 主题(一件事)
    Theme,
}

/// 事项类型 (domain 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// 行政许可
    Licence,
    /// 行政确认
    Confirmation,
    /// 行政给付
    Benefit,
    /// 行政裁决
    Adjudication,
    /// 行政奖励
    Award,
    /// 其他行政权力
    OtherPower,
    /// 公共服务
    PublicService,
    /// 备案
    Filing,
    /// 中介服务 (R10)
    Intermediary,
    /// 技术审查
    TechnicalReview,
    /// 市政公用服务
    Utility,
}

/// 综合办理区 (R12): exactly eight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    Market,
    Investment,
    SocialAffairs,
    RealEstate,
    PublicSecurity,
    SocialSecurity,
    Marriage,
    Legal,
}

/// What an item needs a paper for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// 主审材料: never tolerable (6.4).
    Core,
    /// 次要材料
    Secondary,
}

/// Where a paper comes from (R33).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaperSource {
    /// The applicant brings it.
    Apply,
    /// It is fetched by data sharing; asking the applicant needs a logged failure (R37).
    Fetch,
    /// A result that the applicant got here before.
    Reuse,
}

/// A paper as an item needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Material {
    pub code: String,
    pub name: Label,
    pub need: Need,
    pub source: PaperSource,
    /// True where the application is complete without it.
    pub optional: bool,
    /// True where it may follow later under an undertaking (容缺受理).
    pub tolerable: bool,
    /// Text of the sample (样表).
    pub sample: Label,
}

/// One part of the guide (办事指南).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct GuideBlock {
    pub title: Label,
    pub text: Label,
}

/// Who is asked, where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Contact {
    pub department: Label,
    pub address: Label,
    pub phone: String,
}

/// 指路牌 (6.6): how and where a matter is done that is not done here. Every part is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signpost {
    pub method: Label,
    pub department: Label,
    pub address: Label,
    pub phone: String,
}

/// Whether the hall takes applications for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    Open,
    /// Nobody knows yet whose matter it is (R72): a window shows the way or escalates, and cannot accept.
    Undetermined,
    /// Done elsewhere: whoever applies is shown the way.
    Elsewhere {
        signpost: Signpost,
    },
}

/// A department as the catalogue knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    pub code: String,
    pub credit_code: String,
    pub contact: Contact,
}

/// One version of an item or a theme.
#[derive(Clone, Debug)]
pub struct Entry {
    pub sort: Sort,
    pub code: String,
    pub version: u32,
    /// From 0:00 of this day of the city on.
    pub valid_from: Date,
    pub name: Label,
    /// Items only.
    pub kind: Option<ItemKind>,
    /// 实施编码, 31 characters; items only.
    pub implementation_code: Option<String>,
    /// Codes of the items that a theme does together.
    pub items: Vec<String>,
    /// Department code.
    pub department: String,
    pub contact: Contact,
    pub zone: Zone,
    /// The service that owns the process; `intake` for single items.
    pub owner: String,
    pub standing: Standing,
    /// 承诺时限, working days; 0 is the same day.
    pub promised_days: u32,
    /// 法定时限, working days.
    pub statutory_days: u32,
    /// Touches safety, environment or state security: tolerates nothing (6.4).
    pub safety: bool,
    /// The applicant signs an undertaking with the application (告知承诺).
    pub needs_undertaking: bool,
    pub materials: Vec<Material>,
    pub basis: Vec<Label>,
    pub guide: Vec<GuideBlock>,
    pub form: Form,
    /// Of the text that was read; the same text always has the same digest.
    pub digest: Digest,
}

impl Entry {
    /// `code@version`.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("{}@{}", self.code, self.version)
    }

    #[must_use]
    pub fn material(&self, code: &str) -> Option<&Material> {
        self.materials.iter().find(|material| material.code == code)
    }

    /// Papers without which an application is not complete and that only the applicant can bring.
    pub fn asked(&self) -> impl Iterator<Item = &Material> {
        self.materials.iter().filter(|material| material.source == PaperSource::Apply && !material.optional)
    }
}
