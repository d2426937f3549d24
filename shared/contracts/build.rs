//! Compiles `proto/` into Rust types; needs no protoc on the machine. The faults, notes and reasons of `words.toml` become
//! constants, so that a program cannot tell one that the file does not have.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use serde::Deserialize;

#[derive(Deserialize)]
struct Words {
    #[serde(rename = "fault")]
    faults: Vec<Fault>,
    #[serde(rename = "note")]
    notes: Vec<Note>,
    amended: Vec<Reason>,
    #[serde(rename = "reason")]
    reasons: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    code: String,
    en: String,
}

#[derive(Deserialize)]
struct Fault {
    id: String,
    subject: String,
    code: String,
    zh: String,
    en: String,
}

#[derive(Deserialize)]
struct Note {
    code: String,
    subject: String,
    zh: String,
    en: String,
}

impl From<Note> for Fault {
    fn from(Note { code, subject, zh, en }: Note) -> Self {
        Self { id: code.clone(), subject, code, zh, en }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new("../../proto");
    println!("cargo::rerun-if-changed={}", root.display());
    let files = proto_files(&root.join("wutong"))?;
    let descriptors = protox::compile(&files, [root])?;
    prost_build::Config::new().enable_type_names().compile_fds(descriptors)?;
    let words: Words = toml::from_str(&std::fs::read_to_string(root.join("words.toml"))?)?;
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&out).join("faults.rs"), faults(&words.faults)?)?;
    let notes: Vec<Fault> = words.notes.into_iter().map(Fault::from).collect();
    std::fs::write(Path::new(&out).join("notes.rs"), faults(&notes)?)?;
    std::fs::write(Path::new(&out).join("amended.rs"), codes(&words.amended)?)?;
    std::fs::write(Path::new(&out).join("reasons.rs"), codes(&words.reasons)?)?;
    Ok(())
}

fn codes(reasons: &[Reason]) -> Result<String, std::fmt::Error> {
    let mut made = String::new();
    for Reason { code, en } in reasons {
        writeln!(made, "/// {en}\npub const {}: &str = {code:?};", code.to_uppercase())?;
    }
    Ok(made)
}

fn faults(faults: &[Fault]) -> Result<String, std::fmt::Error> {
    let mut made = String::new();
    for Fault { id, subject, code, zh, en } in faults {
        writeln!(made, "/// {en}")?;
        writeln!(made, "pub const {}: super::FaultWord =", id.to_uppercase())?;
        writeln!(made, "    super::FaultWord {{ subject: {subject:?}, code: {code:?}, zh: {zh:?}, en: {en:?} }};")?;
    }
    Ok(made)
}

fn proto_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(proto_files(&path)?);
        } else if path.extension().is_some_and(|ext| ext == "proto") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
