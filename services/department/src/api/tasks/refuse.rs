//! `POST /v1/tasks/{id}/refusal`: the head of the department refuses (不予许可), over his signature.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use casework::{Grounds, HeadSignature};
use chassis::http::{AtMost, Body, Faults, Long, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{DecisionSent, unsigned};
use crate::{
    domain::{numbers::Number, task::Task},
    permissions::{Colleague, RefuseTasks},
    service::Department,
    store,
    usecases::{
        act::{act, in_round, refused},
        stored,
    },
};

/// What a refusal has to state (行政许可法 38). Who signs is in the token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusalBody {
    /// The round that was looked at.
    round: u32,
    /// Legal basis.
    basis: Long,
    reasons: AtMost<20, Long>,
    /// How the applicant can have it reviewed: reconsideration, litigation, and until when.
    remedies: AtMost<20, Long>,
}

/// Refuses. The same refusal sent twice gets the same answer; another decision for a decided round is a conflict.
#[utoipa::path(
    tag = "tasks",
    operation_id = "refuse_task",
    params(("id" = Uuid, Path, description = "Task")),
    request_body = RefusalBody,
    responses((status = 202, description = "On its way", body = DecisionSent))
)]
#[post("/v1/tasks/{id}/refusal")]
pub async fn refuse(
    colleague: Colleague<RefuseTasks>,
    id: Path<Uuid>,
    body: Body<RefusalBody>,
    desk: Data<Department>,
) -> Result<HttpResponse, Problem> {
    let (id, RefusalBody { round, basis, reasons, remedies }) = (id.into_inner(), body.value);
    let mut faults = Faults::default();
    let grounds = Grounds {
        basis: faults.text("/basis", &basis),
        reasons: faults.some_texts("/reasons", reasons),
        remedies: faults.some_texts("/remedies", remedies),
    };
    let signature = HeadSignature::sign(&colleague.staff(), &desk.code, grounds);
    let verb = |task: &mut Task, _: &BTreeMap<Number, Uuid>, now| {
        faults.none()?;
        in_round(task, round)?;
        let signature = signature.clone().map_err(|faults| unsigned(&faults))?;
        task.desk.refuse(signature, now).map_err(refused)
    };
    act(&desk, id, (&colleague.scope(), &colleague.doer()), &BTreeSet::new(), verb).await?;
    let sent = store::last_decision(desk.mailbox.db(), id, stored(round)).await?;
    let sent = sent.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Accepted().json(DecisionSent::of(id, sent)))
}
