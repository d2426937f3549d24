//! `POST /v1/cases/{id}/escalation`: the matter goes to the chief representative.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Body, Faults, Long, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Outcome;
use crate::{permissions::GiveOutcome, service::Intake, usecases::outcomes};

/// What he has to know.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    #[serde(default)]
    facts: Long,
    #[serde(default)]
    question: Long,
}

/// Passes the matter on with the facts; the case is his until he answers.
#[utoipa::path(
    tag = "outcomes",
    params(("id" = Uuid, Path, description = "Case")),
    request_body = Escalation,
    responses((status = 200, description = "The outcome", body = Outcome))
)]
#[post("/v1/cases/{id}/escalation")]
pub async fn escalate(
    permit: Permit<GiveOutcome>,
    id: Path<Uuid>,
    body: Body<Escalation>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let facts = faults.text("/facts", &body.value.facts);
    let question = faults.text("/question", &body.value.question);
    faults.none()?;
    let case = outcomes::escalate::escalate(&desk, &permit.asker(), id.into_inner(), &facts, &question).await?;
    Ok(HttpResponse::Ok().json(Outcome::of(&case, &[&facts, &question])))
}
