use std::fs;

use serde_json::json;

use super::*;

/// What a service reads of a `[[stall]]`.
fn stalls(source: &Source) -> (Vec<(String, Label, u32)>, Vec<String>) {
    let file = DataFile::parse(source);
    let reader = file.reader();
    let read = |mut stall: Reader<'_>| {
        let code = stall.text("code");
        if !code.is_empty() {
            stall.call(format!("stall {code}"));
        }
        let read = (code, stall.label("name"), stall.number("places"));
        stall.flag("open");
        stall.end();
        read
    };
    let stalls = reader.tables("stall").into_iter().map(read).collect();
    reader.end();
    drop(reader);
    (stalls, file.into_faults().iter().map(ToString::to_string).collect())
}

#[test]
fn a_file_without_fault_is_read() {
    let text = "[[stall]]\ncode = 'S1'\nname = { zh = '早点', en = 'Breakfast' }\nplaces = 2\n";
    let (stalls, faults) = stalls(&Source::new("stalls.toml", text));
    assert_eq!(stalls, [("S1".to_owned(), Label::new("早点", "Breakfast"), 2)]);
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn every_fault_is_named_with_file_and_key() {
    let text = "colour = 'red'\n\
                [[stall]]\nname = { zh = '早点', de = 'Imbiss' }\nplaces = -1\n\
                [[stall]]\ncode = 'S2'\nname = 'tea'\nplaces = '2'\nopen = 1\nroof = true\n";
    let (_, faults) = stalls(&Source::new("stalls.toml", text));
    let wanted = [
        "stalls.toml: stall[1].code: is missing",
        "stalls.toml: stall[1].name.en: is missing",
        "stalls.toml: stall[1].name.de: is no key of this table",
        "stalls.toml: stall[1].places: is not a number from 0",
        "stalls.toml: stall S2.name: is not { zh = \"..\", en = \"..\" }",
        "stalls.toml: stall S2.places: is not a whole number",
        "stalls.toml: stall S2.open: is not true or false",
        "stalls.toml: stall S2.roof: is no key of this table",
        "stalls.toml: colour: is no key of this table",
    ];
    assert_eq!(faults, wanted);
}

#[test]
fn what_is_no_toml_is_one_fault() {
    let (stalls, faults) = stalls(&Source::new("stalls.toml", "[[stall"));
    assert!(stalls.is_empty());
    assert!(matches!(faults.as_slice(), [one] if one.starts_with("stalls.toml: toml: ")), "{faults:?}");
}

#[test]
fn a_folder_gives_its_toml_files_by_name_and_says_what_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in [("b.toml", "b = 1"), ("a.toml", "a = 1"), ("notes.txt", "for people")] {
        fs::write(folder.path().join(file), text).unwrap();
    }
    let read = Source::folder(folder.path()).unwrap();
    let read: Vec<_> = read.iter().map(|source| (source.file.as_str(), source.text.as_str())).collect();
    assert_eq!(read, [("a.toml", "a = 1"), ("b.toml", "b = 1")]);

    let broken = folder.path().join("c.toml");
    fs::write(&broken, [0xff]).unwrap();
    assert_eq!(Source::folder(folder.path()).unwrap_err().path, broken);
    let nowhere = folder.path().join("nowhere");
    let told = Source::folder(&nowhere).unwrap_err().to_string();
    assert!(told.starts_with(&format!("{}: ", nowhere.display())), "{told}");
}

#[test]
fn the_order_of_keys_does_not_change_a_digest() {
    let one = digest(json!({"code": "S1", "name": {"zh": "早点", "en": "Breakfast"}}));
    assert_eq!(one, digest(json!({"name": {"en": "Breakfast", "zh": "早点"}, "code": "S1"})));
    assert_ne!(one, digest(json!({"code": "S2", "name": {"zh": "早点", "en": "Breakfast"}})));
}
