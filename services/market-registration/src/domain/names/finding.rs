//! What is wrong with a declared name, or worth knowing: the rule quoted, the word, and where it stands.

use serde::{Deserialize, Serialize};

/// A part of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 行政区划
    Region,
    /// 字号
    TradeName,
    /// 行业或者经营特点
    Industry,
    /// 组织形式
    Form,
}

impl Part {
    /// As the declaration's field is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::TradeName => "trade_name",
            Self::Industry => "industry",
            Self::Form => "form",
        }
    }

    pub(super) fn zh(self) -> &'static str {
        match self {
            Self::Region => "行政区划",
            Self::TradeName => "字号",
            Self::Industry => "行业",
            Self::Form => "组织形式",
        }
    }

    pub(super) fn en(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::TradeName => "trade name",
            Self::Industry => "industry",
            Self::Form => "form",
        }
    }
}

/// Whether a name may still be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Block,
    /// At the applicant's own risk.
    Warn,
}

/// A rule as its source says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Stable, e.g. `misleading`.
    pub rule: String,
    /// The article.
    pub source: String,
    pub zh: String,
    pub en: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    pub quote: Quote,
    pub part: Part,
    /// What offends; empty where something is missing.
    pub word: String,
    /// Where the word begins in the full name, in characters from 1.
    pub at: usize,
    /// What it is, for people.
    pub what_zh: String,
    pub what_en: String,
}

impl Finding {
    /// The whole in Chinese, with the rule quoted.
    #[must_use]
    pub fn zh(&self) -> String {
        let Self { quote, what_zh, at, .. } = self;
        let place = self.place(|part, word| format!("{part}“{word}”（全称第{at}字起）"), Part::zh);
        format!("{place}：{what_zh}。{}：{}", quote.source, quote.zh)
    }

    /// The whole in English.
    #[must_use]
    pub fn en(&self) -> String {
        let Self { quote, what_en, at, .. } = self;
        let place =
            self.place(|part, word| format!("{part} “{word}” (from character {at} of the full name)"), Part::en);
        format!("{place}: {what_en}. {}: {}", quote.source, quote.en)
    }

    fn place(&self, told: impl Fn(&str, &str) -> String, part: impl Fn(Part) -> &'static str) -> String {
        if self.word.is_empty() { part(self.part).to_owned() } else { told(part(self.part), &self.word) }
    }
}
