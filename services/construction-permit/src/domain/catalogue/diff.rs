//! What a new version changes: parts added, removed and changed, field by field.

use std::{collections::BTreeMap, fmt};

use chassis::data::Source;
use serde_json::Value;

use super::{Catalogue, parse};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// E.g. `item A06`.
    Added(String),
    Removed(String),
    /// A field that is missing on one side is `null`.
    Changed {
        part: String,
        field: String,
        old: Value,
        new: Value,
    },
    /// Questions are asked in another order.
    Reordered,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added(part) => write!(f, "+ {part}"),
            Self::Removed(part) => write!(f, "- {part}"),
            Self::Reordered => write!(f, "~ attributes: asked in another order"),
            Self::Changed { part, field, old, new } => write!(f, "~ {part}.{field}: {old} -> {new}"),
        }
    }
}

impl Catalogue {
    /// What the files of `new` say otherwise than those of `old`, whichever file says it.
    #[must_use]
    pub fn diff(old: &[Source], new: &[Source]) -> Vec<Difference> {
        let reordered = order(old, new) != order(new, old);
        let (old, new) = (parts(old), parts(new));
        let mut differences = vec![];
        for (part, before) in &old {
            match new.get(part) {
                None => differences.push(Difference::Removed(part.clone())),
                Some(after) => fields(part, before, after, &mut differences),
            }
        }
        let added = new.keys().filter(|part| !old.contains_key(*part));
        differences.extend(added.map(|part| Difference::Added(part.clone())));
        differences.extend(reordered.then_some(Difference::Reordered));
        differences
    }
}

/// Attributes that both have, in the order of the first.
fn order(of: &[Source], other: &[Source]) -> Vec<String> {
    let names = |sources: &[Source]| -> Vec<String> {
        let whole = parse::canonical(sources);
        let attributes = whole.get("attribute").and_then(Value::as_array).into_iter().flatten();
        attributes.filter_map(|part| part.get("name")?.as_str().map(str::to_owned)).collect()
    };
    let other = names(other);
    names(of).into_iter().filter(|name| other.contains(name)).collect()
}

/// `item A06` and so on -> its fields.
fn parts(sources: &[Source]) -> BTreeMap<String, Value> {
    let mut parts = BTreeMap::new();
    let Value::Object(whole) = parse::canonical(sources) else { return parts };
    for (sort, value) in whole {
        let Value::Array(list) = value else {
            parts.insert(sort, value);
            continue;
        };
        for (nth, part) in list.into_iter().enumerate() {
            let code = part.get("code").or_else(|| part.get("name")).and_then(Value::as_str);
            let code = code.map_or_else(|| format!("[{}]", nth + 1), str::to_owned);
            parts.insert(format!("{sort} {code}"), part);
        }
    }
    parts
}

fn fields(part: &str, before: &Value, after: &Value, differences: &mut Vec<Difference>) {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else { return };
    let mut names: Vec<_> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let side = |fields: &serde_json::Map<String, Value>| fields.get(name).cloned().unwrap_or(Value::Null);
        let (old, new) = (side(before), side(after));
        if old != new {
            differences.push(Difference::Changed { part: part.to_owned(), field: name.clone(), old, new });
        }
    }
}
