//! What the applicant asks of a running opening. What is not possible is told on the case's timeline, never dropped.

use casework::{DepartmentCode, NotPossible, Outcome, Stop, StopKind, TaskId};
use chassis::http::By;
use contracts::intake::v1::{ChoiceMade, SupplementSupplied, choice_made};
use mailbox::{Changes, Fault};
use serde_json::json;
use time::OffsetDateTime;

use super::open::{dossier_row, paper};
use crate::{domain::opening::Opening, events::publish, service::MarketRegistration, usecases::settle::progress};

pub(super) const ACTOR: &str = "applicant";

/// What departments are told of a withdrawal. The applicant's own words may name anybody, and no task needs them: they
/// stay with the front desk.
const WITHDRAWN: &str = "申请人撤回申请";

/// The applicant takes the application back.
pub fn withdraw(desk: &MarketRegistration, changes: &mut Changes, opening: &mut Opening, now: OffsetDateTime) {
    let stop = Stop { kind: StopKind::Withdrawn, basis: WITHDRAWN.to_owned(), by: ACTOR.to_owned(), at: now };
    let outcome = match opening.case.as_mut() {
        Some(case) => case.stop(stop),
        None => Err(NotPossible::NotRunning),
    };
    conclude(desk, changes, opening, (ACTOR, "withdrawal"), outcome, now);
}

/// The applicant supplies what a department asked for, and only that.
///
/// # Errors
/// Poison for a message that is not of its form.
pub fn supply(
    desk: &MarketRegistration,
    changes: &mut Changes,
    opening: &mut Opening,
    supplied: &SupplementSupplied,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    let task = task_id(&supplied.task_id)?;
    let papers = supplied.materials.iter().map(paper).collect::<Result<Vec<_>, Fault>>()?;
    let Some(case) = opening.case.as_mut() else {
        conclude(desk, changes, opening, (ACTOR, "supplement"), Err(NotPossible::NotRunning), now);
        return Ok(());
    };
    let entered = supplied.fields.iter().filter(|field| !field.value.trim().is_empty());
    let fields: Vec<_> = entered.map(|field| (field.name.clone(), field.value.clone())).collect();
    let names = fields.iter().map(|(name, _)| name);
    let brought: Vec<String> = names.chain(papers.iter().map(|paper| &paper.code)).cloned().collect();
    let outcome = case.supply(task, &brought, |other| desk.entitlements.entitle(other, &brought), now);
    if outcome.is_ok() {
        opening.entered.fields.extend(fields);
        opening.entered.bring(papers);
        changes.put(dossier_row(opening));
    }
    conclude(desk, changes, opening, (ACTOR, "supplement"), outcome, now);
    Ok(())
}

/// The applicant chooses after a refusal.
///
/// # Errors
/// Poison for a message that is not of its form.
pub fn choose(
    desk: &MarketRegistration,
    changes: &mut Changes,
    opening: &mut Opening,
    made: &ChoiceMade,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    let task = task_id(&made.task_id)?;
    let Some(case) = opening.case.as_mut() else {
        conclude(desk, changes, opening, (ACTOR, "choice"), Err(NotPossible::NotRunning), now);
        return Ok(());
    };
    let outcome = match &made.choice {
        Some(choice_made::Choice::Department(code)) => {
            let department =
                DepartmentCode::parse(code).map_err(|error| Fault::poison("bad_department", error.to_string()))?;
            let role = case.task(task).map(|task| task.plan.role.clone()).ok_or(NotPossible::UnknownTask);
            role.and_then(|role| {
                if desk.may_play(role.as_str(), department.as_str()) {
                    case.rebind(&role, &department, now)
                } else {
                    Err(NotPossible::NoChoice(role))
                }
            })
        }
        Some(choice_made::Choice::Again(_)) => case.reopen(task, now),
        Some(choice_made::Choice::CloseWithout(_)) => case.close_without(task, "applicant", now),
        None => return Err(Fault::poison("no_choice", "`choice` is not set")),
    };
    conclude(desk, changes, opening, (ACTOR, "choice"), outcome, now);
    Ok(())
}

fn task_id(text: &str) -> Result<TaskId, Fault> {
    TaskId::parse(text).map_err(|_| Fault::poison("bad_task_id", "`task_id` is not a UUID"))
}

/// Carries out what came of it; what is not possible is told. `actor` asked for it, by this name.
pub(super) fn conclude(
    desk: &MarketRegistration,
    changes: &mut Changes,
    opening: &mut Opening,
    (actor, asked): (&str, &str),
    outcome: Result<Outcome, NotPossible>,
    now: OffsetDateTime,
) {
    match outcome {
        Ok(outcome) => desk.settle(changes, opening, outcome.effects(), &By::machine(actor), now),
        Err(reason) => {
            let body = json!({"asked": asked, "reason": reason.to_string()}).to_string().into_bytes();
            let fact = mailbox::Fact { kind: "not_possible".to_owned(), actor: actor.to_owned(), at: now, body };
            let told = publish::not_possible(desk, opening, asked, &reason, now);
            changes.record(&mut opening.stem, fact, vec![progress(&told)]);
        }
    }
}
