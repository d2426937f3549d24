//! The form of a theme, as data, and every fault of what was entered, at once (R69).

use std::collections::{BTreeMap, BTreeSet};

use chassis::{
    data::Label,
    http::{Fault, shown},
};
use ids::{CitizenId, RegionCode, Writing};
use serde::{Deserialize, Serialize};
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;

/// A form as its data file says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub code: String,
    pub version: u32,
    /// The service that owns the process.
    pub owner: String,
    pub name: Label,
    /// Channel -> two digits of the case number.
    pub channels: BTreeMap<String, u8>,
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
    #[serde(rename = "choice", default)]
    pub choices: Vec<Choice>,
    #[serde(rename = "material", default)]
    pub materials: Vec<MaterialSpec>,
}

/// One field of a form.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    pub zh: String,
    pub en: String,
    #[serde(default = "yes")]
    pub required: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FieldKind)]
pub enum Kind {
    Text,
    CitizenId,
    Phone,
    Region,
    /// Money, a whole number of fen.
    Fen,
    /// 0 to 100, whole.
    Percent,
}

/// A role that leaves the applicant a choice.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub role: String,
    pub departments: Vec<String>,
    pub zh: String,
    pub en: String,
}

/// A paper that may go with the form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaterialSpec {
    pub code: String,
    pub zh: String,
    pub en: String,
    pub required: bool,
}

fn yes() -> bool {
    true
}

/// What was entered, before anybody believes it.
#[derive(Clone, Debug, Default)]
pub struct Entered {
    pub channel: String,
    pub fields: BTreeMap<String, String>,
    pub choices: BTreeMap<String, String>,
    /// Material code -> the paper that was brought.
    pub materials: Vec<(String, Uuid)>,
}

/// Longest text of a field, and longest name of a person or company, in characters.
pub(super) const LONGEST: usize = 2_000;
const LONGEST_NAME: usize = 200;

impl Form {
    /// The forms that the program carries.
    ///
    /// # Errors
    /// Where a data file is broken.
    pub fn built_in() -> Result<Vec<Self>, toml::de::Error> {
        [include_str!("../../data/company-opening.toml")].into_iter().map(toml::from_str).collect()
    }

    /// `code@version`.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("{}@{}", self.code, self.version)
    }

    /// Every fault of what was entered; `brought` are the applicant's papers, `today` bounds birth dates.
    #[must_use]
    pub fn faults(&self, entered: &Entered, brought: &BTreeMap<Uuid, String>, today: Date) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !self.channels.contains_key(&entered.channel) {
            let known = self.channels.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            faults.push(Fault::new(
                "/channel",
                "unknown_channel",
                format!("渠道应为其中之一:{known}"),
                format!("the channel is one of {known}"),
            ));
        }
        let filled = |field: &&Field| entered.fields.get(&field.name).is_some_and(|value| !value.trim().is_empty());
        for field in self.fields.iter().filter(|field| field.required && !filled(field)) {
            let (zh, en) = (format!("请填写{}", field.zh), format!("enter the {}", field.en));
            faults.push(Fault::new(format!("/fields/{}", field.name), "missing", zh, en));
        }
        faults.extend(self.value_faults(&entered.fields, today));
        self.choice_faults(entered, &mut faults);
        self.material_faults(entered, brought, &mut faults);
        faults
    }

    /// Everything that is wrong with values, whether all of them are there or only those that are brought later.
    #[must_use]
    pub fn value_faults(&self, entered: &BTreeMap<String, String>, today: Date) -> Vec<Fault> {
        let mut faults = Vec::new();
        for field in &self.fields {
            let value = entered.get(&field.name).map(|value| value.trim()).filter(|value| !value.is_empty());
            for (code, zh, en) in value.into_iter().flat_map(|value| field.faults(value, today)) {
                let (zh, en) = (format!("{}:{zh}", field.zh), format!("{}: {en}", field.en));
                faults.push(Fault::new(format!("/fields/{}", field.name), code, zh, en));
            }
        }
        let known: BTreeSet<&str> = self.fields.iter().map(|field| field.name.as_str()).collect();
        for name in entered.keys().filter(|name| !known.contains(name.as_str())) {
            let (zh, en) = ("本表单没有此字段,请删除", "the form has no such field; remove it");
            faults.push(Fault::new(format!("/fields/{}", shown(name)), "unknown_field", zh, en));
        }
        faults
    }

    fn choice_faults(&self, entered: &Entered, faults: &mut Vec<Fault>) {
        for choice in &self.choices {
            let offered = choice.departments.join(", ");
            let chosen = entered.choices.get(&choice.role);
            if !chosen.is_some_and(|chosen| choice.departments.contains(chosen)) {
                let pointer = format!("/choices/{}", choice.role);
                let (zh, en) = (format!("请选择{}:{offered}", choice.zh), format!("choose a {}: {offered}", choice.en));
                faults.push(Fault::new(pointer, "not_offered", zh, en));
            }
        }
        for role in entered.choices.keys().filter(|role| !self.choices.iter().any(|choice| choice.role == **role)) {
            let zh = "此项无需选择,请删除";
            faults.push(Fault::new(
                format!("/choices/{}", shown(role)),
                "unknown_role",
                zh,
                "there is nothing to choose here; remove it",
            ));
        }
    }

    fn material_faults(&self, entered: &Entered, brought: &BTreeMap<Uuid, String>, faults: &mut Vec<Fault>) {
        for material in self.materials.iter().filter(|material| material.required) {
            if !entered.materials.iter().any(|(code, _)| *code == material.code) {
                let (zh, en) = (format!("请上传{}", material.zh), format!("upload the {}", material.en));
                faults.push(Fault::new(format!("/materials/{}", material.code), "missing", zh, en));
            }
        }
        for (place, (code, id)) in entered.materials.iter().enumerate() {
            let pointer = format!("/materials/{place}");
            if !self.materials.iter().any(|material| material.code == *code) {
                let zh = "本表单不收此材料,请删除";
                faults.push(Fault::new(
                    pointer.clone(),
                    "unknown_material",
                    zh,
                    "the form does not take this paper; remove it",
                ));
            }
            match brought.get(id) {
                None => {
                    let zh = "没有找到此材料,请先上传";
                    faults.push(Fault::new(
                        pointer,
                        "not_uploaded",
                        zh,
                        "there is no such paper of yours; upload it first",
                    ));
                }
                Some(uploaded) if uploaded != code => {
                    let (zh, en) =
                        (format!("此材料上传时为{uploaded}"), format!("this paper was uploaded as {uploaded}"));
                    faults.push(Fault::new(pointer, "other_material", zh, en));
                }
                Some(_) => {}
            }
        }
    }
}

impl Field {
    /// One line each; names stand on papers and in messages.
    fn writing(&self) -> Writing {
        let is_name = self.name == "company_name" || self.name.ends_with(".name");
        Writing::line(if is_name { LONGEST_NAME } else { LONGEST })
    }

    /// Code, Chinese and English of everything that is wrong with a value.
    fn faults(&self, value: &str, today: Date) -> Vec<(&'static str, String, String)> {
        match self.writing().read(value) {
            Ok(value) => self.kind.fault(value, today).into_iter().collect(),
            Err(faults) => faults.into_iter().map(|fault| (fault.slug(), fault.zh(), fault.to_string())).collect(),
        }
    }
}

impl Kind {
    fn fault(self, value: &str, today: Date) -> Option<(&'static str, String, String)> {
        let wrong = |code, zh: &str, en: &str| Some((code, zh.to_owned(), en.to_owned()));
        match self {
            Self::Text => None,
            Self::CitizenId => {
                CitizenId::parse(value, today).err().map(|error| ("citizen_id", error.zh(), error.to_string()))
            }
            Self::Region => RegionCode::parse(value).err().map(|error| ("region", error.zh(), error.to_string())),
            Self::Phone => {
                let digits = value.len() == 11 && value.starts_with('1') && value.bytes().all(|b| b.is_ascii_digit());
                if digits {
                    None
                } else {
                    wrong("phone", "应为11位手机号码", "a mobile number has 11 digits and begins with 1")
                }
            }
            Self::Fen => match whole(value) {
                Some(0..=1_000_000_000_000_000) => None,
                _ => wrong("fen", "应为不小于零的整数,单位分", "a whole number of fen, not below zero"),
            },
            Self::Percent => match whole(value) {
                Some(0..=100) => None,
                _ => wrong("percent", "应为0到100的整数", "a whole number from 0 to 100"),
            },
        }
    }
}

/// A number without sign or point.
fn whole(value: &str) -> Option<i64> {
    value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    const TODAY: Date = date!(2025 - 09 - 28);

    fn form() -> Form {
        Form::built_in().unwrap().remove(0)
    }

    fn entered() -> Entered {
        let fields = [
            ("company_name", "莱州市云杉测试电子有限公司"),
            ("address", "文昌路街道测试路1号"),
            ("town", "370683001"),
            ("scope", "电子元件"),
            ("capital_fen", "100000000"),
            ("legal_representative.name", "测试甲"),
            ("legal_representative.citizen_id", "370683190001010014"),
            ("legal_representative.phone", "10012345678"),
            ("founder.1.name", "测试甲"),
            ("founder.1.citizen_id", "370683190001010014"),
            ("founder.1.share_percent", "60"),
            ("supervisor.name", "测试乙"),
            ("finance_head.name", "测试丙"),
            ("finance_head.citizen_id", "370683190203040035"),
            ("fund.ratio_percent", "5"),
            ("pick_up", "counter"),
        ];
        Entered {
            channel: "online".to_owned(),
            fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            choices: [("bank".to_owned(), "BNK".to_owned())].into(),
            materials: vec![],
        }
    }

    /// What departments know by name is what applicants enter by that name.
    #[test]
    fn the_form_and_the_list_of_words_have_the_same_fields_and_papers() {
        let (form, words) = (form(), contracts::words::words());
        let entered: Vec<_> = (form.fields.iter())
            // A statement to the front desk, which no department needs.
            .filter(|field| field.name != crate::usecases::name::FIELD)
            .map(|field| (field.name.as_str(), field.zh.as_str(), field.en.as_str()))
            .collect();
        let known: Vec<_> =
            words.fields.iter().map(|word| (word.name.as_str(), word.zh.as_str(), word.en.as_str())).collect();
        assert_eq!(entered, known);
        let brought: Vec<_> =
            form.materials.iter().map(|paper| (paper.code.as_str(), paper.zh.as_str(), paper.en.as_str())).collect();
        let papers: Vec<_> =
            words.papers.iter().map(|word| (word.code.as_str(), word.zh.as_str(), word.en.as_str())).collect();
        assert_eq!(brought, papers);
    }

    #[test]
    fn a_complete_form_has_no_fault() {
        assert_eq!(form().faults(&entered(), &BTreeMap::new(), TODAY), []);
    }

    #[test]
    fn a_field_is_one_line_that_can_be_seen() {
        let told = |value: &str| {
            let mut bad = entered();
            bad.fields.insert("company_name".to_owned(), value.to_owned());
            bad.fields.insert("scope".to_owned(), value.to_owned());
            let faults = form().faults(&bad, &BTreeMap::new(), TODAY);
            faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect::<Vec<_>>()
        };
        for (value, code) in [
            ("云杉\n测试", "line_break"),
            ("\u{200b}", "invisible_character"),
            ("\u{202e}云杉", "direction_mark"),
            ("云\0杉", "control_character"),
        ] {
            assert_eq!(told(value), [format!("/fields/company_name {code}"), format!("/fields/scope {code}")]);
        }
        assert_eq!(told(&"名".repeat(201)), ["/fields/company_name too_long"]);
        assert!(told("莱州市𠮷\u{31350}㐂电子有限公司").is_empty(), "rare characters are characters");
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let mut bad = entered();
        bad.channel = "pigeon".to_owned();
        bad.fields.remove("company_name");
        bad.fields.insert("legal_representative.citizen_id".to_owned(), "370683190002290118".to_owned());
        bad.fields.insert("nickname".to_owned(), "x".to_owned());
        bad.fields.insert("fund.ratio_percent".to_owned(), "101".to_owned());
        bad.choices.insert("bank".to_owned(), "XYZ".to_owned());
        bad.materials.push(("ARTICLES".to_owned(), Uuid::from_u128(1)));
        let pointers: Vec<_> = form().faults(&bad, &BTreeMap::new(), TODAY).into_iter().map(|f| f.pointer).collect();
        let expected = [
            "/channel",
            "/fields/company_name",
            "/fields/legal_representative.citizen_id",
            "/fields/fund.ratio_percent",
            "/fields/nickname",
            "/choices/bank",
            "/materials/0",
        ];
        assert_eq!(pointers, expected);
    }
}
