//! The one list of words (`proto/words.toml`) as rules: what a theme's tasks yield, whether a value is one that a result may
//! have, and whether a supplement asks for what its task may know.

use std::collections::{BTreeMap, BTreeSet};

use contracts::words::{Form, Holds, OutputWord, fault, words};
use ids::{BasicAccountNumber, CodeError, CreditCode, SealCode, Writing};
use time::{Date, macros::format_description};

use crate::output::{Decision, Fault, Output};
use crate::suspension::SupplementItem;
use crate::theme::{OutputTemplate, ThemeDraft};

/// Longest number, in characters.
const LONGEST_NUMBER: usize = 40;
/// What a result that is a text may be.
const TEXT: Writing = Writing::line(200);

impl OutputTemplate {
    /// A kind of result as the list has it.
    #[must_use]
    pub fn of(word: &OutputWord) -> Self {
        Self { kind: word.kind.clone(), zh: word.zh.clone(), en: word.en.clone(), public: word.public }
    }
}

impl ThemeDraft {
    /// The theme with what each of its tasks yields, as the list says.
    #[must_use]
    pub fn with_outputs(mut self) -> Self {
        for task in &mut self.tasks {
            let word = words().tasks_of(&self.code).find(|word| word.code == task.code.as_str());
            let kinds = word.iter().flat_map(|word| &word.outputs).filter_map(|kind| words().output(kind));
            task.outputs = kinds.map(OutputTemplate::of).collect();
        }
        self
    }
}

/// Numbers among the results that one case alone has: (kind, value).
pub fn unique_numbers(decision: &Decision) -> impl Iterator<Item = (&str, &str)> {
    let once = |output: &&Output| words().output(&output.kind).is_some_and(|word| word.once);
    decision.outputs.iter().filter(once).map(|output| (output.kind.as_str(), output.value.as_str()))
}

/// Every result that is not of its form, or none of its list. A kind that the list does not have is not looked at: that it was
/// not asked for is said elsewhere.
#[must_use]
pub fn value_faults(decision: &Decision) -> Vec<Fault> {
    let given = decision.outputs.iter().filter(|output| !output.value.is_empty());
    given.filter_map(|output| value_fault(&output.kind, &output.value)).collect()
}

/// Every kind that says more than it may: two values where a result has one, or one value twice.
#[must_use]
pub fn count_faults(decision: &Decision) -> Vec<Fault> {
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Output { kind, value } in &decision.outputs {
        values.entry(kind).or_default().push(value);
    }
    let fault = |(kind, values): (&str, Vec<&str>)| {
        let word = words().output(kind).filter(|_| values.len() > 1)?;
        let once: BTreeSet<&str> = values.iter().copied().collect();
        let with = [("kind", word.kind.as_str()), ("zh", &word.zh), ("en", &word.en)];
        match word.several {
            false => Some(Fault::told(fault::SAID_TWICE, &with)),
            true => (once.len() < values.len()).then(|| Fault::told(fault::REPEATED, &with)),
        }
    };
    values.into_iter().filter_map(fault).collect()
}

/// What is wrong with a special procedure whose name the list does not have.
#[must_use]
pub fn procedure_fault(name: &str) -> Option<Fault> {
    let known = || words().procedures.iter().map(|word| word.code.as_str());
    if known().any(|code| code == name) {
        return None;
    }
    Some(Fault::told(fault::UNLISTED_PROCEDURE, &[("known", &known().collect::<Vec<_>>().join(", "))]))
}

/// What is wrong with one value of a kind that the list has.
#[must_use]
pub fn value_fault(kind: &str, value: &str) -> Option<Fault> {
    let word = words().output(kind)?;
    let form = match &word.holds {
        Holds::Form(form) => *form,
        Holds::Values(values) if values.iter().any(|known| known.value == value) => return None,
        Holds::Values(values) => {
            let values = values.iter().map(|known| known.value.as_str()).collect::<Vec<_>>().join(", ");
            let with = [("kind", word.kind.as_str()), ("zh", &word.zh), ("en", &word.en), ("values", &values)];
            return Some(Fault::told(fault::NOT_LISTED, &with));
        }
    };
    let (zh, en) = not_of(form, value)?;
    Some(Fault::told(fault::MALFORMED, &[("kind", &word.kind), ("zh", &zh), ("en", &en)]))
}

/// A result that is a day.
#[must_use]
pub fn day(value: &str) -> Option<Date> {
    Date::parse(value, &format_description!("[year]-[month]-[day]")).ok()
}

/// What is wrong with a value of this form.
fn not_of(form: Form, value: &str) -> Option<(String, String)> {
    let code = |error: CodeError| (error.zh(), error.to_string());
    let wrong = |is: bool, zh: &str, en: &str| is.then(|| (zh.to_owned(), en.to_owned()));
    match form {
        Form::CreditCode => CreditCode::parse(value).err().map(code),
        Form::SealCode => SealCode::parse(value).err().map(code),
        Form::BasicAccountNumber => BasicAccountNumber::parse(value).err().map(code),
        Form::Date => wrong(day(value).is_none(), "应为日期,如2025-09-28", "a day such as 2025-09-28"),
        Form::Number => {
            let number = value.len() <= LONGEST_NUMBER && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            wrong(!number, "应为字母、数字或者连字符,最多40个", "letters, digits and hyphens, at most 40")
        }
        Form::Text => {
            let fault = TEXT.read(value).err()?.into_iter().next()?;
            Some((fault.zh(), fault.to_string()))
        }
    }
}

/// Every item of a supplement that its task may not ask for. `entitled`: names of fields and codes of papers.
#[must_use]
pub fn entitlement_faults(items: &[SupplementItem], entitled: &BTreeSet<String>) -> Vec<Fault> {
    let known = if entitled.is_empty() {
        "-".to_owned()
    } else {
        entitled.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
    };
    let foreign = items.iter().filter(|item| !entitled.contains(&item.code));
    foreign.map(|item| Fault::told(fault::NOT_ENTITLED, &[("item", &item.code), ("entitled", &known)])).collect()
}

#[cfg(test)]
mod tests {
    use ids::Fen;
    use time::OffsetDateTime;

    use super::*;
    use crate::{case::StopKind, output::Fee, suspension::RECTIFICATION};

    fn decision(outputs: &[(&str, &str)]) -> Decision {
        let output = |(kind, value): &(&str, &str)| Output { kind: (*kind).to_owned(), value: (*value).to_owned() };
        Decision {
            decided_at: OffsetDateTime::UNIX_EPOCH,
            decided_by: "rule".to_owned(),
            outputs: outputs.iter().map(output).collect(),
            fees: vec![Fee { name: "工本费".to_owned(), fen: Fen::ZERO }],
        }
    }

    #[test]
    fn a_value_is_of_its_list_or_of_its_form() {
        let good = [
            ("credit_code", "91370683MAYY00018Y"),
            ("established_on", "2025-09-28"),
            ("seal_code", "3706830000001"),
            ("tax_types", "增值税"),
            ("tax_device", "none"),
            ("account_number", "6228000000000000001"),
            ("basic_account_number", "J4560000000101"),
            ("delivery_mode", "post"),
            ("result", "地字第370683202500001号"),
            ("fund_unit_account", ""),
        ];
        assert_eq!(value_faults(&decision(&good)), [], "an empty one is missing, and nothing else");
        let bad = [
            ("credit_code", "91370683MAYY00018Z"),
            ("established_on", "28.9.2025"),
            ("tax_types", "增值税、印花税"),
            ("tax_device", "floppy"),
            ("account_number", "账号一"),
            ("result", "two\nlines"),
        ];
        let faults = value_faults(&decision(&bad));
        let told: Vec<_> = faults.iter().map(|fault| (fault.subject.as_str(), fault.code.as_str())).collect();
        assert_eq!(
            told,
            [
                ("credit_code", "malformed"),
                ("established_on", "malformed"),
                ("tax_types", "not_listed"),
                ("tax_device", "not_listed"),
                ("account_number", "malformed"),
                ("result", "malformed"),
            ]
        );
        assert_eq!(faults[3].en, "Tax device is one of: none, disk, ukey");
    }

    #[test]
    fn a_result_that_is_one_is_said_once_and_a_value_of_several_too() {
        let codes = |faults: Vec<Fault>| faults.into_iter().map(|it| (it.subject, it.code)).collect::<Vec<_>>();
        let good = [
            ("tax_types", "增值税"),
            ("tax_types", "印花税"),
            ("tax_device", "none"),
            ("unheard_of", "1"),
            ("unheard_of", "1"),
        ];
        assert_eq!(count_faults(&decision(&good)), []);
        let bad = [
            ("credit_code", "91370683MAYY00018Y"),
            ("credit_code", "91370683MAYY00026R"),
            ("established_on", "2025-09-28"),
            ("established_on", "2025-09-28"),
            ("tax_types", "增值税"),
            ("tax_types", "增值税"),
        ];
        let told = [("credit_code", "said_twice"), ("established_on", "said_twice"), ("tax_types", "repeated")];
        assert_eq!(codes(count_faults(&decision(&bad))), told.map(|(kind, code)| (kind.to_owned(), code.to_owned())));
    }

    #[test]
    fn a_procedure_is_one_of_the_list() {
        assert_eq!(procedure_fault("hearing"), None);
        assert!(procedure_fault("dance").unwrap().zh.contains("publicity, hearing"));
    }

    #[test]
    fn what_an_owner_says_stands_in_the_list() {
        let all = [
            StopKind::Withdrawn,
            StopKind::Returned,
            StopKind::ApplicantEnded,
            StopKind::LicenceRevoked,
            StopKind::TaskRefused,
        ];
        let listed: Vec<&str> = words().cancelled.iter().map(|word| word.code.as_str()).collect();
        assert_eq!(listed, all.map(StopKind::as_str));
        assert!(words().procedures.iter().any(|word| word.code == RECTIFICATION));
    }

    #[test]
    fn numbers_that_one_case_alone_has_are_known_by_their_kind() {
        let decision = decision(&[("credit_code", "a"), ("established_on", "b"), ("account_number", "c")]);
        assert_eq!(unique_numbers(&decision).collect::<Vec<_>>(), [("credit_code", "a"), ("account_number", "c")]);
    }
}
