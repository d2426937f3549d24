//! The guide of an item (R34) in its four blocks: what to prepare, technical review, expert argumentation, and the flow.
//! What the item's own facts say is composed from them, so that the guide never tells anything else than the plan does.

use casework::ClockClass;
use chassis::data::Label;
use serde::Serialize;

use super::{
    Catalogue,
    item::{AnyOf, Item, ItemCode, Procedure, ProcedureKind, shown},
};

/// The four blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Guide {
    /// 前期准备材料
    pub preparation: Label,
    /// 技术评审要求
    pub review: Label,
    /// 专家论证过程
    pub expert: Label,
    /// 审批流程
    pub flow: Label,
}

impl Catalogue {
    /// The guide of an item.
    #[must_use]
    pub fn guide(&self, item: &Item) -> Guide {
        let expert = |kind: ProcedureKind| matches!(kind, ProcedureKind::ExpertReview | ProcedureKind::Hearing);
        let technical = |kind: ProcedureKind| {
            matches!(
                kind,
                ProcedureKind::TechnicalAssessment
                    | ProcedureKind::Inspection
                    | ProcedureKind::SiteInspection
                    | ProcedureKind::Rectification
            )
        };
        let review = procedures(item, technical, "目录未列技术评审", "The catalogue lists no technical review");
        let argued = procedures(item, expert, "目录未列专家论证", "The catalogue lists no expert argumentation");
        Guide {
            preparation: noted(self.preparation(item), item.guide.preparation.as_ref()),
            review: noted(review, item.guide.review.as_ref()),
            expert: noted(argued, item.guide.expert.as_ref()),
            flow: noted(self.flow(item), item.guide.flow.as_ref()),
        }
    }

    fn preparation(&self, item: &Item) -> Vec<Label> {
        let name = |code: &String| {
            let name = self.material(code).map(|material| material.name.clone()).unwrap_or_default();
            let later = item.tolerable.contains(code);
            let (zh, en) = if later { ("(可容缺后补)", " (may follow later)") } else { ("", "") };
            Label::new(format!("{}{zh}", name.zh), format!("{}{en}", name.en))
        };
        let either = |group: &AnyOf<String>| joined(group.0.iter().map(name), "或者", " or ");
        let mut lines = vec![];
        if item.materials.is_empty() {
            lines.push(Label::new("无需提交材料", "No material is needed"));
        } else {
            let all = joined(item.materials.iter().map(either), "、", "; ");
            lines.push(Label::new(format!("准备{}", all.zh), format!("Prepare: {}", all.en)));
        }
        if !item.results.is_empty() {
            let all = codes(&item.results);
            lines.push(Label::new(
                format!("{}的结果由系统获取", all.zh),
                format!("The result of {} is fetched", all.en),
            ));
        }
        lines
    }

    fn flow(&self, item: &Item) -> Vec<Label> {
        let name = |code: &str| {
            let found = self.departments.iter().find(|department| department.code == code);
            found.map(|department| department.name.clone()).unwrap_or_default()
        };
        let (supervises, decides, promised) = (name(&item.department), name(&item.authority), shown(item.promised));
        let mut lines = vec![];
        if !item.after.is_empty() {
            let all = codes(&item.after);
            lines.push(Label::new(format!("在{}之后开始", all.zh), format!("It starts after {}", all.en)));
        }
        if !item.inside.is_empty() {
            let all = codes(&item.inside);
            lines.push(Label::new(format!("随{}进行", all.zh), format!("It runs inside {}", all.en)));
        }
        if item.authority == item.department {
            lines.push(Label::new(format!("由{}决定", decides.zh), format!("{} decides", decides.en)));
        } else {
            let zh = format!("由{}决定,{}监管", decides.zh, supervises.zh);
            lines.push(Label::new(zh, format!("{} decides, {} supervises", decides.en, supervises.en)));
        }
        lines.push(Label::new(format!("承诺{}", promised.zh), format!("Promised: {}", promised.en)));
        if let Some(law) = &item.statutory {
            let limit = shown(law.limit);
            let en = format!("By law at most {} ({})", limit.en, law.basis);
            lines.push(Label::new(format!("法定不超过{}({})", limit.zh, law.basis), en));
        }
        lines.push(match item.clock {
            ClockClass::Main => Label::new("计入重点项目审批时限", "It counts towards the project's limit"),
            ClockClass::Parallel => Label::new(
                "并行办理,不计入重点项目审批时限",
                "It runs in parallel and does not count towards the project's limit",
            ),
            ClockClass::Outside => Label::new("不计入审批时限", "It does not count as approval time"),
        });
        lines
    }
}

fn procedures(item: &Item, of: impl Fn(ProcedureKind) -> bool, zh: &str, en: &str) -> Vec<Label> {
    let line = |procedure: &Procedure| {
        let limit = shown(procedure.limit);
        let zh = format!("{}不超过{},不计入时限({})", procedure.name.zh, limit.zh, procedure.basis);
        Label::new(zh, format!("{}: at most {}, outside the limit ({})", procedure.name.en, limit.en, procedure.basis))
    };
    let lines: Vec<_> = item.procedures.iter().filter(|procedure| of(procedure.kind)).map(line).collect();
    if lines.is_empty() { vec![Label::new(zh, en)] } else { lines }
}

fn noted(mut lines: Vec<Label>, note: Option<&Label>) -> Label {
    lines.extend(note.cloned());
    let whole = joined(lines.into_iter(), ";", ". ");
    Label::new(format!("{}。", whole.zh), format!("{}.", whole.en))
}

fn codes(groups: &[AnyOf<ItemCode>]) -> Label {
    let either = |group: &AnyOf<ItemCode>| {
        joined(group.0.iter().map(|code| Label::new(code.as_str(), code.as_str())), "或者", " or ")
    };
    joined(groups.iter().map(either), "、", ", ")
}

fn joined(labels: impl Iterator<Item = Label>, zh: &str, en: &str) -> Label {
    let (left, right): (Vec<_>, Vec<_>) = labels.map(|label| (label.zh, label.en)).unzip();
    Label::new(left.join(zh), right.join(en))
}
