//! The dossier of a task: what its department is entitled to know, and nothing more.

use std::collections::{BTreeMap, BTreeSet};

use casework::{Case, Task};
use contracts::{
    materials::{Links, Paper},
    task::v1::{Dossier, Field},
    words::{Words, words},
};
use serde::{Deserialize, Serialize};

/// Task code -> what its department may know.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Entitlements(BTreeMap<String, Entitlement>);

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entitlement {
    /// Field names; one that ends in `*` stands for all that begin so.
    fields: Vec<String>,
    /// Results of other tasks of the case.
    #[serde(default)]
    outputs: Vec<String>,
    #[serde(default)]
    materials: Vec<String>,
}

impl Entitlement {
    fn may_know(&self, name: &str) -> bool {
        self.fields.iter().any(|pattern| stands_for(pattern, name))
    }
}

/// Whether an entry of `fields` means this field.
fn stands_for(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(name == pattern, |prefix| name.starts_with(prefix))
}

/// What the applicant entered and brought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    pub fields: BTreeMap<String, String>,
    pub papers: Vec<Paper>,
}

impl Entered {
    /// Papers came; one of the same code replaces what was there.
    pub fn bring(&mut self, papers: Vec<Paper>) {
        self.papers.retain(|old| papers.iter().all(|new| new.code != old.code));
        self.papers.extend(papers);
    }
}

impl Entitlements {
    /// Reads the data file.
    ///
    /// # Errors
    /// Where it is not of the form.
    pub fn read(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Everything that keeps the file from being used: tasks of these codes that it does not know, and names in it that stand
    /// for nothing.
    #[must_use]
    pub fn faults<'a>(&self, words: &Words, codes: impl Iterator<Item = &'a str>) -> Vec<String> {
        let unknown = codes.filter(|code| !self.0.contains_key(*code)).map(|code| format!("{code} is not there"));
        let idle = self.0.iter().flat_map(|(code, entitled)| {
            let known = |pattern: &&String| words.fields.iter().any(|field| stands_for(pattern, &field.name));
            let fields = entitled.fields.iter().filter(move |pattern| !known(pattern));
            let papers = entitled.materials.iter().filter(|paper| !words.papers.iter().any(|of| of.code == **paper));
            let outputs = entitled.outputs.iter().filter(|kind| words.output(kind).is_none());
            fields.chain(papers).chain(outputs).map(move |name| format!("{code}: {name} stands for nothing"))
        });
        unknown.chain(idle).collect()
    }

    /// True where the task's department may know any of these: names of fields and codes of papers.
    #[must_use]
    pub fn entitle(&self, task: &Task, names: &[String]) -> bool {
        let knows =
            |entitled: &Entitlement, name: &String| entitled.may_know(name) || entitled.materials.contains(name);
        self.entitlement(task).is_some_and(|entitled| names.iter().any(|name| knows(entitled, name)))
    }

    /// Names of the fields and codes of the papers that the task's department may know, of all that an applicant can enter
    /// and bring: what it may ask for.
    #[must_use]
    pub fn of(&self, task: &Task) -> BTreeSet<String> {
        let Some(entitled) = self.entitlement(task) else { return BTreeSet::new() };
        let fields = words().fields.iter().map(|field| &field.name).filter(|name| entitled.may_know(name));
        fields.chain(&entitled.materials).cloned().collect()
    }

    /// What a task may know; an undo task, what the task may whose result it takes back.
    fn entitlement(&self, task: &Task) -> Option<&Entitlement> {
        let undone = task.plan.undoes.as_ref().map(|undoes| undoes.task.as_str());
        self.0.get(undone.unwrap_or(task.code.as_str()))
    }

    /// The dossier of one task; an undo task sees what the task saw whose result it takes back, and that result.
    #[must_use]
    pub fn dossier(&self, case: &Case, entered: &Entered, task: &Task, department: &str, links: &Links) -> Dossier {
        let undone = task.plan.undoes.as_ref().map(|undoes| undoes.task.as_str());
        let Some(entitled) = self.entitlement(task) else { return Dossier::default() };
        let mut fields: Vec<Field> = entered
            .fields
            .iter()
            .filter(|(name, _)| entitled.may_know(name))
            .map(|(name, value)| Field { name: name.clone(), value: value.clone() })
            .collect();
        for done in case.tasks() {
            let own = undone == Some(done.code.as_str());
            let outputs = done.decision().map(|decision| decision.outputs.as_slice()).unwrap_or_default();
            let passed_on = outputs.iter().filter(|output| own || entitled.outputs.contains(&output.kind));
            fields.extend(passed_on.map(|output| Field { name: output.kind.clone(), value: output.value.clone() }));
        }
        let materials = entered
            .papers
            .iter()
            .filter(|paper| entitled.materials.contains(&paper.code))
            .map(|paper| paper.for_task(department, task.id.uuid(), links))
            .collect();
        Dossier { fields, materials }
    }
}

#[cfg(test)]
mod tests {
    use casework::{Theme, ThemeDraft};
    use contracts::words::kept;

    use super::*;

    fn entitlements() -> Entitlements {
        Entitlements::read(include_str!("../../data/entitlements.toml")).unwrap()
    }

    fn theme() -> Theme {
        let draft: ThemeDraft = toml::from_str(include_str!("../../data/company-opening.toml")).unwrap();
        Theme::check(draft.with_outputs()).unwrap()
    }

    #[test]
    fn the_theme_and_the_list_of_words_have_the_same_tasks() {
        let theme = theme();
        let plays = |role: &casework::Role| {
            let role = theme.roles().iter().find(|of| of.code == *role).unwrap();
            // The bank of the demonstration, which an applicant may choose.
            role.department.as_ref().map_or("BNK".to_owned(), ToString::to_string)
        };
        let mut planned: Vec<(String, String)> = Vec::new();
        for task in theme.tasks() {
            planned.push((task.code.to_string(), plays(&task.role)));
            planned.extend(task.undo.as_ref().map(|undo| (undo.code.to_string(), plays(&undo.role))));
        }
        let listed = words().tasks_of("company-opening").map(|task| (task.code.clone(), task.department.clone()));
        assert_eq!(listed.collect::<Vec<_>>(), planned);
        assert!(theme.tasks().iter().all(|task| !task.outputs.is_empty()));
        // What people read of a task on a timeline is what its theme calls it.
        let called =
            |code: &str| words().tasks_of("company-opening").find(|word| word.code == code).map(|word| &word.zh);
        assert!(theme.tasks().iter().all(|task| called(task.code.as_str()) == Some(&task.zh)));
    }

    #[test]
    fn a_name_that_stands_for_nothing_is_told_with_a_task_that_is_not_there() {
        assert_eq!(entitlements().faults(words(), theme().tasks().iter().map(|task| task.code.as_str())), [""; 0]);
        let broken = "[bank]\nfields = ['company_nam', 'founder.*']\nmaterials = ['M99']\noutputs = ['oracle']";
        let faults = Entitlements::read(broken).unwrap().faults(words(), ["tax"].into_iter());
        assert_eq!(
            faults,
            [
                "tax is not there",
                "bank: company_nam stands for nothing",
                "bank: M99 stands for nothing",
                "bank: oracle stands for nothing",
            ]
        );
    }

    /// One row a task, for the page of departments' programmers.
    fn table(entitlements: &Entitlements) -> String {
        let list = |names: &mut dyn Iterator<Item = &String>| {
            names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        let mut text = String::from(
            "| task | department | yields | knows | earlier results | papers |\n|---|---|---|---|---|---|\n",
        );
        for task in words().tasks_of("company-opening") {
            let (code, department) = (&task.code, &task.department);
            if let Some(undone) = &task.undoes {
                text.push_str(&format!(
                    "| `{code}` | {department} | takes `{undone}` back | as `{undone}` | its own | |\n"
                ));
                continue;
            }
            let Some(entitled) = entitlements.0.get(code) else { continue };
            let known = words().fields.iter().map(|field| &field.name).filter(|name| entitled.may_know(name));
            text.push_str(&format!(
                "| `{code}` | {department} | {} | {} | {} | {} |\n",
                list(&mut task.outputs.iter()),
                list(&mut known.into_iter()),
                list(&mut entitled.outputs.iter()),
                list(&mut entitled.materials.iter()),
            ));
        }
        text
    }

    #[test]
    fn the_page_is_as_checked_in() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../proto/README.md");
        let page = std::fs::read_to_string(path).unwrap();
        let made = kept(&page, "opening tasks", &table(&entitlements())).unwrap();
        if std::env::var_os("WUTONG_WRITE_SCHEMA").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), made, "run `make schema`");
    }
}
