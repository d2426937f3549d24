//! A stage is applied for: one form, one set of papers (R20, R28). Every item whose materials are complete, or may follow
//! under an undertaking, is on its way; the others are told what they lack, once and whole.

use std::collections::{BTreeMap, BTreeSet};

use casework::{NotPossible, Outcome, TaskId, tolerance::barred_until};
use chassis::{
    consent::ConsentBody,
    http::{Asker, By, Fault, Problem},
};
use contracts::{
    account::argument,
    materials::{Brought, Paper},
    process::v1::Kind,
};
use serde_json::json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use workdays::city_date;

use super::{
    change::{Right, change, not_possible},
    consents::Matter,
    message,
    turn::Turn,
};
use crate::{
    codes,
    domain::{
        catalogue::ItemCode,
        project::{Filed, Lacking, Project, Undertaken},
    },
    service::ConstructionPermit,
    store,
};

/// Far enough back for three breaches within twelve months that bar for twelve more.
const LOOK_BACK: Duration = Duration::days(2 * 366);

/// What is handed in for a stage.
#[derive(Clone, Debug, Default)]
pub struct Application {
    pub stage: String,
    pub fields: BTreeMap<String, String>,
    /// The front desk's statements of papers.
    pub papers: Vec<String>,
    /// Items that are applied for; all of the stage where none is named.
    pub items: Vec<ItemCode>,
    /// Item -> SM3 of the undertaking that was signed for what it lacks.
    pub undertakings: BTreeMap<ItemCode, String>,
}

/// What became of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub item: ItemCode,
    /// On its way; it starts when nothing before it is open.
    pub applied: bool,
    pub lacking: Vec<Lacking>,
}

/// Applies for a stage.
///
/// # Errors
/// Every fault of the form and the papers at once; undertakings that do not hold.
pub async fn apply(
    desk: &ConstructionPermit,
    asker: &Asker,
    id: Uuid,
    (application, consent): (&Application, Option<&ConsentBody>),
) -> Result<(Project, Vec<Answered>), Problem> {
    let since = desk.now() - LOOK_BACK;
    // Whoever signs an undertaking takes it upon himself.
    let matter = Matter::Undertake { undertakings: application.undertakings.clone() };
    let right = match application.undertakings.is_empty() {
        true => Right::Applicant,
        false => Right::ApplicantAlone(&matter, consent),
    };
    change(desk, (asker, right), id, async |turn| {
        running(turn.project)?;
        let papers = faultless(desk, turn, application)?;
        let breaches = match application.undertakings.is_empty() {
            true => vec![],
            false => store::breaches(desk.mailbox.db(), &turn.project.entry.holder, since).await?,
        };
        let (stage, now, by) = (application.stage.clone(), turn.now, turn.by.actor().to_owned());
        let record = &mut turn.project.record;
        let entered = application.fields.iter().map(|(name, value)| (name.clone(), value.trim().to_owned()));
        record.fields.extend(entered.filter(|(_, value)| !value.is_empty()));
        record.forms.entry(stage.clone()).or_insert(Filed { at: now, by: by.clone() });
        record.bring(papers.clone(), &by, now);
        let wanted = wanted(turn.project, application);
        turn.project.record.wanted.extend(wanted.iter().cloned());
        turn.touch_record();
        let body = json!({"stage": stage, "items": wanted, "papers": codes_of(&papers)});
        let taken = message::taken(turn, &papers);
        let stage = vec![argument("stage", [stage])];
        turn.note(Kind::StageApplied, None, stage, body, taken.into_iter().collect());
        undertake(turn, application, &breaches)?;
        let answered = start(turn, &wanted)?;
        super::bring::close_gaps(turn, &papers)?;
        Ok(answered)
    })
    .await
}

/// Applies for every wanted item that lacks nothing, or only what was undertaken; says what the others lack.
///
/// # Errors
/// Where the engine does not take it.
pub fn start(turn: &mut Turn<'_>, told: &BTreeSet<ItemCode>) -> Result<Vec<Answered>, Problem> {
    let (catalogue, calendar, today) = (turn.catalogue, &turn.desk.calendar(), city_date(turn.now));
    let table = turn.project.materials(catalogue);
    let mut ready: Vec<TaskId> = vec![];
    let mut answered = vec![];
    for code in &turn.project.record.wanted {
        let Some(item) = catalogue.item(code) else { continue };
        let lacking = turn.project.lacking(catalogue, calendar, &table, item, today);
        let undertaken = turn.project.record.undertaken.contains_key(code);
        let applied = lacking.iter().all(|lacking| undertaken && lacking.tolerable);
        if applied {
            let case = turn.project.case.as_ref();
            ready.extend(case.and_then(|case| case.task_by_code(&code.as_str().into())).map(|task| task.id));
        }
        if told.contains(code) {
            answered.push(Answered { item: code.clone(), applied, lacking });
        }
    }
    let now = turn.now;
    if let (Some(case), false) = (turn.project.case.as_mut(), ready.is_empty()) {
        let outcome: Outcome = case.apply(&ready, now).map_err(not_possible)?;
        turn.perform(outcome.effects());
    }
    // What waits for others stays wanted until its department has it.
    Ok(answered)
}

/// The project's plan runs.
pub fn running(project: &Project) -> Result<(), Problem> {
    match (&project.case, project.is_running()) {
        (None, _) => Err(Problem::new(&codes::NOT_ACKNOWLEDGED)),
        (Some(_), false) => Err(not_possible(NotPossible::NotRunning)),
        (Some(_), true) => Ok(()),
    }
}

/// Papers that the front desk states to have from this very applicant, or from whoever hands them in.
///
/// # Errors
/// Every statement that does not hold.
pub fn proved(desk: &ConstructionPermit, by: &By, statements: &[String]) -> Result<Vec<Paper>, Vec<Fault>> {
    let (mut papers, mut faults) = (vec![], vec![]);
    let from = match by {
        By::For(behalf) => behalf.papers_of(),
        By::Office(_) | By::Assigned(_) | By::Machine(_) => vec![],
    };
    for (place, statement) in statements.iter().enumerate() {
        match Brought::read(statement, &desk.links.seals).filter(|brought| from.contains(&brought.by)) {
            Some(brought) if brought.holds_at(desk.now()) => papers.push(brought.paper),
            Some(_) => faults.push(Fault::new(
                format!("/papers/{place}"),
                "expired",
                "该材料长期未使用,已被清除,请重新上传",
                "nobody used the paper in time, and it is gone; upload it again",
            )),
            None => faults.push(Fault::new(
                format!("/papers/{place}"),
                "unproved",
                "材料凭证无效,请先在综合受理上传材料",
                "the statement does not hold; upload the paper at the front desk first",
            )),
        }
    }
    if faults.is_empty() { Ok(papers) } else { Err(faults) }
}

fn faultless(desk: &ConstructionPermit, turn: &Turn<'_>, application: &Application) -> Result<Vec<Paper>, Problem> {
    let mut faults = vec![];
    if !turn.catalogue.stages().iter().any(|stage| stage.code == application.stage) {
        return Err(Problem::not_found());
    }
    let form = desk.forms.faults(&application.stage, &application.fields, &turn.project.record.fields);
    faults.extend(form.into_iter().map(|(name, code, zh, en)| Fault::new(format!("/fields/{name}"), code, zh, en)));
    let planned = turn.project.planned();
    for (place, item) in application.items.iter().enumerate() {
        if !planned.contains(item) || item.stage() != application.stage {
            let (zh, en) = (format!("本阶段清单中没有{item}"), format!("the list has no {item} in this stage"));
            faults.push(Fault::new(format!("/items/{place}"), "not_planned", zh, en));
        }
    }
    for item in application.undertakings.keys().filter(|item| !planned.contains(item)) {
        let (zh, en) = (format!("清单中没有{item}"), format!("the list has no {item}"));
        faults.push(Fault::new(format!("/undertakings/{item}"), "not_planned", zh, en));
    }
    let papers = proved(desk, &turn.by, &application.papers);
    match (papers, faults.is_empty()) {
        (Ok(papers), true) => Ok(papers),
        (Ok(_), false) => Err(Problem::faulty(faults)),
        (Err(unproved), _) => {
            faults.extend(unproved);
            Err(Problem::faulty(faults))
        }
    }
}

/// Items of the stage that can be applied for, or those that are named.
fn wanted(project: &Project, application: &Application) -> BTreeSet<ItemCode> {
    let can = |task: &&casework::Task| {
        let again = task.is_cancelling() && task.applied_at.is_none();
        task.is_refused() || (task.plan.on_application && (task.awaits_application() || again))
    };
    let tasks = project.case.iter().flat_map(casework::Case::tasks).filter(can);
    let of_stage =
        tasks.map(|task| ItemCode::from(task.code.as_str())).filter(|item| item.stage() == application.stage);
    // Refused and returned items are applied for again by name only.
    let named = |item: &ItemCode| application.items.contains(item);
    let fresh = |item: &ItemCode| {
        let task = project.case.as_ref().and_then(|case| case.task_by_code(&item.as_str().into()));
        task.is_some_and(|task| task.rounds.is_empty())
    };
    of_stage.filter(|item| named(item) || (application.items.is_empty() && fresh(item))).collect()
}

/// What was signed for items of the stage. All of it holds, or nothing is changed.
fn undertake(turn: &mut Turn<'_>, application: &Application, breaches: &[OffsetDateTime]) -> Result<(), Problem> {
    if application.undertakings.is_empty() {
        return Ok(());
    }
    if let Some(until) = barred_until(breaches, turn.now) {
        let (zh, en) = (format!("至{until}不适用容缺受理"), format!("nothing may follow later until {until}"));
        return Err(Problem::new(&codes::BARRED).detail(zh, en));
    }
    let (catalogue, calendar, now) = (turn.catalogue, &turn.desk.calendar(), turn.now);
    let table = turn.project.materials(catalogue);
    let mut signed = vec![];
    let mut faults = vec![];
    for (code, sm3) in &application.undertakings {
        let Some(item) = catalogue.item(code) else { continue };
        let lacking = turn.project.lacking(catalogue, calendar, &table, item, city_date(now));
        for core in lacking.iter().filter(|lacking| !lacking.tolerable) {
            let (zh, en) =
                (format!("{}为主审材料,不能容缺", core.name.zh), format!("the {} may not follow later", core.name.en));
            faults.push(Fault::new(format!("/undertakings/{code}"), "core", zh, en));
        }
        let (_, expected) = Project::undertaking(item, &lacking);
        if !lacking.is_empty() && *sm3 != expected {
            let (zh, en) = ("承诺书与所缺材料不符", "the undertaking names other papers than are lacking");
            faults.push(Fault::new(format!("/undertakings/{code}"), "other_text", zh, en));
        }
        signed.push((code.clone(), Undertaken { sm3: sm3.clone(), by: turn.by.actor().to_owned(), at: now }));
    }
    if !faults.is_empty() {
        let core = faults.iter().any(|fault| fault.code == "core");
        let code = if core { &codes::NOT_TOLERABLE } else { &codes::UNDERTAKING_OTHER };
        return Err(Problem::new(code).with_faults(faults));
    }
    turn.project.record.undertaken.extend(signed);
    Ok(())
}

/// Material codes, for facts.
pub fn codes_of(papers: &[Paper]) -> Vec<&str> {
    papers.iter().map(|paper| paper.code.as_str()).collect()
}
