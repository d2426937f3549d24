//! The calendar is another one: cards, gaps and waits fall due by it, and whoever was told another day is told.

use casework::{Phase, SuspensionKind};
use chassis::owner::{account, await_signs_again};
use contracts::process::v1::Kind;
use serde_json::json;
use time::Date;
use workdays::{Calendar, Due};

use super::{message, turn::Turn};
use crate::domain::{catalogue::ItemCode, project::ToldDay};

/// Reckons a project again. What stays as it is leaves no trace, so that a year that is heard twice, or a process that was
/// killed in between, tells nobody twice.
pub fn reckon_again(turn: &mut Turn<'_>, before: Option<&Calendar>) {
    let calendar = turn.desk.calendar();
    let Some(case) = turn.project.case.as_ref().filter(|case| matches!(case.phase(), Phase::Running)) else { return };
    await_signs_again(turn.changes, &calendar, case, turn.project.stem.id, turn.now);
    let waits_otherwise = account::waits_otherwise(before, &calendar, case);
    turn.wind_card_anew();
    let moved = gaps(turn, &calendar) | supplements(turn, &calendar);
    if waits_otherwise && !moved {
        turn.note(Kind::DueReckoned, None, vec![], json!({"calendar": calendar.version()}), vec![]);
    }
}

/// Gaps end by the calendar; true where one moved.
fn gaps(turn: &mut Turn<'_>, calendar: &Calendar) -> bool {
    let mut moved = vec![];
    for place in 0..turn.project.record.gaps.len() {
        let Some(gap) = turn.project.record.gaps.get(place).filter(|gap| gap.is_open()).cloned() else { continue };
        let next = gap.reckoned_again(calendar, turn.now);
        // When the item goes back hangs on the day after, too.
        turn.wind_gap(next.as_ref().unwrap_or(&gap));
        let Some(next) = next else { continue };
        let due = Due { date: next.deadline.on, provisional: next.deadline.provisional };
        moved.push((gap.item.clone(), gap.deadline.on, due));
        if let Some(known) = turn.project.record.gaps.get_mut(place) {
            *known = next;
        }
        turn.touch_record();
    }
    tell(turn, calendar, "gap_moved", &moved)
}

/// Supplements are waited for by the calendar; true where one moved. What is not waited for any more is forgotten.
fn supplements(turn: &mut Turn<'_>, calendar: &Calendar) -> bool {
    let mut moved = vec![];
    for (item, told) in turn.project.record.supplements.clone() {
        let case = turn.project.case.as_ref();
        let task = case.and_then(|case| case.task_by_code(&item.as_str().into()));
        let grounds = task.map(casework::Task::grounds).unwrap_or_default();
        if !grounds.iter().any(|ground| ground.kind() == SuspensionKind::Supplement) {
            turn.project.record.supplements.remove(&item);
            continue;
        }
        let next = ToldDay::of_supplement(calendar, told.since);
        if told.due.is_over(turn.now) || next.due.is_over(turn.now) || next == told {
            continue;
        }
        turn.project.record.supplements.insert(item.clone(), next);
        turn.touch_record();
        moved.push((item, told.due.date, next.due));
    }
    tell(turn, calendar, "supplement_moved", &moved)
}

/// A fact for each, and a message to whoever was told another day.
fn tell(turn: &mut Turn<'_>, calendar: &Calendar, event: &str, moved: &[(ItemCode, Date, Due)]) -> bool {
    for (item, before, after) in moved {
        let told = if *before == after.date { None } else { message::day_moved(turn, (item, event), *before, *after) };
        let body = json!({"item": item, "due": after, "before": before.to_string(), "calendar": calendar.version()});
        turn.note(Kind::DueReckoned, Some(item), vec![], body, told.into_iter().collect());
    }
    !moved.is_empty()
}
