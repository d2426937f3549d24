//! Golden files of kept states: what earlier versions wrote is still read, and what this one writes has the shape that its
//! version says.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use mailbox::state::{Shape, parts, read};
use serde_json::{Value, value::RawValue};
use sqlx::PgPool;

/// Writes golden files that are not there yet.
const WRITE: &str = "WUTONG_WRITE_SCHEMA";

/// Holds the states that this query finds, as text, against the golden files in `folder`: `task.1.json` holds what version 1
/// of `task` wrote. Every version's file is read by this program; the newest has the shape of what was found.
///
/// # Panics
/// Where a file is missing or is not read, the shape is another one than its version's, or the database fails.
pub async fn hold<S: Shape>(db: &PgPool, states: &'static str, folder: &Path) {
    let written = sqlx::query_scalar(states).fetch_all(db).await;
    hold_written::<S>(folder, &written.unwrap_or_else(|why| fail(&format!("{states}: {why}"))));
}

fn hold_written<S: Shape>(folder: &Path, written: &[String]) {
    assert!(!written.is_empty(), "no {} was written", S::NAME);
    let file = |version: u16| folder.join(format!("{}.{version}.json", S::NAME));
    let newest = file(S::VERSION);
    if std::env::var_os(WRITE).is_some() && !newest.exists() {
        write(&newest, written);
        return;
    }
    for version in 0..=S::VERSION {
        let path = file(version);
        for (nth, text) in golden(&path).iter().enumerate() {
            let (stands, _) = parts(text);
            assert_eq!(stands, version, "{}: entry {nth} is of another version", path.display());
            if let Err(why) = read::<S>(text) {
                fail(&format!("{}: entry {nth} is not read any more: {why}", path.display()));
            }
        }
    }
    let (before, now) = (shapes(&golden(&newest)), shapes(written));
    let (gone, new): (Vec<_>, Vec<_>) = (before.difference(&now).collect(), now.difference(&before).collect());
    assert!(
        gone.is_empty() && new.is_empty(),
        "{} is written in another shape than its version {} says; gone: {gone:?}, new: {new:?}. Raise `VERSION`, say in `step` how \
         the old one is read, and let `make schema` write the new golden file beside the old one",
        S::NAME,
        S::VERSION,
    );
}

fn golden(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_else(|why| fail(&format!("{}: {why}", path.display())));
    let entries: Vec<Box<RawValue>> =
        serde_json::from_str(&text).unwrap_or_else(|why| fail(&format!("{}: {why}", path.display())));
    entries.iter().map(|entry| entry.get().to_owned()).collect()
}

/// One entry of each shape is enough.
fn write(path: &PathBuf, written: &[String]) {
    let mut seen = BTreeSet::new();
    let entries = written.iter().filter(|text| seen.insert(shapes(std::slice::from_ref(text))));
    let text = format!("[\n{}\n]\n", entries.map(String::as_str).collect::<Vec<_>>().join(",\n"));
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder.and_then(|()| fs::write(path, text)).unwrap_or_else(|why| fail(&format!("{}: {why}", path.display())));
}

/// Every path to a value, with its type; entries of lists are alike.
fn shapes(states: &[String]) -> BTreeSet<String> {
    let mut shapes = BTreeSet::new();
    for text in states {
        let state = serde_json::from_str(parts(text).1).unwrap_or_else(|why| fail(&format!("{why}: {text}")));
        walk(&state, String::new(), &mut shapes);
    }
    shapes
}

fn walk(value: &Value, path: String, shapes: &mut BTreeSet<String>) {
    match value {
        Value::Null => drop(shapes.insert(format!("{path}: null"))),
        Value::Bool(_) => drop(shapes.insert(format!("{path}: true or false"))),
        Value::Number(_) => drop(shapes.insert(format!("{path}: number"))),
        Value::String(_) => drop(shapes.insert(format!("{path}: text"))),
        Value::Array(entries) => {
            shapes.insert(format!("{path}: list"));
            entries.iter().for_each(|entry| walk(entry, format!("{path}[]"), shapes));
        }
        Value::Object(fields) => {
            shapes.insert(format!("{path}: object"));
            fields.iter().for_each(|(name, field)| walk(field, format!("{path}.{name}"), shapes));
        }
    }
}

#[expect(clippy::panic, reason = "a golden file that does not hold fails the story")]
fn fail(why: &str) -> ! {
    panic!("{why}")
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Door {
        open: bool,
    }

    struct DoorShape;

    impl Shape for DoorShape {
        type State = Door;

        const NAME: &'static str = "door";
        const VERSION: u16 = 1;
    }

    fn held(files: &[(&str, &str)], written: &str) -> std::thread::Result<()> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let written = [written.to_owned()];
        std::panic::catch_unwind(|| hold_written::<DoorShape>(folder.path(), &written))
    }

    #[test]
    fn another_shape_of_the_same_version_fails() {
        let files = [("door.0.json", r#"[{"open": false}]"#), ("door.1.json", r#"[[1, {"open": true}]]"#)];
        held(&files, r#"[1, {"open": false}]"#).unwrap();
        held(&files, r#"[1, {"open": "ajar"}]"#).unwrap_err();
        held(&files, r#"[1, {"open": false, "locked": true}]"#).unwrap_err();
    }

    #[test]
    fn a_version_that_is_not_read_any_more_fails() {
        let newest = ("door.1.json", r#"[[1, {"open": true}]]"#);
        held(&[newest], r#"[1, {"open": false}]"#).unwrap_err();
        held(&[("door.0.json", r#"[{"shut": true}]"#), newest], r#"[1, {"open": false}]"#).unwrap_err();
    }
}
