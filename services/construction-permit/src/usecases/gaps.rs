//! What falls due of a gap: a reminder, and the return of the item (退件). And its one extension.

use casework::StopKind;
use chassis::http::{Asker, Problem};
use contracts::{account::argument, process::v1::Kind};
use serde_json::json;
use uuid::Uuid;

use super::{
    change::{Right, change},
    message,
    turn::Turn,
};
use crate::{
    codes,
    domain::{
        catalogue::ItemCode,
        project::{GapFault, Project},
    },
    service::ConstructionPermit,
    store::BreachRow,
};

/// Why a department is told to stop.
const RETURNED: &str = "容缺材料逾期未补齐,作退件处理";

/// The gap's last day is near.
pub fn remind(turn: &mut Turn<'_>, item: &ItemCode) {
    let Some(gap) = turn.project.record.last_gap(item.as_str()).filter(|gap| gap.is_open() && !gap.reminded) else {
        return;
    };
    gap.reminded = true;
    let gap = gap.clone();
    turn.touch_record();
    let told = message::reminded(turn, item, &gap);
    let body = json!({"item": item, "papers": gap.missing});
    turn.note(Kind::GapReminded, Some(item), vec![argument("papers", &gap.missing)], body, told.into_iter().collect());
}

/// The gap's time is over: the item is given back, and a breach is recorded. What other departments verified stays.
pub fn fall_due(turn: &mut Turn<'_>, item: &ItemCode) {
    let now = turn.now;
    if !turn.project.is_running() {
        return;
    }
    let calendar = &turn.desk.calendar();
    let Some(gap) = turn.project.record.last_gap(item.as_str()).filter(|gap| gap.is_open()) else { return };
    if gap.returns_at(calendar) > now {
        // It was extended meanwhile.
        let gap = gap.clone();
        turn.wind_gap(&gap);
        return;
    }
    gap.returned_at = Some(now);
    let gap = gap.clone();
    turn.touch_record();
    let body = json!({"item": item, "papers": gap.missing});
    turn.note(Kind::ItemReturned, Some(item), vec![argument("papers", &gap.missing)], body, vec![]);
    let (project_id, holder) = (turn.project.stem.id, turn.project.entry.holder.clone());
    turn.changes.put(BreachRow {
        project_id,
        item: item.to_string(),
        round: i32::try_from(gap.round).unwrap_or(i32::MAX),
        holder,
        papers: gap.missing,
        at: now,
    });
    let outcome = turn.project.case.as_mut().and_then(|case| {
        let task = case.task_by_code(&item.as_str().into())?.id;
        case.give_back(task, StopKind::Returned, RETURNED, now).ok()
    });
    if let Some(outcome) = outcome {
        turn.perform(outcome.effects());
    }
}

/// The chief representative gives the applicant as much time again, once.
///
/// # Errors
/// Where there is no open gap, its time is over, or it was extended before.
pub async fn extend(desk: &ConstructionPermit, asker: &Asker, id: Uuid, item: &ItemCode) -> Result<Project, Problem> {
    let (project, ()) = change(desk, (asker, Right::Office), id, async |turn| {
        let (calendar, now) = (&desk.calendar(), turn.now);
        let fault = |fault: GapFault| {
            let zh = match fault {
                GapFault::NoGap => "该事项没有未补齐的容缺材料",
                GapFault::TooLate => "容缺期限已经届满,该事项作退件处理",
                GapFault::ExtendedBefore => "容缺期限已经延长过一次",
            };
            Problem::new(&codes::GAP).detail(zh, fault.to_string())
        };
        let gap = turn.project.record.last_gap(item.as_str()).ok_or_else(|| fault(GapFault::NoGap))?;
        gap.extend(calendar, now).map_err(fault)?;
        let gap = gap.clone();
        turn.touch_record();
        turn.wind_gap(&gap);
        let told = message::tolerated(turn, item, &gap);
        let due = gap.deadline.on.to_string();
        let body = json!({"item": item, "due": due, "calendar": calendar.version()});
        turn.note(
            Kind::GapExtended,
            Some(item),
            vec![argument("papers", &gap.missing)],
            body,
            told.into_iter().collect(),
        );
        Ok(())
    })
    .await?;
    Ok(project)
}
