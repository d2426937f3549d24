//! The program that looks after the catalogue's files.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use testkit::Kit;

const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/catalogue");

/// Exit code, and what it said to standard output and error.
fn run(arguments: &[&Path]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_construction-permit"));
    let output = command.arg("catalogue").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A folder with the program's own files.
pub fn copied(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir(OWN).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    folder
}

pub fn change(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

pub async fn a_catalogue_that_holds_is_counted(_kit: Arc<Kit>) {
    let (code, out, err) = run(&["check".as_ref(), OWN.as_ref()]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("construction@1 from 2019-01-01: 103 items, 14 departments, 64 materials"), "{out}");
    assert!(out.contains("  G: 95 items before conditions, main flow 31 working days\n"), "{out}");
}

pub async fn every_fault_is_said_at_once(_kit: Arc<Kit>) {
    let folder = copied("faults");
    change(&folder.join("items-b.toml"), "when = 'scenic_area'", "when = 'scenic'");
    change(&folder.join("items-a.toml"), "promised = { working_days = 5 }", "promised = { working_days = 50 }");
    let wanted = "items-b.toml: item B15.when: `scenic` is no attribute\n\
                  items-a.toml: item A02.promised: 50 working days is more than the law's 20 working days (行政许可法第四十二条)\n";
    assert_eq!(run(&["check".as_ref(), &folder]), (1, wanted.to_owned(), String::new()));
    // One file, among the program's own others.
    let (code, out, _) = run(&["check".as_ref(), &folder.join("items-b.toml")]);
    assert_eq!((code, out.lines().count()), (1, 1), "{out}");
}

pub async fn a_difference_is_said_field_by_field(_kit: Arc<Kit>) {
    let folder = copied("differences");
    change(&folder.join("items-c.toml"), "when = 'night_work'", "when = 'night_work || blasting'");
    change(&folder.join("catalogue.toml"), "version = 1", "version = 2");
    let wanted = "~ catalogue.version: 1 -> 2\n~ item C22.when: \"night_work\" -> \"night_work || blasting\"\n";
    assert_eq!(run(&["diff".as_ref(), OWN.as_ref(), &folder]), (0, wanted.to_owned(), String::new()));
    assert_eq!(run(&["diff".as_ref(), OWN.as_ref(), OWN.as_ref()]), (0, String::new(), String::new()));
}

pub async fn what_cannot_be_read_is_another_matter(_kit: Arc<Kit>) {
    let (code, out, err) = run(&["check".as_ref(), "/nowhere".as_ref()]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.starts_with("/nowhere: "), "{err}");
}
