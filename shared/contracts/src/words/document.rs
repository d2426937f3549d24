//! The tables of `proto/README.md` that are made from the file. Each stands between two comments: `<!-- made: NAME -->` and
//! `<!-- end: NAME -->`.

use std::collections::BTreeSet;

use super::{FaultRow, Form, Holds, NoteRow, OutputWord, Reason, Word, Words};
use crate::topics;

/// Every section that this file alone is enough for, by name.
#[must_use]
pub fn sections(words: &Words) -> Vec<(&'static str, String)> {
    vec![
        ("outputs", outputs(&words.outputs)),
        ("amended", meanings(&words.amended)),
        ("cancelled", meanings(&words.cancelled)),
        ("procedures", meanings(&words.procedures)),
        ("faults", faults(words, None)),
        ("opening faults", faults(words, Some("market-registration"))),
        ("construction faults", faults(words, Some("construction-permit"))),
        ("notes", notes(&words.notes)),
        ("reasons", reasons(&words.reasons)),
    ]
}

/// The page with a section made anew. None where the page has no such section.
#[must_use]
pub fn kept(page: &str, name: &str, made: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- made: {name} -->\n"), format!("<!-- end: {name} -->"));
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}{made}{end}{after}"))
}

fn outputs(outputs: &[OutputWord]) -> String {
    let mut text = String::from("| kind | 中文 | value | |\n|---|---|---|---|\n");
    for output in outputs {
        let value = match &output.holds {
            Holds::Form(form) => form_of(*form).to_owned(),
            Holds::Values(values) => {
                let value = |value: &super::ValueWord| match &value.zh {
                    Some(zh) => format!("`{}` ({zh}, {})", value.value, value.en),
                    None => format!("`{}` ({})", value.value, value.en),
                };
                format!("one of: {}", values.iter().map(value).collect::<Vec<_>>().join(", "))
            }
        };
        let marks = [(output.several, "one or more"), (output.once, "issued once"), (output.public, "public")];
        let marks: Vec<&str> = marks.into_iter().filter_map(|(is, mark)| is.then_some(mark)).collect();
        text.push_str(&format!("| `{}` | {} | {value} | {} |\n", output.kind, output.zh, marks.join(", ")));
    }
    text
}

fn form_of(form: Form) -> &'static str {
    match form {
        Form::CreditCode => "18 characters with both check digits, the county's region",
        Form::SealCode => "13 digits: the county's region and 7 more",
        Form::BasicAccountNumber => "`J` and 13 digits",
        Form::Date => "a day: `2025-09-28`",
        Form::Number => "Latin letters, digits and `-`, at most 40",
        Form::Text => "one line, at most 200 characters",
    }
}

fn meanings(words: &[Word]) -> String {
    let mut text = String::from("| code | 中文 | |\n|---|---|---|\n");
    for word in words {
        text.push_str(&format!("| `{}` | {} | {} |\n", word.code, word.zh, word.en));
    }
    text
}

/// What this owner finds wrong, or, without one, what every owner does; by the message that it answers.
fn faults(words: &Words, owner: Option<&str>) -> String {
    let mut text = String::from("| message | fault (`subject: code`) | when |\n|---|---|---|\n");
    let replies = topics::messages_on("department.any.replies.any.v1");
    let (common, own): (Vec<&FaultRow>, Vec<&FaultRow>) =
        words.faults.iter().filter(|fault| fault.owner.as_deref() == owner).partition(|fault| fault.answers.len() > 2);
    for message in replies.iter().filter_map(|name| name.rsplit('.').next()) {
        let mut first = format!("`{message}`");
        let mut told = BTreeSet::new();
        for fault in own.iter().filter(|fault| fault.answers.iter().any(|of| of == message)) {
            // One fault may be told in two ways.
            if !told.insert((&fault.subject, &fault.code)) {
                continue;
            }
            text.push_str(&format!("| {} | {} | {} |\n", std::mem::take(&mut first), named(fault), fault.when));
        }
    }
    for fault in common {
        let messages = fault.answers.iter().map(|message| format!("`{message}`")).collect::<Vec<_>>().join(", ");
        text.push_str(&format!("| {messages} | {} | {} |\n", named(fault), fault.when));
    }
    text
}

fn notes(notes: &[NoteRow]) -> String {
    let mut text = String::from("| `notes.code` | when | what you do |\n|---|---|---|\n");
    for NoteRow { code, when, heed, .. } in notes {
        let act = if *heed { "look at your program" } else { "nothing" };
        text.push_str(&format!("| `{code}` | {when} | {act} |\n"));
    }
    text
}

fn reasons(reasons: &[Reason]) -> String {
    let mut text = String::from("| `code` | why | 原因 | again |\n|---|---|---|---|\n");
    for Reason { code, again, zh, en } in reasons {
        text.push_str(&format!("| `{code}` | {en} | {zh} | {} |\n", if *again { "yes" } else { "no" }));
    }
    text
}

fn named(fault: &FaultRow) -> String {
    let subject = match fault.subject.as_str() {
        "{kind}" => "the kind",
        "{subject}" => "the kind, or `outputs` for one that nobody knows",
        "{procedure}" => "the procedure",
        "{field}" => "the text, e.g. `items.0.note`",
        subject => return format!("`{subject}: {}`", fault.code),
    };
    format!("{subject}: `{}`", fault.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    #[test]
    fn the_page_is_as_checked_in() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../proto/README.md");
        let page = std::fs::read_to_string(path).unwrap();
        let made = sections(words()).iter().fold(page.clone(), |page, (name, text)| {
            kept(&page, name, text).unwrap_or_else(|| panic!("the page has no section {name:?}"))
        });
        if std::env::var_os("WUTONG_WRITE_SCHEMA").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), made, "run `make schema`");
    }

    #[test]
    fn a_section_is_replaced_and_nothing_else() {
        let page = "a\n<!-- made: x -->\nold\n<!-- end: x -->\nb\n";
        assert_eq!(kept(page, "x", "new\n").as_deref(), Some("a\n<!-- made: x -->\nnew\n<!-- end: x -->\nb\n"));
        assert_eq!(kept(page, "y", "new\n"), None);
    }
}
