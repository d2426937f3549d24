//! What each reply does, where it is neither late nor said before.

mod extension;
mod procedure;
mod site_check;

use std::collections::BTreeSet;

use contracts::words::{self, FaultWord, fault, note};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Check, Delivery, ParkReason, Turn, Verdict, heard, noted};
use crate::authority::Refusal;
use crate::conversation::{DepartmentSays, OwnerSays, Said};
use crate::fact::{Event, FaultMark};
use crate::output::{Decision, Fault, Output};
use crate::round::Rejection;
use crate::skew::{Bounded, WORTH_TELLING, bound};
use crate::suspension::{Ground, SupplementItem, SuspensionKind, Why};
use crate::task::{Task, TaskState};
use crate::texts;
use crate::theme::OutputTemplate;

/// One reply that is about to be applied.
struct Heading<'a> {
    at: usize,
    delivery: &'a Delivery,
    says: &'a DepartmentSays,
    when: Bounded,
    /// How far the department's clock is off, by this reply.
    skew: Duration,
    /// Its texts that are none.
    unfit: Vec<Fault>,
}

impl Turn<'_> {
    pub(super) fn apply(
        &mut self,
        at: usize,
        delivery: &Delivery,
        says: &DepartmentSays,
        check: &dyn Check,
    ) -> Verdict {
        let Some(task) = self.task(at) else { return Verdict::Parked(ParkReason::UnknownTask) };
        let Some(round) = task.round() else { return Verdict::Parked(ParkReason::UnknownTask) };
        if round.last_word.is_some() && !task.is_cancelling() {
            return Verdict::Parked(ParkReason::Contradiction);
        }
        let bounded = |said| bound(said, round.assigned_at, delivery.received_at);
        let (when, skew) = match (bounded(says.said_at()), bounded(delivery.said_at)) {
            (Ok(when), Ok(said)) => (when, if said.skew.abs() > when.skew.abs() { said.skew } else { when.skew }),
            // After a cancellation nothing is parked: whoever waits for its end would wait for ever.
            (Err(skew), _) | (_, Err(skew)) if task.is_cancelling() => {
                return self.reject_skewed(at, delivery, says, skew);
            }
            (Err(skew), _) | (_, Err(skew)) => return Verdict::Parked(ParkReason::Skew(skew)),
        };
        let heading = Heading { at, delivery, says, when, skew, unfit: texts::faults(says) };
        match says {
            DepartmentSays::Acknowledged { .. } => self.take(&heading),
            DepartmentSays::SupplementAsked { items, reason, .. } => {
                self.supplement_asked(&heading, items, reason, check)
            }
            DepartmentSays::ProcedureStarted { procedure, basis, limit_working_days, limit_calendar_days, .. } => {
                let limit = DepartmentSays::procedure_limit(*limit_working_days, *limit_calendar_days);
                self.procedure_started(&heading, (procedure, basis, limit), check)
            }
            DepartmentSays::ProcedureEnded { procedure, .. } => self.procedure_ended(&heading, procedure, check),
            DepartmentSays::SiteChecked { staff, findings, rectification_working_days, .. } => {
                self.site_checked(&heading, staff, findings, *rectification_working_days, check)
            }
            DepartmentSays::Extended { extension, .. } => self.extended(&heading, extension, check),
            DepartmentSays::Decided(decision) => self.decided(&heading, decision, check),
            DepartmentSays::Refused(refusal) => self.refused(&heading, refusal),
            DepartmentSays::CancelAcknowledged { .. } => self.cancel_acknowledged(&heading),
        }
    }

    /// Keeps the reply. Whatever a department says first counts as its acknowledgement.
    fn take(&mut self, heading: &Heading<'_>) -> Verdict {
        self.keep(heading, None);
        Verdict::Applied
    }

    fn keep(&mut self, heading: &Heading<'_>, rejected: Option<Rejection>) {
        let (at, when, skew) = (heading.at, heading.when, heading.skew);
        let mut heard = heard(heading.delivery, heading.says);
        heard.rejected = rejected;
        self.change_round(at, |round| round.heard.push(heard));
        if !skew.is_zero() {
            let milliseconds = i64::try_from(skew.whole_milliseconds()).unwrap_or(i64::MAX);
            self.note_task(at, Event::ClockSkewed { milliseconds });
        }
        if skew.abs() > WORTH_TELLING {
            self.tell(at, noted(heading.delivery, heading.says, skewed(note::CLOCK_SKEW, skew)));
        }
        self.acknowledge(at, when.at);
    }

    /// The time of a reply to a cancellation cannot be: it does not hold, and the department is still to acknowledge.
    fn reject_skewed(&mut self, at: usize, delivery: &Delivery, says: &DepartmentSays, skew: Duration) -> Verdict {
        let when = Bounded { at: self.at, skew };
        let heading = Heading { at, delivery, says, when, skew: Duration::ZERO, unfit: Vec::new() };
        self.reject(&heading, vec![skewed(fault::CLOCK_SKEW, skew)])
    }

    /// What was decided after the cancellation does not hold. The result that came first does, by the department's own time.
    fn decided_too_late(&mut self, heading: &Heading<'_>) -> Option<Verdict> {
        let TaskState::Cancelling { since } = self.task(heading.at)?.state else { return None };
        if heading.when.at <= since {
            return None;
        }
        self.note_task(heading.at, Event::ReplyLate { reply: heading.says.kind().to_owned() });
        let since = since.to_offset(workdays::CITY).format(&Rfc3339).unwrap_or_default();
        let fault = Fault::told(fault::AFTER_CANCELLED, &[("since", &since)]);
        Some(self.reject(heading, vec![fault]))
    }

    fn acknowledge(&mut self, at: usize, when: OffsetDateTime) {
        let new = self.task(at).and_then(Task::round).is_some_and(|round| !round.is_acknowledged());
        // The silence after a cancellation goes on: only its own answer ends it.
        if !new || self.task(at).is_some_and(Task::is_cancelling) {
            return;
        }
        self.change_round(at, |round| round.acknowledged_at = Some(when));
        self.change(at, |task| {
            if matches!(task.state, TaskState::Assigned) {
                task.state = TaskState::InReview;
            }
        });
        self.note_task(at, Event::TaskAcknowledged);
        self.forget_timer(at);
    }

    fn reject(&mut self, heading: &Heading<'_>, faults: Vec<Fault>) -> Verdict {
        let rejected_at = self.at;
        self.keep(heading, Some(Rejection { at: rejected_at, faults: faults.clone() }));
        let marks = faults.iter().map(|fault| FaultMark { subject: fault.subject.clone(), code: fault.code.clone() });
        let (reply, marks) = (heading.says.kind().to_owned(), marks.collect());
        self.note_task(heading.at, Event::ReplyRejected { reply, faults: marks });
        let (reply_id, said) = (heading.delivery.reply_id, Some(Said::of(heading.says)));
        self.tell(heading.at, OwnerSays::ReplyRejected { rejected_at, reply_id, said, faults: faults.clone() });
        Verdict::Rejected(faults)
    }

    fn supplement_asked(
        &mut self,
        heading: &Heading<'_>,
        items: &[SupplementItem],
        reason: &str,
        check: &dyn Check,
    ) -> Verdict {
        let Some(task) = self.task(heading.at) else { return Verdict::Parked(ParkReason::UnknownTask) };
        if task.grounds().iter().any(|ground| ground.kind() == SuspensionKind::Supplement) {
            return Verdict::Parked(ParkReason::SupplementOpen);
        }
        let mut faults = heading.unfit.clone();
        faults.extend(listed(items));
        faults.extend(self.objections(heading, check));
        if !faults.is_empty() {
            return self.reject(heading, faults);
        }
        let asked = |said: &DepartmentSays| matches!(said, DepartmentSays::SupplementAsked { .. });
        let before = task.round().into_iter().flat_map(|round| &round.heard);
        let before = before.filter(|heard| heard.rejected.is_none() && asked(&heard.said)).count();
        let notice = u32::try_from(before + 1).unwrap_or(u32::MAX);
        self.keep(heading, None);
        let codes = items.iter().map(|item| item.code.clone()).collect();
        self.note_task(heading.at, Event::SupplementAsked { notice, items: codes });
        let why = Why::Supplement { items: items.to_vec() };
        self.suspend(heading.at, Ground { since: heading.when.at, reason: reason.to_owned(), why });
        Verdict::Applied
    }

    /// What the owner's own rules say against it.
    fn objections(&self, heading: &Heading<'_>, check: &dyn Check) -> Vec<Fault> {
        self.task(heading.at).map(|task| check.objections(task, heading.says, heading.when.at)).unwrap_or_default()
    }

    /// Also while the clock stands still, and while a cancellation is under way: a result that came first stands. What was
    /// not asked for is a fault by itself; nobody looks at what it says.
    fn decided(&mut self, heading: &Heading<'_>, decision: &Decision, check: &dyn Check) -> Verdict {
        if let Some(late) = self.decided_too_late(heading) {
            return late;
        }
        let Some(task) = self.task(heading.at) else { return Verdict::Parked(ParkReason::UnknownTask) };
        let (asked, mut faults) = asked_for(task, decision);
        faults.extend(missing_outputs(task, decision));
        faults.extend(check.faults(task, &asked));
        faults.extend(heading.unfit.iter().cloned());
        if !faults.is_empty() {
            return self.reject(heading, faults);
        }
        let outputs = public_outputs(task, decision);
        let (ended_at, closed_at) = (heading.when.at, self.at);
        self.finish(heading, TaskState::Ended { decision: decision.clone(), ended_at, closed_at });
        self.note_task(heading.at, Event::TaskEnded { ended_at, outputs });
        self.close(heading, ended_at)
    }

    fn refused(&mut self, heading: &Heading<'_>, refusal: &Refusal) -> Verdict {
        if let Some(late) = self.decided_too_late(heading) {
            return late;
        }
        let mut faults = refusal.faults();
        faults.extend(heading.unfit.iter().cloned());
        if !faults.is_empty() {
            return self.reject(heading, faults);
        }
        let (ended_at, closed_at) = (heading.when.at, self.at);
        self.finish(heading, TaskState::Refused { refusal: refusal.clone(), ended_at, closed_at });
        self.note_task(heading.at, Event::TaskRefused { ended_at });
        self.close(heading, ended_at)
    }

    fn cancel_acknowledged(&mut self, heading: &Heading<'_>) -> Verdict {
        let (i, at) = (heading.at, self.at);
        if !self.task(i).is_some_and(Task::is_cancelling) {
            return Verdict::Parked(ParkReason::NeverBegun);
        }
        self.keep(heading, None);
        // What was given back, and not stopped with the whole case, may be applied for again.
        let again = self.case.running().is_ok();
        self.change(i, |task| task.state = if again { TaskState::Waiting } else { TaskState::Cancelled { at } });
        self.note_task(i, Event::TaskCancelled);
        self.forget_timer(i);
        if again && self.assign_if_ready(i) {
            self.advance_from(i);
        }
        self.settle();
        Verdict::Applied
    }

    /// Ends the round in `state`; a suspension ends with it.
    fn finish(&mut self, heading: &Heading<'_>, state: TaskState) {
        let cancelling = self.task(heading.at).is_some_and(Task::is_cancelling);
        self.keep(heading, None);
        if cancelling {
            self.forget_timer(heading.at);
        }
        self.change(heading.at, |task| {
            task.resume(heading.when.at, |_| true);
            task.state = state;
        });
    }

    /// Says the last word, and lets start what waited for this.
    fn close(&mut self, heading: &Heading<'_>, ended_at: OffsetDateTime) -> Verdict {
        let last_word = OwnerSays::Closed { ended_at, closed_at: self.at };
        self.change_round(heading.at, |round| round.last_word = Some(last_word.clone()));
        self.tell(heading.at, last_word);
        if self.task(heading.at).is_some_and(Task::lets_others_start) {
            self.advance_from(heading.at);
        }
        self.settle();
        Verdict::Applied
    }

    /// Adds a ground and says so.
    pub(in crate::case) fn suspend(&mut self, at: usize, ground: Ground) {
        let (says, suspension) = (suspended(&ground), ground.kind());
        self.change(at, |task| task.suspend(ground));
        self.note_task(at, Event::TaskSuspended { suspension });
        self.tell(at, says);
    }

    /// Ends grounds, and says so where the clock runs again.
    pub(in crate::case) fn resume(&mut self, at: usize, when: OffsetDateTime, which: impl Fn(&Ground) -> bool) {
        if self.change(at, |task| task.resume(when, which)) == Some(true) {
            self.note_task(at, Event::TaskResumed);
            self.tell(at, OwnerSays::Resumed { resumed_at: when });
        }
    }
}

pub(super) fn suspended(ground: &Ground) -> OwnerSays {
    OwnerSays::Suspended { suspended_at: ground.since, kind: ground.kind(), reason: ground.reason.clone() }
}

/// A list that says something, each thing once.
fn listed(items: &[SupplementItem]) -> Vec<Fault> {
    if items.is_empty() {
        return vec![Fault::told(fault::NOTHING_ASKED, &[])];
    }
    let before = |place: usize, code: &str| items.iter().take(place).any(|item| item.code == code);
    let twice = items.iter().enumerate().filter(|(place, item)| before(*place, &item.code));
    twice.map(|(_, item)| Fault::told(fault::ASKED_TWICE, &[("item", &item.code)])).collect()
}

/// The decision without what the task does not ask for, and a fault for each such kind.
fn asked_for(task: &Task, decision: &Decision) -> (Decision, Vec<Fault>) {
    let asks = |output: &Output| task.plan.outputs.iter().any(|asked| asked.kind == output.kind);
    let (outputs, foreign): (Vec<_>, Vec<_>) = decision.outputs.iter().cloned().partition(asks);
    let asked = task.plan.outputs.iter().map(|output| output.kind.as_str()).collect::<Vec<_>>().join(", ");
    let asked = if asked.is_empty() { "-" } else { &asked };
    let kinds: BTreeSet<&str> = foreign.iter().map(|output| output.kind.as_str()).collect();
    let faults = kinds.into_iter().map(|kind| {
        // Facts repeat the subject: only a word of ours may stand there.
        let subject = if words::words().output(kind).is_some() { kind } else { "outputs" };
        Fault::told(fault::NOT_ASKED, &[("subject", subject), ("kind", kind), ("asked", asked)])
    });
    (Decision { outputs, ..decision.clone() }, faults.collect())
}

/// What is wrong with the department's clock; ahead is positive.
fn skewed(word: FaultWord, skew: Duration) -> Fault {
    let seconds = skew.abs().whole_seconds().to_string();
    let (zh, en) = if skew.is_negative() { ("慢", "behind") } else { ("快", "ahead") };
    Fault::told(word, &[("zh", zh), ("en", en), ("seconds", &seconds)])
}

fn missing_outputs(task: &Task, decision: &Decision) -> Vec<Fault> {
    let yields = |kind: &str| decision.outputs.iter().any(|output| output.kind == kind && !output.value.is_empty());
    let lacking = task.plan.outputs.iter().filter(|promised| !yields(&promised.kind));
    let told = |promised: &OutputTemplate| {
        Fault::told(fault::OUTPUT_MISSING, &[("kind", &promised.kind), ("zh", &promised.zh), ("en", &promised.en)])
    };
    lacking.map(told).collect()
}

fn public_outputs(task: &Task, decision: &Decision) -> Vec<Output> {
    let public = |kind: &str| task.plan.outputs.iter().any(|output| output.public && output.kind == kind);
    decision.outputs.iter().filter(|output| public(&output.kind)).cloned().collect()
}
