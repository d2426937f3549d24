//! The rules files that are checked in, against what their departments are asked.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use casework::{DepartmentCode, TaskCode};
use serde::Deserialize;

use super::{OutputRule, Rules, ValueRule};

/// Tasks of an opening (市场主体开办), with what undoes them.
const OPENING: [(&str, &[&str]); 8] = [
    ("MSA", &["licence", "deregister"]),
    ("PSB", &["seals", "seals-return"]),
    ("TAX", &["tax", "tax-cancel"]),
    ("BNK", &["bank", "account-close"]),
    ("HRS", &["social", "social-cancel"]),
    ("MIB", &["medical", "medical-cancel"]),
    ("HPF", &["fund", "fund-cancel"]),
    ("CTR", &["hand-over"]),
];

/// An item of the construction catalogue, as far as a department's rules follow from it.
#[derive(Deserialize)]
struct Item {
    code: String,
    name: Name,
    /// The department that decides.
    authority: String,
    /// Items inside which it runs.
    #[serde(default)]
    inside: Vec<String>,
    #[serde(default)]
    procedure: Vec<Procedure>,
}

/// A special procedure within an item.
#[derive(Deserialize)]
struct Procedure {
    /// Where the catalogue lists it as an item of its own: nobody is given that one as a task.
    item: Option<String>,
}

#[derive(Deserialize)]
struct Name {
    zh: String,
}

#[derive(Deserialize)]
struct Items {
    item: Vec<Item>,
}

/// Department -> its file's text and its rules.
fn files() -> BTreeMap<String, (String, Rules)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .map(|path| {
            let code = path.file_stem().unwrap().to_str().unwrap().to_uppercase();
            let text = fs::read_to_string(&path).unwrap();
            let rules = Rules::read(&text, &DepartmentCode::parse(&code).unwrap()).unwrap();
            (code, (text, rules))
        })
        .collect()
}

/// The items that are tasks. The catalogue is read as data: departments know no other service's program.
fn items() -> Vec<Item> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../construction-permit/data/catalogue");
    let stages = ["a", "b", "c", "d"].map(|stage| folder.join(format!("items-{stage}.toml")));
    let read = |path| toml::from_str::<Items>(&fs::read_to_string(path).unwrap()).unwrap().item;
    let items: Vec<Item> = stages.into_iter().flat_map(read).collect();
    assert_eq!(items.len(), 103);
    let procedures: BTreeSet<String> =
        items.iter().flat_map(|item| &item.procedure).filter_map(|procedure| procedure.item.clone()).collect();
    items.into_iter().filter(|item| !procedures.contains(&item.code)).collect()
}

#[test]
fn every_department_answers_exactly_what_it_is_asked() {
    let mut asked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (department, tasks) in OPENING {
        asked.entry(department.to_owned()).or_default().extend(tasks.iter().map(|&task| task.to_owned()));
    }
    for item in items() {
        asked.entry(item.authority).or_default().insert(item.code);
    }
    let answered: BTreeMap<String, BTreeSet<String>> = files()
        .into_iter()
        .map(|(department, (_, rules))| (department, rules.tasks.keys().map(ToString::to_string).collect()))
        .collect();
    assert_eq!(answered, asked);
    assert_eq!(answered.len(), 21);
}

#[test]
fn an_item_is_granted_with_one_document_of_a_number() {
    let files = files();
    for item in items() {
        let (text, rules) = &files[&item.authority];
        let rule = &rules.tasks[&TaskCode::from(item.code.as_str())];
        let [OutputRule { kind, value: ValueRule::Number(number) }] = rule.outputs.as_slice() else {
            panic!("{} has other outputs", item.code);
        };
        assert_eq!((kind.as_str(), number.count), ("result", 1), "{}", item.code);
        let (before, _) = text.split_once(&format!("code = \"{}\"", item.code)).unwrap();
        let comment = before.lines().rev().find(|line| !line.starts_with('[')).unwrap();
        assert!(comment.starts_with(&format!("# {}", item.name.zh)), "{} is called {comment}", item.code);
    }
}

#[test]
fn an_item_waits_for_what_runs_inside_it_and_no_other_waits() {
    let hosts: BTreeSet<String> = items().into_iter().flat_map(|item| item.inside).collect();
    assert_eq!(hosts.iter().map(String::as_str).collect::<Vec<_>>(), ["C06", "D01"]);
    let files = files();
    let tasks = files.values().flat_map(|(_, rules)| &rules.tasks);
    let waiting: BTreeSet<String> = tasks
        .filter_map(|(code, rule)| Some((code, rule.waits_for_empty.as_deref()?)))
        .inspect(|(code, field)| assert_eq!(*field, "inside.open", "{code}"))
        .map(|(code, _)| code.to_string())
        .collect();
    assert_eq!(waiting, hosts);
}
