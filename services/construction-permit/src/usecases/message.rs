//! What the applicant is told by message (通知, domain 9.2), and the front desk of his papers: in the commit of the fact itself.

use casework::ClockClass;
use contracts::{
    calendar::told,
    intake::v1::PapersTaken,
    links::Link,
    materials::Paper,
    notification::{Ask, Person, message},
    time::timestamp,
    topics,
};
use mailbox::Message;
use time::{Date, OffsetDateTime};
use uuid::Uuid;
use workdays::{Due, Spans, city_date};

use super::turn::Turn;
use crate::domain::{
    catalogue::{ItemCode, Kind},
    project::{Gap, Project},
};

/// The form's field with the applicant's telephone.
const PHONE: &str = "contact.phone";

/// A supplement is asked for (N04): everything at once.
pub fn supplement(turn: &Turn<'_>, item: &ItemCode, count: usize, due: Due) -> Option<Message> {
    let url = Link::project_item(turn.project.stem.id, item);
    ask(turn, "N04", item, "supplement_asked", |ask| {
        ask.variable("n", count).link("url", &url).variable("due", day(due))
    })
}

/// The item was accepted with a gap (N05).
pub fn tolerated(turn: &Turn<'_>, item: &ItemCode, gap: &Gap) -> Option<Message> {
    let name = |code: &String| {
        let first = code.split('|').next().unwrap_or(code);
        turn.catalogue.material(first).map_or_else(|| code.clone(), |material| material.name.zh.clone())
    };
    let list = gap.missing.iter().map(name).collect::<Vec<_>>().join("、");
    ask(turn, "N05", item, "gap_opened", |ask| ask.variable("due", last_day(gap)).variable("list", list))
}

/// The gap's last day is near (N06).
pub fn reminded(turn: &Turn<'_>, item: &ItemCode, gap: &Gap) -> Option<Message> {
    ask(turn, "N06", item, "gap_reminded", |ask| ask.variable("due", last_day(gap)))
}

/// The day that was told is another one, because a year was announced (N21).
pub fn day_moved(turn: &Turn<'_>, (item, event): (&ItemCode, &str), before: Date, after: Due) -> Option<Message> {
    ask(turn, "N21", item, event, |ask| ask.variable("old", before).variable("due", day(after)))
}

/// A special procedure begins; its time is not counted (N07, 行政许可法 45).
pub fn procedure(turn: &Turn<'_>, item: &ItemCode, name: &str) -> Option<Message> {
    let known = turn
        .catalogue
        .item(item)?
        .procedures
        .iter()
        .find(|procedure| serde_json::to_value(procedure.kind).is_ok_and(|kind| kind == name))?;
    let today = city_date(turn.now);
    let due = known.limit.due(&turn.desk.calendar(), today, &Spans::default())?;
    let days = (due.date - today).whole_days();
    ask(turn, "N07", item, "procedure_started", |ask| ask.variable("procedure", &known.name.zh).variable("n", days))
}

/// A licence of the main flow is there (N08); other items show in the project.
pub fn decided(turn: &Turn<'_>, item: &ItemCode) -> Option<Message> {
    let known = turn.catalogue.item(item)?;
    let told = known.kind == Kind::Licence && known.clock == ClockClass::Main;
    told.then(|| ask(turn, "N08", item, "decided", |ask| ask.variable("result", "准予"))).flatten()
}

/// The item was refused (N10): reasons and remedies are in the document.
pub fn refused(turn: &Turn<'_>, item: &ItemCode) -> Option<Message> {
    let round = turn.project.case.as_ref()?.task_by_code(&item.as_str().into())?.round_number();
    let doc = format!("{item}-{round}");
    ask(turn, "N10", item, "refused", |ask| ask.variable("decision", "不予许可").variable("doc", doc))
}

/// The limit was extended by the department's head (N18, 行政许可法 42).
pub fn extended(turn: &Turn<'_>, item: &ItemCode, days: u32) -> Option<Message> {
    ask(turn, "N18", item, "extended", |ask| ask.variable("n", days))
}

/// The front desk is told that it has to keep these papers.
pub fn taken(turn: &Turn<'_>, papers: &[Paper]) -> Option<Message> {
    let ids: Vec<Uuid> = papers.iter().map(|paper| paper.id).collect();
    (!ids.is_empty()).then(|| keeps(turn.project.stem.id, &ids, turn.now))
}

/// The same, by their ids.
pub fn keeps(project: Uuid, papers: &[Uuid], at: OffsetDateTime) -> Message {
    let material_ids = papers.iter().map(ToString::to_string).collect();
    let taken = PapersTaken { case_id: project.to_string(), material_ids, taken_at: timestamp(at) };
    Message::new(topics::INTAKE_PAPERS, project, &taken)
}

/// Where messages about a project go by SMS.
pub fn phone(project: &Project) -> String {
    project.record.fields.get(PHONE).map(|phone| phone.trim().to_owned()).unwrap_or_default()
}

fn ask(
    turn: &Turn<'_>,
    template: &str,
    item: &ItemCode,
    event: &str,
    with: impl FnOnce(Ask) -> Ask,
) -> Option<Message> {
    let (project, holder) = (&*turn.project, turn.project.entry.holder.clone());
    // Names one happening: the second is another event than the first.
    let event = format!("{event}/{}/{}", item.as_str().to_lowercase(), project.stem.sequence() + 1);
    let name = turn.catalogue.item(item)?.name.zh.clone();
    let ask = with(Ask::new(template, project.stem.id, &event).case_number(&project.entry.code).variable("item", name));
    let request =
        ask.to(&Person { id: holder.clone(), phone: phone(project), subject: holder, english: false }, turn.now);
    Some(Message::new(topics::NOTIFICATION_REQUESTS, message::key(&request), &request))
}

fn day(due: Due) -> String {
    told(due.date, due.provisional)
}

fn last_day(gap: &Gap) -> String {
    told(gap.deadline.on, gap.deadline.provisional)
}
