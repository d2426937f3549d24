//! A person of the department acts on one task over HTTP.

use std::collections::{BTreeMap, BTreeSet};

use casework::{DeskOutcome, DeskRefused};
use chassis::http::{Problem, Scope, codes as common};
use mailbox::CommitError;
use serde_json::Map;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Doer;
use crate::{
    codes,
    domain::{
        numbers::Number,
        task::{Held, Task},
    },
    service::Department,
    store,
};

/// How often a decision is made again where the task was changed in between.
const TRIES: usize = 5;

/// One task within the scope.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn find(desk: &Department, scope: &Scope, id: Uuid) -> Result<(Held, Task), Problem> {
    let held = store::find(desk.mailbox.db(), scope, id).await?.ok_or_else(Problem::not_found)?;
    let task = held.task.clone().ok_or_else(Problem::not_found)?;
    Ok((held, task))
}

/// Changes one task and commits it with the numbers that it takes; decides again where somebody else came first. The verb
/// sees who holds which of the numbers. Returns the task as it stands afterwards and its sequence.
///
/// # Errors
/// Where there is no such task, the verb is not possible, or the database fails.
pub async fn act(
    desk: &Department,
    id: Uuid,
    (scope, doer): (&Scope, &Doer),
    numbers: &BTreeSet<Number>,
    verb: impl Fn(&mut Task, &BTreeMap<Number, Uuid>, OffsetDateTime) -> Result<DeskOutcome, Problem>,
) -> Result<(Task, i64), Problem> {
    let mut tries = 0;
    loop {
        let (mut held, before) = find(desk, scope, id).await?;
        let holders = store::holders(desk.mailbox.db(), numbers.iter().cloned()).await?;
        let now = desk.mailbox.clocks().business.now();
        let mut task = before.clone();
        let DeskOutcome::Done(effects) = verb(&mut task, &holders, now)? else {
            return Ok((before, held.stem.sequence()));
        };
        task.follow(Some(&before), now);
        held.task = Some(task.clone());
        let mut changes = desk.mailbox.changes();
        desk.record(&mut changes, &mut held, effects, doer, now, Map::new());
        desk.keep(&mut changes, &held);
        for (kind, value) in numbers.iter().filter(|number| !holders.contains_key(number)) {
            changes.claim(kind.clone(), value.clone(), id);
        }
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok((task, held.stem.sequence())),
            Err(CommitError::Stale(_) | CommitError::Taken(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Everybody acts on the round that he has seen.
///
/// # Errors
/// Where the task is in another round.
pub fn in_round(task: &Task, round: u32) -> Result<(), Problem> {
    let now = task.desk.round;
    if round == now {
        return Ok(());
    }
    let (zh, en) =
        (format!("任务现为第{now}轮,请求为第{round}轮"), format!("the task is in round {now}, the request in {round}"));
    Err(Problem::new(&codes::ROUND_DIFFERS).detail(zh, en))
}

/// Why the desk does not do it, for people.
#[must_use]
pub fn refused(why: DeskRefused) -> Problem {
    let code = match why {
        DeskRefused::NotOpen => &codes::TASK_NOT_OPEN,
        DeskRefused::AlreadyAnswered => &codes::ALREADY_DECIDED,
        DeskRefused::SupplementOpen => &codes::SUPPLEMENT_OPEN,
        DeskRefused::NoSuchProcedure => &codes::PROCEDURE_NOT_RUNNING,
        DeskRefused::OtherDepartment => &common::PERMISSION_MISSING,
        DeskRefused::RepairOpen => &codes::REPAIR_OPEN,
        DeskRefused::ExtendedBefore => &codes::EXTENDED_BEFORE,
        DeskRefused::PromisedInMinutes => &codes::PROMISED_IN_MINUTES,
        DeskRefused::NothingAsked
        | DeskRefused::NoBasis
        | DeskRefused::NoLimit
        | DeskRefused::TwoNeeded
        | DeskRefused::NoRepairLimit => &common::FORM_FAULTY,
    };
    Problem::new(code).detail(why.zh(), why.to_string())
}
