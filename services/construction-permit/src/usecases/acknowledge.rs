//! The applicant acknowledges a version of the list: it is in force, and the plan follows it.

use casework::{Case, Opening, Replan, ReplanFault, TaskCode, TaskId};
use chassis::http::{Asker, Fault, Problem};
use contracts::{account::argument, process::v1::Kind};
use ids::CaseId;
use serde_json::json;
use uuid::Uuid;

use super::change::{Right, change, not_planned, not_possible};
use crate::{
    codes,
    domain::{
        project::Project,
        tailored::{Standing, TailoredList},
    },
    service::ConstructionPermit,
    store::{self, AcknowledgedRow},
};

/// Takes the newest version into force. Said again, it changes nothing.
///
/// # Errors
/// A version that is not the newest; one with undecided items: every open question with the items that wait for it.
pub async fn acknowledge(desk: &ConstructionPermit, asker: &Asker, id: Uuid, version: u32) -> Result<Project, Problem> {
    let (project, ()) = change(desk, (asker, Right::Applicant), id, async |turn| {
        if turn.project.entry.acknowledged == Some(version) && turn.project.entry.list == version {
            return Ok(());
        }
        if turn.project.entry.list != version {
            let newest = turn.project.entry.list;
            let (zh, en) = (format!("最新版本为第{newest}版"), format!("the newest is version {newest}"));
            return Err(Problem::new(&codes::LIST_SUPERSEDED).detail(zh, en));
        }
        let made = store::list(desk.mailbox.db(), id, Some(version)).await?.ok_or_else(Problem::not_found)?;
        undecided(&made.list)?;
        // A version may be of a newer catalogue than the project was reckoned by so far.
        turn.reckon_by(&made.list.catalogue);
        let catalogue = turn.catalogue;
        let theme = made.list.plan(catalogue).map_err(Problem::defect)?;
        let case_id = CaseId::new(id);
        let ids = |code: &TaskCode| TaskId::derived(case_id, code.as_str());
        let applicable: Vec<TaskCode> = theme.all().cloned().collect();
        turn.project.follow(&made.list, catalogue);
        let body = json!({"version": version});
        turn.note(Kind::ListAcknowledged, None, vec![argument("version", [version])], body, vec![]);
        let effects = match turn.project.case.as_mut() {
            Some(case) => {
                let new = Replan { theme: &theme, applicable: &applicable, bindings: theme.bindings() };
                let outcome = case.replan(&new, ids, turn.now);
                outcome.map_err(refused)?.effects()
            }
            None => {
                let opening = Opening { case: case_id, applicable, bindings: theme.bindings(), at: turn.now };
                let (case, effects) = Case::open(&theme, opening, ids).map_err(not_planned)?;
                turn.project.case = Some(case);
                effects
            }
        };
        turn.touch_head();
        turn.perform(effects);
        turn.changes.put(AcknowledgedRow { project_id: id, version, at: turn.now, by: turn.by.actor().to_owned() });
        Ok(())
    })
    .await?;
    Ok(project)
}

/// Every item has to be decided before the plan can be.
fn undecided(list: &TailoredList) -> Result<(), Problem> {
    let open = |row: &&crate::domain::tailored::Row| row.standing == Standing::Undecided && row.edit.is_none();
    let items: Vec<_> = list.rows.iter().filter(open).map(|row| &row.item).collect();
    if items.is_empty() {
        return Ok(());
    }
    let fault = |missing: &crate::domain::tailored::Missing| {
        let waits = missing.items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Fault::new(
            format!("/attributes/{}", missing.attribute),
            "missing",
            format!("请先回答此问题;决定事项:{waits}"),
            format!("answer this first; it decides {waits}"),
        )
    };
    Err(Problem::new(&codes::LIST_OPEN).with_faults(list.missing.iter().map(fault).collect()))
}

fn refused(fault: ReplanFault) -> Problem {
    match fault {
        ReplanFault::NotPossible(reason) => not_possible(reason),
        ReplanFault::Refused(reason) => not_planned(reason),
    }
}
