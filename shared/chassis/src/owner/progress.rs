//! The public account of a case: its facts as steps, and what it waits for. Codes, never what somebody typed.

use casework::{Case, Event, Fact, TaskId, Wait, WaitsFor, Way};
use contracts::{
    registration::v1::{OpenTask, PublicOutput, Step},
    time::timestamp,
};
use time::{Date, OffsetDateTime};
use workdays::{Calendar, Spans, city_date};

/// A step of the case as a whole.
#[must_use]
pub fn case_step(event: &str, at: OffsetDateTime) -> Step {
    Step { at: timestamp(at), event: event.to_owned(), ..Step::default() }
}

/// A fact as everybody may read it.
#[must_use]
pub fn step(case: Option<&Case>, fact: &Fact) -> Step {
    let mut step = case_step(fact.kind(), fact.at);
    if let Some(task) = &fact.task {
        step.task_id = task.id.to_string();
        step.task_code = task.code.to_string();
        step.department = task.department.as_ref().map(ToString::to_string).unwrap_or_default();
        step.round = task.round;
    }
    step.note = note(case, fact);
    if let Event::TaskEnded { ended_at, outputs } = &fact.event {
        // People ask when it was done, not when we heard of it.
        step.at = timestamp(*ended_at);
        step.outputs = outputs.iter().map(|o| PublicOutput { kind: o.kind.clone(), value: o.value.clone() }).collect();
    }
    step
}

/// What stands beside the event's name: codes, never what somebody typed.
#[expect(clippy::wildcard_enum_match_arm, reason = "most events say it all by their name")]
fn note(case: Option<&Case>, fact: &Fact) -> String {
    match &fact.event {
        Event::CaseOpened { theme } => theme.to_string(),
        Event::TaskSuspended { suspension } => format!("{suspension:?}").to_lowercase(),
        Event::SupplementAsked { items, .. } => items.iter().map(|item| code(item)).collect::<Vec<_>>().join(", "),
        Event::ProcedureStarted { procedure, .. } | Event::ProcedureEnded { procedure } => code(procedure).to_owned(),
        Event::ReplyRejected { faults, .. } => faults
            .iter()
            .map(|fault| format!("{}: {}", code(&fault.subject), fault.code))
            .collect::<Vec<_>>()
            .join(", "),
        Event::SiteChecked { findings, .. } => format!("{findings} findings"),
        Event::TaskExtended { working_days } => format!("{working_days} working days"),
        Event::ReplyLate { reply } => reply.clone(),
        Event::ClockSkewed { milliseconds } => format!("{milliseconds} ms"),
        Event::StopBegan { stop } => stop.as_str().to_owned(),
        Event::UndoBegan { tasks } => tasks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        Event::CaseWithdrawn { stands, .. } | Event::CaseTerminated { stands, .. } => {
            stands.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        Event::TasksApplied { tasks } => tasks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        Event::Replanned { theme, .. } => theme.to_string(),
        Event::PapersAwaited { papers } | Event::PapersCame { papers, .. } | Event::PapersExtended { papers } => {
            papers.join(", ")
        }
        Event::RoleBound { role, department } => format!("{role}: {department}"),
        Event::TaskRefused { .. } => remaining(case, fact),
        _ => String::new(),
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

/// What a refusal blocks, and what remains possible.
fn remaining(case: Option<&Case>, fact: &Fact) -> String {
    let (Some(case), Some(task)) = (case, &fact.task) else { return String::new() };
    let Some(remaining) = case.remaining().into_iter().find(|remaining| remaining.task == task.code) else {
        return String::new();
    };
    let blocked = remaining.blocked.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let ways: Vec<String> = remaining
        .ways
        .iter()
        .map(|way| match way {
            Way::Rebind { role } => format!("choose another {role}"),
            Way::Reopen => "correct and apply again".to_owned(),
            Way::CloseWithout => "go on without".to_owned(),
        })
        .collect();
    format!("blocks: {blocked}; possible: {}", ways.join(", "))
}

/// What a case waits for, and until when.
#[must_use]
pub fn open_tasks(calendar: &Calendar, case: &Case) -> Vec<OpenTask> {
    case.waits_for().into_iter().map(|waits| open_task(calendar, case, waits)).collect()
}

fn open_task(calendar: &Calendar, case: &Case, waits: WaitsFor) -> OpenTask {
    let open =
        |task: casework::TaskId, code: casework::TaskCode, department: String, since, waits_for: &str| OpenTask {
            task_id: task.to_string(),
            task_code: code.to_string(),
            department,
            since,
            due_at: None,
            waits_for: waits_for.to_owned(),
            papers: vec![],
        };
    match waits {
        WaitsFor::Department { task, code, department, since, promised } => OpenTask {
            due_at: due(calendar, case, task, since, promised).and_then(timestamp),
            ..open(task, code, department.to_string(), timestamp(since), "department")
        },
        WaitsFor::Suspension { task, code, department, since, applicant } => {
            let holder = if applicant { "applicant" } else { "procedure" };
            open(task, code, department.to_string(), timestamp(since), holder)
        }
        WaitsFor::Cancellation { task, code, department, since } => {
            open(task, code, department.to_string(), timestamp(since), "cancellation")
        }
        WaitsFor::Choice { task, code, since } | WaitsFor::Application { task, code, since } => {
            open(task, code, String::new(), timestamp(since), "applicant")
        }
        WaitsFor::Papers { task, code, since, gaps } => OpenTask {
            due_at: gaps.iter().map(|gap| gap.until).min().and_then(timestamp),
            papers: gaps.into_iter().map(|gap| gap.paper).collect(),
            ..open(task, code, String::new(), timestamp(since), "applicant")
        },
        WaitsFor::Binding { task, code, .. } => open(task, code, String::new(), None, "binding"),
    }
}

/// When a running task is due: what was promised, and the time in which its clock stood still in this round.
fn due(
    calendar: &Calendar,
    case: &Case,
    task: TaskId,
    since: OffsetDateTime,
    promised: Wait,
) -> Option<OffsetDateTime> {
    let pauses = case.task(task).map(|task| task.pauses.as_slice()).unwrap_or_default();
    match promised {
        Wait::WindowMinutes(minutes) => {
            let paused: Spans<OffsetDateTime> = pauses.iter().map(|pause| (pause.from, Some(pause.to))).collect();
            calendar.after_window_minutes_paused(since, minutes, &paused).map(|due| due.at)
        }
        Wait::WorkingDays(days) => {
            let day = |pause: &casework::Pause| (city_date(pause.from), Some(city_date(pause.to)));
            let paused: Spans<Date> = pauses.iter().map(day).collect();
            calendar.due_after_suspended(city_date(since), days, &paused).map(workdays::Due::end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::code;

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
}
