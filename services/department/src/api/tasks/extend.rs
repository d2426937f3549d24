//! `POST /v1/tasks/{id}/extension`: the head gives the department more time (延期).

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use casework::{ExtensionApproval, SignatureFault, authority::LONGEST_EXTENSION};
use chassis::http::{Body, Faults, Long, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{TaskChanged, unsigned};
use crate::{
    domain::{numbers::Number, task::Task},
    permissions::{Colleague, ExtendTasks},
    service::Department,
    usecases::act::{act, in_round, refused},
};

/// How much, and why. Who approves is in the token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionBody {
    /// The round that was looked at.
    round: u32,
    /// 1 to 10 (行政许可法 42).
    working_days: u32,
    /// As the applicant is told.
    reason: Long,
}

/// Extends the limit of the round, once. The same extension sent twice gets the same answer.
#[utoipa::path(
    tag = "tasks",
    operation_id = "extend_task",
    params(("id" = Uuid, Path, description = "Task")),
    request_body = ExtensionBody,
    responses((status = 202, description = "On its way", body = TaskChanged))
)]
#[post("/v1/tasks/{id}/extension")]
pub async fn extend(
    colleague: Colleague<ExtendTasks>,
    id: Path<Uuid>,
    body: Body<ExtensionBody>,
    desk: Data<Department>,
) -> Result<HttpResponse, Problem> {
    let ExtensionBody { round, working_days, reason } = body.value;
    let mut faults = Faults::default();
    let reason = faults.text("/reason", &reason);
    if !(1..=LONGEST_EXTENSION).contains(&working_days) {
        let (fault, pointer) = (SignatureFault::Days, "/working_days");
        faults.add(pointer, fault.code(), fault.zh(), fault.to_string());
    }
    let approval = ExtensionApproval::sign(&colleague.staff(), &desk.code, working_days, &reason);
    let verb = |task: &mut Task, _: &BTreeMap<Number, Uuid>, now| {
        faults.none()?;
        in_round(task, round)?;
        let approval = approval.clone().map_err(|faults| unsigned(&faults))?;
        task.desk.extend(approval, now).map_err(refused)
    };
    let (task, sequence) =
        act(&desk, id.into_inner(), (&colleague.scope(), &colleague.doer()), &BTreeSet::new(), verb).await?;
    Ok(HttpResponse::Accepted().json(TaskChanged::of(&task, sequence)))
}
