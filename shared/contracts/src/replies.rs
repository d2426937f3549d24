//! What departments say, as far as it can be told without knowing which of the messages it is.

use prost_types::Timestamp;

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
}
