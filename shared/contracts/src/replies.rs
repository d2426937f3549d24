//! What departments say, as far as it can be told without knowing which of the messages it is; and why it is set aside.

use std::sync::LazyLock;

use prost_types::Timestamp;
use serde::Deserialize;

/// What every message of a department begins with: fields 1 to 4 are the same in all of them.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Addressed {
    #[prost(string, tag = "1")]
    pub task_id: String,
    #[prost(uint32, tag = "2")]
    pub round: u32,
    #[prost(string, tag = "3")]
    pub case_id: String,
    /// The department's own time of it.
    #[prost(message, optional, tag = "4")]
    pub said_at: Option<Timestamp>,
}

/// What a type is called in answers: `supplement_asked` for `wutong.task.v1.SupplementAsked`.
#[must_use]
pub fn reply_kind(kind: &str) -> String {
    let name = kind.rsplit('.').next().unwrap_or_default();
    let mut text = String::with_capacity(name.len() + 4);
    for (place, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && place > 0 {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// Why a message is set aside.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    pub code: String,
    /// Whether anything may come of saying it again.
    pub again: bool,
    pub zh: String,
    pub en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    reason: Vec<Reason>,
}

static REASONS: LazyLock<Result<Vec<Reason>, String>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../../proto/reasons.toml")).map_err(|e| e.to_string())?;
    Ok(file.reason)
});

/// Every reason, in the file's order.
///
/// # Panics
/// Where the file is broken; a test reads it.
#[must_use]
#[expect(clippy::panic, reason = "the file is part of the program, and a test reads it")]
pub fn reasons() -> &'static [Reason] {
    match &*REASONS {
        Ok(reasons) => reasons,
        Err(error) => panic!("proto/reasons.toml: {error}"),
    }
}

/// The reason of this code; `failed` for any other, which is the service's own trouble and none of the sender's.
#[must_use]
pub fn reason(code: &str) -> Option<&'static Reason> {
    let of = |code: &str| reasons().iter().find(|reason| reason.code == code);
    of(code).or_else(|| of("failed"))
}

/// The table of reasons, for people.
#[must_use]
pub fn table() -> String {
    let mut text = String::from("| `code` | why | 原因 | again |\n|---|---|---|---|\n");
    for Reason { code, again, zh, en } in reasons() {
        text.push_str(&format!("| `{code}` | {en} | {zh} | {} |\n", if *again { "yes" } else { "no" }));
    }
    text
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;
    use crate::{
        schema::Event as _,
        task::v1::{
            Acknowledged, CancelAcknowledged, Decided, Extended, ProcedureEnded, ProcedureStarted, Refused,
            SiteChecked, SupplementAsked,
        },
        topics,
    };

    #[test]
    fn every_reply_begins_alike() {
        let at = Some(Timestamp { seconds: 1_759_000_000, nanos: 5_000 });
        let body = Addressed { task_id: "t".into(), round: 2, case_id: "c".into(), said_at: at }.encode_to_vec();
        macro_rules! begins_alike {
            ($($kind:ident $time:ident),*) => {
                vec![$({
                    let said = $kind::decode(body.as_slice()).unwrap();
                    assert_eq!((&*said.task_id, said.round, &*said.case_id, said.$time), ("t", 2, "c", at), stringify!($kind));
                    $kind::kind()
                }),*]
            };
        }
        let all = begins_alike![
            Acknowledged acknowledged_at, SupplementAsked asked_at, ProcedureStarted started_at, ProcedureEnded ended_at,
            SiteChecked checked_at, Extended extended_at, Decided decided_at, Refused decided_at,
            CancelAcknowledged acknowledged_at
        ];
        let known = topics::messages_on("department.tax.replies.market-registration.v1");
        assert_eq!(all, known);
        assert_eq!(reply_kind("wutong.task.v1.SupplementAsked"), "supplement_asked");
    }

    #[test]
    fn every_reason_is_said_in_both_languages_and_once() {
        for (place, reason) in reasons().iter().enumerate() {
            assert!(!reason.zh.is_empty() && !reason.en.is_empty(), "{}", reason.code);
            assert!(reasons()[..place].iter().all(|before| before.code != reason.code), "{} stands twice", reason.code);
        }
        assert_eq!(reason("a defect of ours").unwrap().code, "failed");
    }

    #[test]
    fn the_table_of_reasons_is_as_checked_in() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../proto/README.md");
        let page = std::fs::read_to_string(path).unwrap();
        let (begin, end) = ("<!-- reasons.toml -->\n", "<!-- end of reasons.toml -->");
        let start = page.find(begin).unwrap() + begin.len();
        let stop = start + page[start..].find(end).unwrap();
        if std::env::var_os("WUTONG_WRITE_SCHEMA").is_some() {
            std::fs::write(path, format!("{}{}{}", &page[..start], table(), &page[stop..])).unwrap();
        }
        let page = std::fs::read_to_string(path).unwrap();
        assert!(page.contains(&format!("{begin}{}{end}", table())), "run `make schema`");
    }
}
