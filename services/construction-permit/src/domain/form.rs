//! The forms of the four stages (一张表单), as data: what is entered once, and which items' departments may know it.

use std::collections::BTreeMap;

use ids::Writing;
use serde::{Deserialize, Serialize};

use super::catalogue::ItemCode;

/// Every field of every stage.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forms {
    #[serde(rename = "field")]
    fields: Vec<Field>,
}

/// One field.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub name: String,
    pub zh: String,
    pub en: String,
    pub kind: Kind,
    /// The stage at which it is asked first; later stages show it filled in.
    pub stage: String,
    #[serde(default = "yes")]
    pub required: bool,
    /// Items whose departments may know it: a code, or a stage's letter for all of its items.
    pub items: Vec<String>,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    /// A mainland mobile number.
    Phone,
    /// A number with up to two places.
    Number,
    Date,
}

/// Every value is one line of at most so many characters.
const VALUE: Writing = Writing::line(500);

fn yes() -> bool {
    true
}

impl Forms {
    /// The forms that the program carries.
    ///
    /// # Errors
    /// Where the data file is broken.
    pub fn built_in() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../../data/forms.toml"))
    }

    /// The fields of one stage, in the order of the file.
    pub fn of_stage<'a>(&'a self, stage: &'a str) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |field| field.stage == stage)
    }

    /// Every field of every stage.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// True where the department of this item may know the field.
    #[must_use]
    pub fn entitles(&self, item: &ItemCode, name: &str) -> bool {
        let known = self.fields.iter().find(|field| field.name == name);
        known.is_some_and(|field| field.items.iter().any(|to| to == item.as_str() || to == item.stage()))
    }

    /// What is wrong with one value, trimmed, that has to be there: (code, zh, en). Nothing where no form has the field.
    #[must_use]
    pub fn value_fault(&self, name: &str, value: &str) -> Option<(&'static str, String, String)> {
        self.fields.iter().find(|field| field.name == name)?.faults(value).into_iter().next()
    }

    /// Everything that is wrong with what was entered for a stage, with what earlier stages entered: (field, code, zh, en).
    #[must_use]
    pub fn faults(
        &self,
        stage: &str,
        entered: &BTreeMap<String, String>,
        known: &BTreeMap<String, String>,
    ) -> Vec<(String, &'static str, String, String)> {
        let mut faults = Vec::new();
        for field in self.of_stage(stage) {
            let value = entered.get(&field.name).or_else(|| known.get(&field.name)).map(|value| value.trim());
            match value.filter(|value| !value.is_empty()) {
                None if !field.required => {}
                value => {
                    let wrong = field.faults(value.unwrap_or_default());
                    faults.extend(wrong.into_iter().map(|(code, zh, en)| (field.name.clone(), code, zh, en)));
                }
            }
        }
        for name in entered.keys().filter(|name| !self.fields.iter().any(|field| field.name == **name)) {
            let (zh, en) = ("表单没有此字段,请删除", "the form has no such field; remove it");
            faults.push((name.clone(), "unknown_field", zh.to_owned(), en.to_owned()));
        }
        faults
    }
}

impl Field {
    /// Everything that is wrong with the field's value, trimmed: (code, zh, en).
    fn faults(&self, value: &str) -> Vec<(&'static str, String, String)> {
        if value.is_empty() {
            return vec![("missing", format!("请填写{}", self.zh), format!("enter the {}", self.en))];
        }
        let named = |(code, zh, en)| (code, format!("{}:{zh}", self.zh), format!("{}: {en}", self.en));
        self.kind.faults(value).into_iter().map(named).collect()
    }
}

impl Kind {
    /// Code, Chinese and English of everything that is wrong with a value.
    fn faults(self, value: &str) -> Vec<(&'static str, String, String)> {
        let own = |value| self.fault(value).map(|(code, zh, en)| (code, zh.to_owned(), en.to_owned()));
        match VALUE.read(value) {
            Ok(value) => own(value).into_iter().collect(),
            Err(faults) => faults.into_iter().map(|fault| (fault.slug(), fault.zh(), fault.to_string())).collect(),
        }
    }

    fn fault(self, value: &str) -> Option<(&'static str, &'static str, &'static str)> {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Text => None,
            Self::Phone => {
                let phone = value.len() == 11 && value.starts_with('1') && digits(value);
                (!phone).then_some(("phone", "应为11位手机号码", "a mobile number has 11 digits and begins with 1"))
            }
            Self::Number => {
                let (whole, places) = value.split_once('.').unwrap_or((value, "0"));
                let number = digits(whole) && whole.len() <= 15 && digits(places) && places.len() <= 2;
                (!number).then_some((
                    "number",
                    "应为不小于零的数字,最多两位小数",
                    "a number from 0 with at most two places",
                ))
            }
            Self::Date => {
                let day = super::attribute::read_day(value).is_some();
                (!day).then_some(("date", "应为日期,如2025-12-08", "a day such as 2025-12-08"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_a_stage_is_told_at_once_and_what_is_known_is_not_asked_again() {
        let forms = Forms::built_in().unwrap();
        let entered = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>()
        };
        let bad = entered(&[("contact.phone", "12"), ("nickname", "x")]);
        let faults: Vec<_> = forms.faults("A", &bad, &BTreeMap::new()).into_iter().map(|(name, ..)| name).collect();
        assert_eq!(faults, ["contact.name", "contact.phone", "construction_content", "nickname"]);
        let known = entered(&[("contact.name", "测试甲"), ("construction_content", "厂房")]);
        assert_eq!(forms.faults("A", &entered(&[("contact.phone", "10012345678")]), &known), []);
    }

    #[test]
    fn a_department_knows_what_its_items_need() {
        let forms = Forms::built_in().unwrap();
        assert!(forms.entitles(&"B02".into(), "floor_area_m2") && !forms.entitles(&"A12".into(), "floor_area_m2"));
        assert!(forms.entitles(&"C06".into(), "contractor.name") && !forms.entitles(&"C28".into(), "contractor.name"));
    }
}
