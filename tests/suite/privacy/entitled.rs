//! Who may know what, by the files that say so.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use contracts::{task::v1::Dossier, words::words};
use serde::Deserialize;

/// What each task's department may know.
pub struct Entitled {
    tasks: BTreeMap<String, May>,
    theme: Theme,
    forms: Forms,
}

/// The forms of construction projects; each field names the items that may know it.
#[derive(Deserialize)]
struct Forms {
    field: Vec<FormField>,
}

#[derive(Deserialize)]
struct FormField {
    name: String,
    /// Codes, or a stage's letter for all of its items.
    items: Vec<String>,
}

#[derive(Deserialize)]
struct May {
    fields: Vec<String>,
    #[serde(default)]
    outputs: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Theme {
    code: String,
    task: Vec<Task>,
}

#[derive(Deserialize)]
struct Task {
    code: String,
    undo: Option<Undo>,
}

#[derive(Deserialize)]
struct Undo {
    code: String,
}

impl Entitled {
    pub fn read() -> Result<Self> {
        let data = |text| toml::from_str(text).context("entitlements.toml");
        Ok(Self {
            tasks: data(include_str!("../../../services/market-registration/data/entitlements.toml"))?,
            theme: toml::from_str(include_str!("../../../services/market-registration/data/company-opening.toml"))?,
            forms: toml::from_str(include_str!("../../../services/construction-permit/data/forms.toml"))?,
        })
    }

    /// Fields of the form that the task's department may know.
    pub fn may_know(&self, task: &str, field: &str) -> bool {
        let may = self.tasks.get(self.undone(task).map_or(task, |undone| &undone.code));
        may.into_iter().flat_map(|may| &may.fields).any(|pattern| match pattern.split_once('*') {
            Some((prefix, _)) => field.starts_with(prefix),
            None => field == pattern,
        }) || self.item_may_know(task, field)
    }

    fn item_may_know(&self, item: &str, field: &str) -> bool {
        let field = self.forms.field.iter().find(|of| of.name == field);
        field.is_some_and(|field| field.items.iter().any(|to| to == item || item.get(..1) == Some(to)))
    }

    /// Results of other tasks that it may know; whoever takes a result back knows it.
    fn may_be_told(&self, task: &str, kind: &str) -> bool {
        match self.undone(task) {
            Some(undone) => self.yields(&undone.code, kind) || self.may_be_told(&undone.code, kind),
            None => self.tasks.get(task).is_some_and(|may| may.outputs.contains(kind)),
        }
    }

    /// Whether this kind of result is one of the task's own.
    pub fn yields(&self, task: &str, kind: &str) -> bool {
        let task = words().tasks_of(&self.theme.code).find(|of| of.code == task);
        task.is_some_and(|task| task.outputs.iter().any(|output| output == kind))
    }

    /// What the dossier holds beyond what its department may know.
    pub fn beyond(&self, task: &str, dossier: &Dossier) -> Dossier {
        let mut dossier = dossier.clone();
        dossier.fields.retain(|field| !self.may_know(task, &field.name) && !self.may_be_told(task, &field.name));
        dossier
    }

    fn undone(&self, task: &str) -> Option<&Task> {
        self.theme.task.iter().find(|of| of.undo.as_ref().is_some_and(|undo| undo.code == task))
    }
}
