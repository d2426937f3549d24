//! Layers, the later wins: built-in defaults < the file < the environment < files that hold secrets.

use std::{collections::BTreeMap, path::Path};

use config::{
    Config, ConfigBuilder, ConfigError, File, FileFormat, Map, Source as _, Value, ValueKind, builder::DefaultState,
};

use super::{
    fault::{Fault, Faults, unless_any},
    secret::{filled_by, is_name_of_secret},
    vocabulary,
};

/// What an environment variable's name begins with; `__` parts a section from its key.
const PREFIX: &str = "WUTONG__";

/// Where settings come from; a value, so that tests can give their own.
#[derive(Clone, Debug, Default)]
pub struct Sources<'a> {
    /// The service's own defaults (TOML), above those of the chassis.
    pub defaults: &'a str,
    pub file: Option<&'a Path>,
    /// Variables of the environment; those without the prefix are passed over.
    pub environment: BTreeMap<String, String>,
}

/// The merged tree.
pub(super) fn merge(sources: &Sources<'_>) -> Result<Config, Faults> {
    let vocabulary = vocabulary(sources.defaults)?;
    let mut faults = Vec::new();
    let file = sources.file.and_then(|path| read(path, &vocabulary, &mut faults));
    let overrides = environment(&sources.environment, &vocabulary, &mut faults);
    let mut builder = base(sources.defaults).map_err(|e| Fault::new("", e.to_string(), "report this defect"))?;
    if let Some(text) = &file {
        builder = builder.add_source(toml(text));
    }
    for (path, value) in overrides {
        builder =
            builder.set_override(&path, value).map_err(|e| Fault::new(path, e.to_string(), "correct its name"))?;
    }
    let merged = builder.clone().build().and_then(|config| config.collect());
    let merged = merged.map_err(|e| Fault::new("", e.to_string(), "correct the settings file"))?;
    for (path, secret) in secrets_from_files(&merged, "", &mut faults) {
        builder = builder.set_override(&path, secret).map_err(|e| Fault::new(path, e.to_string(), "rename the key"))?;
    }
    let merged = builder.build().map_err(|e| Fault::new("", e.to_string(), "correct the settings file"))?;
    unless_any(faults, merged)
}

/// All known keys with their built-in values.
fn vocabulary(defaults: &str) -> Result<Map<String, Value>, Faults> {
    let built = base(defaults).and_then(|builder| builder.build()).and_then(|config| config.collect());
    Ok(built.map_err(|e| Fault::new("", format!("the built-in defaults: {e}"), "report this defect"))?)
}

fn base(defaults: &str) -> Result<ConfigBuilder<DefaultState>, ConfigError> {
    let builder = Config::builder().add_source(toml(include_str!("defaults.toml"))).add_source(toml(defaults));
    let tree = builder.build_cloned()?.collect()?;
    fillers(&tree, "").into_iter().try_fold(builder, |builder, path| builder.set_default(path, ""))
}

/// The keys `<secret>_file` that nobody had to write down.
fn fillers(tree: &Map<String, Value>, above: &str) -> Vec<String> {
    let of = |(key, value): (&String, &Value)| match vocabulary::as_table(&value.kind) {
        Some(below) => fillers(below, &format!("{above}{key}.")),
        None if is_name_of_secret(key) => vec![format!("{above}{key}_file")],
        None => vec![],
    };
    tree.iter().flat_map(of).collect()
}

fn toml(text: &str) -> File<config::FileSourceString, FileFormat> {
    File::from_str(text, FileFormat::Toml)
}

fn read(path: &Path, known: &Map<String, Value>, faults: &mut Vec<Fault>) -> Option<String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|e| faults.push(Fault::new("", format!("{shown} cannot be read: {e}"), "check --settings")))
        .ok()?;
    let layer = toml(&text)
        .collect()
        .map_err(|e| faults.push(Fault::new("", format!("{shown} is not TOML: {e}"), "correct the file")))
        .ok()?;
    vocabulary::check(known, &layer, &shown.to_string(), faults);
    Some(text)
}

/// Values of the environment under their dotted paths. Where the defaults hold a list, commas part its elements.
fn environment(
    variables: &BTreeMap<String, String>,
    known: &Map<String, Value>,
    faults: &mut Vec<Fault>,
) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (name, text) in variables.iter().filter(|(name, _)| name.starts_with(PREFIX)) {
        let path = name[PREFIX.len()..].to_lowercase().replace("__", ".");
        let origin = format!("the environment ({name})");
        let value = match vocabulary::find(known, &path) {
            Some(ValueKind::Array(_)) => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                ValueKind::Array(parts.map(|part| Value::new(Some(&origin), part)).collect())
            }
            Some(_) | None => ValueKind::String(text.clone()),
        };
        let value = Value::new(Some(&origin), value);
        vocabulary::check(known, &nest(&path, value.clone()), &origin, faults);
        found.push((path, value));
    }
    found
}

/// The tree with this one value.
fn nest(path: &str, value: Value) -> Map<String, Value> {
    let (key, value) = match path.split_once('.') {
        Some((first, rest)) => (first, Value::new(None, nest(rest, value))),
        None => (path, value),
    };
    Map::from_iter([(key.to_owned(), value)])
}

/// For every non-empty `x_file` with a neighbour `x`: the file's text, without the line end.
fn secrets_from_files(tree: &Map<String, Value>, above: &str, faults: &mut Vec<Fault>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (key, value) in tree {
        if let ValueKind::Table(below) = &value.kind {
            found.extend(secrets_from_files(below, &format!("{above}{key}."), faults));
        }
        let (Some(name), ValueKind::String(file)) = (filled_by(key), &value.kind) else {
            continue;
        };
        let Some(beside) = tree.get(name).filter(|_| !file.is_empty()) else {
            continue;
        };
        if !matches!(&beside.kind, ValueKind::String(text) if text.is_empty()) {
            let remedy = format!("give {above}{name} or {above}{key}, not both");
            faults.push(Fault::new(format!("{above}{key}"), "the secret is given twice", remedy));
        } else {
            match std::fs::read_to_string(file) {
                Ok(text) => found.push((format!("{above}{name}"), text.trim_end_matches(['\r', '\n']).to_owned())),
                Err(e) => {
                    let what = format!("{file} cannot be read: {e}");
                    faults.push(Fault::new(format!("{above}{key}"), what, "check the path and who may read it"));
                }
            }
        }
    }
    found
}
