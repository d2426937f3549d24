//! The owner of a process, who assigns rounds of cases to the desk.

use contracts::{event::Attributes, schema::Event as _, task::v1::Assigned};
use mailbox::{CommitError, Mailbox, Message, Stem};
use testkit::{MORNING, Raw, Street};
use uuid::Uuid;

use crate::desk::{fact, load};

/// One round of a case.
pub fn assigned(case: Uuid, round: u32) -> Assigned {
    Assigned { task_id: case.to_string(), case_id: case.to_string(), round, ..Assigned::default() }
}

/// Says one round in one commit, as often as it takes; the case is made with its first.
pub async fn say(mailbox: &Mailbox, street: &Street, case: Uuid, round: u32) {
    loop {
        let stem = load(mailbox.db(), vec![case]).await.unwrap().remove(&case).map(|(stem, _)| stem);
        let mut stem = stem.unwrap_or_else(|| Stem::new(case, "case"));
        let mut changes = mailbox.changes();
        let message = Message::new(street.tasks(), case, &assigned(case, round));
        changes.record(&mut stem, fact(mailbox, "assigned"), vec![message]);
        match mailbox.commit(changes).await {
            Ok(()) => return,
            Err(CommitError::Stale(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// The attributes of an assignment that comes from the owner, with a new id.
pub fn attributes(id: Uuid, case: Uuid, round: u32) -> Attributes {
    Attributes {
        id,
        kind: Assigned::kind(),
        source: Street::OWNER.to_owned(),
        time: MORNING,
        subject: case.to_string(),
        sequence: i64::from(round),
        trace_parent: None,
    }
}

/// A record as the owner's relay would send it.
pub fn raw(id: Uuid, case: Uuid, round: u32) -> Raw {
    Raw::of(&case.to_string(), &attributes(id, case, round), &assigned(case, round))
}

/// The same with another body.
pub fn raw_with(id: Uuid, event: &Assigned) -> Raw {
    let case = event.case_id.parse().unwrap();
    Raw::of(&event.case_id, &attributes(id, case, event.round), event)
}
