//! `POST /v1/tasks/{id}/procedure/end`: a special procedure has ended.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Body, Faults, Problem, Short};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::TaskChanged;
use crate::{
    domain::{numbers::Number, task::Task},
    permissions::{Colleague, DecideTasks},
    service::Department,
    usecases::act::{act, in_round, refused},
};

/// Which procedure.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndedProcedure {
    /// The round that was looked at.
    round: u32,
    /// Name, as it was begun.
    procedure: Short,
}

/// Ends a special procedure; the clock runs again unless something else holds it.
#[utoipa::path(
    tag = "tasks",
    operation_id = "end_procedure",
    params(("id" = Uuid, Path, description = "Task")),
    request_body = EndedProcedure,
    responses((status = 202, description = "On its way", body = TaskChanged))
)]
#[post("/v1/tasks/{id}/procedure/end")]
pub async fn end_procedure(
    colleague: Colleague<DecideTasks>,
    id: Path<Uuid>,
    body: Body<EndedProcedure>,
    desk: Data<Department>,
) -> Result<HttpResponse, Problem> {
    let EndedProcedure { round, procedure } = body.value;
    let mut faults = Faults::default();
    let procedure = faults.text("/procedure", &procedure);
    let verb = |task: &mut Task, _: &BTreeMap<Number, Uuid>, now| {
        faults.none()?;
        in_round(task, round)?;
        task.desk.end_procedure(&procedure, now).map_err(refused)
    };
    let (task, sequence) =
        act(&desk, id.into_inner(), (&colleague.scope(), &colleague.doer()), &BTreeSet::new(), verb).await?;
    Ok(HttpResponse::Accepted().json(TaskChanged::of(&task, sequence)))
}
