//! Private facts become the public account: how an opening goes on, without personal data.

use casework::{Fact, NotPossible};
use chassis::owner::account::{self, case_step, step};
use contracts::process::v1::{Argument, Card, Clock, End, Kind, Phase, Progressed, Step, Unit};
use time::OffsetDateTime;

use crate::{
    domain::{clock, opening::Opening},
    service::MarketRegistration,
};

/// What these facts have made of the opening.
#[must_use]
pub fn progressed(desk: &MarketRegistration, opening: &Opening, facts: &[Fact]) -> Progressed {
    let steps = facts.iter().map(|fact| step(opening.case.as_ref(), fact)).collect();
    told(desk, opening, steps)
}

/// The opening cannot be planned, for all these reasons.
#[must_use]
pub fn plan_refused(opening: &Opening, reasons: Vec<Argument>, now: OffsetDateTime) -> Progressed {
    not_planned(opening, vec![case_step(Kind::PlanRefused, now, reasons)])
}

/// What was asked for is not possible now.
#[must_use]
pub fn not_possible(
    desk: &MarketRegistration,
    opening: &Opening,
    asked: &str,
    reason: &NotPossible,
    now: OffsetDateTime,
) -> Progressed {
    told(desk, opening, vec![case_step(Kind::NotPossible, now, account::not_possible(asked, reason))])
}

/// The clock has shown a card, or somebody has said why.
#[must_use]
pub fn card_shown(
    desk: &MarketRegistration,
    opening: &Opening,
    kind: Kind,
    arguments: Vec<Argument>,
    now: OffsetDateTime,
) -> Progressed {
    told(desk, opening, vec![case_step(kind, now, arguments)])
}

fn told(desk: &MarketRegistration, opening: &Opening, steps: Vec<Step>) -> Progressed {
    let Some(case) = &opening.case else { return not_planned(opening, steps) };
    let reading = desk.clock.reading(&desk.calendar(), opening, desk.mailbox.clocks().business.now());
    let clock = Clock {
        used: u32::try_from(reading.used_minutes).unwrap_or_default(),
        limit: desk.clock.limit,
        unit: Unit::WindowMinutes.into(),
        card: card(opening.card).into(),
        // Minutes that were used lie behind: no notice moves them.
        provisional: false,
    };
    Progressed { clock: Some(clock), ..account::progressed(&desk.calendar(), case, steps) }
}

fn not_planned(opening: &Opening, steps: Vec<Step>) -> Progressed {
    Progressed {
        subject_id: opening.stem.id.to_string(),
        phase: Phase::Ended.into(),
        end: End::NotPlanned.into(),
        steps,
        ..Progressed::default()
    }
}

fn card(card: clock::Card) -> Card {
    match card {
        clock::Card::None => Card::None,
        clock::Card::Yellow => Card::Yellow,
        clock::Card::Red => Card::Red,
    }
}
