//! No identity number, no account and no telephone of a person in any message (个人信息保护). The last look at a text before it
//! may be told; it holds whatever a sender gets wrong.

use std::fmt;

use ids::CaseNumber;

/// What must not be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Secret {
    /// 18 characters of the form of GB 11643 whose check digit holds.
    Identity,
    /// A mobile number, or the recipient's own.
    Telephone,
    /// Twelve digits or more in a row, or a card's number in groups.
    Account,
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "an identity number",
            Self::Telephone => "a telephone number in full",
            Self::Account => "an account number in full",
        })
    }
}

/// Digits in a row from which on a number is taken for an account.
const ACCOUNT: usize = 12;

/// Looks through texts to one recipient.
#[derive(Clone, Copy, Debug, Default)]
pub struct Guard<'a> {
    /// The recipient's own number; empty where there is none.
    pub phone: &'a str,
}

impl Guard<'_> {
    /// What the text tells that it must not, each once. Full-width digits count, and so do digits in groups.
    #[must_use]
    pub fn secrets(&self, text: &str) -> Vec<Secret> {
        let plain = without_case_numbers(&narrow(text));
        let tight = without_gaps(&plain);
        let runs = |text: &str, fits: &dyn Fn(&str) -> bool| digit_runs(text).any(fits);
        let mut found = Vec::new();
        if holds_identity(&plain) {
            found.push(Secret::Identity);
        }
        let mobile = |run: &str| is_mobile(run) || run.strip_prefix("86").is_some_and(is_mobile);
        let own = !self.phone.is_empty() && (plain.contains(self.phone) || tight.contains(self.phone));
        if own || runs(&plain, &mobile) || runs(&tight, &mobile) {
            found.push(Secret::Telephone);
        }
        let card = |run: &str| (16..=19).contains(&run.len()) && run.starts_with(['3', '4', '5', '6']) && luhn(run);
        if runs(&plain, &|run| run.len() >= ACCOUNT && !mobile(run)) || runs(&tight, &card) {
            found.push(Secret::Account);
        }
        found
    }
}

/// Whether these are the digits of a mobile number: eleven, the first of them 1.
#[must_use]
pub fn is_mobile(text: &str) -> bool {
    text.len() == 11 && text.starts_with('1') && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether an identity number stands anywhere in the text, with or without gaps.
#[must_use]
pub fn holds_identity(text: &str) -> bool {
    let tight: Vec<char> = without_gaps(&narrow(text)).chars().collect();
    tight.windows(18).any(is_identity)
}

/// GB 11643-1999: 17 digits and a check digit by ISO 7064 MOD 11-2.
fn is_identity(text: &[char]) -> bool {
    let Some((last, digits)) = text.split_last() else { return false };
    let mut sum = 0;
    for (place, digit) in digits.iter().enumerate() {
        let Some(digit) = digit.to_digit(10) else { return false };
        // 2^(17-place) mod 11
        let weight = (0..17 - place).fold(1, |weight, _| weight * 2 % 11);
        sum += digit * weight;
    }
    let check = (12 - sum % 11) % 11;
    match last {
        'X' | 'x' => check == 10,
        digit => digit.to_digit(10) == Some(check),
    }
}

/// Full-width digits and letters become plain ones.
fn narrow(text: &str) -> String {
    let plain = |c: char| match c {
        '０'..='９' | 'Ｘ' | 'ｘ' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '－' | '–' | '—' => '-',
        other => other,
    };
    text.chars().map(plain).collect()
}

/// A case number is 23 digits that anybody may know, and may hold what only looks like an identity number.
fn without_case_numbers(text: &str) -> String {
    let numbers: Vec<&str> = digit_runs(text).filter(|run| CaseNumber::parse(run).is_ok()).collect();
    numbers.into_iter().fold(text.to_owned(), |text, number| text.replace(number, "□"))
}

/// One gap between two digits, or before the X that ends an identity number, is passed over.
fn without_gaps(text: &str) -> String {
    let text: Vec<char> = text.chars().collect();
    let joins = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        let after = text.get(at + 1);
        matches!(text[at], ' ' | '-')
            && before.is_some_and(char::is_ascii_digit)
            && after.is_some_and(|c| c.is_ascii_digit() || matches!(c, 'X' | 'x'))
    };
    (0..text.len()).filter(|at| !joins(*at)).map(|at| text[at]).collect()
}

fn digit_runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty())
}

/// Whether a bank card's check digit holds (ISO/IEC 7812).
fn luhn(digits: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(place, digit)| if place % 2 == 1 { doubled(digit) } else { digit })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(text: &str) -> Vec<Secret> {
        Guard { phone: "10012345678" }.secrets(text)
    }

    #[test]
    fn an_identity_number_is_found_however_it_is_written() {
        for text in [
            "申请人370683190001010014已受理",
            "370683 19000101 0014",
            "３７０６８３１９０００１０１００１４",
            "编号9370683190001010014",
        ] {
            assert!(secrets(text).contains(&Secret::Identity), "{text}");
        }
        assert!(!secrets("370683190001010015").contains(&Secret::Identity), "its check digit does not hold");
    }

    #[test]
    fn a_check_digit_x_counts() {
        let with_x = |check: char| {
            let text: Vec<char> = "11010519491231002".chars().chain([check]).collect();
            is_identity(&text)
        };
        assert!(with_x('X') && with_x('x') && !with_x('1'));
        assert_eq!(secrets("11010519491231002 X"), [Secret::Identity, Secret::Account]);
    }

    #[test]
    fn telephones_and_accounts_are_found() {
        for text in ["请拨13800000001", "138-0000-0001", "+86 138 0000 0001", "8613800000001", "10012345678"] {
            assert_eq!(secrets(text), [Secret::Telephone], "{text}");
        }
        for text in ["J4560000000101", "账号123456789012", "4111 1111 1111 1111"] {
            assert_eq!(secrets(text), [Secret::Account], "{text}");
        }
    }

    #[test]
    fn what_is_masked_and_what_only_looks_alike_is_told() {
        for text in [
            "138****0001",
            "370683********0014",
            "91370683MAYY00018Y",
            "2025-09-28 2025-10-01",
            "承诺20个工作日,共3份",
            "编号37068320250928010000018",
        ] {
            assert_eq!(secrets(text), [], "{text}");
        }
    }
}
