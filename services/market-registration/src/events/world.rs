//! Everything that a batch needs, loaded at once; each verdict leaves it as the next one finds it.

use std::collections::HashMap;

use casework::{DepartmentSays, vocabulary::unique_numbers};
use contracts::{intake::v1::CaseAccepted, schema::Event as _, topics};
use mailbox::{Changes, Fault, Incoming, Timer, Verdict};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    domain::{names::Name, opening::Opening},
    service::MarketRegistration,
    store,
    usecases::receive::Numbers,
};

/// Openings by case, and who holds which number.
#[derive(Default)]
pub struct World {
    openings: HashMap<Uuid, Opening>,
    pub numbers: Numbers,
    /// Reserved names that accepted applications name, where they hold their places.
    reserved: HashMap<Uuid, Name>,
    /// The last message of the batch about each opening, by the event's id.
    last: HashMap<Uuid, Uuid>,
}

impl World {
    pub async fn load(db: &PgPool, batch: &[Incoming], owner: &str) -> Result<Self, sqlx::Error> {
        let cases: Vec<Uuid> = batch.iter().filter_map(|incoming| Uuid::try_parse(&incoming.key).ok()).collect();
        let mut world = Self { openings: store::openings(db, &cases).await?, ..Self::default() };
        for incoming in batch {
            if let Ok(case) = Uuid::try_parse(&incoming.key) {
                world.last.insert(case, incoming.attributes.id);
            }
        }
        let mut wanted = Vec::new();
        for incoming in batch.iter().filter(|incoming| topics::replying_department(&incoming.topic, owner).is_some()) {
            // One that cannot be read is parked when its turn comes.
            let Ok(reply) = casework::wire::decode_reply(&incoming.attributes.kind, &incoming.body) else { continue };
            if let DepartmentSays::Decided(decision) = &reply.says {
                wanted.extend(unique_numbers(decision).map(|(kind, value)| (kind.to_owned(), value.to_owned())));
            }
        }
        let accepted = batch.iter().filter(|incoming| incoming.attributes.kind == CaseAccepted::kind());
        let reservations: Vec<Uuid> =
            accepted.filter_map(|incoming| reservation(&incoming.read::<CaseAccepted>().ok()?)).collect();
        world.reserved = store::names::holding(db, &reservations).await?;
        world.numbers = store::numbers(db, &wanted).await?;
        Ok(world)
    }

    pub async fn of_timers(db: &PgPool, due: &[Timer]) -> Result<Self, sqlx::Error> {
        let cases: Vec<Uuid> = due.iter().map(|timer| timer.owner).collect();
        Ok(Self { openings: store::openings(db, &cases).await?, ..Self::default() })
    }

    pub fn knows(&self, case: Uuid) -> bool {
        self.openings.contains_key(&case)
    }

    /// The reserved name that the application names.
    pub fn reserved(&self, accepted: &CaseAccepted) -> Option<Name> {
        self.reserved.get(&reservation(accepted)?).cloned()
    }

    pub fn add(&mut self, opening: Opening) {
        if let Some(name) = &opening.name {
            self.reserved.insert(name.stem.id, name.clone());
        }
        self.openings.insert(opening.stem.id, opening);
    }

    /// Decides what a message says about one opening. A fault leaves the world as it was.
    pub fn hear(
        &mut self,
        incoming: &Incoming,
        case: Uuid,
        changes: Changes,
        verb: impl FnOnce(&mut Changes, &mut Opening, &mut Numbers) -> Result<(), Fault>,
    ) -> Verdict {
        let more_to_come = self.last.get(&case) != Some(&incoming.attributes.id);
        self.decide(case, changes, |changes, opening, numbers| {
            opening.untold.more_to_come = more_to_come;
            verb(changes, opening, numbers)
        })
    }

    /// Tells what is still untold because the last message about an opening failed or changed nothing.
    pub fn conclude(&mut self, desk: &MarketRegistration, batch: &[Incoming], verdicts: &mut [Verdict]) {
        for (incoming, verdict) in batch.iter().zip(verdicts).rev() {
            let case = Uuid::try_parse(&incoming.key).ok();
            if let (Ok(changes), Some(opening)) = (verdict, case.and_then(|case| self.openings.get_mut(&case))) {
                desk.tell_untold(changes, opening);
            }
        }
    }

    /// Decides on one opening. A fault leaves the world as it was.
    pub fn decide(
        &mut self,
        case: Uuid,
        changes: Changes,
        verb: impl FnOnce(&mut Changes, &mut Opening, &mut Numbers) -> Result<(), Fault>,
    ) -> Verdict {
        let Some(opening) = self.openings.get(&case) else {
            return Err(Fault::poison("unknown_case", "there is no such opening").zh("没有这个开办件"));
        };
        let (mut opening, mut numbers, mut changes) = (opening.clone(), self.numbers.clone(), changes);
        verb(&mut changes, &mut opening, &mut numbers)?;
        self.openings.insert(case, opening);
        self.numbers = numbers;
        Ok(changes)
    }
}

fn reservation(accepted: &CaseAccepted) -> Option<Uuid> {
    Uuid::try_parse(&accepted.name_reservation_id).ok()
}
