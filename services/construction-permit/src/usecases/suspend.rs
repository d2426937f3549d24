//! The owner's own words about an item or the whole project: the applicant asks for time, the law stops a clock, the applicant
//! takes the project back, an operator has an assignment sent again.

use casework::{Case, NotPossible, Outcome, OwnersGround, Stop, StopKind, TaskId};
use chassis::{
    consent::ConsentBody,
    http::{Asker, Problem},
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    change::{Right, change, not_possible},
    consents::Matter,
};
use crate::{
    domain::{catalogue::ItemCode, project::Project},
    service::ConstructionPermit,
    store,
};

/// What departments are told of a withdrawal; the applicant's own words stay here.
const WITHDRAWN: &str = "申请人撤回项目";

/// Stops the clock of an item.
///
/// # Errors
/// Where no department has the item.
pub async fn suspend(
    desk: &ConstructionPermit,
    asker: &Asker,
    id: Uuid,
    item: &ItemCode,
    (ground, reason, consent): (OwnersGround, &str, Option<&ConsentBody>),
) -> Result<Project, Problem> {
    // Whoever has his own clock stopped gives up time that was promised to him.
    let matter = Matter::Suspend { item: item.clone() };
    let right = match ground {
        OwnersGround::Applicant => Right::ApplicantAlone(&matter, consent),
        OwnersGround::Legal => Right::Office,
    };
    of_item(desk, (asker, right), id, item, |case, task, now| case.suspend(task, ground, reason, now)).await
}

/// Lets it run again.
///
/// # Errors
/// Where no department has the item.
pub async fn resume(
    desk: &ConstructionPermit,
    asker: &Asker,
    id: Uuid,
    item: &ItemCode,
    ground: OwnersGround,
) -> Result<Project, Problem> {
    let right = match ground {
        OwnersGround::Applicant => Right::Applicant,
        OwnersGround::Legal => Right::Office,
    };
    of_item(desk, (asker, right), id, item, |case, task, now| case.resume(task, ground, now)).await
}

async fn of_item(
    desk: &ConstructionPermit,
    who: (&Asker, Right<'_>),
    id: Uuid,
    item: &ItemCode,
    verb: impl Fn(&mut Case, TaskId, OffsetDateTime) -> Result<Outcome, NotPossible>,
) -> Result<Project, Problem> {
    let (project, ()) = change(desk, who, id, async |turn| {
        let now = turn.now;
        let case = turn.project.case.as_mut().ok_or_else(Problem::not_found)?;
        let task = case.task_by_code(&item.as_str().into()).map(|task| task.id).ok_or_else(Problem::not_found)?;
        let outcome = verb(case, task, now).map_err(not_possible)?;
        turn.perform(outcome.effects());
        Ok(())
    })
    .await?;
    Ok(project)
}

/// The applicant takes the project back: open items are cancelled, and what was decided stands.
///
/// # Errors
/// Where it is over, or was never planned.
pub async fn withdraw(
    desk: &ConstructionPermit,
    asker: &Asker,
    id: Uuid,
    consent: Option<&ConsentBody>,
) -> Result<Project, Problem> {
    let right = Right::ApplicantAlone(&Matter::Withdraw, consent);
    let (project, ()) = change(desk, (asker, right), id, async |turn| {
        let stop = Stop {
            kind: StopKind::Withdrawn,
            basis: WITHDRAWN.to_owned(),
            by: turn.by.actor().to_owned(),
            at: turn.now,
        };
        let case = turn.project.case.as_mut().ok_or_else(|| Problem::new(&crate::codes::NOT_ACKNOWLEDGED))?;
        let outcome = case.stop(stop).map_err(not_possible)?;
        turn.touch_head();
        turn.perform(outcome.effects());
        Ok(())
    })
    .await?;
    Ok(project)
}

/// Has a task's assignment, or its cancellation, sent again.
///
/// # Errors
/// Where there is no such task, or it is with nobody.
pub async fn resend(desk: &ConstructionPermit, asker: &Asker, task: Uuid) -> Result<Project, Problem> {
    let id = store::project_of_task(desk.mailbox.db(), task).await?.ok_or_else(Problem::not_found)?;
    let (project, ()) = change(desk, (asker, Right::Office), id, async |turn| {
        let now = turn.now;
        let case = turn.project.case.as_mut().ok_or_else(Problem::not_found)?;
        let outcome = case.resend(TaskId::new(task), now).map_err(not_possible)?;
        turn.perform(outcome.effects());
        Ok(())
    })
    .await?;
    Ok(project)
}
