//! The reason of a row, as one sentence for people.

use std::collections::BTreeSet;

use chassis::data::Label;

use super::{
    answers::{Answers, Origin},
    list::{Standing, Why},
};
use crate::domain::{
    attribute::PROJECT_TYPE,
    catalogue::{Catalogue, Item, ItemCode},
    condition::Because,
};

pub fn of(
    catalogue: &Catalogue,
    answers: &Answers,
    item: &Item,
    standing: Standing,
    why: &Why,
    replaces: &[ItemCode],
) -> Label {
    let kind = || quote(catalogue, answers, &Because { attribute: PROJECT_TYPE.to_owned(), bound: None });
    let quoted = |why: &[Because]| quotes(catalogue, answers, why);
    let reason = match why {
        Why::OtherType => {
            let kind = kind();
            Label::new(
                format!("{},目录未将本事项列入这类项目,不需要办理", kind.zh),
                format!("Not needed: {}, and the catalogue has it for other types only", kind.en),
            )
        }
        Why::Always => {
            let kind = kind();
            Label::new(format!("凡{}的项目都需要办理", kind.zh), format!("Needed by every project where {}", kind.en))
        }
        Why::Answers(why) if standing == Standing::Needed => {
            let why = quoted(why);
            Label::new(format!("因为{},需要办理", why.zh), format!("Needed, because {}", why.en))
        }
        Why::Answers(why) => {
            let why = quoted(why);
            Label::new(format!("因为{},不需要办理", why.zh), format!("Not needed, because {}", why.en))
        }
        Why::ReplacedBy(code, why) => {
            let why = quoted(why);
            let name = catalogue.item(code).map(|item| item.name.clone()).unwrap_or_default();
            let zh = format!("因为{},由{code}“{}”替代,不需要办理", why.zh, name.zh);
            Label::new(zh, format!("Not needed, because {}: {code} ({}) takes its place", why.en, name.en))
        }
        Why::Unanswered(names) => open(catalogue, names),
    };
    ended(reason, item, standing, replaces)
}

fn ended(mut reason: Label, item: &Item, standing: Standing, replaces: &[ItemCode]) -> Label {
    if let Some(container) = item.merged_into.as_ref().filter(|_| standing == Standing::Needed) {
        reason.zh.push_str(&format!(",并入{container}一并办理"));
        reason.en.push_str(&format!("; it is handled inside {container}"));
    }
    if !replaces.is_empty() {
        let codes: Vec<_> = replaces.iter().map(ItemCode::as_str).collect();
        reason.zh.push_str(&format!(",替代{}", codes.join("、")));
        reason.en.push_str(&format!("; it takes the place of {}", codes.join(" and ")));
    }
    reason.zh.push('。');
    reason.en.push('.');
    reason
}

fn open(catalogue: &Catalogue, names: &BTreeSet<String>) -> Label {
    let labels = names.iter().filter_map(|name| catalogue.attribute(name)).map(|attribute| &attribute.label);
    let (zh, en): (Vec<_>, Vec<_>) =
        labels.map(|label| (format!("“{}”", label.zh), format!("\"{}\"", label.en))).unzip();
    Label::new(format!("尚未回答{},待定", zh.join("、")), format!("Undecided: not answered is {}", en.join(", ")))
}

fn quotes(catalogue: &Catalogue, answers: &Answers, why: &[Because]) -> Label {
    let (zh, en): (Vec<_>, Vec<_>) =
        why.iter().map(|because| quote(catalogue, answers, because)).map(|label| (label.zh, label.en)).unzip();
    Label::new(zh.join("、"), en.join(" and "))
}

/// “年用电量”为“3.2吉瓦时”(界限≥5吉瓦时)
fn quote(catalogue: &Catalogue, answers: &Answers, because: &Because) -> Label {
    let (Some(attribute), Some(answer)) = (catalogue.attribute(&because.attribute), answers.answer(&because.attribute))
    else {
        return Label::default();
    };
    let value = attribute.show(&answer.value);
    let mut quote = Label::new(
        format!("“{}”为“{}”", attribute.label.zh, value.zh),
        format!("\"{}\" is \"{}\"", attribute.label.en, value.en),
    );
    if let Some((by, bound)) = &because.bound {
        let bound = attribute.show(bound);
        quote.zh.push_str(&format!("(界限{}{})", by.sign(), bound.zh));
        quote.en.push_str(&format!(" (measured by {} {})", by.sign(), bound.en));
    }
    match answer.origin {
        Origin::Given => {}
        Origin::Default => {
            quote.zh.push_str("(默认)");
            quote.en.push_str(" (by default)");
        }
        Origin::NotAsked => {
            quote.zh.push_str("(无需回答)");
            quote.en.push_str(" (not asked)");
        }
    }
    quote
}
