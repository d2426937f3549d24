//! The other way, for people without a telephone: the consent that the applicant signed, and a second person.

use contracts::{materials::Brought, seal::Seals};
use mailbox::{Changes, Mailbox, Message};
use serde::{Deserialize, Serialize};
use serde_json::json;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;
use workdays::CITY;

use super::{
    Consents, PAPER_HOLDS,
    act::Act,
    agree::Asks,
    codes,
    store::{self, Countersigned, Kept, NewRow, Signed},
    until_committed,
};
use crate::http::{By, Fault, Problem};

/// Material code of a signed consent.
const CODE: &str = "CONSENT";

/// Nothing has to be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperBody {}

/// A signed consent as the hall sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PaperShown {
    /// Names it where the act is done.
    consent_id: Uuid,
    /// For what it is good, and for nothing else.
    act: &'static str,
    /// A second person has looked at it: only then it is good for anything.
    countersigned: bool,
    #[serde(with = "crate::http::instant")]
    expires_at: OffsetDateTime,
}

impl PaperShown {
    fn of(row: &Kept) -> Self {
        Self {
            consent_id: row.id,
            act: row.act.verb.name(),
            countersigned: row.countersigned_by.is_some(),
            expires_at: row.expires_at.to_offset(CITY),
        }
    }
}

impl Consents {
    /// The clerk brings the paper that the applicant signed for an act; `statement` is the front desk's, sealed with `key`.
    /// `keep` sees to it that the paper stays, and gives what is to be said about that.
    ///
    /// # Errors
    /// A statement that does not hold, or is of another paper; the same paper was brought for something else; the database.
    pub async fn bring_paper(
        &self,
        mailbox: &Mailbox,
        asks: &Asks,
        act: &Act,
        (statement, seals): (&str, &Seals),
        keep: impl Fn(&mut Changes, Uuid) -> Option<Message>,
    ) -> Result<PaperShown, Problem> {
        let at = mailbox.clocks().business.now();
        let brought = Brought::read(statement, seals).filter(|brought| asks.papers_of.contains(&brought.by));
        let brought = brought.filter(|brought| brought.paper.code == CODE && brought.holds_at(at));
        let paper = brought.map(|brought| brought.paper).ok_or_else(|| {
            let zh = "凭证无效:请以材料编码 CONSENT 上传申请人签署的同意书,并使用上传所得凭证";
            let en =
                "the statement does not hold: upload the signed consent under the code CONSENT, and use its statement";
            Problem::faulty(vec![Fault::new("/statement", "unproved", zh, en)])
        })?;
        until_committed(mailbox, async || {
            let now = mailbox.clocks().system.now();
            if store::signed_elsewhere(mailbox.db(), act, &paper.sm3).await? {
                let zh = "此同意书已用于其他办件或事项:一份同意书只能用于一项,请申请人另行签署";
                let en = "this paper was brought for something else: a consent is good for one act, let the applicant sign another";
                return Err(Problem::faulty(vec![Fault::new("/statement", "brought_before", zh, en)]));
            }
            let mut book = store::book(mailbox.db(), act.case, now).await?;
            let row = Kept {
                id: mailbox.new_id(),
                act: act.clone(),
                digest: None,
                tries: 0,
                paper: Some(Signed { id: paper.id, sm3: paper.sm3.clone() }),
                asked_by: asks.by.actor().to_owned(),
                countersigned_by: None,
                made_at: now,
                expires_at: now + PAPER_HOLDS,
                used_at: None,
            };
            let body = json!({
                "consent": row.id, "case": act.case, "act": act.verb.name(), "about": act.about, "paper_sm3": paper.sm3,
            });
            let mut changes = mailbox.changes();
            let kept = keep(&mut changes, paper.id);
            changes.record(&mut book.stem, asks.by.fact("consent_brought", at, body), kept.into_iter().collect());
            let shown = PaperShown::of(&row);
            changes.put(NewRow(row));
            Ok((changes, shown))
        })
        .await
    }

    /// A second person has looked at a paper and its applicant. Said twice, it changes nothing.
    ///
    /// # Errors
    /// There is no such paper of the case, or it is over; the same person brought it; the database.
    pub async fn countersign(&self, mailbox: &Mailbox, by: &By, case: Uuid, id: Uuid) -> Result<PaperShown, Problem> {
        until_committed(mailbox, async || {
            let now = mailbox.clocks().system.now();
            let mut book = store::book(mailbox.db(), case, now).await?;
            let row = book.rows.iter_mut().find(|row| row.id == id && row.paper.is_some());
            let row = row.ok_or_else(Problem::not_found)?;
            if row.countersigned_by.is_some() {
                return Ok((mailbox.changes(), PaperShown::of(row)));
            }
            if !row.is_open(now) {
                return Err(Problem::new(&codes::PAPER_OVER));
            }
            if row.asked_by == by.actor() {
                return Err(Problem::new(&codes::SECOND_PERSON));
            }
            row.countersigned_by = Some(by.actor().to_owned());
            let shown = PaperShown::of(row);
            let body = json!({ "consent": id, "case": case, "act": row.act.verb.name(), "brought_by": row.asked_by });
            let mut changes = mailbox.changes();
            let fact = by.fact("consent_countersigned", mailbox.clocks().business.now(), body);
            changes.record(&mut book.stem, fact, vec![]);
            changes.put(Countersigned { id, by: by.actor().to_owned() });
            Ok((changes, shown))
        })
        .await
    }
}
