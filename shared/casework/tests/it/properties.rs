//! Random plans, random interleavings, everything repeated: what must hold whatever happens.

use std::collections::{BTreeMap, HashSet};

use casework::{
    AnyOf, Case, Delivery, DepartmentCode, DeskGround, DeskState, Effect, ExtensionApproval, Ground, OwnerMessage,
    Reply, RoleTemplate, Staff, StopKind, SupplementItem, SuspensionKind, Task, TaskCode, TaskTemplate, Theme,
    ThemeDraft, UndoTemplate, Verdict, Wait, WaitsFor, Way,
};
use proptest::prelude::*;
use uuid::Uuid;

use crate::hall::{Hall, Rules, department, signature};

/// Papers that may be missing.
const PAPERS: [&str; 2] = ["M02", "M07"];

/// One task of a random plan: whose groups, drawn as numbers, are read against the tasks before it.
#[derive(Debug, Clone)]
struct Drawn {
    after: Vec<Vec<usize>>,
    starts_with: Vec<Vec<usize>>,
    optional: bool,
    undo: bool,
    issues: bool,
    applies: bool,
}

/// One thing that may happen next; numbers pick among what is possible.
#[derive(Debug, Clone, Copy)]
enum Step {
    Carry(usize, bool),
    Hear(usize, bool),
    /// Any reply that was ever taken comes once more.
    Replay(usize),
    Decide(usize),
    DecideWrongly(usize),
    Refuse(usize),
    Ask(usize),
    Supply(usize),
    Procedure(usize),
    /// The site is checked, with findings or without; what is being repaired is done first.
    CheckSite(usize),
    Extend(usize),
    Choose(usize),
    Silence(usize),
    Resend(usize),
    /// A paper comes, missing or not, perhaps for the second time.
    Bring(usize),
    Stop,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let groups = || prop::collection::vec(prop::collection::vec(0_usize..100, 1..3), 0..3);
    let flags = (any::<bool>(), any::<bool>(), prop::bool::weighted(0.3), prop::bool::weighted(0.85));
    (groups(), prop::option::weighted(0.2, groups()), flags).prop_map(
        |(after, starts_with, (optional, undo, issues, applies))| {
            let starts_with = starts_with.unwrap_or_default();
            Drawn { after, starts_with, optional: optional && !issues, undo, issues, applies }
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let n = || 0_usize..100;
    prop_oneof![
        8 => (n(), prop::bool::weighted(0.2)).prop_map(|(n, twice)| Step::Carry(n, twice)),
        8 => (n(), prop::bool::weighted(0.2)).prop_map(|(n, twice)| Step::Hear(n, twice)),
        2 => n().prop_map(Step::Replay),
        6 => n().prop_map(Step::Decide),
        1 => n().prop_map(Step::DecideWrongly),
        1 => n().prop_map(Step::Refuse),
        1 => n().prop_map(Step::Ask),
        1 => n().prop_map(Step::Supply),
        1 => n().prop_map(Step::Procedure),
        1 => n().prop_map(Step::CheckSite),
        1 => n().prop_map(Step::Extend),
        1 => n().prop_map(Step::Choose),
        1 => n().prop_map(Step::Silence),
        1 => n().prop_map(Step::Resend),
        1 => n().prop_map(Step::Bring),
        1 => prop::bool::weighted(0.3).prop_map(|stop| if stop { Step::Stop } else { Step::Carry(0, false) }),
    ]
}

fn code(at: usize) -> TaskCode {
    format!("t{at}").into()
}

fn theme(plan: &[Drawn]) -> Theme {
    let groups = |at: usize, groups: &[Vec<usize>]| -> Vec<AnyOf> {
        let before = |group: &Vec<usize>| AnyOf(group.iter().map(|n| code(n % at)).collect());
        if at == 0 { Vec::new() } else { groups.iter().map(before).collect() }
    };
    let role = |at: usize| format!("r{at}").into();
    let template = |(at, drawn): (usize, &Drawn)| TaskTemplate {
        code: code(at),
        zh: "事项".into(),
        en: "item".into(),
        role: role(at),
        after: groups(at, &drawn.after),
        starts_with: groups(at, &drawn.starts_with),
        promised: Wait::WorkingDays(1),
        optional: drawn.optional,
        issues: drawn.issues,
        on_application: false,
        outputs: serde_json::from_str(r#"[{"kind":"credit_code","zh":"代码","en":"code"}]"#).unwrap(),
        undo: drawn.undo.then(|| UndoTemplate {
            code: format!("undo-{at}").into(),
            zh: "撤".into(),
            en: "undo".into(),
            role: role(at),
            promised: Wait::WorkingDays(1),
        }),
    };
    let roles = (0..plan.len()).map(|at| RoleTemplate {
        code: role(at),
        zh: "角色".into(),
        en: "role".into(),
        department: Some(department(&format!("D{at}"))),
        choice: at % 2 == 0,
    });
    let draft = ThemeDraft {
        code: "random".into(),
        version: 1,
        zh: "随机".into(),
        en: "random".into(),
        roles: roles.collect(),
        tasks: plan.iter().enumerate().map(template).collect(),
    };
    Theme::check(draft).unwrap()
}

/// A hall in which every step is checked.
struct Watched {
    hall: Hall,
    theme: Theme,
    applicable: HashSet<TaskCode>,
    decided: BTreeMap<(String, u32), u32>,
    heard: Vec<(DepartmentCode, Reply)>,
    /// Minutes that began with a missing paper and no department at work.
    idle: Vec<time::OffsetDateTime>,
}

impl Watched {
    fn open(plan: &[Drawn], papers: &[&str]) -> Option<Self> {
        let theme = theme(plan);
        let applies = plan.iter().enumerate().filter(|(_, drawn)| drawn.applies);
        let applicable: Vec<_> = applies.map(|(at, _)| code(at)).collect();
        if applicable.is_empty() {
            return None;
        }
        // Where nothing issues the result, nothing may be missing.
        let issues = plan.iter().any(|drawn| drawn.issues && drawn.applies);
        let papers = if issues { papers } else { &[] };
        let hall = Hall::open_with(&theme, applicable.clone(), theme.bindings(), papers);
        let applicable = applicable.into_iter().collect();
        let mut watched = Self { hall, theme, applicable, decided: BTreeMap::new(), heard: vec![], idle: vec![] };
        watched.look();
        Some(watched)
    }

    fn pick<T>(all: &[T], n: usize) -> Option<&T> {
        if all.is_empty() { None } else { all.get(n % all.len()) }
    }

    fn codes(&self, which: impl Fn(&Task) -> bool) -> Vec<String> {
        self.hall.case.tasks().iter().filter(|task| which(task)).map(|task| task.code.to_string()).collect()
    }

    /// Tasks that lie on a desk and are open there.
    fn on_desks(&self) -> Vec<(DepartmentCode, casework::TaskId)> {
        self.hall.desks.iter().filter(|(_, desk)| desk.is_open()).map(|(key, _)| key.clone()).collect()
    }

    fn at_desk(&mut self, n: usize, verb: impl FnOnce(&mut casework::Desk) -> Vec<casework::DeskEffect>) {
        let Some(key) = Self::pick(&self.on_desks(), n).cloned() else { return };
        let desk = self.hall.desks.get_mut(&key).unwrap();
        let effects = verb(desk);
        self.hall.perform_at_desk(&key.0, effects);
    }

    /// The bus keeps the order of one department's messages; which department is next is chance.
    fn next<M>(queue: &[(DepartmentCode, M)], n: usize) -> Option<usize> {
        let (chosen, _) = Self::pick(queue, n)?;
        queue.iter().position(|(department, _)| department == chosen)
    }

    fn take(&mut self, step: Step) {
        let now = self.hall.minutes(1).now;
        match step {
            Step::Carry(n, twice) => self.carry(n, twice),
            Step::Hear(n, twice) => self.hear(n, twice),
            Step::Replay(n) => {
                if let Some((from, reply)) = Self::pick(&self.heard, n).cloned() {
                    self.again(&from, &reply);
                }
            }
            Step::Decide(n) => self.at_desk(n, |desk| decide(desk, "right", now)),
            Step::DecideWrongly(n) => self.at_desk(n, |desk| decide(desk, "WRONG", now)),
            Step::Refuse(n) => self.at_desk(n, |desk| {
                let head = signature(&desk.assignment.department);
                desk.refuse(head, now).unwrap().effects()
            }),
            Step::Ask(n) => self.at_desk(n, |desk| {
                let items = vec![SupplementItem { code: "M02".into(), note: String::new() }];
                desk.ask_supplement(items, "材料不全", now).map_or(vec![], |outcome| outcome.effects())
            }),
            Step::Procedure(n) => self.at_desk(n, |desk| match desk.end_procedure("hearing", now) {
                Ok(ended) => ended.effects(),
                Err(_) => desk
                    .start_procedure("hearing", "行政许可法46", casework::Limit::WorkingDays(20), now)
                    .unwrap()
                    .effects(),
            }),
            Step::CheckSite(n) => self.at_desk(n, |desk| match desk.end_procedure("rectification", now) {
                Ok(ended) => ended.effects(),
                Err(_) => {
                    let staff = vec!["测试甲".to_owned(), "测试乙".to_owned()];
                    let findings = if n % 2 == 0 { vec![] } else { vec!["裂缝".to_owned()] };
                    desk.check_site(staff, findings, Some(5), now).unwrap().effects()
                }
            }),
            Step::Extend(n) => self.at_desk(n, |desk| {
                let head =
                    Staff::DepartmentHead { department: desk.assignment.department.clone(), name: "测试甲".into() };
                let approval = ExtensionApproval::sign(&head, &desk.assignment.department, 5, "情况复杂").unwrap();
                desk.extend(approval, now).unwrap().effects()
            }),
            Step::Supply(n) => self.owner(n, |case, task| case.supply(task, &["M02".into()], |_| n % 2 == 0, now).ok()),
            Step::Silence(n) => self.owner(n, |case, task| {
                let round = case.task(task)?.round_number();
                case.ack_overdue(task, round, now).ok()
            }),
            Step::Resend(n) => self.owner(n, |case, task| case.resend(task, now).ok()),
            Step::Choose(n) => self.choose(n),
            Step::Bring(n) => {
                let paper = [PAPERS[n % PAPERS.len()].to_owned()];
                self.did(|case| case.bring(&paper, |_| n % 2 == 0, now).ok());
                let again = self.hall.case.clone().bring(&paper, |_| true, now);
                assert!(again.map_or(true, |outcome| outcome == casework::Outcome::Already), "twice is once");
            }
            Step::Stop => {
                let stop =
                    casework::Stop { kind: StopKind::Withdrawn, basis: "撤回".into(), by: "x".into(), at: now };
                self.did(|case| case.stop(stop).ok());
            }
        }
        self.look();
        self.agrees();
    }

    fn did(&mut self, verb: impl FnOnce(&mut Case) -> Option<casework::Outcome>) {
        let effects = verb(&mut self.hall.case).map_or(vec![], casework::Outcome::effects);
        self.perform(effects);
    }

    fn owner(&mut self, n: usize, verb: impl FnOnce(&mut Case, casework::TaskId) -> Option<casework::Outcome>) {
        let ids: Vec<_> = self.hall.case.tasks().iter().map(|task| task.id).collect();
        let Some(task) = Self::pick(&ids, n).copied() else { return };
        self.did(|case| verb(case, task));
    }

    fn choose(&mut self, n: usize) {
        let now = self.hall.now;
        let remaining = self.hall.case.remaining();
        let Some(choice) = Self::pick(&remaining, n) else { return };
        let task = self.hall.case.task_by_code(&choice.task).unwrap().id;
        // None: what it runs inside was refused, too, and comes first.
        let Some(way) = Self::pick(&choice.ways, n / 7).cloned() else { return };
        match way {
            Way::Rebind { role } => {
                let bound = self.hall.case.head().bindings[&role].to_string();
                let other = department(&format!("{}X", bound.trim_end_matches('X')));
                let other = if bound.ends_with('X') { department(bound.trim_end_matches('X')) } else { other };
                self.did(|case| case.rebind(&role, &other, now).ok());
            }
            Way::Reopen => self.did(|case| case.reopen(task, now).ok()),
            Way::CloseWithout => self.did(|case| case.close_without(task, "自行办理", now).ok()),
        }
    }

    fn carry(&mut self, n: usize, twice: bool) {
        let Some(at) = Self::next(self.hall.told.make_contiguous(), n) else { return };
        let (to, message): (DepartmentCode, OwnerMessage) = self.hall.told.remove(at).unwrap();
        self.hall.carry(&to, &message);
        if twice {
            let before = self.hall.desks.clone();
            self.hall.carry(&to, &message);
            assert_eq!(before, self.hall.desks, "a message twice changes nothing at a desk");
        }
    }

    fn hear(&mut self, n: usize, twice: bool) {
        let Some(at) = Self::next(self.hall.replied.make_contiguous(), n) else { return };
        let (from, reply): (DepartmentCode, Reply) = self.hall.replied.remove(at).unwrap();
        let parked = matches!(self.receive(&from, &reply), Verdict::Parked(_));
        if twice {
            self.again(&from, &reply);
        }
        // What was parked was not taken: it may become true, or late.
        if !parked {
            self.heard.push((from, reply));
        }
    }

    fn again(&mut self, from: &DepartmentCode, reply: &Reply) {
        self.hall.case.take_changed();
        let before = self.hall.case.clone();
        let facts = self.hall.facts.len();
        let verdict = self.receive(from, reply);
        assert!(matches!(verdict, Verdict::Already | Verdict::Parked(_)), "{verdict:?}");
        assert_eq!(before, self.hall.case, "a reply twice changes nothing");
        assert_eq!(facts, self.hall.facts.len());
    }

    fn receive(&mut self, from: &DepartmentCode, reply: &Reply) -> Verdict {
        let delivery =
            Delivery { from: from.clone(), reply_id: Uuid::nil(), said_at: self.hall.now, received_at: self.hall.now };
        let delivery = Delivery { reply_id: Uuid::from_u128(self.hall.verdicts.len() as u128), ..delivery };
        // Now and then the owner's rules speak against what is said.
        let objects = self.hall.verdicts.len().is_multiple_of(5).then(|| reply.says.kind());
        let received = self.hall.case.receive(&delivery, reply, &Rules { objects });
        self.hall.verdicts.push(received.verdict.clone());
        let answers = |effect: &Effect| matches!(effect, Effect::Tell { department, message } if department == from && message.task == reply.task);
        let parked = matches!(received.verdict, Verdict::Parked(_));
        assert!(parked || received.effects.iter().any(answers), "whatever is not set aside has an answer: {reply:?}");
        self.perform(received.effects);
        received.verdict
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in &effects {
            if let Effect::Fact(fact) = effect {
                let Some(task) = &fact.task else { continue };
                match fact.kind() {
                    "task_ended" | "task_refused" => {
                        *self.decided.entry((task.code.to_string(), task.round)).or_default() += 1;
                    }
                    "task_assigned" => self.may_start(&task.code),
                    _ => {}
                }
            }
        }
        self.hall.perform(effects);
    }

    /// By the theme alone: each group that applies has one that is far enough.
    fn may_start(&self, code: &TaskCode) {
        let Some(template) = self.theme.task(code) else { return };
        assert!(!template.issues || self.hall.case.open_gaps().next().is_none(), "{code} started with a paper missing");
        let holds = |group: &AnyOf, far: fn(&Task) -> bool| {
            let mut tasks = group.0.iter().filter(|code| self.applicable.contains(*code));
            let of = |code: &TaskCode| self.hall.case.task_by_code(code).unwrap().clone();
            let applying: Vec<_> = tasks.by_ref().map(of).filter(|task| !task.is_omitted()).collect();
            applying.is_empty() || applying.iter().any(far)
        };
        assert!(template.after.iter().all(|group| holds(group, Task::is_ended)), "{code} started too early");
        let begun: fn(&Task) -> bool = |task| task.is_ended() || task.is_open();
        assert!(template.starts_with.iter().all(|group| holds(group, begun)), "{code} started before its host");
    }

    fn look(&mut self) {
        let case = &self.hall.case;
        let at_work = case.tasks().iter().any(|task| task.is_open() || task.is_cancelling());
        let waits = case.open_gaps().next().is_some() && !at_work;
        assert_eq!(case.waited_for_papers().last().is_some_and(|(_, to)| to.is_none()), waits);
        if waits {
            self.idle.push(self.hall.now);
        }
        assert!(self.decided.values().all(|times| *times == 1), "{:?}", self.decided);
        assert_eq!(case.waits_for().is_empty(), case.is_over(), "a case that is not over waits for something");
        let read = Case::from_parts(serde_json::from_str(&serde_json::to_string(case).unwrap()).unwrap());
        assert_eq!(read.clone().into_parts(), case.clone().into_parts());
    }

    /// A paper that keeps a running case waiting.
    fn missing(&self) -> Option<usize> {
        let gap = self.hall.case.open_gaps().next()?;
        let runs = matches!(self.hall.case.phase(), casework::Phase::Running);
        PAPERS.iter().position(|paper| *paper == gap.paper).filter(|_| runs)
    }

    /// When the case waited for papers only, as every step saw it. Rounds that were refused end at the department's
    /// time and are left out.
    fn counts_idle_minutes(&self) {
        let case = &self.hall.case;
        let plain = |task: &Task| task.rounds.len() < 2 && (!task.is_omitted() || task.rounds.is_empty());
        if !case.tasks().iter().all(plain) {
            return;
        }
        let until = self.hall.now + time::Duration::minutes(1);
        let spans = case.waited_for_papers();
        let minutes: i64 = spans.iter().map(|(from, to)| (to.unwrap_or(until) - *from).whole_minutes()).sum();
        assert_eq!(usize::try_from(minutes).unwrap(), self.idle.len(), "{spans:?}");
    }

    /// Where nothing is on its way any more, a desk and its owner mean the same.
    fn agrees(&self) {
        if !self.hall.told.is_empty() || !self.hall.replied.is_empty() {
            return;
        }
        for task in self.hall.case.tasks().iter().filter(|task| task.is_open()) {
            let round = task.round().unwrap();
            let desk = &self.hall.desks[&(round.department.clone(), task.id)];
            assert_eq!(desk.extension(), round.extension.as_ref(), "{}", task.code);
            let DeskState::Suspended { grounds, .. } = &desk.state else {
                assert_eq!(task.grounds(), [], "{}: {:?}", task.code, desk.state);
                continue;
            };
            let own = |ground: &&DeskGround| {
                let DeskGround::Own(says) = ground else { return false };
                ["procedure_started", "site_checked"].contains(&says.kind())
            };
            let procedure = |ground: &&Ground| ground.kind() == SuspensionKind::Procedure;
            let run = task.grounds().iter().filter(procedure).count();
            assert_eq!(grounds.iter().filter(own).count(), run, "{}: {grounds:?} {:?}", task.code, task.state);
            assert!(!task.grounds().is_empty(), "{}: {grounds:?}", task.code);
        }
    }

    /// Departments answer everything, and the applicant supplies what was asked, until nobody has anything to do.
    fn wind_up(&mut self) {
        for _ in 0..2_000 {
            if !self.hall.replied.is_empty() {
                self.take(Step::Hear(0, false));
            } else if !self.hall.told.is_empty() {
                self.take(Step::Carry(0, false));
            } else if !self.on_desks().is_empty() {
                self.take(Step::Decide(0));
            } else if let Some(n) = self.missing() {
                self.take(Step::Bring(n));
            } else {
                return;
            }
        }
        panic!("the conversation never ends: {:?}", self.hall.case.waits_for());
    }
}

fn decide(desk: &mut casework::Desk, value: &str, now: time::OffsetDateTime) -> Vec<casework::DeskEffect> {
    let rule = casework::Decider::rule("rule", &desk.assignment.department);
    // What takes a result back asks for none; a wrong decision yields one all the same.
    let asked = desk.assignment.outputs.clone();
    let kinds = if value == "right" { asked } else { vec!["credit_code".to_owned()] };
    let outputs = kinds.into_iter().map(|kind| casework::Output { kind, value: value.into() }).collect();
    desk.decide(&rule, outputs, vec![], now).unwrap().effects()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_no_rule_is_broken_and_every_case_ends_or_says_what_it_waits_for(
        plan in prop::collection::vec(drawn(), 1..9),
        missing in 0..=PAPERS.len(),
        steps in prop::collection::vec(step(), 0..120),
    ) {
        let Some(mut watched) = Watched::open(&plan, &PAPERS[..missing]) else { return Ok(()) };
        for step in steps {
            watched.take(step);
        }
        watched.wind_up();
        let waits = watched.hall.case.waits_for();
        prop_assert!(waits.iter().all(|wait| matches!(wait, WaitsFor::Choice { .. })), "{waits:?}");
        if !watched.hall.case.is_over() {
            prop_assert!(!watched.hall.case.remaining().is_empty());
            watched.take(Step::Stop);
            watched.wind_up();
        }
        prop_assert!(watched.hall.case.is_over());
        watched.counts_idle_minutes();
        prop_assert!(watched.codes(|task| task.is_open() || task.is_cancelling()).is_empty());
    }

    #[test]
    fn a_stopped_case_ends_when_its_departments_answer(
        plan in prop::collection::vec(drawn(), 1..9),
        missing in 0..=PAPERS.len(),
        before in prop::collection::vec(step(), 0..60),
        after in prop::collection::vec(step(), 0..60),
    ) {
        let Some(mut watched) = Watched::open(&plan, &PAPERS[..missing]) else { return Ok(()) };
        for step in before.into_iter().chain([Step::Stop]).chain(after) {
            watched.take(step);
        }
        watched.wind_up();
        prop_assert!(watched.hall.case.is_over(), "{:?}", watched.hall.case.waits_for());
        prop_assert!(["closed", "withdrawn"].contains(&watched.hall.phase().as_str()));
    }
}
