//! `POST /v1/cases/{id}/escalation`: the matter goes to the chief representative.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Body, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Outcome, typed};
use crate::{permissions::GiveOutcome, service::Intake, usecases::outcomes};

/// What he has to know.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    #[serde(default)]
    facts: String,
    #[serde(default)]
    question: String,
}

/// Passes the matter on with the facts; the case is his until he answers.
#[utoipa::path(
    tag = "outcomes",
    params(("id" = Uuid, Path, description = "Case")),
    responses((status = 200, description = "The outcome", body = Outcome))
)]
#[post("/v1/cases/{id}/escalation")]
pub async fn escalate(
    permit: Permit<GiveOutcome>,
    id: Path<Uuid>,
    body: Body<Escalation>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Vec::new();
    let facts = typed("/facts", &body.value.facts, &mut faults);
    let question = typed("/question", &body.value.question, &mut faults);
    if !faults.is_empty() {
        return Err(Problem::faulty(faults));
    }
    let case = outcomes::escalate::escalate(&desk, &permit.asker(), id.into_inner(), &facts, &question).await?;
    Ok(HttpResponse::Ok().json(Outcome::of(&case, &[&facts, &question])))
}
