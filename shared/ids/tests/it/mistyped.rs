//! Each fixture of domain.md 3.4-3.7 with every character replaced, left out, doubled or put in another script. What a
//! code's check promises is tried in full; what it cannot see is written down here, too.

use ids::{BasicAccountNumber, CaseNumber, CitizenId, CodeError, CreditCode, OrganisationCode, RegionCode, SealCode};
use time::macros::date;

type Holds = fn(&str) -> bool;

fn holds<T>(read: Result<T, CodeError>) -> bool {
    read.is_ok()
}

const CITIZEN: Holds = |text| holds(CitizenId::parse(text, date!(2025 - 09 - 28)));
const CREDIT: Holds = |text| holds(CreditCode::parse(text));
const ORGANISATION: Holds = |text| holds(OrganisationCode::parse(text));
const CASE: Holds = |text| holds(CaseNumber::parse(text));
const SEAL: Holds = |text| holds(SealCode::parse(text));
const ACCOUNT: Holds = |text| holds(BasicAccountNumber::parse(text));
const REGION: Holds = |text| holds(RegionCode::parse(text));

/// Codes with a check that sees every single changed character.
const CHECKED: [(Holds, &[&str]); 3] = [
    (
        CITIZEN,
        &[
            "370683190001010014",
            "370683190102030022",
            "370683190203040035",
            "370683190304050048",
            "370683190405060050",
            "370683190506070063",
            "370683190607080076",
            "370683190708090089",
            "370683190809100098",
            "370683190910110100",
            "370683190402290133",
            "37068319000101105X",
        ],
    ),
    (
        CREDIT,
        &[
            "91350100M000100Y43",
            "91370683MAYY00018Y",
            "91370683MAYY00026R",
            "91370683MAYY00034L",
            "91370683MAYY00042F",
            "91370683MAYY00050A",
            "91370683MAYY000697",
            "91370683MAYY0019XX",
            "91370683MAYY00253Y",
            "91370683MAYY003760",
            "92370683MAYY00018U",
            "93370683MAYY00018Q",
            "52370683MAYY000180",
            "51370683MAYY000183",
        ],
    ),
    (CASE, &["37068320250928010000018"]),
];

/// Codes without one, or with one that is blind to some changes.
const UNCHECKED: [(Holds, &[&str]); 4] = [
    (ORGANISATION, &["M000100Y4", "MAYY00018", "MAYY0019X", "MAYY00376"]),
    (SEAL, &["3706830000001", "3706830000004", "37068300000001"]),
    (ACCOUNT, &["J4560000000101"]),
    (REGION, &["370683", "370683001", "370683101399"]),
];

fn every_fixture() -> impl Iterator<Item = (Holds, &'static str)> {
    CHECKED.into_iter().chain(UNCHECKED).flat_map(|(holds, fixtures)| fixtures.iter().map(move |text| (holds, *text)))
}

/// The text with one character replaced by each other that could be typed.
fn replaced(text: &str, at: usize) -> Vec<String> {
    let with = |to: char| text.char_indices().map(|(nth, old)| if nth == at { to } else { old }).collect();
    let typed = ('0'..='9').chain('A'..='Z').chain('a'..='z').filter(|to| !text[at..].starts_with(*to));
    typed.map(with).collect()
}

#[test]
fn a_check_sees_every_single_changed_character() {
    for (holds, text) in CHECKED.into_iter().flat_map(|(holds, texts)| texts.iter().map(move |text| (holds, *text))) {
        assert!(holds(text), "{text}");
        for changed in (0..text.len()).flat_map(|at| replaced(text, at)) {
            assert!(!holds(&changed), "{changed} instead of {text}");
        }
    }
}

#[test]
fn what_is_left_out_or_typed_twice_is_seen() {
    for (holds, text) in every_fixture() {
        for at in 0..text.len() {
            let without = format!("{}{}", &text[..at], &text[at + 1..]);
            let twice = format!("{}{}{}", &text[..=at], &text[at..=at], &text[at + 1..]);
            for changed in [without, twice] {
                // A seal code may have thirteen digits or fourteen: that one is missing or too many does not show.
                let other_seal = SEAL(text) && SEAL(&changed);
                assert_eq!(holds(&changed), other_seal, "{changed} instead of {text}");
            }
        }
    }
}

#[test]
fn nothing_around_a_code_is_passed_over_and_no_other_script_is_read() {
    for (holds, text) in every_fixture() {
        assert!(holds(text), "{text}");
        let wide: String = text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        let arabic: String = text.chars().map(|c| if c == '0' { '\u{660}' } else { c }).collect();
        let mut changed = vec![wide, arabic, String::new()];
        for around in [" ", "\t", "\n", "\0", "-", "\u{3000}", "\u{200b}", "\u{feff}"] {
            changed.extend([format!("{around}{text}"), format!("{text}{around}"), text.replacen('0', around, 1)]);
        }
        if text.chars().any(char::is_alphabetic) {
            changed.push(text.to_lowercase());
        }
        for changed in changed {
            assert!(!holds(&changed), "{changed:?}");
        }
    }
}

/// Neither has a check: only the region, or the letter in front, can show a slip.
#[test]
fn a_mistyped_serial_of_a_seal_or_an_account_is_not_seen() {
    assert!(SEAL("3706830000001") && SEAL("3706830000007"));
    assert!(ACCOUNT("J4560000000101") && ACCOUNT("J4560000000701"));
    assert!(!SEAL("9906830000001") && !ACCOUNT("K4560000000101"));
}

/// The place and the day of a number are looked at apart from its check.
#[test]
fn a_right_check_excuses_neither_a_region_nor_a_day() {
    assert!(!CITIZEN("370683190002290118"), "1900-02-29 never was");
    let with_check = |body: &str| "0123456789X".chars().map(|check| format!("{body}{check}")).collect::<Vec<_>>();
    for body in
        ["99068319000101001", "37068319001301001", "37068319010431001", "37068320250929001", "37068318991231001"]
    {
        assert!(with_check(body).iter().all(|text| !CITIZEN(text)), "{body}");
    }
    for body in ["9906832025092801000001", "3706832025022901000001", "3706832025092801000000"] {
        assert!(with_check(body).iter().all(|text| !CASE(text)), "{body}");
    }
}
