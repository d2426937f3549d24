//! The effective tree as TOML.

use config::{Config, Map, Source as _, Value, ValueKind};

use super::secret::HIDDEN;

pub(super) fn to_toml(config: &Config) -> String {
    let tree = config.collect().unwrap_or_default();
    toml::to_string_pretty(&table(&tree)).unwrap_or_default()
}

fn table(tree: &Map<String, Value>) -> toml::Table {
    tree.iter().filter_map(|(key, value)| Some((key.clone(), shown(tree, key, value)?))).collect()
}

/// A key with a neighbour `<key>_file` is a secret. An empty one is shown as empty: that none is set is worth knowing.
fn shown(beside: &Map<String, Value>, key: &str, value: &Value) -> Option<toml::Value> {
    let secret = beside.contains_key(&format!("{key}_file"));
    let given = matches!(&value.kind, ValueKind::String(text) if !text.is_empty());
    if secret && given { Some(HIDDEN.into()) } else { plain(&value.kind) }
}

fn plain(kind: &ValueKind) -> Option<toml::Value> {
    match kind {
        ValueKind::Nil => None,
        ValueKind::Boolean(v) => Some((*v).into()),
        ValueKind::I64(v) => Some((*v).into()),
        ValueKind::Float(v) => Some((*v).into()),
        ValueKind::String(v) => Some(v.as_str().into()),
        ValueKind::Table(v) => Some(table(v).into()),
        ValueKind::Array(v) => Some(v.iter().filter_map(|v| plain(&v.kind)).collect::<Vec<_>>().into()),
        ValueKind::I128(_) | ValueKind::U64(_) | ValueKind::U128(_) => Some(kind.to_string().into()),
    }
}
