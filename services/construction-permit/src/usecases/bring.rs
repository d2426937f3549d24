//! Papers come later: gaps close, items that lacked them start, and departments that asked for a supplement get it.

use casework::{NotPossible, Task};
use chassis::http::{Asker, Fault, Problem};
use contracts::{account::argument, materials::Paper, process::v1::Kind, words::amended};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::{
    apply::{Answered, codes_of, proved, running, start},
    change::{Right, change, not_possible},
    message,
    turn::Turn,
};
use crate::{
    codes,
    domain::{
        catalogue::ItemCode,
        project::{Project, Unfetched, entitled},
    },
    service::ConstructionPermit,
};

/// Brings papers to a project.
///
/// # Errors
/// Statements that do not hold; a paper for a gap whose time is over.
pub async fn bring(
    desk: &ConstructionPermit,
    asker: &Asker,
    id: Uuid,
    statements: &[String],
) -> Result<(Project, Vec<Answered>), Problem> {
    change(desk, (asker, Right::Applicant), id, async |turn| {
        running(turn.project)?;
        let papers = proved(desk, &turn.by, statements).map_err(Problem::faulty)?;
        brought(turn, &papers);
        let wanted: BTreeSet<ItemCode> = turn.project.record.wanted.clone();
        close_gaps(turn, &papers)?;
        start(turn, &wanted)
    })
    .await
}

/// A department asked for a supplement, and the applicant supplies it: the clock runs again.
///
/// # Errors
/// Statements that do not hold; an item that nobody asked a supplement for.
pub async fn supply(
    desk: &ConstructionPermit,
    asker: &Asker,
    id: Uuid,
    item: &ItemCode,
    (fields, statements): (&BTreeMap<String, String>, &[String]),
) -> Result<Project, Problem> {
    let (project, ()) = change(desk, (asker, Right::Applicant), id, async |turn| {
        running(turn.project)?;
        let papers = proved(desk, &turn.by, statements).map_err(Problem::faulty)?;
        let faults = faults_of(turn, item, fields, &papers)?;
        if !faults.is_empty() {
            return Err(Problem::faulty(faults));
        }
        let entered = fields.iter().map(|(name, value)| (name.clone(), value.trim().to_owned()));
        turn.project.record.fields.extend(entered);
        brought(turn, &papers);
        let now = turn.now;
        let case = turn.project.case.as_mut().ok_or_else(Problem::not_found)?;
        let task = case.task_by_code(&item.as_str().into()).map(|task| task.id).ok_or_else(Problem::not_found)?;
        let codes = papers.iter().map(|paper| paper.code.clone());
        let names: Vec<String> = fields.keys().cloned().chain(codes).collect();
        let (catalogue, forms) = (turn.catalogue, &turn.desk.forms);
        let entitles = |other: &Task| {
            let item = catalogue.item(&other.code.as_str().into());
            item.is_some_and(|item| entitled(item, forms).iter().any(|name| names.contains(name)))
        };
        let outcome = case.supply(task, &names, entitles, now).map_err(not_possible)?;
        turn.perform(outcome.effects());
        close_gaps(turn, &papers)
    })
    .await?;
    Ok(project)
}

/// Everything that is wrong with what is supplied: what nobody asked for, and values that the form does not take.
///
/// # Errors
/// An item that nobody asked a supplement for.
fn faults_of(
    turn: &Turn<'_>,
    item: &ItemCode,
    fields: &BTreeMap<String, String>,
    papers: &[Paper],
) -> Result<Vec<Fault>, Problem> {
    let task = turn.project.case.as_ref().and_then(|case| case.task_by_code(&item.as_str().into()));
    let task = task.ok_or_else(Problem::not_found)?;
    let asked = task.supplement().ok_or_else(|| not_possible(NotPossible::NotSuspended(task.code.clone())))?;
    let foreign = |code: &str| !asked.iter().any(|item| item.code == code);
    let not_asked = |pointer: String, name: &str| {
        let (zh, en) = (format!("部门没有要求补正{name}"), format!("the department did not ask for {name}"));
        Fault::new(pointer, "not_asked", zh, en)
    };
    let mut faults: Vec<Fault> = Vec::new();
    for (name, value) in fields {
        let pointer = format!("/fields/{name}");
        if foreign(name) {
            faults.push(not_asked(pointer, name));
        } else if let Some((code, zh, en)) = turn.desk.forms.value_fault(name, value.trim()) {
            faults.push(Fault::new(pointer, code, zh, en));
        }
    }
    let brought = papers.iter().enumerate().filter(|(_, paper)| foreign(&paper.code));
    faults.extend(brought.map(|(place, paper)| not_asked(format!("/papers/{place}"), &paper.code)));
    if fields.is_empty() && papers.is_empty() {
        faults.push(Fault::new("", "empty", "请补充字段或材料", "supply a field or a paper"));
    }
    Ok(faults)
}

/// A material could not be fetched: from now on the applicant is asked for it (R37).
///
/// # Errors
/// A material that is not fetched at all.
pub async fn note_unfetched(
    desk: &ConstructionPermit,
    asker: &Asker,
    id: Uuid,
    (material, reason): (&str, &str),
) -> Result<Project, Problem> {
    let (project, ()) = change(desk, (asker, Right::Office), id, async |turn| {
        let known = turn.catalogue.material(material).ok_or_else(Problem::not_found)?;
        if known.fetch_from.is_none() {
            let (zh, en) = (
                format!("{material}不由部门调取,请由申请人提交"),
                format!("{material} is not fetched: the applicant brings it"),
            );
            return Err(Problem::new(&codes::NOT_POSSIBLE).detail(zh, en));
        }
        let unfetched = Unfetched { reason: reason.to_owned(), by: turn.by.actor().to_owned(), at: turn.now };
        if turn.project.record.unfetched.insert(material.to_owned(), unfetched).is_none() {
            turn.touch_record();
            turn.note(
                Kind::FetchFailed,
                None,
                vec![argument("paper", [material])],
                json!({"material": material}),
                vec![],
            );
        }
        Ok(())
    })
    .await?;
    Ok(project)
}

fn brought(turn: &mut Turn<'_>, papers: &[Paper]) {
    let (by, now) = (turn.by.actor().to_owned(), turn.now);
    turn.project.record.bring(papers.to_vec(), &by, now);
    turn.touch_record();
    let body =
        json!({"papers": codes_of(papers), "digests": papers.iter().map(|paper| &paper.sm3).collect::<Vec<_>>()});
    let taken = message::taken(turn, papers);
    let told = vec![argument("papers", codes_of(papers))];
    turn.note(Kind::PapersBrought, None, told, body, taken.into_iter().collect());
}

/// Papers of open gaps came: in time they close it, and the department gets them. Too late is told, and nothing is changed.
///
/// # Errors
/// A paper for a gap whose time is over.
pub fn close_gaps(turn: &mut Turn<'_>, papers: &[Paper]) -> Result<(), Problem> {
    let now = turn.now;
    let came = |group: &str| group.split('|').any(|code| papers.iter().any(|paper| paper.code == code));
    let of_gap = |gap: &&crate::domain::project::Gap| gap.is_open() && gap.missing.iter().any(|group| came(group));
    let open: Vec<_> = turn.project.record.gaps.iter().filter(of_gap).cloned().collect();
    for gap in open {
        if gap.is_late(now) {
            let (zh, en) = (
                format!("{}的容缺期限已于{}届满", gap.item, gap.deadline.on),
                format!("the time for {} was over on {}", gap.item, gap.deadline.on),
            );
            return Err(Problem::new(&codes::GAP).detail(zh, en));
        }
        let Some(known) = turn.project.record.last_gap(gap.item.as_str()) else { continue };
        let closed = known.supply(came, now);
        if closed {
            turn.unwind_gap(&gap.item);
            let body = json!({"item": gap.item, "papers": gap.papers});
            turn.note(Kind::GapClosed, Some(&gap.item), vec![argument("papers", &gap.papers)], body, vec![]);
        }
        let task = turn.project.case.as_ref().and_then(|case| case.task_by_code(&gap.item.as_str().into()));
        let Some(task) = task.filter(|task| task.is_open()).map(|task| task.id) else { continue };
        let outcome = turn.project.case.as_mut().map(|case| case.amend(task, amended::GAP, now));
        if let Some(Ok(outcome)) = outcome {
            turn.perform(outcome.effects());
        }
    }
    Ok(())
}
