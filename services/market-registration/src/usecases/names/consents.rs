//! What the holder of a name has to agree to, and how he is asked: that it is given up.

use chassis::{
    consent::{Act, Asks, CodeSent, PaperShown, PhoneBody, PhoneShown, Shown, Verb},
    http::{Asker, Problem},
};
use contracts::{intake::v1::PapersTaken, time::timestamp, topics};
use mailbox::Message;
use uuid::Uuid;

use super::show::find;
use crate::service::MarketRegistration;

/// A name as messages name it: what somebody typed stands in no message.
pub const NAME: Shown<'static> = Shown { item: "企业名称自主申报", detail: "", number: "" };

/// What it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    Release,
    ChangePhone { phone: String },
}

impl Matter {
    /// The act with a name.
    #[must_use]
    pub fn act(&self, desk: &MarketRegistration, name: Uuid) -> Act {
        match self {
            Self::Release => Act::new(name, Verb::Release, ""),
            Self::ChangePhone { phone } => desk.consents.change_of_phone(name, phone),
        }
    }
}

/// A code for an act goes to the holder's telephone.
///
/// # Errors
/// Where he sees no such name, no telephone counts, or three codes were sent within the hour.
pub async fn send_code(
    desk: &MarketRegistration,
    asker: &Asker,
    id: Uuid,
    matter: &Matter,
) -> Result<CodeSent, Problem> {
    let asks = seen(desk, asker, id).await?;
    desk.consents.send_code(&desk.mailbox, &asks, &matter.act(desk, id), &NAME).await
}

/// A consent that the holder signed is brought.
///
/// # Errors
/// Where he sees no such name, or the statement does not hold.
pub async fn bring(
    desk: &MarketRegistration,
    asker: &Asker,
    id: Uuid,
    (matter, statement): (&Matter, &str),
) -> Result<PaperShown, Problem> {
    let asks = seen(desk, asker, id).await?;
    let taken_at = timestamp(desk.mailbox.clocks().business.now());
    let keep = |_: &mut mailbox::Changes, paper: Uuid| {
        let taken = PapersTaken { case_id: id.to_string(), material_ids: vec![paper.to_string()], taken_at };
        Some(Message::new(topics::INTAKE_PAPERS, id, &taken))
    };
    let act = matter.act(desk, id);
    desk.consents.bring_paper(&desk.mailbox, &asks, &act, (statement, &desk.links.seals), keep).await
}

/// A chief representative has looked at it.
///
/// # Errors
/// Where he sees no such name or consent, it is over, or he brought it himself.
pub async fn countersign(
    desk: &MarketRegistration,
    asker: &Asker,
    id: Uuid,
    consent: Uuid,
) -> Result<PaperShown, Problem> {
    seen(desk, asker, id).await?;
    desk.consents.countersign(&desk.mailbox, &asker.in_office(), id, consent).await
}

/// Another telephone is to count for the name.
///
/// # Errors
/// Where he sees no such name, or the new or the old telephone is not proved.
pub async fn change_phone(
    desk: &MarketRegistration,
    asker: &Asker,
    id: Uuid,
    body: &PhoneBody,
) -> Result<PhoneShown, Problem> {
    let asks = seen(desk, asker, id).await?;
    desk.consents.change_phone(&desk.mailbox, (&asks, asker.actor()), id, &NAME, body).await
}

async fn seen(desk: &MarketRegistration, asker: &Asker, id: Uuid) -> Result<Asks, Problem> {
    Asks::of(asker, &find(desk, asker.scope(), id).await?.holder)
}
