//! What no single key shows: whether the parts of the catalogue fit together (4.6).

use casework::Limit;
use std::collections::{BTreeMap, BTreeSet};

use chassis::data::DataFault;
use ids::{CreditCode, DepartmentCode};

use super::{
    graph,
    item::{AnyOf, Item, ItemCode, Kind, shown, working_days},
    parse::{Parsed, Placed},
};
use crate::domain::attribute::{ON, PROJECT_TYPE};

/// Notes everything that does not fit.
pub fn check(parsed: &Parsed, faults: &mut Vec<DataFault>) {
    let mut check = Check { parsed, faults };
    check.heads();
    check.twice("stage", &parsed.stages, |stage| &stage.code);
    check.twice("department", &parsed.departments, |department| &department.code);
    check.twice("material", &parsed.materials, |material| &material.code);
    check.twice("attribute", &parsed.attribute_files, |name| name);
    check.twice("rule", &parsed.rules, |rule| &rule.code);
    check.twice("item", &parsed.items, |item| item.code.as_str());
    check.twice("warning", &parsed.warnings, |warning| &warning.code);
    check.departments();
    check.attributes();
    check.references();
    for placed in &parsed.items {
        check.item(placed);
    }
    for placed in &parsed.items {
        check.replacing(placed);
    }
    check.cycles();
}

struct Check<'a> {
    parsed: &'a Parsed,
    faults: &'a mut Vec<DataFault>,
}

impl<'a> Check<'a> {
    fn note(&mut self, file: &str, key: impl Into<String>, what: impl Into<String>) {
        self.faults.push(DataFault::new(file, key, what));
    }

    fn heads(&mut self) {
        match self.parsed.heads.as_slice() {
            [] if self.faults.is_empty() => {
                self.note("-", "catalogue", "is missing: no file says which version this is")
            }
            [] | [_] => {}
            [first, more @ ..] => {
                for head in more {
                    self.note(&head.file, "catalogue", format!("stands in {} already", first.file));
                }
            }
        }
    }

    fn twice<T>(&mut self, sort: &str, parts: &'a [Placed<T>], code: impl Fn(&'a T) -> &'a str) {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for placed in parts {
            let code = code(&placed.part);
            if let Some(first) = seen.insert(code, &placed.file).filter(|_| !code.is_empty()) {
                self.note(&placed.file, format!("{sort} {code}"), format!("stands twice, the first time in {first}"));
            }
        }
    }

    fn departments(&mut self) {
        for Placed { file, part } in &self.parsed.departments {
            let key = format!("department {}", part.code);
            if let Err(error) = DepartmentCode::parse(&part.code) {
                self.note(file, format!("{key}.code"), error.to_string());
            }
            if let Err(error) = CreditCode::parse(&part.credit_code) {
                self.note(file, format!("{key}.credit_code"), error.to_string());
            }
        }
        for Placed { file, part } in &self.parsed.stages {
            self.department(file, format!("stage {}.lead", part.code), &part.lead);
        }
    }

    fn attributes(&mut self) {
        for Placed { file, part: name } in &self.parsed.attribute_files {
            let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            if !plain || name.starts_with(|c: char| c.is_ascii_digit()) {
                self.note(file, format!("attribute {name}.name"), "is not small letters, digits and _");
            }
            if [ON, PROJECT_TYPE].contains(&name.as_str()) {
                self.note(file, format!("attribute {name}.name"), "is known without being asked");
            }
        }
    }

    fn department(&mut self, file: &str, key: String, code: &str) {
        let known = self.parsed.departments.iter().any(|department| department.part.code == code);
        if !known && !code.is_empty() {
            self.note(file, key, format!("{code} is no department"));
        }
    }

    fn known(&mut self, file: &str, key: &str, code: &ItemCode) {
        if self.find(code).is_none() {
            self.note(file, key, format!("{code} is no item"));
        }
    }

    fn find(&self, code: &ItemCode) -> Option<&'a Placed<Item>> {
        self.parsed.items.iter().find(|placed| placed.part.code == *code)
    }

    /// Materials and warnings name items that exist.
    fn references(&mut self) {
        for Placed { file, part } in &self.parsed.materials {
            if part.only_issued && part.issued_by.is_empty() {
                self.note(file, format!("material {}.only_issued", part.code), "needs issued_by");
            }
            for code in &part.issued_by {
                self.known(file, &format!("material {}.issued_by", part.code), code);
            }
        }
        for Placed { file, part } in &self.parsed.warnings {
            self.known(file, &format!("warning {}.item", part.code), &part.item);
        }
    }

    fn item(&mut self, Placed { file, part: item }: &Placed<Item>) {
        let key = |key: &str| format!("item {}.{key}", item.code);
        self.department(file, key("department"), &item.department);
        self.department(file, key("authority"), &item.authority);
        if !self.parsed.stages.iter().any(|stage| stage.part.code == item.code.stage())
            && !item.code.as_str().is_empty()
        {
            self.note(file, key("code"), format!("{} does not begin with the letter of a stage", item.code));
        }
        if item.types.is_empty() {
            self.note(file, key("types"), "is empty: no project could need it");
        }
        self.limits(file, item);
        self.papers(file, item);
        let groups = [("after", &item.after), ("inside", &item.inside), ("results", &item.results)];
        for (name, code) in groups.iter().flat_map(|(name, groups)| codes(groups).map(move |code| (*name, code))) {
            self.known(file, &key(name), code);
            if name != "results" && code.stage() > item.code.stage() {
                self.note(file, key(name), format!("{code} belongs to a later stage than {}", item.code));
            }
            if code == &item.code {
                self.note(file, key(name), format!("{code} is the item itself"));
            }
        }
        for (nth, procedure) in item.procedures.iter().enumerate() {
            let place = format!("{}[{}]", key("procedure"), nth + 1);
            if let Some(code) = &procedure.item {
                self.known(file, &format!("{place}.item"), code);
            }
            if working_days(procedure.limit) == 0 {
                self.note(
                    file,
                    format!("{place}.limit"),
                    "is nothing: a special procedure has a limit of its own (4.3)",
                );
            }
        }
        if let Some(container) = &item.merged_into {
            self.known(file, &key("merged_into"), container);
            if !codes(&item.inside).any(|code| code == container) {
                self.note(file, key("merged_into"), format!("{container} is not in `inside`"));
            }
        }
    }

    fn limits(&mut self, file: &str, item: &Item) {
        let key = |key: &str| format!("item {}.{key}", item.code);
        match &item.statutory {
            None if item.kind == Kind::Licence => {
                self.note(file, key("statutory"), "is missing: a licence has a legal limit (行政许可法 42)");
            }
            Some(statutory) => {
                let above = match (item.promised, statutory.limit) {
                    (Limit::CalendarDays(promised), Limit::CalendarDays(limit)) => promised > limit,
                    (promised, limit) => working_days(promised) > working_days(limit),
                };
                if above {
                    let (promised, limit) = (shown(item.promised).en, shown(statutory.limit).en);
                    self.note(
                        file,
                        key("promised"),
                        format!("{promised} is more than the law's {limit} ({})", statutory.basis),
                    );
                }
            }
            None => {}
        }
    }

    fn papers(&mut self, file: &str, item: &Item) {
        let key = |key: &str| format!("item {}.{key}", item.code);
        let mut asked = BTreeSet::new();
        for code in item.materials.iter().flat_map(|group| &group.0) {
            if !self.parsed.materials.iter().any(|material| material.part.code == *code) {
                self.note(file, key("materials"), format!("{code} is no material"));
            }
            if !asked.insert(code) {
                self.note(file, key("materials"), format!("{code} is asked twice"));
            }
        }
        for code in item.tolerable.iter().filter(|code| !asked.contains(code)) {
            self.note(file, key("tolerable"), format!("{code} is not in the item's materials"));
        }
    }

    fn replacing(&mut self, Placed { file, part: item }: &Placed<Item>) {
        let key = format!("item {}.replaces", item.code);
        for code in &item.replaces {
            match self.find(code) {
                None => self.note(file, &*key, format!("{code} is no item")),
                Some(other) if other.part.types.is_disjoint(&item.types) => {
                    self.note(file, &*key, format!("{code} applies to no type of {}", item.code));
                }
                Some(_) if item.when.is_none() => {
                    self.note(file, &*key, format!("{} has no condition: {code} would never be needed", item.code));
                }
                Some(_) => {}
            }
        }
    }

    /// The graph as written, and the graph that each replacing item makes of it.
    fn cycles(&mut self) {
        let items: Vec<&Item> = self.parsed.items.iter().map(|placed| &placed.part).collect();
        let mut seen = BTreeSet::new();
        let worlds =
            std::iter::once(None).chain(items.iter().filter(|item| !item.replaces.is_empty()).map(|item| Some(*item)));
        for replacing in worlds {
            for path in graph::cycles(&items, replacing) {
                if !seen.insert(graph::turned(&path)) {
                    continue;
                }
                let text = path.iter().map(ItemCode::as_str).collect::<Vec<_>>().join(" -> ");
                let where_ = replacing.map(|item| format!(", where {} takes its place", item.code)).unwrap_or_default();
                let Some(first) = path.first() else { continue };
                let file = self.find(first).map(|placed| placed.file.as_str()).unwrap_or_default();
                self.note(file, format!("item {first}.after"), format!("waits for itself: {text}{where_}"));
            }
        }
    }
}

fn codes<'g>(groups: &'g [AnyOf<ItemCode>]) -> impl Iterator<Item = &'g ItemCode> + 'g {
    groups.iter().flat_map(|group| &group.0)
}
