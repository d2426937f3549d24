//! What no single key shows: whether the parts of the catalogue fit together.

use std::collections::BTreeSet;

use chassis::data::DataFault;
use ids::{CreditCode, DepartmentCode};

use super::{
    entry::{Entry, ItemKind, Need, Sort, Standing},
    parse::{Parsed, Placed},
};

/// Notes everything that does not fit.
pub fn check(parsed: &Parsed, faults: &mut Vec<DataFault>) {
    let mut note = |file: &str, key: String, what: String| faults.push(DataFault::new(file, key, what));
    let mut seen = BTreeSet::new();
    for (file, department) in &parsed.departments {
        let key = format!("department {}", department.code);
        if let Err(error) = DepartmentCode::parse(&department.code) {
            note(file, format!("{key}.code"), error.to_string());
        }
        if let Err(error) = CreditCode::parse(&department.credit_code) {
            note(file, format!("{key}.credit_code"), error.to_string());
        }
        if !seen.insert(&department.code) {
            note(file, key, "stands twice".to_owned());
        }
    }
    let mut seen = BTreeSet::new();
    for (file, code, _, _) in &parsed.materials {
        if !seen.insert(code) {
            note(file, format!("material {code}"), "stands twice".to_owned());
        }
    }
    let mut versions = BTreeSet::new();
    let mut days = BTreeSet::new();
    for placed in &parsed.entries {
        let entry = &placed.entry;
        let reference = entry.reference();
        let mut here = |key: &str, what: String| note(&placed.file, format!("{reference}{key}"), what);
        if !versions.insert(reference.clone()) {
            here("", "stands twice: one code and version is one text".to_owned());
        } else if !days.insert((&entry.code, entry.valid_from)) {
            here(".valid_from", format!("another version of {} begins on the same day", entry.code));
        }
        check_entry(placed, &mut here);
        if let Some(code) = &entry.implementation_code {
            check_code(entry, code, parsed, &mut here);
        }
        for item in &entry.items {
            let known = |other: &Placed| other.entry.sort == Sort::Item && other.entry.code == *item;
            if !parsed.entries.iter().any(known) {
                here(".items", format!("{item} is no item of the catalogue"));
            }
        }
    }
}

fn check_entry(placed: &Placed, here: &mut impl FnMut(&str, String)) {
    let entry = &placed.entry;
    let slug = |code: &str| {
        code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && code.starts_with(|c: char| c.is_ascii_lowercase())
    };
    if !entry.code.is_empty() && !slug(&entry.code) {
        here(".code", "is not small letters, digits and hyphens".to_owned());
    }
    if entry.version == 0 {
        here(".version", "begins with 1".to_owned());
    }
    if entry.promised_days > entry.statutory_days {
        let (promised, statutory) = (entry.promised_days, entry.statutory_days);
        here(".promised_days", format!("{promised} is more than the law's {statutory} (statutory_days)"));
    }
    if entry.guide.is_empty() {
        here(".guide", "is missing (行政许可法 30)".to_owned());
    }
    if entry.basis.is_empty() {
        here(".basis", "is missing (行政许可法 30)".to_owned());
    }
    if entry.form.channels.is_empty() {
        here(".channels", "is missing or empty".to_owned());
    }
    if entry.standing == Standing::Open && entry.materials.is_empty() {
        here(".material", "is missing: what is brought is published (行政许可法 30)".to_owned());
    }
    let mut seen = BTreeSet::new();
    for material in entry.materials.iter().filter(|material| !seen.insert(&material.code)) {
        here(".material", format!("{} stands twice", material.code));
    }
    for code in &placed.tolerable {
        match entry.material(code) {
            None => here(".tolerable", format!("{code} is not in the list of materials")),
            Some(material) if material.need == Need::Core => {
                here(".tolerable", format!("{code} is a core material, and those are never tolerable (6.4)"));
            }
            Some(_) => {}
        }
    }
    if entry.safety && !placed.tolerable.is_empty() {
        here(".tolerable", "an item that touches safety tolerates nothing (6.4)".to_owned());
    }
}

/// 18 characters of the authority's credit code, level 4 (county), 12 digits of the basic code (2.3).
fn check_code(entry: &Entry, code: &str, parsed: &Parsed, here: &mut impl FnMut(&str, String)) {
    let authority = code.get(..18).unwrap_or_default();
    let rest = code.get(18..).unwrap_or_default();
    let digits = rest.len() == 13 && rest.bytes().all(|b| b.is_ascii_digit());
    if CreditCode::parse(authority).is_err() || !digits {
        here(".implementation_code", "is not a credit code and 13 digits".to_owned());
        return;
    }
    if !rest.starts_with('4') {
        here(".implementation_code", "the level, character 19, is 4 for a county".to_owned());
    }
    let holder = parsed.departments.iter().find(|(_, department)| department.code == entry.department);
    if holder.is_some_and(|(_, department)| department.credit_code != authority) {
        here(".implementation_code", format!("does not begin with the credit code of {}", entry.department));
    }
    let wanted = match entry.kind {
        Some(ItemKind::Licence) => Some("01"),
        Some(ItemKind::Confirmation) => Some("07"),
        Some(ItemKind::PublicService) => Some("20"),
        Some(
            ItemKind::Benefit
            | ItemKind::Adjudication
            | ItemKind::Award
            | ItemKind::OtherPower
            | ItemKind::Filing
            | ItemKind::Intermediary
            | ItemKind::TechnicalReview
            | ItemKind::Utility,
        )
        | None => None,
    };
    if let Some(wanted) = wanted.filter(|wanted| rest.get(3..5) != Some(*wanted)) {
        here(".implementation_code", format!("digits 3 and 4 of the basic code are {wanted} for this kind"));
    }
}
