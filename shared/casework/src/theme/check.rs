//! What can be wrong with a theme. A broken theme never becomes a [`super::Theme`].

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::template::{TaskTemplate, ThemeDraft};
use crate::codes::{Role, TaskCode};

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeFault {
    #[error("the theme has no code, or its version is 0")]
    NoReference,
    #[error("the theme has no tasks")]
    NoTasks,
    #[error("`{0}` lacks its Chinese or English name")]
    Unnamed(String),
    #[error("`{0}` is no code: letters, digits, - and _ only")]
    Malformed(String),
    #[error("role {0} is declared twice")]
    DuplicateRole(Role),
    #[error("task {0} is declared twice")]
    DuplicateTask(TaskCode),
    #[error("task {task} names output {kind} twice")]
    DuplicateOutput { task: TaskCode, kind: String },
    #[error("task {task} has the role {role}, which is not declared")]
    UnknownRole { task: TaskCode, role: Role },
    #[error("the undo task {undo} of {task} has the role {role}, which is not declared")]
    UnknownUndoRole { task: TaskCode, undo: TaskCode, role: Role },
    #[error("task {task} depends on {code}, which does not exist")]
    UnknownDependency { task: TaskCode, code: TaskCode },
    #[error("task {task} has a dependency on nothing")]
    EmptyDependency { task: TaskCode },
    #[error("task {0} issues the result, so the case cannot close without it")]
    OptionalIssue(TaskCode),
    #[error("tasks wait for each other: {}", Path(.0))]
    Cycle(Vec<TaskCode>),
}

/// Every fault of a theme; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeFaults(pub Vec<ThemeFault>);

impl fmt::Display for ThemeFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&faults.join("; "))
    }
}

impl std::error::Error for ThemeFaults {}

struct Path<'a>(&'a [TaskCode]);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(TaskCode::as_str).collect::<Vec<_>>().join(" -> "))
    }
}

pub(super) fn faults(draft: &ThemeDraft) -> Vec<ThemeFault> {
    let mut faults = Vec::new();
    if draft.code.is_empty() || draft.version == 0 {
        faults.push(ThemeFault::NoReference);
    }
    if draft.tasks.is_empty() {
        faults.push(ThemeFault::NoTasks);
    }
    names(draft, &mut faults);
    let roles = roles(draft, &mut faults);
    codes(draft, &mut faults);
    for task in &draft.tasks {
        one_task(task, &roles, draft, &mut faults);
    }
    faults.extend(Walk::over(&draft.tasks).cycles());
    faults
}

fn names(draft: &ThemeDraft, faults: &mut Vec<ThemeFault>) {
    let tasks = draft.tasks.iter().map(|task| (task.code.as_str(), &task.zh, &task.en));
    let undone = draft.tasks.iter().filter_map(|task| task.undo.as_ref());
    let undone = undone.map(|undo| (undo.code.as_str(), &undo.zh, &undo.en));
    let roles = draft.roles.iter().map(|role| (role.code.as_str(), &role.zh, &role.en));
    let theme = (draft.code.as_str(), &draft.zh, &draft.en);
    for (code, zh, en) in std::iter::once(theme).chain(roles).chain(tasks).chain(undone) {
        if zh.trim().is_empty() || en.trim().is_empty() {
            faults.push(ThemeFault::Unnamed(code.to_owned()));
        }
    }
}

fn roles<'a>(draft: &'a ThemeDraft, faults: &mut Vec<ThemeFault>) -> HashSet<&'a Role> {
    let mut roles = HashSet::new();
    for role in &draft.roles {
        if !role.code.is_well_formed() {
            faults.push(ThemeFault::Malformed(role.code.to_string()));
        }
        if !roles.insert(&role.code) {
            faults.push(ThemeFault::DuplicateRole(role.code.clone()));
        }
    }
    roles
}

fn codes(draft: &ThemeDraft, faults: &mut Vec<ThemeFault>) {
    let mut seen = HashSet::new();
    let undone = draft.tasks.iter().filter_map(|task| Some(&task.undo.as_ref()?.code));
    for code in draft.tasks.iter().map(|task| &task.code).chain(undone) {
        if !code.is_well_formed() {
            faults.push(ThemeFault::Malformed(code.to_string()));
        }
        if !seen.insert(code) {
            faults.push(ThemeFault::DuplicateTask(code.clone()));
        }
    }
}

fn one_task(task: &TaskTemplate, roles: &HashSet<&Role>, draft: &ThemeDraft, faults: &mut Vec<ThemeFault>) {
    let code = &task.code;
    if !roles.contains(&task.role) {
        faults.push(ThemeFault::UnknownRole { task: code.clone(), role: task.role.clone() });
    }
    if let Some(undo) = task.undo.as_ref().filter(|undo| !roles.contains(&undo.role)) {
        let (undo, role) = (undo.code.clone(), undo.role.clone());
        faults.push(ThemeFault::UnknownUndoRole { task: code.clone(), undo, role });
    }
    if task.issues && task.optional {
        faults.push(ThemeFault::OptionalIssue(code.clone()));
    }
    let mut kinds = HashSet::new();
    for output in task.outputs.iter().filter(|output| !kinds.insert(&output.kind)) {
        faults.push(ThemeFault::DuplicateOutput { task: code.clone(), kind: output.kind.clone() });
    }
    for group in task.after.iter().chain(&task.starts_with) {
        if group.0.iter().all(|code| code.as_str().is_empty()) {
            faults.push(ThemeFault::EmptyDependency { task: code.clone() });
            continue;
        }
        for needed in group.0.iter().filter(|needed| !draft.tasks.iter().any(|task| task.code == **needed)) {
            faults.push(ThemeFault::UnknownDependency { task: code.clone(), code: needed.clone() });
        }
    }
}

/// Walks from each task to what it depends on; a task met again on its own way closes a cycle. Each dependency that
/// closes one is reported once: of several cycles through it, the first.
struct Walk<'a> {
    tasks: &'a [TaskTemplate],
    index: HashMap<&'a TaskCode, usize>,
    done: Vec<bool>,
    way: Vec<usize>,
    cycles: Vec<ThemeFault>,
}

impl<'a> Walk<'a> {
    fn over(tasks: &'a [TaskTemplate]) -> Self {
        let index = tasks.iter().enumerate().map(|(at, task)| (&task.code, at)).collect();
        Self { tasks, index, done: vec![false; tasks.len()], way: Vec::new(), cycles: Vec::new() }
    }

    fn cycles(mut self) -> Vec<ThemeFault> {
        for at in 0..self.tasks.len() {
            self.visit(at);
        }
        self.cycles
    }

    fn visit(&mut self, at: usize) {
        if let Some(begin) = self.way.iter().position(|met| *met == at) {
            // Written in the order of work: each task waits for the one before it.
            let round = self.way.iter().skip(begin).chain(std::iter::once(&at));
            let mut path: Vec<_> = round.filter_map(|at| self.tasks.get(*at)).map(|task| task.code.clone()).collect();
            path.reverse();
            self.cycles.push(ThemeFault::Cycle(path));
            return;
        }
        if self.done.get(at).copied().unwrap_or(true) {
            return;
        }
        self.way.push(at);
        let tasks = self.tasks;
        let groups = tasks.get(at).into_iter().flat_map(|task| task.after.iter().chain(&task.starts_with));
        for needed in groups.flat_map(|group| &group.0) {
            if let Some(next) = self.index.get(needed).copied() {
                self.visit(next);
            }
        }
        self.way.pop();
        if let Some(done) = self.done.get_mut(at) {
            *done = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::theme::{Theme, ThemeDraft, ThemeFault};

    const OPENING: &str = include_str!("../../tests-data/opening.toml");

    #[test]
    fn the_opening_is_without_fault_and_reads_back_as_written() {
        let theme: Theme = toml::from_str(OPENING).unwrap();
        assert_eq!(theme.reference().to_string(), "company-opening@1");
        assert_eq!(theme.tasks().len(), 8);
        let again: Theme = serde_json::from_str(&serde_json::to_string(&theme).unwrap()).unwrap();
        assert_eq!(again, theme);
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let draft: ThemeDraft = toml::from_str(
            r#"
            code = "broken"
            version = 1
            zh = "坏的"
            en = ""
            [[role]]
            code = "tax"
            zh = "税务"
            en = "tax"
            [[task]]
            code = "a"
            zh = "甲"
            en = "A"
            role = "tax"
            after = ["c", "nowhere|b"]
            optional = true
            issues = true
            promised = { working_days = 1 }
            [[task]]
            code = "b"
            zh = "乙"
            en = "B"
            role = "police"
            after = ["a"]
            promised = { working_days = 1 }
            undo = { code = "a", zh = "撤", en = "undo", role = "nobody", promised = { working_days = 1 } }
            [[task]]
            code = "c"
            zh = "丙"
            en = "C"
            role = "tax"
            starts_with = ["b", ""]
            promised = { working_days = 1 }
            "#,
        )
        .unwrap();
        let faults = Theme::check(draft).unwrap_err();
        assert_eq!(
            faults.0,
            [
                ThemeFault::Unnamed("broken".into()),
                ThemeFault::DuplicateTask("a".into()),
                ThemeFault::OptionalIssue("a".into()),
                ThemeFault::UnknownDependency { task: "a".into(), code: "nowhere".into() },
                ThemeFault::UnknownRole { task: "b".into(), role: "police".into() },
                ThemeFault::UnknownUndoRole { task: "b".into(), undo: "a".into(), role: "nobody".into() },
                ThemeFault::EmptyDependency { task: "c".into() },
                ThemeFault::Cycle(vec!["a".into(), "b".into(), "c".into(), "a".into()]),
            ]
        );
        assert!(faults.to_string().contains("a -> b -> c -> a"));
    }

    #[test]
    fn a_key_that_means_nothing_is_refused() {
        let text = OPENING.replacen("version = 1", "version = 1\nvershion = 2", 1);
        assert!(toml::from_str::<Theme>(&text).unwrap_err().to_string().contains("vershion"));
    }
}
