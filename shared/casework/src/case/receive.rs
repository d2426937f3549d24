//! A department's reply arrives. It is applied once, answered as often as it is said, and parked where it cannot be
//! true. One that is late is recorded and answered; it never moves anything.

mod apply;

use contracts::words::{note, reason};
use ids::DepartmentCode;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::Case;
use super::turn::Turn;
use crate::conversation::{DepartmentSays, OwnerSays, Reply, Said};
use crate::effect::Effect;
use crate::fact::Event;
use crate::output::{Decision, Fault};
use crate::round::{Heard, Round};
use crate::suspension::{Ground, RECTIFICATION, Why};
use crate::task::Task;

/// What is known about a reply beside its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Whose topic it came by: that is who said it.
    pub from: DepartmentCode,
    /// Id of the message.
    pub reply_id: Uuid,
    /// When the message says that it was said.
    pub said_at: OffsetDateTime,
    /// The owner's instant.
    pub received_at: OffsetDateTime,
}

/// The owner's rules for results: credit codes, seal codes, fees. The engine itself checks that every promised kind
/// of output is there.
pub trait Check {
    /// Everything that is wrong with the decision; empty where it holds.
    fn faults(&self, task: &Task, decision: &Decision) -> Vec<Fault>;

    /// Everything that is wrong with a procedure's begin or end, a site check or an extension, said at `at` (bounded to what
    /// is possible); empty where it holds.
    fn objections(&self, _task: &Task, _says: &DepartmentSays, _at: OffsetDateTime) -> Vec<Fault> {
        Vec::new()
    }
}

impl<F: Fn(&Task, &Decision) -> Vec<Fault>> Check for F {
    fn faults(&self, task: &Task, decision: &Decision) -> Vec<Fault> {
        self(task, decision)
    }
}

/// What became of a reply, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub verdict: Verdict,
    pub effects: Vec<Effect>,
}

/// What became of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Applied,
    /// The same was said before in this round: nothing changed, and it is answered again.
    Already,
    /// Of an older round, or after a cancellation: recorded and answered.
    Late,
    /// It does not hold; the department is told why and the task stays open.
    Rejected(Vec<Fault>),
    /// It cannot be true. Nothing changed; somebody has to look.
    Parked(ParkReason),
}

/// Why a reply cannot be true.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParkReason {
    #[error("the case has no such task")]
    UnknownTask,
    #[error("{from} does not hold this task in that round")]
    NotHolder { from: DepartmentCode },
    #[error("round {said} does not exist; the current one is {current}")]
    UnknownRound { said: u32, current: u32 },
    #[error("it contradicts what the department said before in this round")]
    Contradiction,
    #[error("it ends or acknowledges something that was never begun")]
    NeverBegun,
    #[error("its time is {} s away from what is possible", .0.whole_seconds())]
    Skew(Duration),
    #[error("another supplement is open; a notice names everything at once")]
    SupplementOpen,
}

impl ParkReason {
    /// Stable name for the parking lot.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownTask => reason::UNKNOWN_TASK,
            Self::NotHolder { .. } => reason::NOT_HOLDER,
            Self::UnknownRound { .. } => reason::UNKNOWN_ROUND,
            Self::Contradiction => reason::CONTRADICTION,
            Self::NeverBegun => reason::NEVER_BEGUN,
            Self::Skew(_) => reason::SKEW,
            Self::SupplementOpen => reason::SUPPLEMENT_OPEN,
        }
    }

    /// The reason in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::UnknownTask => "该办件没有这项任务".to_owned(),
            Self::NotHolder { from } => format!("{from} 在该轮次不承办此任务"),
            Self::UnknownRound { said, current } => format!("没有第{said}轮,现为第{current}轮"),
            Self::Contradiction => "与本部门在该轮次已作出的答复矛盾".to_owned(),
            Self::NeverBegun => "所结束或者确认的事项从未开始".to_owned(),
            Self::Skew(skew) => format!("所写时间与可能的时间相差 {} 秒", skew.whole_seconds()),
            Self::SupplementOpen => "已有未完成的补正;补正应一次性告知".to_owned(),
        }
    }
}

impl Case {
    /// Takes a reply.
    pub fn receive(&mut self, delivery: &Delivery, reply: &Reply, check: &dyn Check) -> Received {
        let (at, place) = match self.addressee(&delivery.from, reply) {
            Ok(found) => found,
            Err(reason) => return Received { verdict: Verdict::Parked(reason), effects: Vec::new() },
        };
        let mut turn = self.turn(delivery.received_at);
        let verdict = turn.hear(at, place, delivery, &reply.says, check);
        turn.answer_anyway(at, place, delivery, &reply.says, &verdict);
        Received { verdict, effects: turn.effects }
    }

    /// Whether nothing can come of saying this, however it is corrected: the department's round is decided otherwise, or over.
    #[must_use]
    pub fn in_vain(&self, from: &DepartmentCode, reply: &Reply) -> bool {
        let Ok((at, place)) = self.addressee(from, reply) else { return true };
        let Some((task, round)) = self.tasks.get(at).and_then(|task| Some((task, task.rounds.get(place)?))) else {
            return true;
        };
        let waits = round.number == task.round_number() && (round.last_word.is_none() || task.is_cancelling());
        !waits && round.heard_before(&reply.says).is_none()
    }

    /// The task and the place of the round that the reply is about.
    fn addressee(&self, from: &DepartmentCode, reply: &Reply) -> Result<(usize, usize), ParkReason> {
        let found = self.plan.by_id(reply.task).filter(|_| reply.case == self.head.id);
        let at = found.ok_or(ParkReason::UnknownTask)?;
        let task = self.tasks.get(at).ok_or(ParkReason::UnknownTask)?;
        let Some(place) = task.rounds.iter().position(|round| round.number == reply.round) else {
            // Who never held the task learns nothing about its rounds.
            let ever = task.rounds.iter().any(|round| round.department == *from);
            let unknown = ParkReason::UnknownRound { said: reply.round, current: task.round_number() };
            return Err(if ever { unknown } else { ParkReason::NotHolder { from: from.clone() } });
        };
        let holds = task.rounds.get(place).is_some_and(|round| round.department == *from);
        if holds { Ok((at, place)) } else { Err(ParkReason::NotHolder { from: from.clone() }) }
    }
}

impl Turn<'_> {
    fn hear(
        &mut self,
        at: usize,
        place: usize,
        delivery: &Delivery,
        says: &DepartmentSays,
        check: &dyn Check,
    ) -> Verdict {
        let Some((task, round)) = self.task(at).and_then(|task| Some((task, task.rounds.get(place)?))) else {
            return Verdict::Parked(ParkReason::UnknownTask);
        };
        let heard = round.heard_before(says);
        if heard.is_some() || (says.is_acknowledgement() && round.is_acknowledged()) {
            if let Some(answer) = answer(task, round, says, heard.as_ref()) {
                self.tell_round(at, Some(place), answer);
            }
            return Verdict::Already;
        }
        let current = place + 1 == task.rounds.len();
        let ends_cancelling = task.is_cancelling() && says.ends_cancelling();
        if !current || (round.cancelled && !ends_cancelling) {
            return self.record_late(at, place, delivery, says);
        }
        self.apply(at, delivery, says, check)
    }

    /// Nobody says anything without an answer: where no other word is one, it is told what became of it.
    fn answer_anyway(
        &mut self,
        at: usize,
        place: usize,
        delivery: &Delivery,
        says: &DepartmentSays,
        verdict: &Verdict,
    ) {
        let note = match verdict {
            Verdict::Applied => note::TAKEN,
            Verdict::Already => note::ALREADY,
            Verdict::Late => note::LATE,
            Verdict::Rejected(_) | Verdict::Parked(_) => return,
        };
        let note = Fault::told(note, &[("reply", says.kind())]);
        let told = self.effects.len();
        self.tell_round(at, Some(place), noted(delivery, says, note));
        let Some(Effect::Tell { department: to, message: anyway }) = self.effects.get(told) else { return };
        let about = (to, anyway.task, anyway.round);
        let answers = |effect: &Effect| matches!(effect, Effect::Tell { department, message } if (department, message.task, message.round) == about);
        if self.effects.iter().take(told).any(answers) {
            self.effects.truncate(told);
        }
    }

    /// The department is told the last word. That it was cancelled is said once: whoever then says again what he had decided has
    /// forgotten that he acknowledged it, and two would never stop answering each other.
    fn record_late(&mut self, at: usize, place: usize, delivery: &Delivery, says: &DepartmentSays) -> Verdict {
        let round = self.task(at).and_then(|task| task.rounds.get(place));
        let last_word = round.filter(|round| !round.was_late()).and_then(|round| round.last_word.clone());
        let heard = heard(delivery, says);
        self.change(at, |task| task.rounds.get_mut(place).map(|round| round.heard.push(heard)));
        self.note_round(at, Some(place), Event::ReplyLate { reply: says.kind().to_owned() });
        if let Some(last_word) = last_word {
            self.tell_round(at, Some(place), last_word);
        }
        Verdict::Late
    }
}

impl DepartmentSays {
    fn is_acknowledgement(&self) -> bool {
        matches!(self, Self::Acknowledged { .. })
    }

    /// What the owner waits for after a cancellation.
    fn ends_cancelling(&self) -> bool {
        matches!(self, Self::CancelAcknowledged { .. } | Self::Decided(_) | Self::Refused(_))
    }
}

fn noted(delivery: &Delivery, says: &DepartmentSays, note: Fault) -> OwnerSays {
    let (noted_at, reply_id) = (delivery.received_at, delivery.reply_id);
    OwnerSays::Noted { noted_at, reply_id, said: Said::of(says), notes: vec![note] }
}

fn heard(delivery: &Delivery, says: &DepartmentSays) -> Heard {
    Heard { reply_id: delivery.reply_id, received_at: delivery.received_at, said: says.clone(), rejected: None }
}

/// What the owner says to something that it has heard before: what holds now. A cancellation that was acknowledged
/// is not answered, and neither is a result that is said again after one, or two would never stop answering each other.
fn answer(task: &Task, round: &Round, says: &DepartmentSays, heard: Option<&Heard>) -> Option<OwnerSays> {
    let rejected = heard.and_then(|heard| Some((heard, heard.rejected.as_ref()?)));
    let current = task.round_number() == round.number;
    let goes_on = current && (round.last_word.is_none() || task.is_cancelling());
    if let Some((heard, rejection)) = rejected.filter(|_| goes_on) {
        let (said, faults) = (Some(Said::of(&heard.said)), rejection.faults.clone());
        return Some(OwnerSays::ReplyRejected { rejected_at: rejection.at, reply_id: heard.reply_id, said, faults });
    }
    let over = round.cancelled && !(current && task.is_cancelling());
    match says {
        DepartmentSays::CancelAcknowledged { .. } => None,
        DepartmentSays::Decided(_) | DepartmentSays::Refused(_) if over => None,
        DepartmentSays::Acknowledged { .. } => round.last_word.clone(),
        DepartmentSays::SupplementAsked { .. }
        | DepartmentSays::ProcedureStarted { .. }
        | DepartmentSays::ProcedureEnded { .. }
        | DepartmentSays::SiteChecked { .. }
        | DepartmentSays::Extended { .. }
        | DepartmentSays::Decided(_)
        | DepartmentSays::Refused(_) => round.last_word.clone().or_else(|| clock_stands(task, says)),
    }
}

/// Whether the clock of an open task stands still, to a department that said something about it.
fn clock_stands(task: &Task, says: &DepartmentSays) -> Option<OwnerSays> {
    let meant = |ground: &&Ground| match (&ground.why, says) {
        (Why::Supplement { .. }, DepartmentSays::SupplementAsked { .. }) => true,
        (_, DepartmentSays::ProcedureStarted { procedure, .. }) => ground.is_procedure(procedure),
        (_, DepartmentSays::SiteChecked { .. }) => ground.is_procedure(RECTIFICATION),
        _ => false,
    };
    let leaves_it = matches!(says, DepartmentSays::Extended { .. })
        || matches!(says, DepartmentSays::SiteChecked { findings, .. } if findings.is_empty());
    if leaves_it {
        return None;
    }
    match task.grounds().iter().find(meant).or_else(|| task.grounds().first()) {
        Some(ground) => Some(apply::suspended(ground)),
        None => task.pauses.last().map(|pause| OwnerSays::Resumed { resumed_at: pause.to }),
    }
}
