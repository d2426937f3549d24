//! `POST /v1/tasks/{id}/supplement`: the applicant is asked for everything that is missing, at once.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use casework::SupplementItem;
use chassis::http::{AtMost, Body, Faults, Long, Problem, Short};
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

/// Everything that is missing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Supplement {
    /// The round that was looked at.
    round: u32,
    items: AtMost<100, Item>,
    reason: Long,
}

/// One thing that is missing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Material code or field name.
    code: Short,
    /// What is wrong or missing, for the applicant.
    note: Long,
}

/// Asks for a supplement; the clock stands still until it arrives. The same notice sent twice is one.
#[utoipa::path(
    tag = "tasks",
    operation_id = "ask_supplement",
    params(("id" = Uuid, Path, description = "Task")),
    request_body = Supplement,
    responses((status = 202, description = "On its way", body = TaskChanged))
)]
#[post("/v1/tasks/{id}/supplement")]
pub async fn supplement(
    colleague: Colleague<DecideTasks>,
    id: Path<Uuid>,
    body: Body<Supplement>,
    desk: Data<Department>,
) -> Result<HttpResponse, Problem> {
    let Supplement { round, items, reason } = body.value;
    let mut faults = Faults::default();
    let items = checked(&faults.list("/items", items), &mut faults);
    let reason = faults.text("/reason", &reason);
    let verb = |task: &mut Task, _: &BTreeMap<Number, Uuid>, now| {
        faults.none()?;
        in_round(task, round)?;
        task.desk.ask_supplement(items.clone(), &reason, now).map_err(refused)
    };
    let (task, sequence) =
        act(&desk, id.into_inner(), (&colleague.scope(), &colleague.doer()), &BTreeSet::new(), verb).await?;
    Ok(HttpResponse::Accepted().json(TaskChanged::of(&task, sequence)))
}

fn checked(items: &[Item], faults: &mut Faults) -> Vec<SupplementItem> {
    if items.is_empty() && faults.is_empty() {
        faults.add("/items", "missing", "请列明全部缺少的材料或信息", "name everything that is missing");
    }
    let mut seen = BTreeSet::new();
    let mut checked = Vec::with_capacity(items.len());
    for (nth, item) in items.iter().enumerate() {
        let code = faults.text(format!("/items/{nth}/code"), &item.code);
        let note = faults.text(format!("/items/{nth}/note"), &item.note);
        if !seen.insert(code.clone()) {
            faults.add(format!("/items/{nth}/code"), "repeated", "重复", "it stands there twice");
        }
        checked.push(SupplementItem { code, note });
    }
    checked
}
