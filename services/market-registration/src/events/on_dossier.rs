//! The front desk passes on: an accepted application, a withdrawal, a supplement, a choice, papers of a gap, a return.

use contracts::{
    intake::v1::{CaseAccepted, CaseReturned, ChoiceMade, GapClosed, GapExtended, SupplementSupplied, WithdrawalAsked},
    schema::Event as _,
};
use mailbox::{Fault, Incoming, Verdict};
use uuid::Uuid;

use super::world::World;
use crate::{service::MarketRegistration, usecases};

/// Decides one message of the dossiers' topic.
pub fn decide(desk: &MarketRegistration, world: &mut World, incoming: &Incoming) -> Verdict {
    let case = Uuid::try_parse(&incoming.key).map_err(|_| Fault::poison("bad_key", "the key is not a case id"))?;
    let (changes, now) = (desk.mailbox.changes(), incoming.received_at);
    let kind = incoming.attributes.kind.as_str();
    if kind == CaseAccepted::kind() {
        let accepted: CaseAccepted = incoming.read()?;
        same(&incoming.key, &accepted.case_id)?;
        if world.knows(case) {
            return Err(Fault::poison("case_known", "this case was planned before"));
        }
        let mut changes = changes;
        let reserved = world.reserved(&accepted);
        let opening = usecases::open::open(desk, &mut changes, &accepted, reserved, now)?;
        world.add(opening);
        Ok(changes)
    } else if kind == WithdrawalAsked::kind() {
        let asked: WithdrawalAsked = incoming.read()?;
        same(&incoming.key, &asked.case_id)?;
        world.hear(incoming, case, changes, |changes, opening, _| {
            usecases::ask::withdraw(desk, changes, opening, now);
            Ok(())
        })
    } else if kind == SupplementSupplied::kind() {
        let supplied: SupplementSupplied = incoming.read()?;
        same(&incoming.key, &supplied.case_id)?;
        world.hear(incoming, case, changes, |changes, opening, _| {
            usecases::ask::supply(desk, changes, opening, &supplied, now)
        })
    } else if kind == ChoiceMade::kind() {
        let made: ChoiceMade = incoming.read()?;
        same(&incoming.key, &made.case_id)?;
        world.hear(incoming, case, changes, |changes, opening, _| {
            usecases::ask::choose(desk, changes, opening, &made, now)
        })
    } else if kind == GapClosed::kind() {
        let closed: GapClosed = incoming.read()?;
        same(&incoming.key, &closed.case_id)?;
        world.hear(incoming, case, changes, |changes, opening, _| {
            usecases::gaps::closed(desk, changes, opening, &closed, now)
        })
    } else if kind == GapExtended::kind() {
        let extended: GapExtended = incoming.read()?;
        same(&incoming.key, &extended.case_id)?;
        world.hear(incoming, case, changes, |changes, opening, _| {
            usecases::gaps::extended(desk, changes, opening, &extended, now)
        })
    } else if kind == CaseReturned::kind() {
        let returned: CaseReturned = incoming.read()?;
        same(&incoming.key, &returned.case_id)?;
        world.hear(incoming, case, changes, |changes, opening, _| {
            usecases::gaps::returned(desk, changes, opening, &returned, now);
            Ok(())
        })
    } else {
        Err(Fault::poison("unknown_type", format!("{kind} is not heard here")))
    }
}

fn same(key: &str, case_id: &str) -> Result<(), Fault> {
    if key == case_id { Ok(()) } else { Err(Fault::poison("wrong_key", "the key is not the case id")) }
}
