//! What is looked at before anybody knows what the request is for: no text of an address or a body holds what no text may
//! hold. A handler looks again where a text has to be one line, or may be no longer than that.

use std::borrow::Cow;

use ids::{TextFault, Writing, unfit_characters};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{
    codes,
    problem::{Fault, Problem},
};

/// Longest value in a query or part of a path, in characters.
pub(super) const LONGEST: usize = 1_000;

/// How much of a name that was sent is repeated, in characters.
const SHOWN: usize = 40;

/// Everything in the texts of a body that no text may hold: values and names of members.
pub(super) fn of_body(body: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    look(body, &mut String::new(), &mut faults);
    faults
}

fn look(value: &Value, pointer: &mut String, faults: &mut Vec<Fault>) {
    match value {
        Value::String(text) => told(unfit_characters(text), pointer, faults),
        Value::Array(entries) => {
            for (nth, entry) in entries.iter().enumerate() {
                within(pointer, &nth.to_string(), |pointer| look(entry, pointer, faults));
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                within(pointer, name, |pointer| {
                    told(unfit_characters(name), pointer, faults);
                    look(member, pointer, faults);
                });
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn within(pointer: &mut String, name: &str, look: impl FnOnce(&mut String)) {
    let before = pointer.len();
    pointer.push('/');
    pointer.push_str(&shown(name));
    look(pointer);
    pointer.truncate(before);
}

fn told(found: Vec<TextFault>, pointer: &str, faults: &mut Vec<Fault>) {
    faults.extend(found.into_iter().map(|fault| Fault::new(pointer, fault.slug(), fault.zh(), fault.to_string())));
}

/// A name that somebody typed, as a part of a JSON pointer (RFC 6901): as much of it as is repeated, and nothing of it that
/// cannot be shown.
#[must_use]
pub fn shown(name: &str) -> String {
    let seen = name.chars().filter(|c| unfit_characters(c.encode_utf8(&mut [0; 4])).is_empty()).take(SHOWN);
    seen.collect::<String>().replace('~', "~0").replace('/', "~1")
}

/// Everything in an address that no text may hold.
///
/// # Errors
/// `path-malformed` or `query-malformed`, with every fault of both.
pub(super) fn of_address(path: &str, query: &str) -> Result<(), Problem> {
    if !path.contains('%') && query.is_empty() && path.len() <= LONGEST {
        return Ok(());
    }
    let mut faults = Vec::new();
    for part in path.split('/') {
        one_line("path", decoded(part), &mut faults);
    }
    let of_path = faults.len();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(&name.replace('+', " ")), decoded(&value.replace('+', " ")));
        let pointer = shown(name.as_deref().unwrap_or("query"));
        one_line(&pointer, name, &mut faults);
        one_line(&pointer, value, &mut faults);
    }
    match (faults.is_empty(), of_path) {
        (true, _) => Ok(()),
        (false, 0) => Err(Problem::new(&codes::QUERY_MALFORMED).with_faults(faults)),
        (false, _) => Err(Problem::new(&codes::PATH_MALFORMED).with_faults(faults)),
    }
}

/// The text behind the percent signs; `None` where it is no UTF-8.
fn decoded(part: &str) -> Option<String> {
    percent_decode_str(part).decode_utf8().ok().map(Cow::into_owned)
}

fn one_line(name: &str, text: Option<String>, faults: &mut Vec<Fault>) {
    let found = match &text {
        None => vec![TextFault::NoCharacter { position: 1 }],
        // Whether something has to be there is the operation's to say.
        Some(text) if text.trim().is_empty() => unfit_characters(text),
        Some(text) => Writing::line(LONGEST).read(text).err().unwrap_or_default(),
    };
    told(found, name, faults);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pointers(faults: &[Fault]) -> Vec<(&str, &str)> {
        faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.as_str())).collect()
    }

    #[test]
    fn everything_in_a_body_that_cannot_be_seen_is_told_with_its_place() {
        let body = json!({
            "name": "云\u{202e}杉",
            "lines": "一\n二",
            "people": [{ "name": "甲" }, { "name": "乙\0", "a/b": "\u{200b}" }],
            "\0key": 1,
        });
        let expected = [
            ("/key", "control_character"),
            ("/name", "direction_mark"),
            ("/people/1/a~1b", "invisible_character"),
            ("/people/1/name", "control_character"),
        ];
        let mut faults = of_body(&body);
        faults.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        assert_eq!(pointers(&faults), expected);
    }

    fn address(path: &str, query: &str) -> Option<(&'static str, Vec<(String, String)>)> {
        let problem = of_address(path, query).err()?;
        let told = problem.faults().iter().map(|f| (f.pointer.clone(), f.code.clone())).collect();
        Some((problem.code().name, told))
    }

    #[test]
    fn an_address_holds_lines_of_text() {
        let one = |name: &str, code: &str| vec![(name.to_owned(), code.to_owned())];
        for (path, query) in [
            ("/v1/items/莱", ""),
            ("/v1/items/%E8%8E%B1", "gaps=%F0%A0%AE%B7,M03&q=a+b&flag"),
            ("/", "a=&b"),
            ("/", "%zz=%"),
        ] {
            assert_eq!(address(path, query), None, "{path}?{query}");
        }
        assert_eq!(address("/v1/%00", ""), Some(("path-malformed", one("path", "control_character"))));
        assert_eq!(address("/v1/a%0Ab", ""), Some(("path-malformed", one("path", "line_break"))));
        assert_eq!(address("/v1", "code=%00"), Some(("query-malformed", one("code", "control_character"))));
        assert_eq!(address("/v1", "code=%E2%80%AEx"), Some(("query-malformed", one("code", "direction_mark"))));
        assert_eq!(address("/v1", "code=%E2%80%8B"), Some(("query-malformed", one("code", "invisible_character"))));
        assert_eq!(address("/v1", "code=%FF"), Some(("query-malformed", one("code", "no_character"))));
        assert_eq!(
            address("/v1", &format!("q={}", "q".repeat(1_001))),
            Some(("query-malformed", one("q", "too_long")))
        );
        let (code, both) = address("/%00", "a=%00&b=%7F").unwrap();
        assert_eq!((code, both.len()), ("path-malformed", 3));
    }
}
