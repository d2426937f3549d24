//! The papers that are given out about an item before anybody applies: guide, list of materials, one-time notice sheet,
//! sample form (R25, R70). All are made from the same version.

use chassis::data::Label;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::{Entry, Material, Need, PaperSource, Standing};

/// Which paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    /// 服务指南
    Guide,
    /// 材料清单
    Materials,
    /// 一次性告知单
    Notice,
    /// 申请样表
    Sample,
}

/// A paper about one version of an item or theme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Paper {
    pub paper: PaperKind,
    /// `code@version`.
    pub reference: String,
    pub title: Label,
    pub sections: Vec<Section>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Section {
    pub title: Label,
    pub lines: Vec<Label>,
}

fn section(zh: &str, en: &str, lines: Vec<Label>) -> Section {
    Section { title: Label::new(zh, en), lines }
}

impl Entry {
    /// Makes a paper.
    #[must_use]
    pub fn paper(&self, paper: PaperKind) -> Paper {
        let (zh, en) = match paper {
            PaperKind::Guide => ("办事指南", "guide"),
            PaperKind::Materials => ("材料清单", "list of materials"),
            PaperKind::Notice => ("一次性告知单", "one-time notice sheet"),
            PaperKind::Sample => ("申请样表", "sample form"),
        };
        let sections = match paper {
            PaperKind::Guide => self.guide_sections(),
            PaperKind::Materials => vec![self.materials_section()],
            PaperKind::Notice => vec![self.materials_section(), self.limits(), self.where_to_go()],
            PaperKind::Sample => self.sample_sections(),
        };
        let title = Label::new(format!("{}{zh}", self.name.zh), format!("{}: {en}", self.name.en));
        Paper { paper, reference: self.reference(), title, sections }
    }

    fn guide_sections(&self) -> Vec<Section> {
        let blocks =
            self.guide.iter().map(|block| Section { title: block.title.clone(), lines: vec![block.text.clone()] });
        let mut sections: Vec<_> = blocks.collect();
        sections.push(section("依据", "Basis", self.basis.clone()));
        sections.push(self.limits());
        sections.push(self.materials_section());
        sections.push(self.where_to_go());
        sections
    }

    fn limits(&self) -> Section {
        let days = |days: u32| match days {
            0 => Label::new("当日", "the same day"),
            days => Label::new(format!("{days}个工作日"), format!("{days} working days")),
        };
        let (promised, statutory) = (days(self.promised_days), days(self.statutory_days));
        let lines = vec![
            Label::new(format!("承诺时限:{}", promised.zh), format!("Promised: {}", promised.en)),
            Label::new(format!("法定时限:{}", statutory.zh), format!("By law: {}", statutory.en)),
            Label::new("收费:0元", "Fee: 0"),
        ];
        section("时限和收费", "Limits and fee", lines)
    }

    fn materials_section(&self) -> Section {
        section("材料", "Materials", self.materials.iter().map(material_line).collect())
    }

    fn where_to_go(&self) -> Section {
        let lines = match &self.standing {
            Standing::Elsewhere { signpost } => {
                vec![
                    signpost.method.clone(),
                    signpost.department.clone(),
                    signpost.address.clone(),
                    Label::new(format!("电话:{}", signpost.phone), format!("Phone: {}", signpost.phone)),
                ]
            }
            Standing::Open | Standing::Undetermined => vec![
                self.contact.department.clone(),
                self.contact.address.clone(),
                Label::new(format!("电话:{}", self.contact.phone), format!("Phone: {}", self.contact.phone)),
            ],
        };
        section("到哪里办", "Where", lines)
    }

    fn sample_sections(&self) -> Vec<Section> {
        let fields = self.form.fields.iter().map(|field| {
            let (zh, en) = if field.required { ("必填", "required") } else { ("选填", "optional") };
            Label::new(format!("{}({zh})", field.zh), format!("{} ({en})", field.en))
        });
        let samples = self.materials.iter().map(|material| {
            Label::new(
                format!("{}:{}", material.name.zh, material.sample.zh),
                format!("{}: {}", material.name.en, material.sample.en),
            )
        });
        vec![section("表单", "Form", fields.collect()), section("材料样表", "Samples", samples.collect())]
    }
}

fn material_line(material: &Material) -> Label {
    let (mut zh, mut en) = (vec![], vec![]);
    match material.need {
        Need::Core => {
            zh.push("主审材料");
            en.push("core");
        }
        Need::Secondary => {
            zh.push("次要材料");
            en.push("secondary");
        }
    }
    match material.source {
        PaperSource::Apply => {}
        PaperSource::Fetch => {
            zh.push("由系统共享获取,无需提交");
            en.push("fetched, need not be brought");
        }
        PaperSource::Reuse => {
            zh.push("可复用已有结果");
            en.push("an earlier result is reused");
        }
    }
    if material.optional {
        zh.push("可不提供");
        en.push("not required");
    }
    if material.tolerable {
        zh.push("可容缺后补");
        en.push("may follow under an undertaking");
    }
    Label::new(format!("{}({})", material.name.zh, zh.join(",")), format!("{} ({})", material.name.en, en.join(", ")))
}
