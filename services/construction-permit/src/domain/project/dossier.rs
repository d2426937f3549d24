//! The dossier of a task: what its department is entitled to know for its item, and nothing more (4.2 of the design).

use std::collections::BTreeSet;

use casework::{Case, Task};
use contracts::{
    materials::Links,
    task::v1::{Dossier, Field},
};

use super::{Project, checks::open_inside};
use crate::domain::{
    catalogue::{AnyOf, Catalogue, Item, ItemCode},
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

/// Names of the fields and codes of the papers that an item's department may know, of all that the investor can enter and
/// bring: what it may ask for.
#[must_use]
pub fn entitled(item: &Item, forms: &Forms) -> BTreeSet<String> {
    let fields = forms.names().filter(|name| forms.entitles(&item.code, name)).map(str::to_owned);
    fields.chain(item.materials.iter().flat_map(|group| &group.0).cloned()).collect()
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

#[cfg(test)]
mod tests {
    use contracts::words::kept;

    use super::*;
    use crate::domain::catalogue::{Department, Procedure};

    /// Each department with the items that it decides.
    fn departments(catalogue: &Catalogue) -> impl Iterator<Item = (&Department, Vec<&Item>)> {
        catalogue.departments().iter().map(|department| {
            let items = catalogue.items().iter().filter(|item| item.authority == department.code).collect::<Vec<_>>();
            (department, items)
        })
    }

    fn table(catalogue: &Catalogue) -> String {
        let mut text = String::from("| department | tasks |\n|---|---|\n");
        for (department, items) in departments(catalogue) {
            let codes: Vec<String> = items.iter().map(|item| format!("`{}`", item.code)).collect();
            text.push_str(&format!("| {} {} | {} |\n", department.code, department.name.zh, codes.join(", ")));
        }
        text
    }

    /// One line an item: what its department knows and may ask for.
    fn items(catalogue: &Catalogue, forms: &Forms) -> String {
        let mut text = format!(
            "# Tasks of construction projects\n\nMade from the catalogue {}@{} by `make schema`; do not edit. What they mean: \
             [README](README.md). Every item yields `result`. `M15|M16` is either paper; a supplement may ask for the fields and \
             papers of its item.\n",
            catalogue.reference().code,
            catalogue.reference().version
        );
        for (department, items) in departments(catalogue) {
            text.push_str(&format!("\n## {} {}\n\n", department.code, department.name.zh));
            text.push_str(
                "| task | | fields | papers | results of | special procedures |\n|---|---|---|---|---|---|\n",
            );
            for item in items {
                let fields = forms.names().filter(|name| forms.entitles(&item.code, name)).collect::<Vec<_>>();
                let papers = item.materials.iter().cloned().map(String::from).collect::<Vec<_>>();
                let results = item.results.iter().cloned().map(String::from).collect::<Vec<_>>();
                let procedure = |procedure: &Procedure| {
                    let kind = serde_json::to_value(procedure.kind).unwrap();
                    format!("{} ({})", kind.as_str().unwrap(), procedure.limit)
                };
                let procedures = item.procedures.iter().map(procedure).collect::<Vec<_>>();
                text.push_str(&format!(
                    "| `{}` | {} | {} | {} | {} | {} |\n",
                    item.code,
                    item.name.zh,
                    fields.join(", "),
                    papers.join(", ").replace('|', "\\|"),
                    results.join(", ").replace('|', "\\|"),
                    procedures.join(", "),
                ));
            }
        }
        text
    }

    #[test]
    fn the_pages_are_as_checked_in() {
        let (catalogue, forms) = (Catalogue::read(&Catalogue::built_in()).unwrap(), Forms::built_in().unwrap());
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto");
        let page = std::fs::read_to_string(folder.join("README.md")).unwrap();
        let made = [
            ("README.md", kept(&page, "construction tasks", &table(&catalogue)).unwrap()),
            ("ITEMS.md", items(&catalogue, &forms)),
        ];
        for (name, made) in made {
            if std::env::var_os("WUTONG_WRITE_SCHEMA").is_some() {
                std::fs::write(folder.join(name), &made).unwrap();
            }
            assert_eq!(std::fs::read_to_string(folder.join(name)).unwrap_or_default(), made, "run `make schema`");
        }
    }

    #[test]
    fn every_procedure_of_the_catalogue_is_a_word_of_the_conversation() {
        let catalogue = Catalogue::read(&Catalogue::built_in()).unwrap();
        for procedure in catalogue.items().iter().flat_map(|item| &item.procedures) {
            let kind = serde_json::to_value(procedure.kind).unwrap();
            assert!(contracts::words::words().procedures.iter().any(|word| word.code == kind), "{kind}");
        }
    }
}
