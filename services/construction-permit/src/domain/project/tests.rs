//! Properties of projects: whatever is answered, whatever the city's catalogue says, and whatever happens, the clock counts
//! as a walk over every day does, nothing starts before what it waits for, and every plan ends or says what it waits for.

use std::collections::BTreeMap;

use casework::{
    CaseId, Decision, Delivery, DepartmentSays, Grounds, Opening, Output, OwnersGround, Refusal, Reply, StopKind, Task,
    TaskId, TaskState, clock::counted,
};
use proptest::prelude::*;
use time::{Date, Duration, macros::datetime};
use uuid::Uuid;
use workdays::{Calendar, city_date};

use super::*;
use crate::domain::tailored::{Answers, tailor};

/// What happens next: which verb, which of the tasks it can be about, and how many hours later.
type Happening = (u8, usize, u16);

fn no_check(_: &Task, _: &Decision) -> Vec<casework::Fault> {
    Vec::new()
}

/// The program's catalogue with other promises and without some dependencies.
fn catalogue_with(changes: &[(usize, u32, bool)]) -> Catalogue {
    let mut place = 0;
    let mut sources = Catalogue::built_in();
    for source in sources.iter_mut().filter(|source| source.file.starts_with("items-")) {
        let mut table: toml::Table = source.text.parse().unwrap();
        for item in table["item"].as_array_mut().unwrap() {
            for (_, promise, free) in changes.iter().filter(|(nth, ..)| *nth == place) {
                let item = item.as_table_mut().unwrap();
                let promised = item["promised"].as_table_mut().unwrap();
                if promised.contains_key("working_days") && !item_is_inside(promised) {
                    promised.insert("working_days".to_owned(), toml::Value::Integer(i64::from(*promise)));
                }
                if *free {
                    item.remove("after");
                }
            }
            place += 1;
        }
        source.text = table.to_string();
    }
    Catalogue::read(&sources).unwrap()
}

/// What is promised for the same day stays so: it is handled inside another.
fn item_is_inside(promised: &toml::Table) -> bool {
    promised["working_days"].as_integer() == Some(0)
}

fn project(catalogue: &Catalogue, answers: &Answers) -> Option<Project> {
    let list = tailor(catalogue, answers);
    let (id, theme) = (Uuid::from_u128(1), list.plan(catalogue).ok()?);
    let at = datetime!(2025-01-20 09:00 +8);
    let applicable = theme.all().cloned().collect();
    let opening = Opening { case: CaseId::new(id), applicable, bindings: theme.bindings(), at };
    let (case, _) = Case::open(&theme, opening, |code| TaskId::derived(CaseId::new(id), code.as_str())).ok()?;
    Some(Project {
        stem: Stem::new(id, SUBJECT),
        entry: Entry {
            code: "2503-370683-04-01-999991".into(),
            kind: list.project_type,
            name: "测试".into(),
            place: Place { region: "370683101".into(), village: None, address: "测试".into() },
            investor: Investor { name: "测试".into(), credit_code: "91370683MAYY00026R".into() },
            holder: "a".into(),
            registered_at: at,
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
    })
}

struct Play {
    project: Project,
    now: OffsetDateTime,
    said: u128,
}

impl Play {
    fn case(&mut self) -> &mut Case {
        self.project.case.as_mut().unwrap()
    }

    fn picked(&mut self, nth: usize, which: impl Fn(&Task) -> bool) -> Option<Task> {
        let tasks: Vec<_> = self.case().tasks().iter().filter(|task| which(task)).cloned().collect();
        tasks.get(nth.checked_rem(tasks.len())?).cloned()
    }

    fn says(&mut self, task: &Task, says: DepartmentSays) {
        self.said += 1;
        let from = task.department().unwrap().clone();
        let delivery =
            Delivery { from, reply_id: Uuid::from_u128(self.said), said_at: self.now, received_at: self.now };
        let reply = Reply { case: self.case().id(), task: task.id, round: task.round_number(), says };
        let received = self.case().receive(&delivery, &reply, &no_check);
        assert!(!matches!(received.verdict, casework::Verdict::Parked(_)), "{:?}", received.verdict);
    }

    fn decide(&mut self, task: &Task) {
        let outputs = vec![Output { kind: "result".into(), value: self.said.to_string() }];
        let decision = Decision { decided_at: self.now, decided_by: "测试".into(), outputs, fees: vec![] };
        self.says(task, DepartmentSays::Decided(decision));
    }

    fn happen(&mut self, (verb, nth, hours): Happening) {
        self.now += Duration::hours(i64::from(hours));
        let now = self.now;
        match verb % 8 {
            0..=2 => {
                if let Some(task) = self.picked(nth, |task| task.awaits_application() || task.is_refused()) {
                    let _ = self.case().apply(&[task.id], now);
                }
            }
            3 | 4 => {
                if let Some(task) = self.picked(nth, Task::is_open) {
                    self.decide(&task);
                }
            }
            5 => {
                if let Some(task) = self.picked(nth, Task::is_open) {
                    let done = match task.grounds().is_empty() {
                        true => self.case().suspend(task.id, OwnersGround::Legal, "争议", now),
                        false => self.case().resume(task.id, OwnersGround::Legal, now),
                    };
                    assert!(done.is_ok());
                }
            }
            6 => {
                if let Some(task) = self.picked(nth, Task::is_open) {
                    let grounds =
                        Grounds {
                            basis: "依据".into(), reasons: vec!["理由".into()], remedies: vec!["复议".into()]
                        };
                    let refusal = Refusal { decided_at: now, signed_by: "测试".into(), grounds };
                    self.says(&task, DepartmentSays::Refused(refusal));
                }
            }
            _ => {
                if let Some(task) = self.picked(nth, |task| task.is_open() && task.plan.on_application) {
                    self.case().give_back(task.id, StopKind::Returned, "逾期", now).unwrap();
                    while let Some(task) = self.picked(0, Task::is_cancelling) {
                        self.says(&task, DepartmentSays::CancelAcknowledged { acknowledged_at: now });
                    }
                }
            }
        }
    }

    /// Everything is applied for and decided until nothing is left.
    fn finish(&mut self) {
        for _ in 0..400 {
            let open: Vec<_> = self
                .case()
                .tasks()
                .iter()
                .filter(|task| task.awaits_application() || task.is_refused())
                .map(|task| task.id)
                .collect();
            for task in open {
                let now = self.now;
                let _ = self.case().apply(&[task], now);
            }
            match self.picked(0, Task::is_open) {
                Some(task) => self.decide(&task),
                None => return,
            }
        }
    }

    /// Nothing started before what it waits for was decided, or what it runs inside had begun.
    fn in_order(&self) {
        let case = self.project.case.as_ref().unwrap();
        for task in case.tasks() {
            let Some(first) = task.rounds.first() else { continue };
            for group in &task.plan.after {
                let ended = |code: &casework::TaskCode| {
                    let state = &case.task_by_code(code).unwrap().state;
                    matches!(state, TaskState::Ended { closed_at, .. } if *closed_at <= first.assigned_at)
                };
                assert!(group.0.iter().any(ended), "{} waits for {group:?}", task.code);
            }
            for group in &task.plan.starts_with {
                let begun = |code: &casework::TaskCode| {
                    let host = case.task_by_code(code).unwrap();
                    host.rounds.first().is_some_and(|round| round.assigned_at <= first.assigned_at)
                };
                assert!(group.0.iter().any(begun), "{} runs inside {group:?}", task.code);
            }
        }
        assert!(case.is_over() || !case.waits_for().is_empty(), "it says what it waits for");
    }

    /// Day by day, as a person would count.
    fn by_hand(&self, catalogue: &Catalogue, calendar: &Calendar) -> u32 {
        let facts = facts(&self.project, catalogue);
        let (first, today) = (city_date(self.project.entry.registered_at), city_date(self.now));
        let days = std::iter::successors(Some(first), |day| day.next_day().filter(|next| *next <= today));
        let counts = |day: &Date| {
            let on = |item: &&ItemFactsOf| {
                let main = item.class == casework::ClockClass::Main && item.inside.is_none();
                let held = item
                    .rounds
                    .iter()
                    .any(|round| round.day() < *day && round.ended.is_none_or(|ended| *day <= ended.date()));
                main && held && !item.suspensions.iter().any(|suspension| suspension.covers(*day))
            };
            calendar.is_working_day(*day) && facts.iter().any(|item| on(&item))
        };
        u32::try_from(days.filter(counts).count()).unwrap()
    }
}

type ItemFactsOf = casework::ItemFacts;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn every_project_counts_honestly_keeps_its_order_and_ends(
        kind in 0..5_usize,
        flags in prop::collection::vec(any::<bool>(), 60),
        changes in prop::collection::vec((0..103_usize, 0..4_u32, any::<bool>()), 0..8),
        happenings in prop::collection::vec((any::<u8>(), 0..60_usize, 0..60_u16), 0..80),
    ) {
        let (catalogue, calendar) = (catalogue_with(&changes), Calendar::embedded());
        let bools = catalogue.attributes().iter().filter(|attribute| {
            attribute.kind == crate::domain::attribute::AttributeType::Bool && attribute.asked_when.is_none()
        });
        let given: BTreeMap<String, serde_json::Value> =
            bools.zip(&flags).map(|(attribute, flag)| (attribute.name.clone(), serde_json::json!(flag))).collect();
        let on = city_date(datetime!(2025-01-20 09:00 +8));
        let answers = Answers::read(&catalogue, ProjectType::ALL[kind], on, &given, Unanswered::TakeDefaults)
            .or_else(|_| Answers::read(&catalogue, ProjectType::ALL[kind], on, &BTreeMap::new(), Unanswered::TakeDefaults));
        let Some(project) = answers.ok().and_then(|answers| project(&catalogue, &answers)) else { return Ok(()) };
        let now = project.entry.registered_at;
        let mut play = Play { project, now, said: 0 };
        for happening in happenings {
            play.happen(happening);
        }
        play.in_order();
        let count = counted(&facts(&play.project, &catalogue), &calendar, city_date(play.now));
        prop_assert_eq!(count.days, play.by_hand(&catalogue, &calendar));
        play.now += Duration::days(3);
        play.finish();
        play.in_order();
        prop_assert_eq!(play.project.phase(), "closed");
        let count = counted(&facts(&play.project, &catalogue), &calendar, city_date(play.now));
        prop_assert_eq!(count.days, play.by_hand(&catalogue, &calendar));
    }
}
