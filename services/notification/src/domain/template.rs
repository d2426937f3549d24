//! Templates (模板): released texts with places for variables. A released version never changes; a better text is a new one.

mod check;
mod render;

use std::collections::BTreeMap;

use serde::Deserialize;
use sm3::{Digest as _, Sm3};

use super::value::ValueKind;

pub use check::{Broken, MOST_CHARACTERS};
pub use render::{Refusal, Rendered};

/// A template as its file says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// `N01` to `N99`.
    pub id: String,
    pub version: u32,
    /// What happened, for people who read the file.
    pub event: String,
    pub audience: Audience,
    pub channels: Vec<Channel>,
    pub zh: String,
    pub en: String,
    /// Every variable of the texts, and what its value has to be.
    pub variables: BTreeMap<String, ValueKind>,
}

/// For whom it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Applicants: the text begins with the filed signature in 【】.
    Citizen,
    /// People who work here.
    Staff,
}

/// How a message reaches somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Sms,
    InApp,
}

/// Templates in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }
}

impl Template {
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }

    /// `N03@1`.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// Variables that hold a one-time code.
    pub fn codes(&self) -> impl Iterator<Item = &String> {
        self.variables.iter().filter(|(_, kind)| **kind == ValueKind::Code).map(|(name, _)| name)
    }

    #[must_use]
    pub fn goes_by(&self, channel: Channel) -> bool {
        self.channels.contains(&channel)
    }
}

/// Every template that was ever released; requests are told by the newest version.
#[derive(Clone, Debug)]
pub struct Templates(BTreeMap<String, Template>);

impl Templates {
    /// Reads files (name, text) and checks them against the list of released digests (`N01@1 = "<sm3>"`).
    ///
    /// # Errors
    /// [`Broken`] with every fault of every file.
    pub fn read(files: &[(&str, &str)], released: &BTreeMap<String, String>) -> Result<Self, Broken> {
        check::check(files, released)
    }

    /// The templates that this program carries.
    ///
    /// # Errors
    /// As [`Templates::read`].
    pub fn embedded() -> Result<Self, Broken> {
        Self::read(&FILES, &released(RELEASED)?)
    }

    /// The newest version of a template.
    #[must_use]
    pub fn newest(&self, id: &str) -> Option<&Template> {
        self.0.get(id)
    }

    #[must_use]
    pub fn all(&self) -> Vec<&Template> {
        self.0.values().collect()
    }
}

/// The digest under which a file is released.
#[must_use]
pub fn digest(text: &str) -> String {
    hex::encode(Sm3::digest(text.as_bytes()))
}

fn released(text: &str) -> Result<BTreeMap<String, String>, Broken> {
    toml::from_str(text).map_err(|error| Broken(vec![format!("released.toml: {}", error.message())]))
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../data/templates/", $name)))),*]
    };
}

const RELEASED: &str = include_str!("../../data/templates/released.toml");

static FILES: [(&str, &str); 21] = files![
    "N01.v1.toml",
    "N02.v1.toml",
    "N03.v1.toml",
    "N04.v1.toml",
    "N05.v1.toml",
    "N06.v1.toml",
    "N07.v1.toml",
    "N08.v1.toml",
    "N09.v1.toml",
    "N10.v1.toml",
    "N11.v1.toml",
    "N12.v1.toml",
    "N13.v1.toml",
    "N14.v1.toml",
    "N15.v1.toml",
    "N16.v1.toml",
    "N17.v1.toml",
    "N18.v1.toml",
    "N19.v1.toml",
    "N20.v1.toml",
    "N21.v1.toml",
];

#[cfg(test)]
mod tests;
