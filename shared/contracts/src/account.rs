//! The public account of processes ([`Progressed`](crate::process::v1::Progressed)) as its readers need it: what happened as a
//! stable name and as a sentence in both languages, and what told it before there was one account for all owners.
//!
//! A kind that a reader does not know is [`SOMETHING`] to it, and no fault.

mod old;
mod words;

use std::collections::BTreeMap;

pub use old::read;
pub use words::{ROLE, Words, why, words};

use crate::process::v1::{Argument, Kind};

/// The name of whatever a reader does not know.
pub const SOMETHING: &str = "something_went_on";

/// Argument -> values: codes and numbers, never what somebody typed.
pub type Arguments = BTreeMap<String, Vec<String>>;

/// Stable name of what happened, e.g. `task_assigned`.
#[must_use]
pub fn name(kind: Option<Kind>) -> String {
    match kind {
        None | Some(Kind::Unspecified) => SOMETHING.to_owned(),
        Some(kind) => kind.as_str_name().trim_start_matches(PREFIX).to_lowercase(),
    }
}

/// What happened, by its stable name; none where this program does not know it.
#[must_use]
pub fn named(name: &str) -> Option<Kind> {
    Kind::from_str_name(&format!("{PREFIX}{}", name.to_uppercase())).filter(|kind| *kind != Kind::Unspecified)
}

const PREFIX: &str = "KIND_";

/// An argument of a step.
#[must_use]
pub fn argument<V: ToString>(name: &str, values: impl IntoIterator<Item = V>) -> Argument {
    Argument { name: name.to_owned(), values: values.into_iter().map(|value| value.to_string()).collect() }
}

/// The arguments of a step by their names.
#[must_use]
pub fn arguments(of: &[Argument]) -> Arguments {
    of.iter().map(|argument| (argument.name.clone(), argument.values.clone())).collect()
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;
    use crate::{
        process::v1::{Card, End, Holder, Phase, Progressed},
        schema::Event as _,
    };

    #[test]
    fn what_happened_is_found_by_its_name() {
        assert_eq!(name(Some(Kind::TaskAssigned)), "task_assigned");
        assert_eq!(named("task_assigned"), Some(Kind::TaskAssigned));
        assert_eq!((name(None), named(SOMETHING), named("unspecified")), (SOMETHING.to_owned(), None, None));
    }

    /// Recorded from the outboxes of programs before this account; each line: where, topic, type, key, sequence, bytes.
    const BEFORE: &str = include_str!("../tests-data/accounts-before.tsv");

    fn recorded() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
        BEFORE.lines().map(|line| {
            let parts: Vec<_> = line.split('\t').collect();
            let bytes = parts[5].as_bytes().chunks(2).map(|two| std::str::from_utf8(two).unwrap());
            (parts[2], bytes.map(|two| u8::from_str_radix(two, 16).unwrap()).collect())
        })
    }

    #[test]
    fn what_was_told_before_is_understood_whole() {
        assert!(recorded().count() > 100);
        for (kind, bytes) in recorded() {
            let told = read(kind, &bytes).unwrap().unwrap();
            assert_ne!(told.phase(), Phase::Unspecified, "{told:?}");
            assert_eq!(told.phase() == Phase::Ended, told.end() != End::Unspecified, "{told:?}");
            assert!(told.steps.iter().all(|step| named(&name(Kind::try_from(step.kind).ok())).is_some()), "{told:?}");
            assert!(told.open.iter().all(|open| open.holder() != Holder::Unspecified), "{told:?}");
        }
    }

    #[test]
    fn the_same_is_told_in_no_more_bytes_than_before() {
        let (mut before, mut now) = (0, 0);
        for (kind, bytes) in recorded() {
            let mut told = read(kind, &bytes).unwrap().unwrap();
            if let Some(clock) = &mut told.clock {
                // What the old accounts of openings did not tell.
                (clock.limit, clock.card) = (clock.limit.max(180), clock.card.max(Card::None.into()));
            }
            before += kind.len() + bytes.len();
            now += Progressed::kind().len() + told.encoded_len();
        }
        assert!(now <= before, "{now} bytes instead of {before}");
    }

    #[test]
    fn a_sentence_names_what_is_known_and_nothing_internal() {
        let told = |kind, of: &[Argument]| {
            let known = |code: &str| (code == "ARTICLES").then(|| Words::new("公司章程", "articles of association"));
            let words = words(Some(kind), &arguments(of), &known);
            (words.zh, words.en)
        };
        let pair = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        assert_eq!(
            told(Kind::SupplementAsked, &[argument("items", ["ARTICLES", "M03"]), argument("notice", [1])]),
            pair("请补充:公司章程、M03", "Please supply: articles of association, M03")
        );
        assert_eq!(
            told(Kind::NotPossible, &[argument("asked", ["withdrawal"]), argument("not_running", None::<&str>)]),
            pair("现在不能撤回:已不在办理中", "Not possible now: to take it back: the case is not running")
        );
        assert_eq!(
            told(Kind::PlanRefused, &[argument("unbound_role", ["bank"]), argument("name_over", None::<&str>)]),
            pair(
                "未能安排办理:名称保留期已过或者名称已放弃;尚未确定办理部门(bank)",
                "It cannot be planned: the reservation of its name has ended; no department plays the role (bank)"
            )
        );
        assert_eq!(
            told(Kind::RedCard, &[argument("window_minutes", [181, 180])]),
            pair("红牌,须说明原因:已用181/180个窗口分钟", "Red card; a reason is demanded: 181 of 180 window minutes")
        );
    }
}
