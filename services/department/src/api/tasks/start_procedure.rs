//! `POST /v1/tasks/{id}/procedure/start`: a special procedure (特别程序) begins.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use casework::{Limit, vocabulary};
use chassis::http::{Body, Faults, Long, Problem, Short};
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

/// Which procedure, and by which law.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// The round that was looked at.
    round: u32,
    /// Name, as `proto/words.toml` has it, e.g. `expert_review`.
    procedure: Short,
    /// Legal basis.
    basis: Long,
    /// The procedure's own limit, which the applicant is told (行政许可法 45): in working days, or ...
    limit_working_days: Option<u32>,
    /// ... in calendar days, such as 7 for publicity.
    limit_calendar_days: Option<u32>,
}

/// Begins a special procedure; its time is not counted. One that is running already goes on.
#[utoipa::path(
    tag = "tasks",
    operation_id = "start_procedure",
    params(("id" = Uuid, Path, description = "Task")),
    request_body = Procedure,
    responses((status = 202, description = "On its way", body = TaskChanged))
)]
#[post("/v1/tasks/{id}/procedure/start")]
pub async fn start_procedure(
    colleague: Colleague<DecideTasks>,
    id: Path<Uuid>,
    body: Body<Procedure>,
    desk: Data<Department>,
) -> Result<HttpResponse, Problem> {
    let Procedure { round, procedure, basis, limit_working_days, limit_calendar_days } = body.value;
    let mut faults = Faults::default();
    let procedure = faults.text("/procedure", &procedure);
    let basis = faults.text("/basis", &basis);
    let limit = limit(limit_working_days, limit_calendar_days, &mut faults);
    if let Some(unlisted) = vocabulary::procedure_fault(&procedure).filter(|_| !procedure.is_empty()) {
        faults.add("/procedure", &unlisted.code, unlisted.zh, unlisted.en);
    }
    let verb = |task: &mut Task, _: &BTreeMap<Number, Uuid>, now| {
        faults.none()?;
        in_round(task, round)?;
        task.desk.start_procedure(&procedure, &basis, limit, now).map_err(refused)
    };
    let (task, sequence) =
        act(&desk, id.into_inner(), (&colleague.scope(), &colleague.doer()), &BTreeSet::new(), verb).await?;
    Ok(HttpResponse::Accepted().json(TaskChanged::of(&task, sequence)))
}

/// One limit, of one kind; whatever comes of a faulty one is not used.
fn limit(working_days: Option<u32>, calendar_days: Option<u32>, faults: &mut Faults) -> Limit {
    let (limit, pointer) = match (working_days, calendar_days) {
        (None, Some(days)) => (Limit::CalendarDays(days), "/limit_calendar_days"),
        (Some(_), Some(days)) => {
            let (zh, en) =
                ("时限按工作日或者自然日计,只填一项", "the limit is in working days or in calendar days, not both");
            faults.add("/limit_calendar_days", "one_needed", zh, en);
            return Limit::CalendarDays(days);
        }
        (days, None) => (Limit::WorkingDays(days.unwrap_or_default()), "/limit_working_days"),
    };
    if limit.is_none() || limit.is_too_long() {
        let (zh, en) = ("请填写1至366个工作日,或者1至366天", "give 1 to 366 working days, or as many calendar days");
        faults.add(pointer, "out_of_range", zh, en);
    }
    limit
}
