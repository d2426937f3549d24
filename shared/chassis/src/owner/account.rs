//! The public account of a process: its facts as steps, where it stands, and what it waits for. Codes and numbers, never what
//! somebody typed.

use casework::{Case, Event, Fact, NotPossible, PlanFault, Remaining, SuspensionKind, Wait, WaitsFor, Way, Why};
use contracts::{
    account::argument,
    process::v1::{Argument, End, Holder, Kind, OpenTask, Output, Phase, Progressed, Step},
    time::timestamp,
};
use time::{Date, OffsetDateTime};
use workdays::{Calendar, Spans, city_date};

/// How a case goes on that was planned: where it stands after these steps, and what it waits for. Its clock is the owner's to add.
#[must_use]
pub fn progressed(calendar: &Calendar, case: &Case, steps: Vec<Step>) -> Progressed {
    let (phase, end) = standing(case);
    Progressed {
        subject_id: case.id().to_string(),
        phase: phase.into(),
        end: end.into(),
        steps,
        open: open_tasks(calendar, case),
        clock: None,
        project: None,
    }
}

fn standing(case: &Case) -> (Phase, End) {
    use casework::Phase as Engine;
    match case.phase() {
        Engine::Running => (Phase::Running, End::Unspecified),
        Engine::Stopping { .. } => (Phase::Stopping, End::Unspecified),
        Engine::Closed { .. } => (Phase::Ended, End::Closed),
        Engine::Withdrawn { .. } => (Phase::Ended, End::Withdrawn),
        Engine::Terminated { .. } => (Phase::Ended, End::Terminated),
    }
}

/// A step of the case as a whole.
#[must_use]
pub fn case_step(kind: Kind, at: OffsetDateTime, arguments: Vec<Argument>) -> Step {
    Step { at: timestamp(at), kind: kind.into(), arguments, ..Step::default() }
}

/// A fact as everybody may read it.
#[must_use]
pub fn step(case: Option<&Case>, fact: &Fact) -> Step {
    let (kind, arguments) = told(case, fact);
    let mut step = case_step(kind, fact.at, arguments);
    if let Some(task) = &fact.task {
        step.task_id = task.id.to_string();
        step.task_code = task.code.to_string();
        step.department = task.department.as_ref().map(ToString::to_string).unwrap_or_default();
        step.round = task.round;
    }
    if let Event::TaskEnded { ended_at, outputs } = &fact.event {
        // People ask when it was done, not when we heard of it.
        step.at = timestamp(*ended_at);
        step.outputs = outputs.iter().map(|o| Output { kind: o.kind.clone(), value: o.value.clone() }).collect();
    }
    step
}

/// What everybody is told of an event. A new event has to find its word here.
fn told(case: Option<&Case>, fact: &Fact) -> (Kind, Vec<Argument>) {
    match &fact.event {
        Event::CaseOpened { .. } => (Kind::CaseOpened, vec![]),
        Event::TasksApplied { tasks } => (Kind::TasksApplied, some("tasks", tasks)),
        Event::Replanned { added, dropped, .. } => {
            (Kind::Replanned, [some("added", added), some("dropped", dropped)].concat())
        }
        Event::PapersAwaited { papers } => (Kind::PapersAwaited, some("papers", papers)),
        Event::PapersCame { papers, left } => (Kind::PapersCame, [some("papers", papers), some("left", left)].concat()),
        Event::PapersExtended { papers } => (Kind::PapersExtended, some("papers", papers)),
        Event::PapersReckoned { papers } => (Kind::DueReckoned, some("papers", papers)),
        Event::CaseClosed => (Kind::CaseClosed, vec![]),
        Event::StopBegan { stop } => (Kind::StopBegan, some("stop", [stop.as_str()])),
        Event::UndoBegan { tasks } => (Kind::UndoBegan, some("tasks", tasks)),
        Event::CaseWithdrawn { stands, .. } => (Kind::CaseWithdrawn, some("stands", stands)),
        Event::CaseTerminated { stop, stands } => {
            (Kind::CaseTerminated, [some("stop", [stop.as_str()]), some("stands", stands)].concat())
        }
        Event::RoleBound { role, department } => {
            (Kind::RoleBound, vec![argument("role", [role]), argument("department", [department])])
        }
        Event::TaskAssigned => (Kind::TaskAssigned, vec![]),
        Event::AssignmentResent { .. } => (Kind::AssignmentResent, vec![]),
        Event::AcknowledgementOverdue { .. } => (Kind::AcknowledgementOverdue, vec![]),
        Event::TaskAcknowledged => (Kind::TaskAcknowledged, vec![]),
        Event::SupplementAsked { notice, items } => {
            let items = items.iter().map(|item| code(item));
            (Kind::SupplementAsked, vec![argument("items", items), argument("notice", [notice])])
        }
        Event::SupplementSupplied => (Kind::SupplementSupplied, vec![]),
        Event::ProcedureStarted { procedure, limit_working_days, limit_calendar_days } => {
            let limit = match limit_calendar_days {
                Some(days) => argument("calendar_days", [days]),
                None => argument("working_days", [limit_working_days]),
            };
            (Kind::ProcedureStarted, vec![argument("procedure", [code(procedure)]), limit])
        }
        Event::ProcedureEnded { procedure } => (Kind::ProcedureEnded, some("procedure", [code(procedure)])),
        Event::SiteChecked { staff, findings } => {
            (Kind::SiteChecked, vec![argument("staff", [staff]), argument("findings", [findings])])
        }
        Event::TaskExtended { working_days } => (Kind::TaskExtended, some("working_days", [working_days])),
        Event::TaskSuspended { suspension } => (Kind::TaskSuspended, some("ground", [ground(*suspension)])),
        Event::TaskResumed => (Kind::TaskResumed, vec![]),
        Event::DossierAmended => (Kind::DossierAmended, vec![]),
        Event::ReplyRejected { faults, .. } => (Kind::ReplyRejected, some("faults", [faults.len()])),
        Event::ReplyLate { .. } => (Kind::ReplyLate, vec![]),
        Event::ClockSkewed { .. } => (Kind::ClockSkewed, vec![]),
        Event::TaskEnded { .. } => (Kind::TaskEnded, vec![]),
        Event::TaskRefused { .. } => (Kind::TaskRefused, remaining(case, fact).map(ways_on).unwrap_or_default()),
        Event::TaskCancelling { stop } => (Kind::TaskCancelling, some("stop", [stop.as_str()])),
        Event::TaskCancelled => (Kind::TaskCancelled, vec![]),
        Event::TaskOmitted => (Kind::TaskOmitted, vec![]),
    }
}

/// An argument with at least one value; none without.
fn some<V: ToString>(name: &str, values: impl IntoIterator<Item = V>) -> Vec<Argument> {
    let told = argument(name, values);
    if told.values.is_empty() { vec![] } else { vec![told] }
}

fn ground(kind: SuspensionKind) -> &'static str {
    match kind {
        SuspensionKind::Supplement => "supplement",
        SuspensionKind::Procedure => "procedure",
        SuspensionKind::Applicant => "applicant",
        SuspensionKind::Legal => "legal",
    }
}

/// A name of ours, such as `M03` or `finance_head.name`. A department may write anything where a code belongs; a word, a
/// person's name or number is then not passed on to everybody.
fn code(text: &str) -> &str {
    let ours = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= 64
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
        && !text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() > 6);
    if ours { text } else { "other" }
}

/// What the refusal that a fact tells of blocks, and what remains possible.
fn remaining(case: Option<&Case>, fact: &Fact) -> Option<Remaining> {
    let task = fact.task.as_ref()?;
    case?.remaining().into_iter().find(|remaining| remaining.task == task.code)
}

fn ways_on(remaining: Remaining) -> Vec<Argument> {
    let (mut choose, mut ways) = (Vec::new(), Vec::new());
    for way in &remaining.ways {
        match way {
            Way::Rebind { role } => choose.push(role.to_string()),
            Way::Reopen => ways.push("again"),
            Way::CloseWithout => ways.push("without"),
        }
    }
    [some("blocks", &remaining.blocked), some("choose", choose), some("ways", ways)].concat()
}

/// What was asked for is not possible now, and why.
#[must_use]
pub fn not_possible(asked: &str, reason: &NotPossible) -> Vec<Argument> {
    vec![argument("asked", [asked]), argument(reason.code(), reason.about())]
}

/// Why a case cannot be planned: each reason once, with everything that it is about.
#[must_use]
pub fn not_planned(faults: &[PlanFault]) -> Vec<Argument> {
    let mut told: Vec<Argument> = Vec::new();
    for fault in faults {
        match told.iter_mut().find(|argument| argument.name == fault.code()) {
            Some(argument) => argument.values.extend(fault.about()),
            None => told.push(argument(fault.code(), fault.about())),
        }
    }
    told
}

/// Whether a case waits until other days, or with another certainty, than by the calendar before; so it does where that is not
/// known.
#[must_use]
pub fn waits_otherwise(before: Option<&Calendar>, calendar: &Calendar, case: &Case) -> bool {
    before.is_none_or(|before| open_tasks(before, case) != open_tasks(calendar, case))
}

/// What a case waits for, and until when.
fn open_tasks(calendar: &Calendar, case: &Case) -> Vec<OpenTask> {
    case.waits_for().into_iter().map(|waits| open_task(calendar, case, waits)).collect()
}

fn open_task(calendar: &Calendar, case: &Case, waits: WaitsFor) -> OpenTask {
    let open =
        |task: casework::TaskId, code: casework::TaskCode, since: Option<OffsetDateTime>, holder: Holder| OpenTask {
            task_id: task.to_string(),
            task_code: code.to_string(),
            since: since.and_then(timestamp),
            holder: holder.into(),
            ..OpenTask::default()
        };
    match waits {
        WaitsFor::Department { task, code, department, since, promised } => {
            let due = due(calendar, case, task, since, promised);
            OpenTask {
                department: department.to_string(),
                due_at: due.and_then(|due| timestamp(due.at)),
                provisional: due.is_some_and(|due| due.provisional),
                ..open(task, code, Some(since), Holder::Department)
            }
        }
        WaitsFor::Suspension { task, code, department, since, applicant } => {
            let holder = if applicant { Holder::Applicant } else { Holder::Procedure };
            let (department, asked) = (department.to_string(), asked(case, task));
            OpenTask { department, asked, ..open(task, code, Some(since), holder) }
        }
        WaitsFor::Cancellation { task, code, department, since } => {
            OpenTask { department: department.to_string(), ..open(task, code, Some(since), Holder::Cancellation) }
        }
        WaitsFor::Choice { task, code, since } | WaitsFor::Application { task, code, since } => {
            open(task, code, Some(since), Holder::Applicant)
        }
        WaitsFor::Papers { task, code, since, gaps } => OpenTask {
            due_at: gaps.iter().map(|gap| gap.until).min().and_then(timestamp),
            provisional: gaps.iter().min_by_key(|gap| gap.until).is_some_and(|gap| gap.provisional),
            papers: gaps.into_iter().map(|gap| gap.paper).collect(),
            ..open(task, code, Some(since), Holder::Applicant)
        },
        WaitsFor::Binding { task, code, .. } => open(task, code, None, Holder::Binding),
    }
}

/// Everything that the task's department asked the applicant for and still waits for.
fn asked(case: &Case, task: casework::TaskId) -> Vec<String> {
    let mut asked: Vec<String> = Vec::new();
    for ground in case.task(task).map(casework::Task::grounds).unwrap_or_default() {
        let items = match &ground.why {
            Why::Supplement { items } => items.as_slice(),
            Why::Procedure { .. } | Why::Applicant | Why::Legal => &[],
        };
        for item in items.iter().map(|item| code(&item.code)) {
            if !asked.iter().any(|known| known == item) {
                asked.push(item.to_owned());
            }
        }
    }
    asked
}

/// When a running task is due: what was promised, and the time in which its clock stood still in this round.
fn due(
    calendar: &Calendar,
    case: &Case,
    task: casework::TaskId,
    since: OffsetDateTime,
    promised: Wait,
) -> Option<workdays::DueAt> {
    let pauses = case.task(task).map(|task| task.pauses.as_slice()).unwrap_or_default();
    match promised {
        Wait::WindowMinutes(minutes) => {
            let paused: Spans<OffsetDateTime> = pauses.iter().map(|pause| (pause.from, Some(pause.to))).collect();
            calendar.after_window_minutes_paused(since, minutes, &paused)
        }
        Wait::WorkingDays(days) => {
            let day = |pause: &casework::Pause| (city_date(pause.from), Some(city_date(pause.to)));
            let paused: Spans<Date> = pauses.iter().map(day).collect();
            let due = calendar.due_after_suspended(city_date(since), days, &paused)?;
            Some(workdays::DueAt { at: due.end(), provisional: due.provisional })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn only_codes_are_told_to_everybody() {
        for ours in ["M03", "ARTICLES", "finance_head.name", "founder.2.citizen_id", "expert_review"] {
            assert_eq!(code(ours), ours);
        }
        for typed in
            ["测试甲的身份证", "370683190001010014", "J4560000000101", "Zhang San", "", "x".repeat(65).as_str()]
        {
            assert_eq!(code(typed), "other", "{typed}");
        }
    }

    #[test]
    fn the_distance_of_clocks_is_nobodys_business() {
        let event = Event::ClockSkewed { milliseconds: 77_759_298 };
        let told = step(None, &Fact { at: datetime!(2025-09-28 9:12 +8), task: None, event });
        assert_eq!((told.kind(), told.arguments.as_slice()), (Kind::ClockSkewed, [].as_slice()));
    }

    #[test]
    fn every_event_is_told_under_its_own_name() {
        let stop = casework::StopKind::Withdrawn;
        let events = [
            Event::StopBegan { stop },
            Event::SupplementSupplied,
            Event::ReplyLate { reply: "decided".to_owned() },
            Event::TaskCancelling { stop },
        ];
        for event in events {
            let told = step(None, &Fact { at: datetime!(2025-09-28 9:12 +8), task: None, event: event.clone() });
            assert_eq!(contracts::account::name(Some(told.kind())), event.kind());
        }
    }
}
