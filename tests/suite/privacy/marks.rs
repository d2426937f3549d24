//! Values that occur nowhere else in the suite, and how they are recognised however they are written.

use std::{borrow::Cow, fmt::Write as _};

use serde_json::{Value, json};

use crate::support::opening;

/// A value that only few may see.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Field of the form, or kind of output.
    pub name: String,
    forms: Vec<String>,
}

impl Mark {
    pub fn new(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), forms: forms(value) }
    }
}

/// Five people, none of whom is another, so that a value tells whose it is. The numbers are those of domain 3.5 that no
/// other test uses.
const PEOPLE: [(&str, &str); 10] = [
    ("legal_representative.name", "龘验标"),
    ("legal_representative.citizen_id", "370683190304050048"),
    ("legal_representative.phone", "10098765432"),
    ("founder.1.name", "靐验标"),
    ("founder.1.citizen_id", "370683190405060050"),
    ("founder.2.name", "齉验标"),
    ("founder.2.citizen_id", "370683190506070063"),
    ("supervisor.name", "爨验标"),
    ("finance_head.name", "麤验标"),
    ("finance_head.citizen_id", "370683190607080076"),
];

/// The legal representative's telephone, to which messages may go.
pub const PHONE: &str = "10098765432";

/// An opening by these people, and what of it is theirs alone.
pub fn marked_opening() -> (Value, Vec<Mark>) {
    let mut application = opening();
    for (name, value) in PEOPLE {
        application["fields"][name] = json!(value);
    }
    (application, PEOPLE.map(|(name, value)| Mark::new(name, value)).to_vec())
}

/// Which of the marks stand in these bytes.
pub fn found<'m>(marks: &'m [Mark], bytes: &[u8]) -> Vec<&'m str> {
    let text: Cow<'_, str> = String::from_utf8_lossy(bytes);
    let stands = |mark: &&Mark| mark.forms.iter().any(|form| text.contains(form));
    marks.iter().filter(stands).map(|mark| mark.name.as_str()).collect()
}

/// As it is; in hexadecimal; as a list of bytes; with the escapes of JSON and of addresses.
fn forms(value: &str) -> Vec<String> {
    let mut forms = vec![value.to_owned()];
    let hex: String = value.bytes().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    forms.extend([hex.to_uppercase(), hex]);
    forms.push(value.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", "));
    if !value.is_ascii() {
        forms.push(value.encode_utf16().fold(String::new(), |mut text, unit| {
            let _ = write!(text, "\\u{unit:04x}");
            text
        }));
        forms.push(value.bytes().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "%{byte:02X}");
            text
        }));
    }
    forms
}
