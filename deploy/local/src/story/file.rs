//! A story as it is written (`tests/stories/*.json`).

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;

use crate::suite::Adapter;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    pub name: String,
    pub about: String,
    /// What of the suite it needs, e.g. `opening`.
    pub flow: String,
    /// How the departments decide.
    pub departments: Adapter,
    pub variants: Vec<Variant>,
}

/// One way the story goes; each has a suite of its own, because business time never goes back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    pub name: String,
    /// Where the clock stands at first.
    #[serde(with = "time::serde::rfc3339")]
    pub start: OffsetDateTime,
    pub steps: Vec<Step>,
    pub expect: Expected,
}

/// One thing that somebody does.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Business time goes on; everything that is on its way arrives first.
    Advance {
        #[serde(with = "time::serde::rfc3339")]
        to: OffsetDateTime,
    },
    /// A company name is declared that breaks a rule: the rule is quoted, and nothing is reserved.
    NameBlocked { process: String, person: String, name: Value, rule: String },
    /// A company name is declared and reserved until an instant; the next application goes with it.
    Declare {
        process: String,
        person: String,
        name: Value,
        #[serde(with = "time::serde::rfc3339")]
        until: OffsetDateTime,
    },
    /// An application is submitted; `application` is a file beside the story.
    Submit { process: String, person: String, application: String },
    /// The clerk of the department that holds the task decides it, with fee lines (name, fen).
    Decide {
        task: String,
        outputs: Vec<(String, String)>,
        #[serde(default)]
        fees: Vec<(String, i64)>,
    },
    /// An application with other values in these fields is told all these faults (pointers), and nothing is stored.
    FormRefused {
        process: String,
        person: String,
        application: String,
        set: BTreeMap<String, String>,
        faults: BTreeSet<String>,
    },
    /// The clerk decides with a result that does not hold: the department is told of `fault`, and its task stays open.
    Rejected { task: String, outputs: Vec<(String, String)>, fault: String },
    /// What the clock of the whole opening shows.
    Clock {
        /// When the limit is reached, where the story says so.
        #[serde(default, with = "time::serde::rfc3339::option")]
        due_at: Option<OffsetDateTime>,
        used_minutes: i64,
        card: String,
        #[serde(default)]
        reason_demanded: bool,
    },
    /// So many fee lines were decided in all tasks; each of them is 0.
    NoFees { lines: usize },
    /// SMS with these words lie in the sink, so many times each.
    Sms { texts: BTreeMap<String, usize> },
    /// The chief representative says why the limit was passed.
    Explain { reason: String },
    /// A construction project is registered, and its list acknowledged; `project` is a file beside the story.
    Project { person: String, project: String },
    /// The list in force is exactly this.
    Listed { items: BTreeSet<String> },
    /// A stage is applied for with papers (material codes); for `undertake` the undertaking is signed.
    Apply {
        stage: String,
        #[serde(default)]
        fields: BTreeMap<String, String>,
        #[serde(default)]
        papers: Vec<String>,
        #[serde(default)]
        items: Vec<String>,
        #[serde(default)]
        undertake: Vec<String>,
    },
    /// Papers come later.
    Bring { papers: Vec<String> },
    /// Papers come too late, and are refused.
    TooLate { papers: Vec<String> },
    /// Clerks decide items; each has a document as its result.
    Items { items: Vec<String> },
    /// The department says something else about an item: the verb's path and body, `round` is filled in.
    AtDesk {
        item: String,
        verb: String,
        body: Value,
        /// The head instead of a clerk.
        #[serde(default)]
        head: bool,
    },
    /// The department is refused: with this status and code.
    DeskRefused { item: String, verb: String, body: Value, status: u16, code: String },
    /// Where an item stands.
    Item { item: String, state: String },
    /// What the clock of the project has counted.
    Counted { working_days: u32 },
    /// A timetable backwards: (item, latest acceptance).
    BackSchedule { target: String, by: String, accept: BTreeMap<String, String> },
    /// A process is killed with -9.
    Kill { process: String },
    /// A process is started again.
    Start { process: String },
}

/// How the story ends.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// `none` where nothing was submitted.
    pub phase: String,
    /// Of an opening.
    #[serde(default)]
    pub total_window_minutes: i64,
    /// Of a construction project.
    #[serde(default)]
    pub counted_working_days: Option<u32>,
    /// Tasks that have to begin at the same instant.
    #[serde(default)]
    pub together: BTreeSet<String>,
}

impl Story {
    /// Reads a story.
    ///
    /// # Errors
    /// When the file cannot be read, or is no story.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is no story", path.display()))
    }

    /// Every story of a folder, by name.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn all(folder: &Path) -> Result<Vec<PathBuf>> {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
            .with_context(|| format!("cannot read {}", folder.display()))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
            .filter(|path| !path.to_string_lossy().ends_with(".application.json"))
            .filter(|path| !path.to_string_lossy().ends_with(".project.json"))
            .collect();
        paths.sort();
        Ok(paths)
    }
}

/// An application beside a story.
///
/// # Errors
/// When it cannot be read.
pub(super) fn application(folder: &Path, name: &str) -> Result<Value> {
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{paths::Workspace, suite::SuiteOptions};

    #[test]
    fn every_story_of_the_checkout_can_be_read() {
        let folder = Workspace::find().unwrap().file("tests/stories");
        let stories = Story::all(&folder).unwrap();
        assert!(!stories.is_empty());
        for path in stories {
            let story = Story::read(&path).unwrap();
            let suite = SuiteOptions::new("story").unwrap().with_flow(&story.flow);
            assert!(suite.services.iter().any(|service| service.flows.contains(&story.flow)), "{}", story.flow);
        }
    }
}
