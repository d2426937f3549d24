//! A hall: one case, the desks of its departments, a clock that is moved by hand, and the bus between them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use casework::{
    Case, CaseId, Check, Decider, Decision, Delivery, DepartmentCode, DepartmentSays, Desk, DeskEffect, DeskOutcome,
    DeskRefused, DeskVerdict, Effect, Fact, Fault, Gap, Grounds, HeadSignature, NotPossible, Opening, Outcome, Output,
    OwnerMessage, Received, Reply, Staff, Stop, StopKind, Task, TaskCode, TaskId, Theme, ThemeDraft, Verdict, Wait,
};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use workdays::DueAt;

pub const OPENING: &str = include_str!("../../tests-data/opening.toml");

pub fn department(code: &str) -> DepartmentCode {
    DepartmentCode::parse(code).unwrap()
}

pub fn opening_theme() -> Theme {
    toml::from_str(OPENING).unwrap()
}

pub fn case_id() -> CaseId {
    CaseId::new(Uuid::from_u128(1))
}

/// Licences need the credit code of the story; nothing else is looked at.
pub fn check(task: &Task, decision: &Decision) -> Vec<Fault> {
    let wrong = |output: &&Output| output.kind == "credit_code" && output.value.ends_with("WRONG");
    let wrong = decision.outputs.iter().filter(wrong);
    assert!(!task.rounds.is_empty());
    wrong.map(|_| Fault::new("credit_code", "check_digit", "校验码错误", "the check digit is wrong")).collect()
}

/// The same, and against every reply of one kind.
pub struct Rules {
    pub objects: Option<&'static str>,
}

impl Check for Rules {
    fn faults(&self, task: &Task, decision: &Decision) -> Vec<Fault> {
        check(task, decision)
    }

    fn objections(&self, _: &Task, says: &DepartmentSays, _: OffsetDateTime) -> Vec<Fault> {
        let objects = self.objects == Some(says.kind());
        objects.then(|| Fault::new("story", "objected", "不符合规定", "it is against the rules")).into_iter().collect()
    }
}

pub struct Hall {
    pub case: Case,
    pub now: OffsetDateTime,
    pub desks: BTreeMap<(DepartmentCode, TaskId), Desk>,
    /// Departments whose processes are down: what is said to them waits on the bus.
    pub down: BTreeSet<DepartmentCode>,
    pub told: VecDeque<(DepartmentCode, OwnerMessage)>,
    pub replied: VecDeque<(DepartmentCode, Reply)>,
    pub facts: Vec<(OffsetDateTime, String, String)>,
    /// The same, whole.
    pub all_facts: Vec<Fact>,
    pub timers: BTreeMap<String, Wait>,
    pub verdicts: Vec<Verdict>,
    /// The kind of reply against which the owner's rules speak.
    pub objects: Option<&'static str>,
    next_reply: u128,
}

impl Hall {
    /// The opening of the story: the complete set is received at 09:12, the bank is BNK.
    pub fn opening() -> Self {
        Self::opening_without(&[])
    }

    /// The same, promised in working days throughout.
    pub fn opening_in_days() -> Self {
        let mut draft = ThemeDraft::from(opening_theme());
        draft.tasks.iter_mut().for_each(|task| task.promised = Wait::WorkingDays(3));
        let theme = Theme::check(draft).unwrap();
        let mut bindings = theme.bindings();
        bindings.insert("bank".into(), department("BNK"));
        Self::open(&theme, theme.all().cloned().collect(), bindings)
    }

    /// The same, with papers that are to follow until 17:00.
    pub fn opening_without(papers: &[&str]) -> Self {
        let theme = opening_theme();
        let mut bindings = theme.bindings();
        bindings.insert("bank".into(), department("BNK"));
        let applicable = theme.all().cloned().collect();
        Self::open_with(&theme, applicable, bindings, papers)
    }

    pub fn open(theme: &Theme, applicable: Vec<TaskCode>, bindings: BTreeMap<casework::Role, DepartmentCode>) -> Self {
        Self::open_with(theme, applicable, bindings, &[])
    }

    pub fn open_with(
        theme: &Theme,
        applicable: Vec<TaskCode>,
        bindings: BTreeMap<casework::Role, DepartmentCode>,
        papers: &[&str],
    ) -> Self {
        let now = datetime!(2025-09-28 09:12 +8);
        let opening = Opening { case: case_id(), applicable, bindings, at: now };
        let id = |code: &TaskCode| TaskId::derived(case_id(), code.as_str());
        let gaps = papers
            .iter()
            .map(|paper| Gap::open(*paper, now, DueAt { at: datetime!(2025-09-28 17:00 +8), provisional: false }))
            .collect();
        let (case, effects) = Case::open_with_gaps(theme, opening, gaps, id).unwrap();
        let mut hall = Self {
            case,
            now,
            desks: BTreeMap::new(),
            down: BTreeSet::new(),
            told: VecDeque::new(),
            replied: VecDeque::new(),
            facts: Vec::new(),
            all_facts: Vec::new(),
            timers: BTreeMap::new(),
            verdicts: Vec::new(),
            objects: None,
            next_reply: 0,
        };
        hall.perform(effects);
        hall.flow();
        hall
    }

    pub fn minutes(&mut self, minutes: i64) -> &mut Self {
        self.now += Duration::minutes(minutes);
        self
    }

    pub fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Tell { department, message } => self.told.push_back((department, message)),
                Effect::Fact(fact) => self.note(&fact),
                Effect::SetTimer { name, wait } => {
                    self.timers.insert(name.to_string(), wait);
                }
                Effect::ClearTimer { name } => {
                    self.timers.remove(&name.to_string());
                }
            }
        }
    }

    fn note(&mut self, fact: &Fact) {
        let task = fact.task.as_ref().map_or(String::new(), |task| task.code.to_string());
        self.facts.push((fact.at, fact.kind().to_owned(), task));
        self.all_facts.push(fact.clone());
        assert_eq!(serde_json::from_str::<Fact>(&serde_json::to_string(fact).unwrap()).unwrap(), *fact);
    }

    pub fn perform_at_desk(&mut self, department: &DepartmentCode, effects: Vec<DeskEffect>) {
        for effect in effects {
            match effect {
                DeskEffect::Reply(reply) => self.replied.push_back((department.clone(), reply)),
                DeskEffect::Fact(_) => {}
            }
        }
    }

    /// Carries everything that is said until nobody has anything to say, except to departments that are down.
    pub fn flow(&mut self) {
        loop {
            if let Some((from, reply)) = self.replied.pop_front() {
                self.hear(&from, &reply);
                continue;
            }
            let up = self.told.iter().position(|(department, _)| !self.down.contains(department));
            let Some((department, message)) = up.and_then(|at| self.told.remove(at)) else { return };
            self.carry(&department, &message);
        }
    }

    /// A message reaches a desk; a new task is acknowledged by the desk's own process.
    pub fn carry(&mut self, department: &DepartmentCode, message: &OwnerMessage) -> DeskVerdict {
        let key = (department.clone(), message.task);
        let received = if let Some(desk) = self.desks.get_mut(&key) {
            desk.receive(message, self.now)
        } else {
            let (desk, received) = Desk::receive_first(department, message, self.now);
            self.desks.extend(desk.map(|desk| (key.clone(), desk)));
            received
        };
        self.perform_at_desk(department, received.effects);
        if let Some(desk) = self.desks.get_mut(&key).filter(|desk| desk.is_open()) {
            let effects = desk.acknowledge(self.now).unwrap().effects();
            self.perform_at_desk(department, effects);
        }
        received.verdict
    }

    /// A reply reaches the case, as a new message.
    pub fn hear(&mut self, from: &DepartmentCode, reply: &Reply) -> Verdict {
        self.next_reply += 1;
        let reply_id = Uuid::from_u128(self.next_reply);
        let delivery = Delivery { from: from.clone(), reply_id, said_at: self.now, received_at: self.now };
        let Received { verdict, effects } = self.case.receive(&delivery, reply, &Rules { objects: self.objects });
        self.perform(effects);
        self.verdicts.push(verdict.clone());
        verdict
    }

    pub fn task(&self, code: &str) -> &Task {
        self.case.task_by_code(&code.into()).unwrap()
    }

    pub fn state(&self, code: &str) -> String {
        let state = serde_json::to_value(&self.task(code).state).unwrap();
        state["is"].as_str().unwrap().to_owned()
    }

    pub fn states<const N: usize>(&self, codes: [&str; N]) -> [String; N] {
        codes.map(|code| self.state(code))
    }

    /// The desk that has the task in its current round.
    pub fn desk(&mut self, code: &str) -> (DepartmentCode, &mut Desk) {
        let (id, department) = (self.task(code).id, self.task(code).department().unwrap().clone());
        let desk = self.desks.get_mut(&(department.clone(), id)).unwrap();
        (department, desk)
    }

    pub fn at_desk(
        &mut self,
        code: &str,
        verb: impl FnOnce(&mut Desk, OffsetDateTime) -> Result<DeskOutcome, DeskRefused>,
    ) -> &mut Self {
        let now = self.now;
        let (department, desk) = self.desk(code);
        let effects = verb(desk, now).unwrap().effects();
        self.perform_at_desk(&department, effects);
        self.flow();
        self
    }

    pub fn decide(&mut self, code: &str) -> &mut Self {
        let outputs = outputs_of(self.task(code));
        self.decide_with(code, outputs)
    }

    pub fn decide_with(&mut self, code: &str, outputs: Vec<Output>) -> &mut Self {
        self.at_desk(code, |desk, now| {
            let rule = Decider::rule("story", &desk.assignment.department);
            desk.decide(&rule, outputs, Vec::new(), now)
        })
    }

    pub fn refuse(&mut self, code: &str) -> &mut Self {
        self.at_desk(code, |desk, now| desk.refuse(signature(&desk.assignment.department), now))
    }

    pub fn stop(&mut self, kind: StopKind) -> &mut Self {
        let stop = Stop { kind, basis: "申请人申请".into(), by: "story".into(), at: self.now };
        let outcome = self.case.stop(stop);
        self.owner(outcome)
    }

    pub fn owner(&mut self, outcome: Result<Outcome, NotPossible>) -> &mut Self {
        self.perform(outcome.unwrap().effects());
        self.flow();
        self
    }

    pub fn phase(&self) -> String {
        let phase = serde_json::to_value(self.case.phase()).unwrap();
        phase["is"].as_str().unwrap().to_owned()
    }

    /// Kinds of facts about a task, in order.
    pub fn facts_of(&self, code: &str) -> Vec<&str> {
        self.facts.iter().filter(|(_, _, task)| task == code).map(|(_, kind, _)| kind.as_str()).collect()
    }

    pub fn when(&self, kind: &str, code: &str) -> Vec<OffsetDateTime> {
        self.facts.iter().filter(|(_, k, task)| k == kind && task == code).map(|(at, _, _)| *at).collect()
    }

    /// A reply about a task in its current round, as any program could send it.
    pub fn reply(&self, code: &str, says: DepartmentSays) -> Reply {
        let task = self.task(code);
        Reply { case: case_id(), task: task.id, round: task.round_number(), says }
    }

    pub fn decision(&self, code: &str) -> DepartmentSays {
        let outputs = outputs_of(self.task(code));
        DepartmentSays::Decided(Decision { decided_at: self.now, decided_by: "story".into(), outputs, fees: vec![] })
    }
}

/// One of everything that the task promises.
pub fn outputs_of(task: &Task) -> Vec<Output> {
    let output = |kind: &String| Output { kind: kind.clone(), value: format!("{kind}-1") };
    task.plan.outputs.iter().map(|promised| output(&promised.kind)).collect()
}

pub fn grounds() -> Grounds {
    Grounds {
        basis: "人民币银行结算账户管理办法".into(),
        reasons: vec!["身份核验未通过".into()],
        remedies: vec!["60日内申请行政复议".into(), "6个月内提起行政诉讼".into()],
    }
}

pub fn signature(department: &DepartmentCode) -> HeadSignature {
    let head = Staff::DepartmentHead { department: department.clone(), name: "测试甲".into() };
    HeadSignature::sign(&head, department, grounds()).unwrap()
}
