//! A department has kept silent for too long: it is asked again, and its chief representative is told. Or the clock shows
//! a card.

use casework::{NotPossible, TimerName};
use chassis::http::By;
use mailbox::{Fault, Timer, Verdict, calendar::RECKON};

use super::world::World;
use crate::{domain::clock::Card, service::MarketRegistration, usecases};

/// Decides one timer of an opening.
pub fn decide(desk: &MarketRegistration, world: &mut World, timer: &Timer) -> Verdict {
    if let Some(card) = Card::of_timer(&timer.name) {
        let (changes, now) = (desk.mailbox.changes(), desk.mailbox.clocks().business.now());
        return world.decide(timer.owner, changes, |changes, opening, _| {
            usecases::clock::fall_due(desk, changes, opening, card, now);
            Ok(())
        });
    }
    if timer.name == RECKON {
        let before = desk.mailbox.almanac().before();
        return world.decide(timer.owner, desk.mailbox.changes(), |changes, opening, _| {
            usecases::clock::reckon_again(desk, changes, opening, before.as_deref());
            Ok(())
        });
    }
    let name: TimerName = timer
        .name
        .parse()
        .map_err(|_| Fault::poison("unknown_timer", format!("`{}` is no timer of an opening", timer.name)))?;
    let (changes, now) = (desk.mailbox.changes(), desk.mailbox.clocks().business.now());
    world.decide(timer.owner, changes, |changes, opening, _| {
        let TimerName::Acknowledge { task, round } = name;
        let outcome = match opening.case.as_mut() {
            Some(case) => case.ack_overdue(task, round, now),
            None => Err(NotPossible::NotRunning),
        };
        // A timer whose reason is gone ends without a word.
        let effects = outcome.map(casework::Outcome::effects).unwrap_or_default();
        desk.settle(changes, opening, effects, &By::machine("timer"), now);
        Ok(())
    })
}
