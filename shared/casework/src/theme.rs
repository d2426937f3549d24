//! A theme (主题, 一件事): the plan of a process as data. One version never changes; a running case keeps its own.

mod check;
mod template;

use std::collections::{BTreeMap, HashMap};

use ids::DepartmentCode;
use serde::{Deserialize, Serialize};

use crate::codes::{Role, TaskCode, ThemeRef};

pub use check::{ThemeFault, ThemeFaults};
pub use template::{AnyOf, OutputTemplate, RoleTemplate, TaskTemplate, ThemeDraft, UndoTemplate};

/// A theme without fault: every code is known and once, and no task waits for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "ThemeDraft", try_from = "ThemeDraft")]
pub struct Theme {
    draft: ThemeDraft,
    by_code: HashMap<TaskCode, usize>,
}

impl Theme {
    /// Takes a theme as it was written.
    ///
    /// # Errors
    /// Every fault of the draft, at once.
    pub fn check(draft: ThemeDraft) -> Result<Self, ThemeFaults> {
        let faults = check::faults(&draft);
        if faults.is_empty() {
            let by_code = draft.tasks.iter().enumerate().map(|(at, task)| (task.code.clone(), at)).collect();
            Ok(Self { draft, by_code })
        } else {
            Err(ThemeFaults(faults))
        }
    }

    /// Code and version.
    #[must_use]
    pub fn reference(&self) -> ThemeRef {
        ThemeRef { code: self.draft.code.clone(), version: self.draft.version }
    }

    /// Chinese and English name.
    #[must_use]
    pub fn names(&self) -> (&str, &str) {
        (&self.draft.zh, &self.draft.en)
    }

    /// In the order of the file.
    #[must_use]
    pub fn tasks(&self) -> &[TaskTemplate] {
        &self.draft.tasks
    }

    #[must_use]
    pub fn task(&self, code: &TaskCode) -> Option<&TaskTemplate> {
        self.by_code.get(code).and_then(|at| self.draft.tasks.get(*at))
    }

    #[must_use]
    pub fn roles(&self) -> &[RoleTemplate] {
        &self.draft.roles
    }

    /// Every task of the theme.
    pub fn all(&self) -> impl Iterator<Item = &TaskCode> {
        self.draft.tasks.iter().map(|task| &task.code)
    }

    /// The departments that the theme itself names; roles that the applicant chooses are missing.
    #[must_use]
    pub fn bindings(&self) -> BTreeMap<Role, DepartmentCode> {
        let bound = |role: &RoleTemplate| Some((role.code.clone(), role.department.clone()?));
        self.draft.roles.iter().filter_map(bound).collect()
    }
}

impl TryFrom<ThemeDraft> for Theme {
    type Error = ThemeFaults;

    fn try_from(draft: ThemeDraft) -> Result<Self, Self::Error> {
        Self::check(draft)
    }
}

impl From<Theme> for ThemeDraft {
    fn from(theme: Theme) -> Self {
        theme.draft
    }
}
