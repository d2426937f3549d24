//! What an applicant has to agree to in a project, and how he is asked: acts that end it or give something up.

use std::collections::BTreeMap;

use casework::{Case, NotPossible};
use chassis::{
    consent::{Act, Agreed, Asks, CodeSent, PaperShown, PhoneBody, PhoneShown, Shown, Verb, digest_fault},
    http::{Asker, Fault, Problem},
};
use mailbox::{Digest, Message};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    change::{find, not_possible},
    message,
};
use crate::{
    domain::{catalogue::ItemCode, project::Project},
    service::ConstructionPermit,
};

/// A project as messages name it.
const PROJECT: &str = "工程建设项目";

/// What it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    Withdraw,
    Suspend { item: ItemCode },
    Undertake { undertakings: BTreeMap<ItemCode, String> },
    ChangePhone { phone: String },
}

impl Matter {
    /// The act in a project.
    #[must_use]
    pub fn act(&self, desk: &ConstructionPermit, project: Uuid) -> Act {
        match self {
            Self::Withdraw => Act::new(project, Verb::Withdraw, ""),
            Self::Suspend { item } => Act::new(project, Verb::Suspend, item.as_str()),
            Self::Undertake { undertakings } => {
                let signed: Vec<String> = undertakings.iter().map(|(item, sm3)| format!("{item}={sm3}")).collect();
                Act::new(project, Verb::Undertake, Digest::of(signed.join("\n").as_bytes()).to_string())
            }
            Self::ChangePhone { phone } => desk.consents.change_of_phone(project, phone),
        }
    }

    /// Whether the project has what it is about: nobody is asked to agree to what can never be done. `within` is where the act
    /// stands in the body.
    fn can_be_done(&self, desk: &ConstructionPermit, project: &Project, within: &str) -> Result<(), Problem> {
        // Before a list is acknowledged there is no case yet, and a project can be taken back.
        if project.case.is_some() && !project.is_running() {
            return Err(not_possible(NotPossible::NotRunning));
        }
        let mut faults = Vec::new();
        match self {
            Self::Withdraw | Self::ChangePhone { .. } => {}
            Self::Undertake { undertakings } if undertakings.is_empty() => {
                let (zh, en) = ("没有需要承诺的事项", "there is nothing to undertake");
                faults.push(Fault::new(format!("{within}/undertakings"), "missing", zh, en));
            }
            Self::Suspend { item } => {
                let runs = |case: &Case| case.task_by_code(&item.as_str().into()).is_some_and(casework::Task::is_open);
                if !project.case.as_ref().is_some_and(runs) {
                    let (zh, en) = ("本项目没有正在办理的这一事项", "no department of this project has this item");
                    faults.push(Fault::new(format!("{within}/item"), "unknown", zh, en));
                }
            }
            Self::Undertake { undertakings } => {
                let catalogue = desk.current();
                for (item, sm3) in undertakings {
                    let at = format!("{within}/undertakings/{item}");
                    if catalogue.is_none_or(|catalogue| catalogue.item(item).is_none()) {
                        let (zh, en) = ("目录没有这一事项", "the catalogue has no such item");
                        faults.push(Fault::new(at.clone(), "unknown", zh, en));
                    }
                    faults.extend(digest_fault(at, sm3));
                }
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Problem::faulty(faults)) }
    }

    /// What of it the applicant reads in the SMS: items that the catalogue knows.
    fn detail(&self, desk: &ConstructionPermit) -> String {
        let known = |item: &&ItemCode| desk.current().is_some_and(|catalogue| catalogue.item(item).is_some());
        let items: Vec<&ItemCode> = match self {
            Self::Suspend { item } => vec![item],
            Self::Undertake { undertakings } => undertakings.keys().collect(),
            Self::Withdraw | Self::ChangePhone { .. } => vec![],
        };
        let named: Vec<&str> = items.into_iter().filter(known).take(10).map(ItemCode::as_str).collect();
        named.join(" ")
    }
}

/// The applicant is told what was done on his paper.
#[must_use]
pub fn told(
    desk: &ConstructionPermit,
    project: &Project,
    (matter, agreed): (&Matter, &Agreed),
    at: OffsetDateTime,
) -> Option<Message> {
    let detail = matter.detail(desk);
    let shown = Shown { item: PROJECT, detail: &detail, number: &project.entry.code };
    let to = (project.entry.holder.as_str(), &*message::phone(project));
    agreed.told(&matter.act(desk, project.stem.id), &shown, to, at)
}

/// A code for an act goes to the applicant's telephone.
///
/// # Errors
/// Where he sees no such project, nothing can be agreed to there, no telephone counts, or three codes were sent within the hour.
pub async fn send_code(
    desk: &ConstructionPermit,
    asker: &Asker,
    id: Uuid,
    matter: &Matter,
) -> Result<CodeSent, Problem> {
    let (project, asks) = seen(desk, asker, id).await?;
    matter.can_be_done(desk, &project, "")?;
    let detail = matter.detail(desk);
    let shown = Shown { item: PROJECT, detail: &detail, number: &project.entry.code };
    desk.consents.send_code(&desk.mailbox, &asks, &matter.act(desk, id), &shown).await
}

/// A consent that the applicant signed is brought.
///
/// # Errors
/// Where he sees no such project, nothing can be agreed to there, or the statement does not hold.
pub async fn bring(
    desk: &ConstructionPermit,
    asker: &Asker,
    id: Uuid,
    (matter, statement): (&Matter, &str),
) -> Result<PaperShown, Problem> {
    let (project, asks) = seen(desk, asker, id).await?;
    matter.can_be_done(desk, &project, "/to")?;
    let keep = |_: &mut mailbox::Changes, paper| Some(message::keeps(id, &[paper], desk.now()));
    let act = matter.act(desk, id);
    desk.consents.bring_paper(&desk.mailbox, &asks, &act, (statement, &desk.links.seals), keep).await
}

/// A chief representative has looked at it.
///
/// # Errors
/// Where he sees no such project or consent, it is over, or he brought it himself.
pub async fn countersign(
    desk: &ConstructionPermit,
    asker: &Asker,
    id: Uuid,
    consent: Uuid,
) -> Result<PaperShown, Problem> {
    seen(desk, asker, id).await?;
    desk.consents.countersign(&desk.mailbox, &asker.in_office(), id, consent).await
}

/// Another telephone is to count for the project.
///
/// # Errors
/// Where he sees no such project, or the new or the old telephone is not proved.
pub async fn change_phone(
    desk: &ConstructionPermit,
    asker: &Asker,
    id: Uuid,
    body: &PhoneBody,
) -> Result<PhoneShown, Problem> {
    let (project, asks) = seen(desk, asker, id).await?;
    let shown = Shown { item: PROJECT, detail: "", number: &project.entry.code };
    desk.consents.change_phone(&desk.mailbox, (&asks, asker.actor()), id, &shown, body).await
}

async fn seen(desk: &ConstructionPermit, asker: &Asker, id: Uuid) -> Result<(Project, Asks), Problem> {
    let project = find(desk, asker.scope(), id).await?;
    let asks = Asks::of(asker, &project.entry.holder)?;
    Ok((project, asks))
}
