//! A department's reply: checked before its task may close.

use std::collections::{BTreeMap, BTreeSet};

use casework::{DepartmentSays, Verdict, vocabulary::unique_numbers};
use chassis::{
    http::By,
    owner::reply::{self, Said},
};
use mailbox::{Changes, Fault};
use uuid::Uuid;

use crate::{
    domain::{opening::Opening, results::Checker},
    service::MarketRegistration,
};

/// Who holds which number, by (kind, value).
pub type Numbers = BTreeMap<(String, String), Uuid>;

/// Takes a reply in. Numbers that it issues are claimed, and remembered for the rest of the batch.
///
/// # Errors
/// Poison for a reply that cannot be true.
pub fn receive(
    desk: &MarketRegistration,
    changes: &mut Changes,
    opening: &mut Opening,
    numbers: &mut Numbers,
    Said { delivery, reply }: &Said,
) -> Result<(), Fault> {
    let own = opening.stem.id;
    let taken: BTreeSet<(String, String)> =
        numbers.iter().filter(|(_, holder)| **holder != own).map(|(number, _)| number.clone()).collect();
    let checker = Checker {
        rules: &desk.results,
        entitlements: &desk.entitlements,
        region: opening.region,
        opened: opening.opened_on(),
        taken: &taken,
    };
    let Some(case) = opening.case.as_mut() else {
        return Err(Fault::poison("unknown_task", "the case was never planned").zh("该办件未能排定任务"));
    };
    let received = case.receive(delivery, reply, &checker);
    if let Verdict::Parked(reason) = received.verdict {
        return Err(reply::parked(&reason));
    }
    if let (Verdict::Applied, DepartmentSays::Decided(decision)) = (&received.verdict, &reply.says) {
        for (kind, value) in unique_numbers(decision) {
            if numbers.insert((kind.to_owned(), value.to_owned()), own).is_none() {
                changes.claim(kind, value, own);
            }
        }
    }
    let by = By::machine(format!("department-{}", delivery.from.topic()));
    desk.settle(changes, opening, received.effects, &by, delivery.received_at);
    Ok(())
}
