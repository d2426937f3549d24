//! `POST /v1/tasks/{id}/decision`: decided in the applicant's favour (准予).

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use casework::{Decider, Fee, Fen, Output};
use chassis::http::{AtMost, Body, Faults, Problem, Short, codes as common};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::DecisionSent;
use crate::{
    domain::{
        numbers::{Number, numbers},
        task::Task,
    },
    permissions::{Colleague, DecideTasks},
    service::Department,
    store,
    usecases::{
        act::{act, in_round, refused},
        stored,
    },
};

/// What the decision yields. Who decided is in the token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionBody {
    /// The round that was looked at.
    round: u32,
    /// Every result; the owner of the process checks each.
    outputs: AtMost<50, OutputBody>,
    /// Every fee line.
    #[serde(default)]
    fees: AtMost<50, FeeBody>,
}

/// One result.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutputBody {
    /// E.g. `credit_code`; a kind may occur more than once.
    kind: Short,
    value: Short,
}

/// One fee line.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeeBody {
    name: Short,
    /// Fen.
    fen: i64,
}

/// Decides. The same decision sent twice gets the same answer; another one for a decided round is a conflict.
#[utoipa::path(
    tag = "tasks",
    operation_id = "decide_task",
    params(("id" = Uuid, Path, description = "Task")),
    request_body = DecisionBody,
    responses((status = 202, description = "On its way", body = DecisionSent))
)]
#[post("/v1/tasks/{id}/decision")]
pub async fn decide(
    colleague: Colleague<DecideTasks>,
    id: Path<Uuid>,
    body: Body<DecisionBody>,
    desk: Data<Department>,
) -> Result<HttpResponse, Problem> {
    let (id, DecisionBody { round, outputs: given, fees: lines }) = (id.into_inner(), body.value);
    let mut faults = Faults::default();
    let outputs = outputs(&faults.list("/outputs", given), &mut faults);
    let fees = fees(&faults.list("/fees", lines), &mut faults);
    let decider = Decider::person(&colleague.staff(), &desk.code)
        .map_err(|error| Problem::new(&common::PERMISSION_MISSING).caused_by(error))?;
    let verb = |task: &mut Task, holders: &BTreeMap<Number, Uuid>, now| {
        let mut faults = faults.clone();
        missing(task, &outputs, &mut faults);
        taken(id, &outputs, holders, &mut faults);
        faults.none()?;
        in_round(task, round)?;
        task.desk.decide(&decider, outputs.clone(), fees.clone(), now).map_err(refused)
    };
    act(&desk, id, (&colleague.scope(), &colleague.doer()), &numbers(&outputs), verb).await?;
    let sent = store::last_decision(desk.mailbox.db(), id, stored(round)).await?;
    let sent = sent.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Accepted().json(DecisionSent::of(id, sent)))
}

fn outputs(given: &[OutputBody], faults: &mut Faults) -> Vec<Output> {
    let mut seen = BTreeSet::new();
    let mut outputs = Vec::with_capacity(given.len());
    for (nth, output) in given.iter().enumerate() {
        let kind = faults.text(format!("/outputs/{nth}/kind"), &output.kind);
        let value = faults.text(format!("/outputs/{nth}/value"), &output.value);
        if !seen.insert((kind.clone(), value.clone())) {
            faults.add(format!("/outputs/{nth}"), "repeated", "该结果重复", "this result stands there twice");
        }
        outputs.push(Output { kind, value });
    }
    outputs
}

fn fees(given: &[FeeBody], faults: &mut Faults) -> Vec<Fee> {
    let mut fees = Vec::with_capacity(given.len());
    for (nth, fee) in given.iter().enumerate() {
        let name = faults.text(format!("/fees/{nth}/name"), &fee.name);
        if fee.fen < 0 {
            faults.add(format!("/fees/{nth}/fen"), "negative", "费用不能为负", "a fee is not negative");
        }
        fees.push(Fee { name, fen: Fen::new(fee.fen) });
    }
    fees
}

/// Outputs that the owner asked for and the decision does not yield.
fn missing(task: &Task, outputs: &[Output], faults: &mut Faults) {
    for kind in &task.desk.assignment.outputs {
        if !outputs.iter().any(|output| output.kind == *kind) {
            let (zh, en) = (format!("缺少结果 {kind}"), format!("the result {kind} is missing"));
            faults.add("/outputs", "missing", zh, en);
        }
    }
}

/// Numbers that another task holds.
fn taken(id: Uuid, outputs: &[Output], holders: &BTreeMap<Number, Uuid>, faults: &mut Faults) {
    for (nth, output) in outputs.iter().enumerate() {
        let holder = holders.get(&(output.kind.clone(), output.value.clone()));
        if holder.is_some_and(|holder| *holder != id) {
            let (zh, en) = ("该号码已由本部门发放给其他任务", "this department has issued the number to another task");
            faults.add(format!("/outputs/{nth}/value"), "taken", zh, en);
        }
    }
}
