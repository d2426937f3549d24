//! `/v1/projects`

pub mod account;
pub mod acknowledge;
pub mod answer;
pub mod apply;
pub mod bring;
pub mod clock;
pub mod compare;
pub mod edit;
pub mod forecast;
pub mod form;
pub mod history;
pub mod list;
pub mod materials;
pub mod register;
pub mod replan;
pub mod schedule;
pub mod show;
pub mod tailored;
pub mod unfetched;
pub mod withdraw;

use actix_web::HttpResponse;
use casework::{Case, ItemFacts, ProjectClock, Task, clock::ItemClock};
use chassis::{
    data::Label,
    http::{AsOf, Fault, Problem},
    owner::shown::{StateShown, WaitsShown},
};
use serde::Serialize;
use time::{Date, OffsetDateTime};
use utoipa::ToSchema;
use uuid::Uuid;
use workdays::CITY;

use super::shown::{CardShown, ClassShown, DueShown, LackingShown, RemainingShown};
use crate::{
    domain::{
        catalogue::{Catalogue, ItemCode},
        project::{Gap, Investor, Place, Project, clock_rules, facts},
    },
    service::ConstructionPermit,
    usecases::{apply::Answered, change::catalogue},
};

/// A project as its people see it; no papers and nothing that was entered about persons.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectShown {
    project_id: Uuid,
    code: String,
    #[serde(rename = "type")]
    kind: String,
    name: String,
    place: PlaceShown,
    investor: InvestorShown,
    total_fen: Option<i64>,
    #[serde(with = "chassis::http::instant")]
    registered_at: OffsetDateTime,
    /// `registered`, `running`, `stopping`, `closed`, `withdrawn` or `terminated`.
    phase: &'static str,
    catalogue_version: u32,
    /// The newest version of the list, and the one that is in force.
    list_version: u32,
    acknowledged_version: Option<u32>,
    /// Counted working days against the limit; absent before the plan runs.
    clock: Option<LimitUsed>,
    /// Every item of the plan, in its order.
    items: Vec<ItemOfProject>,
    /// Who holds the project, since when.
    waits_for: Vec<WaitsShown>,
    /// Refused items, what they block, and what remains possible.
    remaining: Vec<RemainingShown>,
}

/// Where it is built.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceShown {
    /// Nine digits: town or subdistrict; or six.
    region: String,
    /// Twelve digits.
    village: Option<String>,
    address: String,
}

/// Who builds it.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvestorShown {
    name: String,
    credit_code: String,
}

/// How much of the project's limit is used.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitUsed {
    counted_working_days: u32,
    /// Some day that was counted is not announced yet.
    provisional: bool,
    limit_working_days: u32,
    yellow_from: u32,
    /// By the count of today.
    card: CardShown,
    /// The last one that people were told of.
    card_shown: CardShown,
}

/// One item of a project, in lists and by itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemOfProject {
    item: String,
    task_id: Uuid,
    name: Option<Label>,
    /// Who has it, or would get it.
    department: Option<String>,
    class: Option<ClassShown>,
    state: StateShown,
    /// 0 before the first.
    round: u32,
    accepted: Option<Date>,
    decided: Option<Date>,
    /// Working days on which its clock ran.
    counted: u32,
    /// They count towards the project's limit.
    counts: bool,
    suspended: bool,
    /// By its promise; absent while a running suspension keeps it from ending.
    due: Option<DueShown>,
    /// What was to follow after acceptance.
    gap: Option<GapShown>,
}

/// Papers that were to follow.
#[derive(Debug, Serialize, ToSchema)]
pub struct GapShown {
    /// Codes of what is still missing.
    missing: Vec<String>,
    /// The last day.
    due: Date,
    /// `due` rests on days that no notice has announced yet.
    provisional: bool,
    open: bool,
    /// The item was given back because they did not come.
    returned: bool,
    extended: bool,
}

impl ProjectShown {
    pub(crate) fn of(desk: &ConstructionPermit, project: &Project) -> Result<Self, Problem> {
        let catalogue = catalogue(desk, project)?;
        let (entry, case) = (&project.entry, project.case.as_ref());
        let facts = facts(project, catalogue);
        let clock = ProjectClock::reckon(&facts, &clock_rules(catalogue), &desk.calendar(), desk.today());
        let items = case.iter().flat_map(|case| case.tasks());
        let remaining = case.map(Case::remaining).unwrap_or_default();
        let waits_for = case.map(Case::waits_for).unwrap_or_default();
        Ok(Self {
            project_id: project.stem.id,
            code: entry.code.clone(),
            kind: entry.kind.letter().to_owned(),
            name: entry.name.clone(),
            place: (&entry.place).into(),
            investor: (&entry.investor).into(),
            total_fen: entry.total_fen,
            registered_at: entry.registered_at.to_offset(CITY),
            phase: project.phase(),
            catalogue_version: entry.catalogue.version,
            list_version: entry.list,
            acknowledged_version: entry.acknowledged,
            clock: case.map(|_| LimitUsed::of(project, &clock)),
            items: items.map(|task| item(project, catalogue, task, &facts, &clock)).collect(),
            waits_for: waits_for.into_iter().map(Into::into).collect(),
            remaining: remaining.iter().map(Into::into).collect(),
        })
    }
}

impl LimitUsed {
    fn of(project: &Project, clock: &ProjectClock) -> Self {
        Self {
            counted_working_days: clock.counted.days,
            provisional: clock.counted.provisional,
            limit_working_days: clock.budget.limit,
            yellow_from: clock.budget.yellow,
            card: clock.card.into(),
            card_shown: project.card.into(),
        }
    }
}

/// One item of a project, for lists and for itself.
pub(crate) fn item(
    project: &Project,
    catalogue: &Catalogue,
    task: &Task,
    facts: &[ItemFacts],
    clock: &ProjectClock,
) -> ItemOfProject {
    let known = catalogue.item(&ItemCode::from(task.code.as_str()));
    let own: Option<&ItemClock> = clock.items.iter().find(|own| own.code == task.code);
    let rounds = facts.iter().find(|facts| facts.code == task.code).map(|facts| facts.rounds.as_slice());
    let last = rounds.and_then(<[_]>::last);
    let ended = last.and_then(|round| round.ended);
    let due = own.and_then(|own| own.round).and_then(|round| round.promised).and_then(|promised| promised.due);
    ItemOfProject {
        item: task.code.to_string(),
        task_id: task.id.uuid(),
        name: known.map(|known| known.name.clone()),
        department: task.department().map(ToString::to_string).or_else(|| known.map(|known| known.authority.clone())),
        class: known.map(|known| known.clock.into()),
        state: (&task.state).into(),
        round: task.round_number(),
        accepted: last.map(|round| workdays::city_date(round.accepted)),
        decided: ended.filter(|_| task.is_ended() || task.is_refused()).map(casework::Ending::date),
        counted: own.map_or(0, |own| own.counted.days),
        counts: own.is_some_and(|own| own.counts),
        suspended: own.is_some_and(|own| own.suspended),
        due: due.map(Into::into),
        gap: project.record.gap(task.code.as_str(), task.round_number()).map(Into::into),
    }
}

impl From<&Place> for PlaceShown {
    fn from(place: &Place) -> Self {
        let Place { region, village, address } = place.clone();
        Self { region, village, address }
    }
}

impl From<&Investor> for InvestorShown {
    fn from(investor: &Investor) -> Self {
        let Investor { name, credit_code } = investor.clone();
        Self { name, credit_code }
    }
}

impl From<&Gap> for GapShown {
    fn from(gap: &Gap) -> Self {
        Self {
            missing: gap.missing.clone(),
            due: gap.deadline.on,
            provisional: gap.deadline.provisional,
            open: gap.is_open(),
            returned: gap.returned_at.is_some(),
            extended: gap.extended,
        }
    }
}

/// What became of each item of an application.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnsweredShown {
    item: String,
    /// It is on its way, and starts when nothing before it is open.
    applied: bool,
    /// What it still lacks.
    lacking: Vec<LackingShown>,
}

impl From<Answered> for AnsweredShown {
    fn from(answered: Answered) -> Self {
        let Answered { item, applied, lacking } = answered;
        Self { item: item.to_string(), applied, lacking: lacking.into_iter().map(Into::into).collect() }
    }
}

/// A project after something was taken in, with what became of its items.
#[derive(Debug, Serialize, ToSchema)]
pub struct Taken {
    answered: Vec<AnsweredShown>,
    project: ProjectShown,
}

/// The answer of a write.
pub(crate) fn written(desk: &ConstructionPermit, project: &Project) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(as_of(desk, project, ProjectShown::of(desk, project)?)))
}

/// The answer of a write that items were applied for with.
pub(crate) fn taken(
    desk: &ConstructionPermit,
    (project, answered): (Project, Vec<Answered>),
) -> Result<HttpResponse, Problem> {
    let shown = ProjectShown::of(desk, &project)?;
    let value = Taken { answered: answered.into_iter().map(Into::into).collect(), project: shown };
    Ok(HttpResponse::Ok().json(as_of(desk, &project, value)))
}

/// A value with the sequence that it stands for.
pub(crate) fn as_of<T>(desk: &ConstructionPermit, project: &Project, value: T) -> AsOf<T> {
    AsOf { value, sequence: project.stem.sequence(), as_of: desk.now() }
}

/// The type is one of five.
pub(crate) fn unknown_type() -> Fault {
    Fault::new("/type", "unknown_type", "项目类型应为G、S、I、L、P之一", "the type is G, S, I, L or P")
}
