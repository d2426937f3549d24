//! From a tailored list to the plan of a case: each planned item is a task of its department, after and inside the items
//! that stand in the list.

use std::collections::BTreeSet;

use casework::{Limit, OutputTemplate, RoleTemplate, TaskTemplate, Theme, ThemeDraft, ThemeFaults, Wait};
use ids::DepartmentCode;

use super::{
    catalogue::{AnyOf, Catalogue, Edges, Item, ItemCode, working_days},
    tailored::TailoredList,
};

/// What a decision yields: the document that later items fetch.
pub const RESULT: &str = "result";

impl TailoredList {
    /// Items of the list that are procedures of others.
    #[must_use]
    pub fn procedures(&self, catalogue: &Catalogue) -> BTreeSet<ItemCode> {
        let planned = self.planned();
        let all = catalogue.items().iter().flat_map(|item| &item.procedures);
        all.filter_map(|procedure| procedure.item.clone()).filter(|code| planned.contains(code)).collect()
    }

    /// The plan of the items that the project does now. A procedure that has an item of its own (B18) is no task: it is a
    /// suspension of the item inside which it runs (4.3).
    ///
    /// # Errors
    /// A plan that no case can follow; a list made from a catalogue never yields one.
    pub fn plan(&self, catalogue: &Catalogue) -> Result<Theme, ThemeFaults> {
        let mut list = self.planned();
        for procedure in self.procedures(catalogue) {
            list.remove(&procedure);
        }
        let items: Vec<&Item> = list.iter().filter_map(|code| catalogue.item(code)).collect();
        let playing = catalogue
            .departments()
            .iter()
            .filter(|department| items.iter().any(|item| item.authority == department.code));
        let roles = playing.map(|department| RoleTemplate {
            code: department.code.as_str().into(),
            zh: department.name.zh.clone(),
            en: department.name.en.clone(),
            department: DepartmentCode::parse(&department.code).ok(),
            choice: false,
        });
        let reference = catalogue.reference();
        Theme::check(ThemeDraft {
            code: reference.code.clone(),
            version: reference.version,
            zh: catalogue.name().zh.clone(),
            en: catalogue.name().en.clone(),
            roles: roles.collect(),
            tasks: items.iter().map(|item| task(item, catalogue.edges(item, &list))).collect(),
        })
    }
}

fn task(item: &Item, edges: Edges) -> TaskTemplate {
    let groups = |groups: Vec<AnyOf<ItemCode>>| {
        let group = |group: AnyOf<ItemCode>| casework::AnyOf(group.0.iter().map(|code| code.as_str().into()).collect());
        groups.into_iter().map(group).collect()
    };
    TaskTemplate {
        code: item.code.as_str().into(),
        zh: item.name.zh.clone(),
        en: item.name.en.clone(),
        role: item.authority.as_str().into(),
        after: groups(edges.after),
        starts_with: groups(edges.inside),
        promised: match item.promised {
            Limit::WorkingDays(days) => Wait::WorkingDays(days),
            // The plan knows office time only; what surely fits into the promise keeps it.
            other @ (Limit::CalendarDays(_) | Limit::Months(_)) => Wait::WorkingDays(working_days(other)),
        },
        optional: false,
        // A gap here holds the item that it belongs to, not the project.
        issues: false,
        // What is handled inside another item is applied for with that one.
        on_application: item.merged_into.is_none(),
        outputs: vec![OutputTemplate {
            kind: RESULT.to_owned(),
            zh: format!("{}的结果", item.name.zh),
            en: format!("result of: {}", item.name.en),
            public: false,
        }],
        undo: None,
    }
}
