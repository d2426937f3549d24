//! The 180-minute clock shows its cards, and somebody says why the limit was passed.

use casework::{Case, Event, Fact, Phase};
use chassis::{
    http::{Asker, By, Problem},
    owner::{self, account},
};
use contracts::{
    account::{argument, name},
    process::v1::Kind,
};
use mailbox::{Changes, CommitError, Digest};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;
use workdays::Calendar;

use super::{operate, settle::opening_row};
use crate::{
    codes,
    domain::{
        clock::{Card, RedReason},
        opening::Opening,
    },
    events::publish,
    service::MarketRegistration,
    usecases::settle::progress,
};

/// How often a decision is made again where the opening was changed in between.
const TRIES: usize = 5;

/// Sets the timers of the cards that are still to be shown, where these facts moved them.
pub fn wind(desk: &MarketRegistration, changes: &mut Changes, opening: &Opening, facts: &[Fact]) {
    let Some(case) = &opening.case else { return };
    let cards = [Card::Yellow, Card::Red].into_iter().filter(|card| *card > opening.card);
    let runs = matches!(case.phase(), Phase::Running);
    let moved = facts.iter().any(|fact| moves(case, fact));
    for card in cards {
        let reached = desk.clock.reached(&desk.calendar(), opening, desk.clock.minutes_of(card));
        match reached {
            Some(at) if runs && moved => changes.set_timer(opening.stem.id, card.timer(), at),
            Some(_) if runs => {}
            // While the clock stands still nothing falls due.
            Some(_) | None if moved || !runs => changes.clear_timer(opening.stem.id, card.timer()),
            Some(_) | None => {}
        }
    }
}

/// Facts with which the clock begins, stops, stands still or goes on.
#[expect(clippy::wildcard_enum_match_arm, reason = "most facts leave the clock alone")]
fn moves(case: &Case, fact: &Fact) -> bool {
    match &fact.event {
        Event::CaseOpened { .. }
        | Event::TaskSuspended { .. }
        | Event::SupplementAsked { .. }
        | Event::SupplementSupplied
        | Event::TaskResumed
        | Event::TaskRefused { .. }
        | Event::TaskOmitted
        | Event::PapersCame { .. } => true,
        // Perhaps nothing is left to do but to wait for a paper.
        Event::TaskEnded { .. } => case.open_gaps().next().is_some(),
        Event::TaskAssigned => fact.task.as_ref().is_some_and(|task| task.round > 1),
        _ => false,
    }
}

/// A card falls due: it is shown where so much was really used.
pub fn fall_due(
    desk: &MarketRegistration,
    changes: &mut Changes,
    opening: &mut Opening,
    card: Card,
    now: OffsetDateTime,
) {
    let runs = opening.case.as_ref().is_some_and(|case| matches!(case.phase(), Phase::Running));
    if !runs || opening.card >= card {
        return;
    }
    match desk.clock.reached(&desk.calendar(), opening, desk.clock.minutes_of(card)) {
        Some(due) if due <= now => show(desk, changes, opening, card, now),
        Some(due) => changes.set_timer(opening.stem.id, card.timer(), due),
        // It stands still; when it goes on it is wound again.
        None => {}
    }
}

/// The calendar is another one: cards and waits fall due by it, and how the opening goes on is told where its days are others.
pub fn reckon_again(
    desk: &MarketRegistration,
    changes: &mut Changes,
    opening: &mut Opening,
    before: Option<&Calendar>,
) {
    let (calendar, now) = (desk.calendar(), desk.mailbox.clocks().business.now());
    let Some(case) = opening.case.as_ref().filter(|case| matches!(case.phase(), Phase::Running)) else { return };
    for card in [Card::Yellow, Card::Red].into_iter().filter(|card| *card > opening.card) {
        match desk.clock.reached(&calendar, opening, desk.clock.minutes_of(card)) {
            Some(at) => changes.set_timer(opening.stem.id, card.timer(), at),
            None => changes.clear_timer(opening.stem.id, card.timer()),
        }
    }
    owner::await_signs_again(changes, &calendar, case, opening.stem.id, now);
    if !account::waits_otherwise(before, &calendar, case) {
        return;
    }
    let kind = Kind::DueReckoned;
    let told = publish::card_shown(desk, opening, kind, vec![], now);
    let fact = By::machine("calendar").fact(name(Some(kind)), now, json!({"calendar": calendar.version()}));
    changes.record(&mut opening.stem, fact, vec![progress(&told)]);
}

fn show(desk: &MarketRegistration, changes: &mut Changes, opening: &mut Opening, card: Card, now: OffsetDateTime) {
    opening.card = card;
    let used = desk.clock.reading(&desk.calendar(), opening, now).used_minutes;
    let limit = desk.clock.limit;
    let body = json!({"used_minutes": used, "limit_minutes": limit, "calendar": desk.calendar().version()});
    let kind = match card {
        Card::Red => Kind::RedCard,
        Card::Yellow | Card::None => Kind::YellowCard,
    };
    let arguments = vec![argument("window_minutes", [used, i64::from(limit)])];
    let told = publish::card_shown(desk, opening, kind, arguments, now);
    let fact = By::machine("timer").fact(name(Some(kind)), now, body);
    changes.record(&mut opening.stem, fact, vec![progress(&told)]);
    changes.put(opening_row(opening, opening.case.as_ref()));
}

/// Records why the limit was passed. Said once; the same again changes nothing.
///
/// # Errors
/// Where there is no such opening, it has no red card, another reason was given, or the database fails.
pub async fn explain(desk: &MarketRegistration, asker: &Asker, case: Uuid, text: &str) -> Result<Opening, Problem> {
    let mut tries = 0;
    loop {
        let mut opening = operate::find(desk, asker.scope(), case).await?;
        match &opening.red_reason {
            Some(given) if given.text == text => return Ok(opening),
            Some(_) => return Err(Problem::new(&codes::REASON_GIVEN)),
            None if opening.card != Card::Red => return Err(Problem::new(&codes::NO_RED_CARD)),
            None => {}
        }
        let now = desk.mailbox.clocks().business.now();
        let salt: [u8; 16] = desk.mailbox.ids().bytes();
        let digest = Digest::salted(&salt, text.as_bytes()).to_string();
        let reason =
            RedReason { text: text.to_owned(), by: asker.subject().to_owned(), at: now, salt: hex::encode(salt) };
        opening.red_reason = Some(reason);
        let mut changes = desk.mailbox.changes();
        let kind = Kind::RedCardExplained;
        let told = publish::card_shown(desk, &opening, kind, vec![], now);
        let fact = asker.in_office().fact(name(Some(kind)), now, json!({"reason": digest}));
        changes.record(&mut opening.stem, fact, vec![progress(&told)]);
        changes.put(opening_row(&opening, opening.case.as_ref()));
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok(opening),
            Err(CommitError::Stale(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}
