//! What a template's variables may hold.

use std::{borrow::Cow, fmt};

use contracts::{
    calendar::PROVISIONAL,
    links::{Link, Places},
    notification::is_office_phone,
};
use ids::Writing;
use serde::Deserialize;

use super::{guard, template::Language};

/// The kind of a variable's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// At most 200 characters on one line.
    Text,
    /// A whole number of at most six digits.
    Number,
    /// A day, with a time where it matters: `2025-09-28`, `2025-09-28 11:40`, `9月28日24时`. One that may still move, because it
    /// rests on days that no notice covers, says so: `2027-01-04(暂定)`.
    Date,
    /// A case number (办件编号), or at most 40 characters that name a paper, a ticket or a query code.
    Reference,
    /// A posting's number.
    Waybill,
    /// A link of the one table (`contracts::links`), or an address below a public one of ours; nowhere else.
    Link,
    /// An office's telephone: a landline with its area code, 400…, or a short number. Never a mobile.
    OfficePhone,
    /// A person, masked (`孙*`) or polite (`孙女士`).
    Person,
    /// A one-time code of six digits: told, and then kept by nobody.
    Code,
}

/// Why a value does not fit. Never repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueFault {
    Empty,
    TooLong(usize),
    NotOneLine,
    NoNumber,
    NoDate,
    NoReference,
    NoWaybill,
    NotOfficial,
    NoOfficePhone,
    NotMasked,
    NoCode,
    /// A text that holds an address on the web, which no variable of its kind may.
    Address,
}

impl fmt::Display for ValueFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::TooLong(most) => write!(f, "is longer than {most} characters"),
            Self::NotOneLine => f.write_str("is not one line of text that can be seen"),
            Self::NoNumber => f.write_str("is not a whole number of at most six digits"),
            Self::NoDate => f.write_str("is not a day"),
            Self::NoReference => f.write_str("is not a case number or a short reference"),
            Self::NoWaybill => f.write_str("is not a waybill number"),
            Self::NotOfficial => f.write_str("is not below a public address of ours"),
            Self::NoOfficePhone => f.write_str("is not an office's telephone"),
            Self::NotMasked => f.write_str("is a person's name without a mask"),
            Self::NoCode => f.write_str("is not a code of six digits"),
            Self::Address => f.write_str("holds an address on the web"),
        }
    }
}

const HONORIFICS: [&str; 6] = ["先生", "女士", "同志", "老师", "经理", "主任"];

impl ValueKind {
    /// Why the value does not fit; links stand below `places`.
    #[must_use]
    pub fn fault(self, value: &str, places: &Places) -> Option<ValueFault> {
        let length = value.chars().count();
        let unless = |fits: bool, fault| (!fits).then_some(fault);
        if value.trim().is_empty() {
            return Some(ValueFault::Empty);
        }
        let faults = Writing::line(self.most()).read(value).err().unwrap_or_default();
        if length > self.most() {
            return Some(ValueFault::TooLong(self.most()));
        }
        if value.chars().any(char::is_control) || !faults.is_empty() {
            return Some(ValueFault::NotOneLine);
        }
        match self {
            Self::Text => unless(!names_an_address(value), ValueFault::Address),
            Self::Number => unless(value.bytes().all(|b| b.is_ascii_digit()), ValueFault::NoNumber),
            Self::Date => unless(is_date(value), ValueFault::NoDate),
            Self::Reference => {
                let short = value.chars().all(|c| c.is_alphanumeric() || "-/〔〕()（）号 ".contains(c));
                unless(short, ValueFault::NoReference)
            }
            Self::Waybill => {
                let plain = value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
                let secret = guard::is_mobile(value) || guard::holds_identity(value);
                unless(plain && length >= 8 && !secret, ValueFault::NoWaybill)
            }
            Self::Link => unless(
                is_below(&self.shown(value, places), places) && !guard::holds_identity(value),
                ValueFault::NotOfficial,
            ),
            Self::OfficePhone => unless(is_office_phone(value), ValueFault::NoOfficePhone),
            Self::Person => {
                let masked = value.contains('*') || HONORIFICS.iter().any(|word| value.ends_with(word));
                unless(masked, ValueFault::NotMasked)
            }
            Self::Code => unless(length == 6 && value.bytes().all(|b| b.is_ascii_digit()), ValueFault::NoCode),
        }
    }

    /// What the guard looks through: nothing of a value whose form was proved and that looks like what it hunts.
    #[must_use]
    pub fn watched(self, value: &str) -> &str {
        match self {
            Self::Date | Self::Waybill | Self::Link | Self::OfficePhone | Self::Code => "□",
            Self::Text | Self::Number | Self::Reference | Self::Person => value,
        }
    }

    /// The value as people read it: a link stands at its place.
    #[must_use]
    pub fn shown<'a>(self, value: &'a str, places: &Places) -> Cow<'a, str> {
        let link = if self == Self::Link { Link::read(value) } else { None };
        link.map_or(Cow::Borrowed(value), |link| Cow::Owned(link.at(places)))
    }

    /// The value as people of a language are told it: a day that may still move says what will make it certain.
    #[must_use]
    pub fn told<'a>(self, value: &'a str, places: &Places, language: Language) -> Cow<'a, str> {
        match value.strip_suffix(PROVISIONAL).filter(|_| self == Self::Date) {
            Some(day) => Cow::Owned(format!("{day}{}", until_the_notice(language))),
            None => self.shown(value, places),
        }
    }

    fn most(self) -> usize {
        match self {
            Self::Text | Self::Link => 200,
            Self::Number | Self::Code => 6,
            Self::Reference => 40,
            Self::Date | Self::Waybill | Self::OfficePhone | Self::Person => 20,
        }
    }
}

fn is_date(value: &str) -> bool {
    // What rests on days that nobody announced says so behind the day.
    let value = value.strip_suffix(PROVISIONAL).unwrap_or(value);
    let digits = value.chars().filter(char::is_ascii_digit).count();
    (2..=12).contains(&digits) && value.chars().all(|c| c.is_ascii_digit() || "-/:. 年月日时分前".contains(c))
}

/// What is said behind a day that may still move.
fn until_the_notice(language: Language) -> &'static str {
    match language {
        Language::Chinese => "(暂定,以放假安排通知为准)",
        Language::English => " (provisional until the year's holidays are announced)",
    }
}

fn is_below(value: &str, places: &Places) -> bool {
    let plain = value.bytes().all(|b| b.is_ascii_graphic());
    let below =
        |address: &str| value.strip_prefix(address).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    plain && places.all().any(below)
}

/// `http://…`, `www.…`, or letters, a dot and letters again, as in `example.cn`.
fn names_an_address(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let names_a_host = |word: &str| {
        word.split_once('.').is_some_and(|(host, behind)| {
            let letters = behind.bytes().take_while(u8::is_ascii_alphabetic).count();
            host.bytes().next_back().is_some_and(|b| b.is_ascii_alphanumeric()) && letters >= 2
        })
    };
    lower.contains("://")
        || lower.contains("www.")
        || lower.split(|c: char| !c.is_ascii()).any(|part| {
            part.split_ascii_whitespace().any(|word| {
                word.match_indices('.').any(|(at, _)| {
                    let before = word[..at].rsplit('.').next().unwrap_or_default();
                    names_a_host(&format!("{before}{}", &word[at..]))
                })
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Places {
        Places::under("https://zwfw.example").with("construction-permit", "https://gc.example")
    }

    fn fits(kind: ValueKind, value: &str) -> bool {
        kind.fault(value, &ours()).is_none()
    }

    #[test]
    fn a_link_stands_below_a_public_address_of_ours_only() {
        assert!(fits(ValueKind::Link, "https://zwfw.example/n/7f3a") && fits(ValueKind::Link, "https://gc.example/n"));
        let link = "project_item?id=0198a7c2-0000-7000-8000-000000000001&code=A12";
        assert!(fits(ValueKind::Link, link));
        let shown = "https://gc.example/v1/projects/0198a7c2-0000-7000-8000-000000000001/items/A12";
        assert_eq!(ValueKind::Link.shown(link, &ours()), shown);
        for elsewhere in [
            "/n/7f3a",
            "project_item?id=1&code=../../x",
            "nowhere?id=1",
            "https://zwfw.example.evil.cn/x",
            "https://zwfw.example@evil.cn",
            "http://zwfw.example/x",
            "https://evil.cn/https://zwfw.example/",
            "https://zwfw.example/370683190001010014",
        ] {
            assert_eq!(ValueKind::Link.fault(elsewhere, &ours()), Some(ValueFault::NotOfficial));
        }
        assert!(!is_below("anything", &Places::default()), "without a public address there are no links");
        assert!(ValueKind::Link.fault(link, &Places::default()).is_some());
    }

    #[test]
    fn a_text_names_no_address_on_the_web() {
        for address in ["见http://x.cn", "WWW.x", "请访问evil.cn", "evil.com/x", "a.b.com"] {
            assert_eq!(ValueKind::Text.fault(address, &ours()), Some(ValueFault::Address), "{address}");
        }
        for plain in ["1.身份证明 2.章程", "共3.5平方米", "餐饮服务(v2.0)", "Documents. Then sign"] {
            assert!(fits(ValueKind::Text, plain), "{plain}");
        }
    }

    #[test]
    fn only_an_offices_telephone_is_told() {
        for office in ["0535-2212345", "05352212345", "12345", "400-800-1234", "2212345"] {
            assert!(fits(ValueKind::OfficePhone, office), "{office}");
        }
        for other in ["13800000001", "10012345678", "0535", "0535 2212345 13800000001"] {
            assert!(!fits(ValueKind::OfficePhone, other), "{other}");
        }
    }

    #[test]
    fn days_references_waybills_and_people_have_their_forms() {
        for (kind, value) in [
            (ValueKind::Date, "2025-09-28 11:40"),
            (ValueKind::Date, "2025年11月28日24时"),
            (ValueKind::Date, "2027-01-04 17:00(暂定)"),
            (ValueKind::Reference, "37068320250928010000018"),
            (ValueKind::Reference, "莱审批不许〔2025〕3号"),
            (ValueKind::Waybill, "1234567890123"),
            (ValueKind::Person, "孙*"),
            (ValueKind::Person, "孙女士"),
            (ValueKind::Number, "148"),
            (ValueKind::Code, "007123"),
        ] {
            assert!(fits(kind, value), "{value}");
        }
        for (kind, value) in [
            (ValueKind::Date, "明天"),
            (ValueKind::Date, "(暂定)"),
            (ValueKind::Waybill, "13800000001"),
            (ValueKind::Waybill, "370683190001010014"),
            (ValueKind::Person, "孙大明"),
            (ValueKind::Number, "-1"),
            (ValueKind::Code, "12345"),
            (ValueKind::Code, "12345a"),
            (ValueKind::Text, " "),
            (ValueKind::Text, "一\n二"),
            (ValueKind::Text, "一\n"),
            (ValueKind::Text, "一\u{202e}二"),
            (ValueKind::Text, "\u{200b}"),
        ] {
            assert!(!fits(kind, value), "{value}");
        }
    }
}
