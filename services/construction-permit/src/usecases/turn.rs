//! One turn of a project: what the engine's verbs have caused, and what the project makes of it, until one commit writes it.

use std::collections::BTreeSet;

use casework::{Case, Effect, Event, Fact, OwnerMessage, OwnerSays, Phase, TaskId};
use chassis::{
    http::By,
    owner::{
        Settled,
        account::{self, case_step},
        carry_out,
    },
};
use contracts::{
    account::{argument, name},
    process::v1::{Argument, Kind, Step},
    topics,
    words::amended,
};
use mailbox::{Changes, Message};
use serde_json::{Value, json};
use time::OffsetDateTime;
use workdays::{city_date, start_of};

use super::message;
use crate::{
    domain::{
        catalogue::{Catalogue, ItemCode, Reference},
        project::{Gap, Project, ToldDay, Verified, dossier},
    },
    events::publish,
    service::ConstructionPermit,
    store::{ProjectRow, RecordRow, TaskRow},
};

/// The timer at which the clock shows its next card.
pub const CARD: &str = "card";

/// One turn.
pub struct Turn<'a> {
    pub desk: &'a ConstructionPermit,
    pub catalogue: &'a Catalogue,
    pub changes: &'a mut Changes,
    pub project: &'a mut Project,
    /// Who does it.
    pub by: By,
    pub now: OffsetDateTime,
    settled: Settled,
    head: bool,
    record: bool,
}

impl<'a> Turn<'a> {
    pub fn new(
        desk: &'a ConstructionPermit,
        catalogue: &'a Catalogue,
        changes: &'a mut Changes,
        project: &'a mut Project,
        (by, now): (By, OffsetDateTime),
    ) -> Self {
        Self { desk, catalogue, changes, project, by, now, settled: Settled::default(), head: false, record: false }
    }

    /// From now on the project is reckoned by this version.
    pub fn reckon_by(&mut self, version: &Reference) {
        let desk: &'a ConstructionPermit = self.desk;
        self.catalogue = desk.catalogue(version).unwrap_or(self.catalogue);
    }

    /// The project's head is to be written.
    pub fn touch_head(&mut self) {
        self.head = true;
    }

    /// What the applicant entered and brought is to be written.
    pub fn touch_record(&mut self) {
        self.record = true;
    }

    /// A fact of the service's own, and a step of the public account.
    pub fn note(
        &mut self,
        kind: Kind,
        item: Option<&ItemCode>,
        arguments: Vec<Argument>,
        body: Value,
        messages: Vec<Message>,
    ) {
        self.settled.note(self.by.fact(name(Some(kind)), self.now, body), messages);
        let task_code = item.map(ToString::to_string).unwrap_or_default();
        self.project.untold.steps.push(Step { task_code, ..case_step(kind, self.now, arguments) });
    }

    /// A fact of the service's own of which nothing is published.
    pub fn keep(&mut self, kind: &str, body: Value) {
        self.settled.note(self.by.fact(kind, self.now, body), vec![]);
    }

    /// Does what a verb of the engine wants done, and what follows from it.
    pub fn perform(&mut self, effects: Vec<Effect>) {
        let mut effects = effects;
        while !effects.is_empty() {
            let facts = self.carry_out(std::mem::take(&mut effects));
            for fact in &facts {
                effects.extend(self.follow(fact));
            }
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> Vec<Fact> {
        let (desk, project, catalogue) = (self.desk, &*self.project, self.catalogue);
        let tell = |department: &str, message: &OwnerMessage| told(desk, catalogue, project, department, message);
        let whose = (project.stem.id, &self.by, self.now);
        let mut settled = carry_out(self.changes, &desk.calendar(), whose, effects, tell);
        let facts = std::mem::take(&mut settled.facts);
        self.settled.absorb(settled);
        let case = self.project.case.as_ref();
        self.project.untold.steps.extend(facts.iter().map(|fact| account::step(case, fact)));
        facts
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "most facts ask for nothing more")]
    fn follow(&mut self, fact: &Fact) -> Vec<Effect> {
        let Some(mark) = &fact.task else { return Vec::new() };
        let item = ItemCode::from(mark.code.as_str());
        match &fact.event {
            Event::TaskAssigned => {
                self.accepted(&item, mark.round);
                Vec::new()
            }
            Event::TaskEnded { .. } => {
                self.verified(&item, mark.department.as_ref().map(ToString::to_string).unwrap_or_default());
                self.say(|turn| message::decided(turn, &item));
                self.hosts_of(mark.id)
            }
            Event::TaskRefused { .. } => {
                self.say(|turn| message::refused(turn, &item));
                Vec::new()
            }
            Event::SupplementAsked { items, .. } => {
                let told = ToldDay::of_supplement(&self.desk.calendar(), self.now);
                self.say(|turn| message::supplement(turn, &item, items.len(), told.due));
                self.project.record.supplements.insert(item, told);
                self.record = true;
                Vec::new()
            }
            Event::ProcedureStarted { procedure, .. } => {
                self.say(|turn| message::procedure(turn, &item, procedure));
                Vec::new()
            }
            Event::TaskExtended { working_days } => {
                self.say(|turn| message::extended(turn, &item, *working_days));
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// A message to the applicant, caused by the last fact.
    pub fn say(&mut self, message: impl FnOnce(&Self) -> Option<Message>) {
        let message = message(self);
        self.settled.say(|| message);
    }

    /// The department has the item. What was undertaken for it is a gap from now on, unless it came meanwhile.
    fn accepted(&mut self, item: &ItemCode, round: u32) {
        self.project.record.wanted.remove(item);
        self.record = true;
        let Some(undertaken) = self.project.record.undertaken.remove(item) else { return };
        let Some(of_catalogue) = self.catalogue.item(item) else { return };
        let table = self.project.materials(self.catalogue);
        let calendar = &self.desk.calendar();
        let lacking = self.project.lacking(self.catalogue, calendar, &table, of_catalogue, city_date(self.now));
        if lacking.is_empty() {
            return;
        }
        let papers: Vec<String> = lacking.iter().map(|lacking| lacking.code.clone()).collect();
        let gap = Gap::open(calendar, of_catalogue, round, papers.clone(), undertaken.sm3.clone(), self.now);
        let told = message::tolerated(self, item, &gap);
        let body = json!({"item": item, "papers": papers, "due": gap.deadline.on.to_string(), "undertaking": undertaken.sm3,
                "calendar": calendar.version()});
        self.wind_gap(&gap);
        self.project.record.gaps.push(gap);
        self.note(Kind::GapOpened, Some(item), vec![argument("papers", papers)], body, told.into_iter().collect());
    }

    /// Sets a gap's timers.
    pub fn wind_gap(&mut self, gap: &Gap) {
        let (owner, item) = (self.project.stem.id, &gap.item);
        match gap.deadline.remind_at {
            Some(at) if !gap.reminded => self.changes.set_timer(owner, format!("gap_reminder/{item}"), at),
            Some(_) | None => self.changes.clear_timer(owner, format!("gap_reminder/{item}")),
        }
        self.changes.set_timer(owner, format!("gap_due/{item}"), gap.returns_at(&self.desk.calendar()));
    }

    /// Clears a gap's timers.
    pub fn unwind_gap(&mut self, item: &ItemCode) {
        for timer in ["gap_reminder", "gap_due"] {
            self.changes.clear_timer(self.project.stem.id, format!("{timer}/{item}"));
        }
    }

    /// What one department has decided on is good for all the others (R38).
    fn verified(&mut self, item: &ItemCode, department: String) {
        let Some(of_catalogue) = self.catalogue.item(item) else { return };
        for code in of_catalogue.materials.iter().flat_map(|group| &group.0) {
            if let Some(given) = self.project.record.papers.get_mut(code).filter(|given| given.verified.is_none()) {
                given.verified = Some(Verified { item: item.clone(), department: department.clone(), at: self.now });
                self.record = true;
            }
        }
    }

    /// The last of what ran inside an item is decided: its department may decide now, and is told.
    fn hosts_of(&mut self, ended: TaskId) -> Vec<Effect> {
        let now = self.now;
        let Some(case) = self.project.case.as_mut() else { return Vec::new() };
        let hosts: Vec<TaskId> = case.task(ended).map(|task| hosts(case, task)).unwrap_or_default();
        let mut effects = Vec::new();
        for host in hosts {
            let open = case
                .task(host)
                .is_some_and(|host| host.is_open() && case.inside(&host.code).all(casework::Task::is_ended));
            if open && let Ok(outcome) = case.amend(host, amended::INSIDE, now) {
                effects.extend(outcome.effects());
            }
        }
        effects
    }

    /// Writes everything: facts, rows, the next card's timer, and one message that tells how the project goes on.
    pub fn conclude(mut self) {
        self.wind_card();
        if !self.project.untold.more_to_come && !self.project.untold.steps.is_empty() && !self.settled.is_empty() {
            let steps = std::mem::take(&mut self.project.untold.steps);
            let told = publish::progressed(self.desk, self.catalogue, self.project, steps);
            self.settled.say(|| Some(told));
        }
        let (project, changes) = (self.project, self.changes);
        self.settled.record(changes, &mut project.stem);
        if let Some(mut case) = project.case.take() {
            let changed = case.take_changed();
            self.head |= changed.head;
            let rows = case.tasks().iter().enumerate().filter(|(_, task)| changed.tasks.contains(&task.id));
            for (place, task) in rows {
                changes.put(TaskRow {
                    id: task.id.uuid(),
                    project_id: project.stem.id,
                    place: i32::try_from(place).unwrap_or(i32::MAX),
                    state: task.clone(),
                });
            }
            project.case = Some(case);
        }
        if self.head {
            changes.put(row(project));
        }
        if self.record {
            changes.put(RecordRow { project_id: project.stem.id, record: project.record.clone() });
        }
    }

    /// Tells by itself what a batch's later messages were expected to tell, and did not.
    pub fn announce(&mut self) {
        self.keep("announced", json!({}));
    }

    /// Where the clock moved, its next card falls due on another day.
    fn wind_card(&mut self) {
        if self.project.untold.steps.iter().any(|step| moves(step.kind())) {
            self.wind_card_anew();
        }
    }

    /// The day on which the running clock would show its next card.
    pub fn wind_card_anew(&mut self) {
        let (project, now) = (&*self.project, self.now);
        let runs = project.case.as_ref().is_some_and(|case| matches!(case.phase(), Phase::Running));
        let next = project.next_card(self.catalogue, &self.desk.calendar(), city_date(now)).filter(|_| runs);
        match next {
            Some((_, day)) => self.changes.set_timer(project.stem.id, CARD, start_of(day).max(now)),
            None => self.changes.clear_timer(project.stem.id, CARD),
        }
    }
}

/// Steps with which a clock begins, stops, stands still or goes on.
fn moves(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::TaskAssigned
            | Kind::TaskEnded
            | Kind::TaskRefused
            | Kind::TaskSuspended
            | Kind::TaskResumed
            | Kind::TaskCancelling
            | Kind::CaseClosed
            | Kind::StopBegan
            | Kind::GapOpened
            | Kind::GapClosed
            | Kind::GapExtended
    )
}

/// Tasks inside which this one runs.
fn hosts(case: &Case, task: &casework::Task) -> Vec<TaskId> {
    let codes: BTreeSet<_> = task.plan.starts_with.iter().flat_map(|group| &group.0).collect();
    codes.into_iter().filter_map(|code| case.task_by_code(code)).map(|host| host.id).collect()
}

/// The row of a project's head.
pub fn row(project: &Project) -> ProjectRow {
    ProjectRow {
        id: project.stem.id,
        entry: project.entry.clone(),
        phase: project.phase(),
        card: project.card,
        head: project.case.as_ref().map(|case| case.head().clone()),
    }
}

/// What a department is told, with the dossier it is entitled to.
fn told(
    desk: &ConstructionPermit,
    catalogue: &Catalogue,
    project: &Project,
    department: &str,
    message: &OwnerMessage,
) -> Message {
    let needs_dossier = matches!(message.says, OwnerSays::Assigned(_) | OwnerSays::Amended { .. });
    let task = project.case.as_ref().and_then(|case| case.task(message.task)).filter(|_| needs_dossier);
    let dossier = task.map(|task| dossier(project, catalogue, &desk.forms, task, department, &desk.links));
    let envelope = casework::wire::Envelope {
        case_number: project.entry.code.clone(),
        theme: project.case.as_ref().map(|case| case.head().theme.to_string()).unwrap_or_default(),
        reply_topic: topics::replies(department, desk.owner()),
        region: project.entry.county().to_owned(),
        dossier: dossier.unwrap_or_default(),
    };
    let (kind, body) = casework::wire::encode_owner_message(message, envelope);
    Message::encoded(topics::tasks(department), message.case, kind, body)
}
