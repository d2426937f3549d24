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
use casework::{Case, ItemFacts, ProjectClock, Task};
use chassis::http::{AsOf, Fault, Problem};
use serde::Serialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;
use workdays::CITY;

use crate::{
    domain::{
        catalogue::{Catalogue, ItemCode},
        project::{Project, clock_rules, facts},
    },
    service::ConstructionPermit,
    store::card_name,
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
    #[schema(value_type = Object)]
    place: Value,
    #[schema(value_type = Object)]
    investor: Value,
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
    #[schema(value_type = Object)]
    clock: Value,
    /// Every item of the plan, in its order.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
    /// Who holds the project, since when.
    #[schema(value_type = Vec<Object>)]
    waits_for: Value,
    /// Refused items, what they block, and what remains possible.
    #[schema(value_type = Vec<Object>)]
    remaining: Vec<Value>,
}

impl ProjectShown {
    pub(crate) fn of(desk: &ConstructionPermit, project: &Project) -> Result<Self, Problem> {
        let catalogue = catalogue(desk, project)?;
        let (entry, case) = (&project.entry, project.case.as_ref());
        let facts = facts(project, catalogue);
        let clock = ProjectClock::reckon(&facts, &clock_rules(catalogue), &desk.calendar(), desk.today());
        let items = case.iter().flat_map(|case| case.tasks());
        let remaining = case.map(Case::remaining).unwrap_or_default();
        Ok(Self {
            project_id: project.stem.id,
            code: entry.code.clone(),
            kind: entry.kind.letter().to_owned(),
            name: entry.name.clone(),
            place: json!(entry.place),
            investor: json!(entry.investor),
            total_fen: entry.total_fen,
            registered_at: entry.registered_at.to_offset(CITY),
            phase: project.phase(),
            catalogue_version: entry.catalogue.version,
            list_version: entry.list,
            acknowledged_version: entry.acknowledged,
            clock: case.map_or(Value::Null, |_| {
                json!({
                    "counted_working_days": clock.counted.days,
                    "provisional": clock.counted.provisional,
                    "limit_working_days": clock.budget.limit,
                    "yellow_from": clock.budget.yellow,
                    "card": clock.card,
                    "card_shown": card_name(project.card),
                })
            }),
            items: items.map(|task| item(project, catalogue, task, &facts, &clock)).collect(),
            waits_for: json!(case.map(Case::waits_for).unwrap_or_default()),
            remaining: remaining.iter().map(|r| json!({"item": r.task, "blocks": r.blocked, "ways": r.ways})).collect(),
        })
    }
}

/// One item of a project, for lists and for itself.
pub(crate) fn item(
    project: &Project,
    catalogue: &Catalogue,
    task: &Task,
    facts: &[ItemFacts],
    clock: &ProjectClock,
) -> Value {
    let known = catalogue.item(&ItemCode::from(task.code.as_str()));
    let own = clock.items.iter().find(|own| own.code == task.code);
    let rounds = facts.iter().find(|facts| facts.code == task.code).map(|facts| facts.rounds.as_slice());
    let last = rounds.and_then(<[_]>::last);
    let ended = last.and_then(|round| round.ended);
    let decided = ended.filter(|_| task.is_ended() || task.is_refused()).map(casework::Ending::date);
    let state = json!(task.state);
    let gap = project.record.gap(task.code.as_str(), task.round_number());
    json!({
        "item": task.code,
        "task_id": task.id,
        "name": known.map(|known| &known.name),
        "department": task.department().map(ToString::to_string).or_else(|| known.map(|known| known.authority.clone())),
        "class": known.map(|known| known.clock),
        "state": state.get("is"),
        "round": task.round_number(),
        "accepted": last.map(|round| workdays::city_date(round.accepted).to_string()),
        "decided": decided.map(|day| day.to_string()),
        "counted": own.map_or(0, |own| own.counted.days),
        "counts": own.is_some_and(|own| own.counts),
        "suspended": own.is_some_and(|own| own.suspended),
        "due": own.and_then(|own| own.round).and_then(|round| round.promised).and_then(|promised| promised.due),
        "gap": gap.map(|gap| json!({
            "missing": gap.missing, "due": gap.deadline.on.to_string(), "open": gap.is_open(),
            "returned": gap.returned_at.is_some(), "extended": gap.extended,
        })),
    })
}

/// What became of each item of an application.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnsweredShown {
    item: String,
    /// It is on its way, and starts when nothing before it is open.
    applied: bool,
    /// What it still lacks: code, name, whether it may follow later.
    #[schema(value_type = Vec<Object>)]
    lacking: Value,
}

impl From<Answered> for AnsweredShown {
    fn from(answered: Answered) -> Self {
        let Answered { item, applied, lacking } = answered;
        Self { item: item.to_string(), applied, lacking: json!(lacking) }
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
