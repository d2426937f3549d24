//! What the reckoning of a government project takes, without database, bus or web.

use std::{
    collections::BTreeMap,
    fs,
    hint::black_box,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, ensure};
use casework::{
    Card, Case, CaseId, Decision, Delivery, DepartmentSays, Limit, Opening, Output, ProjectClock, Reply, Task,
    TaskCode, TaskId, clock::counted,
};
use construction_permit::domain::{
    ProjectType,
    catalogue::Catalogue,
    project::{Entry, Investor, Place, Project, Record, SUBJECT, Untold, clock_rules, facts, graph},
    tailored::{Answers, TailoredList, Unanswered, tailor},
};
use local::paths::Workspace;
use mailbox::Stem;
use serde::Deserialize;
use serde_json::{Value, json};
use time::{
    OffsetDateTime,
    macros::{date, datetime},
};
use uuid::Uuid;
use workdays::Calendar;

use super::report::{Goal, Report, millis, quantile};

/// When the first project is registered, and the day on which the clock is read.
const FIRST: OffsetDateTime = datetime!(2025-03-03 09:00 +8);
const TODAY: time::Date = date!(2025 - 12 - 01);

/// Distinct projects, each counted ten times: more than the processor's caches hold.
const PROJECTS: u32 = 1_000;
const TIMES: u32 = 10;

/// How long an applicant prepares the materials of an item, as the service's own settings have it.
const PREPARATION: Limit = Limit::WorkingDays(5);

pub fn measure(workspace: &Workspace, report: &mut Report) -> Result<()> {
    let catalogue = Catalogue::read(&Catalogue::built_in())?;
    let calendar = Calendar::embedded();
    let file = workspace.file("services/construction-permit/tests-data/projects/government-school.toml");
    let school: School = toml::from_str(&fs::read_to_string(file)?)?;
    let list = school.list(&catalogue)?;
    let planned = list.planned();

    let tailored = median(101, || school.list(&catalogue))?;
    let plan = median(101, || opened(&catalogue, &list, Uuid::from_u128(1), FIRST))?;
    let projects = (0..PROJECTS).map(|nth| running(&catalogue, &list, nth)).collect::<Result<Vec<_>>>()?;
    let project = projects.first().context("there is a project")?;
    let back = median(101, || {
        let graph = graph(&catalogue, &planned, Some((project, &calendar, TODAY)), PREPARATION)?;
        Ok(graph.back(&calendar, &["C06".into()], date!(2026 - 06 - 30), TODAY))
    })?;
    let forecast = median(101, || {
        let graph = graph(&catalogue, &planned, Some((project, &calendar, TODAY)), PREPARATION)?;
        Ok(graph.forecast(&calendar, TODAY))
    })?;
    let of_all = |work: &dyn Fn(&Project) -> usize| {
        median(5, || Ok((0..TIMES).map(|_| projects.iter().map(work).sum::<usize>()).sum::<usize>()))
    };
    let clock = of_all(&|project| counted(&facts(project, &catalogue), &calendar, TODAY).days as usize)?;
    let rules = clock_rules(&catalogue);
    let whole =
        of_all(&|project| ProjectClock::reckon(&facts(project, &catalogue), &rules, &calendar, TODAY).items.len())?;

    report.text(format!(
        "\na government project of {} items, reckoned: forecast {:.3} ms; every item's clock of 10,000 projects {:.0} ms",
        planned.len(),
        millis(forecast),
        millis(whole)
    ));
    report.number("pure_items", json!(planned.len()));
    report.number("forecast_ms", json!(millis(forecast)));
    report.number("whole_clock_10000_projects_ms", json!(millis(whole)));
    report.goal("plan_ms", millis(plan), Goal::Below(5.0));
    report.goal("back_schedule_ms", millis(back), Goal::Below(2.0));
    report.goal("tailored_list_ms", millis(tailored), Goal::Below(2.0));
    report.goal("clock_10000_projects_ms", millis(clock), Goal::Below(1000.0));
    Ok(())
}

fn median<T>(times: u32, mut work: impl FnMut() -> Result<T>) -> Result<Duration> {
    let once = |_| {
        let begun = Instant::now();
        black_box(work()?);
        Ok(begun.elapsed())
    };
    Ok(quantile(&(0..times).map(once).collect::<Result<Vec<_>>>()?, 0.5))
}

/// A project as its file says.
#[derive(Deserialize)]
struct School {
    #[serde(rename = "type")]
    kind: ProjectType,
    answers: BTreeMap<String, Value>,
}

impl School {
    fn list(&self, catalogue: &Catalogue) -> Result<TailoredList> {
        let answers = Answers::read(catalogue, self.kind, FIRST.date(), &self.answers, Unanswered::TakeDefaults);
        Ok(tailor(catalogue, &answers.map_err(|faults| anyhow!("{faults:?}"))?))
    }
}

fn opened(catalogue: &Catalogue, list: &TailoredList, id: Uuid, at: OffsetDateTime) -> Result<Case> {
    let (id, theme) = (CaseId::new(id), list.plan(catalogue)?);
    let applicable = theme.all().cloned().collect();
    let opening = Opening { case: id, applicable, bindings: theme.bindings(), at };
    Ok(Case::open(&theme, opening, |code: &TaskCode| TaskId::derived(id, code.as_str()))?.0)
}

/// A project of which some items are decided, some are with departments, and some wait.
fn running(catalogue: &Catalogue, list: &TailoredList, nth: u32) -> Result<Project> {
    let id = Uuid::from_u128(u128::from(nth) + 1);
    let registered_at = FIRST + time::Duration::days(i64::from(nth % 200));
    let mut case = opened(catalogue, list, id, registered_at)?;
    let mut now = registered_at;
    for _ in 0..4 {
        apply(&mut case, now)?;
        now += time::Duration::days(4);
        let open: Vec<Task> = case.tasks().iter().filter(|task| task.is_open()).cloned().collect();
        for task in &open {
            decide(&mut case, task, now)?;
        }
    }
    apply(&mut case, now)?;
    let project = Project {
        stem: Stem::new(id, SUBJECT),
        entry: Entry {
            code: format!("2503-370683-04-01-{nth:06}"),
            kind: list.project_type,
            name: "测试学校".into(),
            place: Place { region: "370683101".into(), village: None, address: "测试路1号".into() },
            investor: Investor { name: "测试".into(), credit_code: "91370683MAYY00026R".into() },
            holder: "investor".into(),
            registered_at,
            total_fen: None,
            answers: BTreeMap::new(),
            defaults: true,
            catalogue: catalogue.reference().clone(),
            list: 1,
            acknowledged: Some(1),
            procedures: list.procedures(catalogue),
        },
        case: Some(case),
        record: Record::default(),
        card: Card::None,
        untold: Untold::default(),
    };
    let with_departments = project.case.iter().flat_map(Case::tasks).any(Task::is_open);
    ensure!(project.is_running() && with_departments, "the project has to be under way");
    Ok(project)
}

/// For everything that may begin.
fn apply(case: &mut Case, now: OffsetDateTime) -> Result<()> {
    let awaited: Vec<TaskId> =
        case.tasks().iter().filter(|task| task.awaits_application()).map(|task| task.id).collect();
    for task in awaited {
        case.apply(&[task], now)?;
    }
    Ok(())
}

fn decide(case: &mut Case, task: &Task, now: OffsetDateTime) -> Result<()> {
    let from = task.department().context("a department has it")?.clone();
    let outputs = vec![Output { kind: "result".into(), value: format!("莱审-{}-0001", task.code) }];
    let says =
        DepartmentSays::Decided(Decision { decided_at: now, decided_by: "测试".into(), outputs, fees: vec![] });
    let delivery = Delivery {
        from,
        reply_id: Uuid::new_v5(&Uuid::NAMESPACE_OID, task.id.to_string().as_bytes()),
        said_at: now,
        received_at: now,
    };
    let reply = Reply { case: case.id(), task: task.id, round: task.round_number(), says };
    case.receive(&delivery, &reply, &|_: &Task, _: &Decision| Vec::new());
    Ok(())
}
