//! The owner of a process tells how it went on. Of a case, the steps go on its timeline; of a project, which the front desk only
//! holds papers of, nothing is kept but which tasks are with a department: links to papers live and end with them.

use std::collections::{HashMap, HashSet};

use contracts::{
    account,
    process::v1::{End, Holder, Kind, OpenTask, Phase as SentPhase, Progressed, Step as SentStep},
    time::instant,
    topics,
};
use mailbox::{Changes, Fact, Fault, Incoming, Mailbox, Verdict};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    domain::case::{Case, Open, Output, Phase},
    service::Intake,
    store::{
        self,
        cases::Standing,
        steps::{NewStep, Step},
    },
    usecases::message::{self, Entered},
};

/// What the front desk knows of a batch's cases.
pub struct Known {
    ids: HashSet<Uuid>,
    /// Those that a message closes, until their applicants are told.
    closing: HashMap<Uuid, (Case, Entered)>,
}

/// Which of the batch's cases are ours, and those that it closes.
pub async fn known(mailbox: &Mailbox, batch: &[Incoming]) -> Result<Known, sqlx::Error> {
    let id = |incoming: &Incoming| Uuid::try_parse(&incoming.key).ok();
    let of_cases = |incoming: &&Incoming| incoming.topic == topics::REGISTRATION_CASES;
    let ids: Vec<Uuid> = batch.iter().filter(of_cases).filter_map(id).collect();
    let ids: Vec<Uuid> = match ids.as_slice() {
        [] => vec![],
        some => {
            sqlx::query_scalar("select id from cases where id = any($1)").bind(some).fetch_all(mailbox.db()).await?
        }
    };
    let closes = |incoming: &&Incoming| read(incoming).is_ok_and(|told| told.end() == End::Closed);
    let closing: Vec<Uuid> = batch.iter().filter(of_cases).filter(closes).filter_map(id).collect();
    let closing = match closing.as_slice() {
        [] => HashMap::new(),
        some => {
            let cases = store::cases::with_fields(mailbox.db(), some).await?;
            let open = cases.into_iter().filter(|(case, _)| case.phase != Phase::Closed);
            open.map(|(case, entered)| (case.id(), (case, entered))).collect()
        }
    };
    Ok(Known { ids: ids.into_iter().collect(), closing })
}

/// The public account, whether it was written before there was one for all owners or since.
fn read(incoming: &Incoming) -> Result<Progressed, Fault> {
    let kind = &incoming.attributes.kind;
    match account::read(kind, &incoming.body) {
        Some(Ok(told)) => Ok(told),
        Some(Err(error)) => Err(Fault::poison("undecodable", format!("the body is not a {kind}: {error}"))),
        None => Err(Fault::poison("unknown_type", format!("{kind} is not heard here"))),
    }
}

/// Takes in how a case or a project went on.
pub fn decide(desk: &Intake, incoming: &Incoming, known: &mut Known) -> Verdict {
    let told = read(incoming)?;
    let subject =
        Uuid::try_parse(&told.subject_id).map_err(|_| Fault::poison("bad_subject_id", "`subject_id` is not a UUID"))?;
    if incoming.key != told.subject_id {
        return Err(Fault::poison("wrong_key", "the key is not the subject id"));
    }
    // Read whole before anything is kept: a value of a later version keeps the whole message waiting.
    let phase = phase(&told)?;
    let open = told.open.iter().map(open).collect::<Result<Vec<_>, Fault>>()?;
    let steps = told.steps.iter().map(step).collect::<Result<Vec<_>, Fault>>()?;
    // Whoever is to let go of a task needs its papers no more.
    let assigned = |open: &&Open| !open.department.is_empty() && open.waits_for != CANCELLATION;
    let with_department: HashSet<Uuid> = open.iter().filter(assigned).filter_map(|open| open.task_id).collect();
    let new = |(place, step): (usize, Step)| NewStep {
        case_id: subject,
        message: incoming.attributes.sequence,
        place: i32::try_from(place).unwrap_or(i32::MAX),
        assigned: step.task_id.map(|task| with_department.contains(&task)),
        step,
    };
    let steps = steps.into_iter().enumerate().map(new);
    let mut changes = desk.mailbox.changes();
    if incoming.topic == topics::CONSTRUCTION_PROJECTS {
        steps.filter(|new| new.step.task_id.is_some() && may_move(new.step.kind)).for_each(|new| changes.put(new));
        return Ok(changes);
    }
    if !known.ids.contains(&subject) {
        return Err(Fault::poison("unknown_case", "the front desk has no such case"));
    }
    steps.for_each(|new| changes.put(new));
    changes.put(Standing { case_id: subject, phase, open_tasks: open });
    if phase == Phase::Closed
        && let Some((case, entered)) = known.closing.remove(&subject)
    {
        close(desk, &mut changes, case, &entered, told.clock.map(|clock| clock.used));
    }
    Ok(changes)
}

/// The case is over: a fact of ours, too, and a message to the applicant.
fn close(desk: &Intake, changes: &mut Changes, mut case: Case, entered: &Entered, used_minutes: Option<u32>) {
    let now = desk.mailbox.clocks().business.now();
    let entry = desk.catalogue.named(&case.theme);
    let message =
        entry.zip(used_minutes).and_then(|(entry, used)| message::on_opened(&case, entry, entered, used, now));
    let fact = Fact {
        kind: "case_closed".to_owned(),
        actor: case.owner.clone(),
        at: now,
        body: json!({ "used_window_minutes": used_minutes }).to_string().into_bytes(),
    };
    changes.record(&mut case.stem, fact, message.into_iter().collect());
}

/// A later version says more than we know: wait for ours to be upgraded.
fn waits(what: &'static str, value: i32) -> Fault {
    Fault::passing("unknown_value", format!("`{what}` {value} is not known to this version"))
}

fn phase(told: &Progressed) -> Result<Phase, Fault> {
    let phase = SentPhase::try_from(told.phase).map_err(|_| waits("phase", told.phase))?;
    let end = End::try_from(told.end).map_err(|_| waits("end", told.end))?;
    match (phase, end) {
        (SentPhase::Unspecified, _) => Err(Fault::poison("no_phase", "`phase` is not set")),
        (SentPhase::Registered, _) => Ok(Phase::Submitted),
        (SentPhase::Running, _) => Ok(Phase::Running),
        (SentPhase::Stopping, _) => Ok(Phase::Stopping),
        (SentPhase::Ended, End::Closed) => Ok(Phase::Closed),
        (SentPhase::Ended, End::Withdrawn) => Ok(Phase::Withdrawn),
        (SentPhase::Ended, End::Terminated) => Ok(Phase::Terminated),
        (SentPhase::Ended, End::NotPlanned) => Ok(Phase::PlanRefused),
        (SentPhase::Ended, End::Unspecified) => Err(Fault::poison("no_end", "it has ended, and `end` is not set")),
    }
}

/// Whether a step of this kind may change with whom its task is. What follows is never guessed from a kind that is not known
/// here: where the task is stands in the same message.
fn may_move(kind: Option<Kind>) -> bool {
    let Some(kind) = kind else { return true };
    match kind {
        Kind::Unspecified
        | Kind::TaskAssigned
        | Kind::TaskEnded
        | Kind::TaskRefused
        | Kind::TaskCancelling
        | Kind::TaskCancelled
        | Kind::TaskOmitted => true,
        Kind::CaseOpened
        | Kind::TasksApplied
        | Kind::Replanned
        | Kind::PapersAwaited
        | Kind::PapersCame
        | Kind::PapersExtended
        | Kind::DueReckoned
        | Kind::CaseClosed
        | Kind::StopBegan
        | Kind::UndoBegan
        | Kind::CaseWithdrawn
        | Kind::CaseTerminated
        | Kind::RoleBound
        | Kind::AssignmentResent
        | Kind::AcknowledgementOverdue
        | Kind::TaskAcknowledged
        | Kind::SupplementAsked
        | Kind::SupplementSupplied
        | Kind::ProcedureStarted
        | Kind::ProcedureEnded
        | Kind::SiteChecked
        | Kind::TaskExtended
        | Kind::TaskSuspended
        | Kind::TaskResumed
        | Kind::DossierAmended
        | Kind::ReplyRejected
        | Kind::ReplyLate
        | Kind::ClockSkewed
        | Kind::PlanRefused
        | Kind::NotPossible
        | Kind::YellowCard
        | Kind::RedCard
        | Kind::RedCardExplained
        | Kind::ProjectRegistered
        | Kind::ListMade
        | Kind::ListEdited
        | Kind::ListAcknowledged
        | Kind::StageApplied
        | Kind::PapersBrought
        | Kind::FetchFailed
        | Kind::GapOpened
        | Kind::GapReminded
        | Kind::GapExtended
        | Kind::GapClosed
        | Kind::ItemReturned => false,
    }
}

/// A step as it is kept.
fn step(sent: &SentStep) -> Result<Step, Fault> {
    Ok(Step {
        at: at("at", sent.at.as_ref())?,
        kind: Kind::try_from(sent.kind).ok().filter(|kind| *kind != Kind::Unspecified),
        task: sent.task_code.clone(),
        task_id: task_id(&sent.task_id)?,
        department: sent.department.clone(),
        round: i32::try_from(sent.round).unwrap_or(i32::MAX),
        arguments: account::arguments(&sent.arguments),
        outputs: sent.outputs.iter().map(|o| Output { kind: o.kind.clone(), value: o.value.clone() }).collect(),
    })
}

/// Who holds a task that is to be let go of.
const CANCELLATION: &str = "cancellation";

fn open(task: &OpenTask) -> Result<Open, Fault> {
    let holder = Holder::try_from(task.holder).map_err(|_| waits("holder", task.holder))?;
    Ok(Open {
        task_id: task_id(&task.task_id)?,
        task: task.task_code.clone(),
        department: task.department.clone(),
        since: task.since.map(|since| at("since", Some(&since))).transpose()?,
        due_at: task.due_at.map(|due_at| at("due_at", Some(&due_at))).transpose()?,
        provisional: task.provisional,
        waits_for: match holder {
            Holder::Unspecified => return Err(Fault::poison("no_holder", "`holder` is not set")),
            Holder::Department => "department",
            Holder::Applicant => "applicant",
            Holder::Procedure => "procedure",
            Holder::Cancellation => CANCELLATION,
            Holder::Binding => "binding",
        }
        .to_owned(),
        papers: task.papers.clone(),
        asked: task.asked.clone(),
    })
}

fn at(name: &'static str, sent: Option<&prost_types::Timestamp>) -> Result<OffsetDateTime, Fault> {
    instant(name, sent).map_err(|error| Fault::poison("bad_instant", error.to_string()))
}

fn task_id(text: &str) -> Result<Option<Uuid>, Fault> {
    match text {
        "" => Ok(None),
        id => Uuid::try_parse(id).map(Some).map_err(|_| Fault::poison("bad_task_id", "`task_id` is not a UUID")),
    }
}
