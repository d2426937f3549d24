//! The dossier of a task: what its department is entitled to know for its item, and nothing more (4.2 of the design).

use casework::{Case, Task};
use contracts::{
    materials::Links,
    task::v1::{Dossier, Field},
};

use super::{Project, checks::open_inside};
use crate::domain::{
    catalogue::{AnyOf, Catalogue, ItemCode},
    form::Forms,
    plan::RESULT,
};

/// Which of the items that run inside are still open.
pub const INSIDE_OPEN: &str = "inside.open";

/// The dossier of one task as it stands now.
#[must_use]
pub fn dossier(
    project: &Project,
    catalogue: &Catalogue,
    forms: &Forms,
    task: &Task,
    department: &str,
    links: &Links,
) -> Dossier {
    let code = ItemCode::from(task.code.as_str());
    let Some(item) = catalogue.item(&code) else { return Dossier::default() };
    let mut fields = shared(project);
    let entitled = |name: &str| forms.entitles(&code, name);
    let entered = project.record.fields.iter().filter(|(name, _)| entitled(name));
    fields.extend(entered.map(|(name, value)| field(name, value)));
    if let Some(case) = &project.case {
        let results = item.results.iter().flat_map(|group: &AnyOf<ItemCode>| &group.0);
        let made = item.materials.iter().flat_map(|group| &group.0).filter_map(|material| catalogue.material(material));
        let made = made.flat_map(|material| &material.issued_by);
        let planned = project.planned();
        let mut from: Vec<ItemCode> =
            results.chain(made).filter_map(|code| catalogue.standing_for(code, &planned)).collect();
        from.sort();
        from.dedup();
        fields.extend(from.iter().filter(|other| **other != code).flat_map(|other| result(case, other)));
        let open = open_inside(case, task);
        if !open.is_empty() {
            fields.push(field(INSIDE_OPEN, &open.join(" ")));
        }
    }
    let wanted = item.materials.iter().flat_map(|group| &group.0);
    let papers = wanted.filter_map(|material| project.record.papers.get(material));
    let materials = papers.map(|given| given.paper.for_task(department, task.id.uuid(), links)).collect();
    Dossier { fields, materials }
}

/// What every department of the project knows: entered once.
fn shared(project: &Project) -> Vec<Field> {
    let entry = &project.entry;
    let mut fields = vec![
        field("project_code", &entry.code),
        field("project_name", &entry.name),
        field("project_type", entry.kind.letter()),
        field("place.region", &entry.place.region),
        field("place.address", &entry.place.address),
        field("investor.name", &entry.investor.name),
        field("investor.credit_code", &entry.investor.credit_code),
    ];
    fields.extend(entry.total_fen.map(|fen| field("total_fen", &fen.to_string())));
    fields
}

/// The result documents of an earlier item, fetched and never asked: `A15.result`.
fn result(case: &Case, item: &ItemCode) -> Vec<Field> {
    let decision = case.task_by_code(&item.as_str().into()).and_then(Task::decision);
    let outputs = decision.map(|decision| decision.outputs.as_slice()).unwrap_or_default();
    let results = outputs.iter().filter(|output| output.kind == RESULT);
    results.map(|output| field(&format!("{item}.{RESULT}"), &output.value)).collect()
}

fn field(name: &str, value: &str) -> Field {
    Field { name: name.to_owned(), value: value.to_owned() }
}
