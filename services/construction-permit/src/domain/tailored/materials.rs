//! The materials table (申请材料一览表, R33): each material once, with where it comes from. Nothing is asked that can be fetched
//! or that an item of the project makes (R37).

use std::collections::{BTreeMap, BTreeSet};

use chassis::data::Label;
use serde::{Deserialize, Serialize};

use super::list::TailoredList;
use crate::domain::catalogue::{AnyOf, Catalogue, Item, ItemCode, Material};

/// What is known about materials before anybody is asked.
#[derive(Clone, Debug, Default)]
pub struct Supply {
    /// Codes that could not be fetched, as logged (R37).
    pub failed: BTreeSet<String>,
    /// Verified materials of earlier cases (R38): code -> case number.
    pub reused: BTreeMap<String, String>,
}

/// Where a material comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "source")]
pub enum MaterialSource {
    YouProvide,
    /// Asked from `from` first (R37).
    Fetched {
        from: Label,
    },
    Reused {
        case: String,
    },
    ResultOf {
        item: ItemCode,
    },
}

/// An item that uses a material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemUse {
    pub item: ItemCode,
    /// The item is accepted without it, under an undertaking (6.4).
    pub may_follow: bool,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialRow {
    /// A material's code, either of two (`M15|M16`), or of a result document the item's (`=A15`).
    pub code: String,
    /// Of what is given once for each stage.
    pub stage: Option<String>,
    pub name: Label,
    pub source: MaterialSource,
    pub used_by: Vec<ItemUse>,
}

impl MaterialRow {
    /// Where it comes from, for people.
    #[must_use]
    pub fn says(&self) -> Label {
        let plain = match &self.source {
            MaterialSource::YouProvide => Label::new("由您提供", "you provide it"),
            MaterialSource::Fetched { from } => {
                Label::new(format!("从{}获取", from.zh), format!("will be fetched from the {}", from.en))
            }
            MaterialSource::Reused { case } => {
                Label::new(format!("复用办件{case}的材料"), format!("reused from case {case}"))
            }
            MaterialSource::ResultOf { item } => Label::new(format!("{item}的结果"), format!("result of {item}")),
        };
        let later: Vec<_> = self.used_by.iter().filter(|used| used.may_follow).map(|used| used.item.as_str()).collect();
        if later.is_empty() || self.source != MaterialSource::YouProvide {
            return plain;
        }
        let zh = format!("{},办理{}时可容缺后补", plain.zh, later.join("、"));
        Label::new(zh, format!("{}; for {} it may follow later", plain.en, later.join(" and ")))
    }
}

impl TailoredList {
    /// The materials of the items that are planned.
    #[must_use]
    pub fn materials(&self, catalogue: &Catalogue, supply: &Supply) -> Vec<MaterialRow> {
        materials(catalogue, &self.planned(), supply)
    }
}

/// The materials of these items, in the order of the items that first need them.
#[must_use]
pub fn materials(catalogue: &Catalogue, planned: &BTreeSet<ItemCode>, supply: &Supply) -> Vec<MaterialRow> {
    let mut table = Table { catalogue, supply, planned, rows: vec![] };
    for item in planned.iter().filter_map(|code| catalogue.item(code)) {
        item.materials.iter().for_each(|group| table.material(item, group));
        item.results.iter().for_each(|group| table.result(item, group));
    }
    table.rows
}

struct Table<'a> {
    catalogue: &'a Catalogue,
    supply: &'a Supply,
    planned: &'a BTreeSet<ItemCode>,
    rows: Vec<MaterialRow>,
}

impl Table<'_> {
    fn material(&mut self, item: &Item, group: &AnyOf<String>) {
        let all: Vec<_> = group.0.iter().filter_map(|code| self.catalogue.material(code)).collect();
        // Of two, the one that an item of this project makes.
        let made = all.iter().find_map(|material| Some((*material, self.maker(item, material)?)));
        let may_follow = group.0.iter().all(|code| item.tolerable.contains(code));
        let (code, stage, name, source) = match (made, all.as_slice()) {
            (Some((material, maker)), _) => {
                (material.code.clone(), None, material.name.clone(), MaterialSource::ResultOf { item: maker })
            }
            // It cannot exist: the items that make it are not needed.
            (None, [only]) if only.only_issued && !only.issued_by.contains(&item.code) => return,
            (None, [only]) => {
                let stage = only.per_stage.then(|| item.code.stage().to_owned());
                (only.code.clone(), stage, only.name.clone(), self.source(only))
            }
            (None, either) => {
                let (zh, en): (Vec<_>, Vec<_>) =
                    either.iter().map(|m| (m.name.zh.as_str(), m.name.en.as_str())).unzip();
                (
                    String::from(group.clone()),
                    None,
                    Label::new(zh.join("或者"), en.join(" or ")),
                    MaterialSource::YouProvide,
                )
            }
        };
        self.add(code, stage, name, source, ItemUse { item: item.code.clone(), may_follow });
    }

    /// The planned item whose result it is; an item does not make what it asks for itself.
    fn maker(&self, item: &Item, material: &Material) -> Option<ItemCode> {
        let makers = material.issued_by.iter().filter(|code| **code != item.code);
        makers.into_iter().find_map(|code| self.catalogue.standing_for(code, self.planned))
    }

    fn source(&self, material: &Material) -> MaterialSource {
        if let Some(case) = self.supply.reused.get(&material.code) {
            return MaterialSource::Reused { case: case.clone() };
        }
        match &material.fetch_from {
            Some(from) if !self.supply.failed.contains(&material.code) => {
                MaterialSource::Fetched { from: from.clone() }
            }
            Some(_) | None => MaterialSource::YouProvide,
        }
    }

    fn result(&mut self, item: &Item, group: &AnyOf<ItemCode>) {
        let made = group.0.iter().find_map(|code| self.catalogue.standing_for(code, self.planned));
        let Some(made) = made.and_then(|code| self.catalogue.item(&code)) else { return };
        let name = Label::new(format!("{}的结果", made.name.zh), format!("result of: {}", made.name.en));
        let source = MaterialSource::ResultOf { item: made.code.clone() };
        self.add(format!("={}", made.code), None, name, source, ItemUse { item: item.code.clone(), may_follow: false });
    }

    fn add(&mut self, code: String, stage: Option<String>, name: Label, source: MaterialSource, used: ItemUse) {
        let row = self.rows.iter_mut().find(|row| row.code == code && row.stage == stage && row.source == source);
        match row {
            Some(row) => row.used_by.push(used),
            None => self.rows.push(MaterialRow { code, stage, name, source, used_by: vec![used] }),
        }
    }
}
