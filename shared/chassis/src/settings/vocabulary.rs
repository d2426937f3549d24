//! The built-in defaults are the whole vocabulary: what they do not name is unknown, and what they hold says which kind
//! of value is expected. An empty table in the defaults takes any keys.

use config::{Map, Value, ValueKind};

use super::fault::Fault;

/// Compares one layer with the vocabulary and notes every difference.
pub(super) fn check(
    vocabulary: &Map<String, Value>,
    layer: &Map<String, Value>,
    origin: &str,
    faults: &mut Vec<Fault>,
) {
    check_table(vocabulary, layer, "", origin, faults);
}

/// What the vocabulary holds at a dotted path.
pub(super) fn find<'v>(vocabulary: &'v Map<String, Value>, path: &str) -> Option<&'v ValueKind> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let kind = &vocabulary.get(first)?.kind;
    match rest {
        None => Some(kind),
        Some(rest) => as_table(kind).and_then(|table| find(table, rest)),
    }
}

pub(super) fn as_table(kind: &ValueKind) -> Option<&Map<String, Value>> {
    if let ValueKind::Table(table) = kind { Some(table) } else { None }
}

fn check_table(
    known: &Map<String, Value>,
    given: &Map<String, Value>,
    above: &str,
    origin: &str,
    faults: &mut Vec<Fault>,
) {
    let mut keys: Vec<_> = given.iter().collect();
    keys.sort_by_key(|(key, _)| *key);
    for (key, value) in keys {
        let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        match known.get(key) {
            None => faults.push(unknown(known, key, path, above, origin)),
            Some(expected) => check_value(&expected.kind, &value.kind, path, origin, faults),
        }
    }
}

fn check_value(known: &ValueKind, given: &ValueKind, path: String, origin: &str, faults: &mut Vec<Fault>) {
    if let (ValueKind::Table(known), ValueKind::Table(given)) = (known, given) {
        if !known.is_empty() {
            check_table(known, given, &path, origin, faults);
        }
    } else if let Some(expected) = mismatch(known, given) {
        faults.push(Fault::new(path, format!("is not {expected}"), format!("correct it in {origin}")));
    }
}

/// What was expected, where something else was given. The value is not repeated: it may be a secret in a wrong place.
fn mismatch(known: &ValueKind, given: &ValueKind) -> Option<&'static str> {
    let given = Value::new(None, given.clone());
    #[expect(clippy::wildcard_enum_match_arm, reason = "TOML has no other kinds than these")]
    match known {
        ValueKind::Boolean(_) => given.into_bool().err().map(|_| "true or false"),
        ValueKind::I64(_) => given.into_int().err().map(|_| "a whole number"),
        ValueKind::Float(_) => given.into_float().err().map(|_| "a number"),
        ValueKind::String(_) => given.into_string().err().map(|_| "a text"),
        ValueKind::Array(_) => given.into_array().err().map(|_| "a list"),
        ValueKind::Table(_) => given.into_table().err().map(|_| "a table"),
        _ => None,
    }
}

fn unknown(known: &Map<String, Value>, key: &str, path: String, above: &str, origin: &str) -> Fault {
    let within = if above.is_empty() { String::new() } else { format!("{above}.") };
    let remedy = match nearest(known, key) {
        Some(near) => format!("did you mean {within}{near}? Correct or remove it in {origin}"),
        None => format!("remove it from {origin}; `settings` prints every known key"),
    };
    Fault::new(path, "unknown key", remedy)
}

/// The known key with the fewest changed letters, if few enough to be a slip.
fn nearest<'v>(known: &'v Map<String, Value>, key: &str) -> Option<&'v str> {
    let (distance, near) = known.keys().map(|k| (distance(k, key), k.as_str())).min()?;
    (distance <= 1 + key.len() / 4).then_some(near)
}

/// Levenshtein's distance in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let here = (diagonal + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], here);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_changed_letters() {
        assert_eq!(distance("listen", "lisen"), 1);
        assert_eq!(distance("url", "urls"), 1);
        assert_eq!(distance("", "abc"), 3);
    }
}
