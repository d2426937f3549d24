//! The dossier of a task: what its department is entitled to know, and nothing more.

use std::collections::BTreeMap;

use casework::Case;
use contracts::{
    materials::{Links, Paper},
    task::v1::{Dossier, Field},
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

    /// Tasks of these codes that the file does not know.
    #[must_use]
    pub fn missing<'a>(&self, codes: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        codes.filter(|code| !self.0.contains_key(*code)).collect()
    }

    /// True where the task's department may have any of these papers (material codes).
    #[must_use]
    pub fn take_any(&self, task: &casework::Task, papers: &[String]) -> bool {
        let entitled = self.0.get(task.code.as_str());
        entitled.is_some_and(|entitled| papers.iter().any(|paper| entitled.materials.contains(paper)))
    }

    /// The dossier of one task; an undo task sees what the task saw whose result it takes back, and that result.
    #[must_use]
    pub fn dossier(
        &self,
        case: &Case,
        entered: &Entered,
        task: &casework::Task,
        department: &str,
        links: &Links,
    ) -> Dossier {
        let undone = task.plan.undoes.as_ref().map(|undoes| undoes.task.as_str());
        let Some(entitled) = self.0.get(undone.unwrap_or(task.code.as_str())) else {
            return Dossier::default();
        };
        let may_know = |name: &str| {
            entitled.fields.iter().any(|pattern| match pattern.strip_suffix('*') {
                Some(prefix) => name.starts_with(prefix),
                None => name == pattern,
            })
        };
        let mut fields: Vec<Field> = entered
            .fields
            .iter()
            .filter(|(name, _)| may_know(name))
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
