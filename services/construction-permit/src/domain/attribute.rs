//! Attributes (项目属性): what is asked about a project, as the catalogue declares it.

use chassis::data::Label;
use time::{Date, format_description::BorrowedFormatItem, macros::format_description};

use super::{
    condition::{Condition, Decimal, Value},
    project_type::ProjectType,
};

/// Always known: the day for which a list is made.
pub const ON: &str = "on";
/// Always known: the project's type.
pub const PROJECT_TYPE: &str = "project_type";

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// One option of an enumerated attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub name: Label,
}

/// What values an attribute takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeType {
    Bool,
    Int,
    /// Up to three places.
    Decimal,
    Enum(Vec<Choice>),
    Date,
}

/// One attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    pub name: String,
    pub kind: AttributeType,
    /// As sentences call it.
    pub label: Label,
    pub question: Label,
    pub help: Label,
    pub unit: Option<Label>,
    /// Numbers are not below it.
    pub minimum: Option<i64>,
    /// Proposed, and taken where the caller says so.
    pub default: Option<Value>,
    /// Asked only where this holds; it names earlier attributes only.
    pub asked_when: Option<Condition>,
    /// What holds where it is not asked.
    pub otherwise: Option<Value>,
}

impl Attribute {
    /// What every catalogue knows without declaring it.
    #[must_use]
    pub fn built_in() -> Vec<Self> {
        let choice = |kind: ProjectType| Choice { value: kind.letter().to_owned(), name: kind.name() };
        let types = AttributeType::Enum(ProjectType::ALL.map(choice).into());
        vec![
            known(PROJECT_TYPE, types, "项目类型", "project type"),
            known(ON, AttributeType::Date, "清单日期", "day of the list"),
        ]
    }

    /// Reads a value as JSON or a data file gives it.
    ///
    /// # Errors
    /// What it should be.
    pub fn read(&self, value: &serde_json::Value) -> Result<Value, Label> {
        let wrong = |zh: &str, en: &str| Label::new(zh, en);
        match &self.kind {
            AttributeType::Bool => {
                value.as_bool().map(Value::Bool).ok_or_else(|| wrong("应为是或者否", "is not true or false"))
            }
            AttributeType::Int => {
                let number = value.as_i64().ok_or_else(|| wrong("应为整数", "is not a whole number"))?;
                self.at_least(Decimal::from_int(number)).map(|()| Value::Int(number))
            }
            AttributeType::Decimal => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let number = Decimal::parse(&text);
                let number = number
                    .ok_or_else(|| wrong("应为数字,最多三位小数", "is not a number with at most three places"))?;
                self.at_least(Some(number)).map(|()| Value::Decimal(number))
            }
            AttributeType::Enum(choices) => {
                let known = |text: &&str| choices.iter().any(|choice| choice.value == **text);
                let text = value.as_str().filter(known);
                text.map(|text| Value::Choice(text.to_owned())).ok_or_else(|| {
                    Label::new(format!("应为{}之一", names(choices)), format!("is none of {}", names(choices)))
                })
            }
            AttributeType::Date => {
                let day = value.as_str().and_then(read_day);
                day.map(Value::Date).ok_or_else(|| wrong("应为日期,如2026-12-31", "is not a day such as 2026-12-31"))
            }
        }
    }

    fn at_least(&self, number: Option<Decimal>) -> Result<(), Label> {
        let Some(number) = number else { return Err(Label::new("数字过大", "is out of range")) };
        match self.minimum {
            Some(minimum) if Decimal::from_int(minimum).is_some_and(|minimum| number < minimum) => {
                Err(Label::new(format!("不能小于{minimum}"), format!("is below {minimum}")))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A value as people read it, with its unit.
    #[must_use]
    pub fn show(&self, value: &Value) -> Label {
        let plain = match value {
            Value::Bool(true) => Label::new("是", "yes"),
            Value::Bool(false) => Label::new("否", "no"),
            Value::Choice(chosen) => {
                let choice = self.choices().iter().find(|choice| choice.value == *chosen);
                choice.map_or_else(|| Label::new(chosen, chosen), |choice| choice.name.clone())
            }
            Value::Int(_) | Value::Decimal(_) | Value::Date(_) => Label::new(value.to_string(), value.to_string()),
        };
        match &self.unit {
            Some(unit) => Label::new(format!("{}{}", plain.zh, unit.zh), format!("{} {}", plain.en, unit.en)),
            None => plain,
        }
    }

    /// Of an enumerated attribute; of others none.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match &self.kind {
            AttributeType::Enum(choices) => choices,
            AttributeType::Bool | AttributeType::Int | AttributeType::Decimal | AttributeType::Date => &[],
        }
    }
}

/// Reads `2026-12-31`.
pub(crate) fn read_day(text: &str) -> Option<Date> {
    Date::parse(text, DAY).ok()
}

pub(crate) fn names(choices: &[Choice]) -> String {
    choices.iter().map(|choice| choice.value.as_str()).collect::<Vec<_>>().join(", ")
}

fn known(name: &str, kind: AttributeType, zh: &str, en: &str) -> Attribute {
    Attribute {
        name: name.to_owned(),
        kind,
        label: Label::new(zh, en),
        question: Label::default(),
        help: Label::default(),
        unit: None,
        minimum: None,
        default: None,
        asked_when: None,
        otherwise: None,
    }
}
