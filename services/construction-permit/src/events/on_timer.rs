//! Something fell due: a department has kept silent, a gap's time is near or over, the clock shows a card.

use casework::{Card, TimerName};
use contracts::{
    account::argument,
    process::v1::{Argument, Kind},
};
use mailbox::{Fault, Timer, Verdict, calendar::RECKON};
use serde_json::json;
use workdays::city_date;

use super::{publish, world::World};
use crate::{
    domain::catalogue::ItemCode,
    service::ConstructionPermit,
    usecases::{
        gaps, reckon,
        turn::{CARD, Turn},
    },
};

/// Decides one timer of a project.
pub fn decide(desk: &ConstructionPermit, world: &mut World, timer: &Timer) -> Verdict {
    let by = (if timer.name == RECKON { "calendar" } else { "timer" }, desk.now());
    let before = desk.mailbox.almanac().before();
    world.decide(desk, timer.owner, by, false, |turn| {
        if timer.name == RECKON {
            reckon::reckon_again(turn, before.as_deref());
        } else if timer.name == CARD {
            show_card(turn);
        } else if let Some(item) = timer.name.strip_prefix("gap_reminder/") {
            gaps::remind(turn, &ItemCode::from(item));
        } else if let Some(item) = timer.name.strip_prefix("gap_due/") {
            gaps::fall_due(turn, &ItemCode::from(item));
        } else {
            let TimerName::Acknowledge { task, round } = timer
                .name
                .parse()
                .map_err(|_| Fault::poison("unknown_timer", format!("`{}` is no timer of a project", timer.name)))?;
            let now = turn.now;
            // A timer whose reason is gone ends without a word.
            let outcome = turn.project.case.as_mut().and_then(|case| case.ack_overdue(task, round, now).ok());
            turn.perform(outcome.map(casework::Outcome::effects).unwrap_or_default());
        }
        Ok(())
    })
}

/// Working days that were counted, and the limit.
fn used(turn: &Turn<'_>) -> Vec<Argument> {
    let clock = publish::clock(turn.desk, turn.catalogue, turn.project);
    vec![argument("working_days", [clock.used, clock.limit])]
}

/// The clock shows its next card where so many days were really counted.
fn show_card(turn: &mut Turn<'_>) {
    let today = city_date(turn.now);
    match turn.project.next_card(turn.catalogue, &turn.desk.calendar(), today) {
        Some((card, day)) if day <= today => {
            turn.project.card = card;
            turn.touch_head();
            let kind = if card == Card::Red { Kind::RedCard } else { Kind::YellowCard };
            turn.note(
                kind,
                None,
                used(turn),
                json!({"on": today.to_string(), "calendar": turn.desk.calendar().version()}),
                vec![],
            );
            if card != Card::Red {
                turn.wind_card_anew();
            }
        }
        Some(_) => turn.wind_card_anew(),
        None => {}
    }
}
