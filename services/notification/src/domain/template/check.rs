//! What is wrong with template files: everything, at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use contracts::notification::message::CODE;

use super::{Audience, Channel, Template, Templates, digest};

/// The longest text of a template, and of what is made of it, in characters: what providers take as one long message.
pub const MOST_CHARACTERS: usize = 500;
/// Characters between the brackets of a signature, as operators file them.
const SIGNATURE: std::ops::RangeInclusive<usize> = 2..=12;

/// Every fault of every file, one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken(pub Vec<String>);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the templates are broken:\n  {}", self.0.join("\n  "))
    }
}

impl std::error::Error for Broken {}

pub(super) fn check(files: &[(&str, &str)], released: &BTreeMap<String, String>) -> Result<Templates, Broken> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    let mut newest: BTreeMap<String, Template> = BTreeMap::new();
    for (name, text) in files {
        let template: Template = match toml::from_str(text) {
            Ok(template) => template,
            Err(error) => {
                faults.push(format!("{name}: {}", error.message()));
                continue;
            }
        };
        faults.extend(faults_of(&template).into_iter().map(|fault| format!("{name}: {fault}")));
        let reference = template.reference();
        if !seen.insert(reference.clone()) {
            faults.push(format!("{name}: {reference} is in another file already"));
        }
        match released.get(&reference) {
            Some(known) if *known == digest(text) => {}
            Some(_) => faults.push(format!("{name}: {reference} is released and was changed; make a new version")),
            None => faults.push(format!("{name}: {reference} is not in released.toml")),
        }
        if newest.get(&template.id).is_none_or(|known| known.version < template.version) {
            newest.insert(template.id.clone(), template);
        }
    }
    let gone = released.keys().filter(|reference| !seen.contains(*reference));
    faults.extend(gone.map(|reference| format!("released.toml: {reference} has no file")));
    if faults.is_empty() { Ok(Templates(newest)) } else { Err(Broken(faults)) }
}

fn faults_of(template: &Template) -> Vec<String> {
    let mut faults = Vec::new();
    let id = template.id.as_bytes();
    if !(id.len() == 3 && id[0] == b'N' && id[1..].iter().all(u8::is_ascii_digit)) {
        faults.push(format!("id {:?} is not of the form N01", template.id));
    }
    if template.version == 0 {
        faults.push("version begins with 1".to_owned());
    }
    if template.channels.is_empty() {
        faults.push("channels is empty: nobody would be told".to_owned());
    }
    if template.audience == Audience::Staff && template.goes_by(Channel::Sms) {
        faults.push("an SMS needs the signature that only texts for citizens have".to_owned());
    }
    if template.codes().any(|name| name != CODE) {
        faults.push(format!("a one-time code is called {CODE}"));
    }
    if template.codes().next().is_some() && template.goes_by(Channel::InApp) {
        faults.push("a one-time code goes by SMS alone: an in-app message stays".to_owned());
    }
    for (language, text) in [("zh", &template.zh), ("en", &template.en)] {
        if text.chars().count() > MOST_CHARACTERS {
            faults.push(format!("{language} is longer than {MOST_CHARACTERS} characters"));
        }
        if template.audience == Audience::Citizen {
            faults.extend(signature_fault(text).map(|fault| format!("{language} {fault}")));
        }
        match places(text) {
            Err(fault) => faults.push(format!("{language} {fault}")),
            Ok(places) => {
                let unknown = places.iter().filter(|place| !template.variables.contains_key(**place));
                faults.extend(unknown.map(|place| format!("{language} has the unknown placeholder {{{place}}}")));
                let unused = template.variables.keys().filter(|name| !places.contains(name.as_str()));
                faults.extend(unused.map(|name| format!("{language} never says {{{name}}}")));
            }
        }
    }
    faults
}

/// The signature between the brackets with which a text for citizens begins.
pub(super) fn signature(text: &str) -> Option<&str> {
    text.strip_prefix('【').and_then(|rest| rest.split_once('】')).map(|(signature, _)| signature)
}

fn signature_fault(text: &str) -> Option<String> {
    let Some(signature) = signature(text) else {
        return Some("does not begin with a signature in 【】".to_owned());
    };
    let fits = SIGNATURE.contains(&signature.chars().count()) && signature.chars().all(char::is_alphanumeric);
    (!fits).then(|| "has a signature that is not of 2 to 12 letters and digits".to_owned())
}

/// The names between braces.
pub(super) fn places(text: &str) -> Result<BTreeSet<&str>, String> {
    let mut places = BTreeSet::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let behind = rest[at..].strip_prefix('{').ok_or("has a } without {")?;
        let (name, after) = behind.split_once('}').ok_or("has a { without }")?;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            return Err(format!("has a placeholder {{{name}}} that is no name"));
        }
        places.insert(name);
        rest = after;
    }
    Ok(places)
}
