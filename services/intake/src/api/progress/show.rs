//! `GET /v1/progress/{number}?code=`: how a case stands, for whoever holds its slip.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::{data::Label, http::Problem};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::cases::at_desk::AtDesk,
    domain::case::Phase,
    service::Intake,
    store,
    usecases::timeline::{Line, timeline},
};

/// The code of the slip.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Code {
    code: String,
}

/// How the case stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Progress {
    case_number: String,
    theme: String,
    phase: Phase,
    #[serde(with = "chassis::http::instant")]
    received_at: OffsetDateTime,
    desk: AtDesk,
    steps: Vec<PublicStep>,
}

/// One step, without results.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicStep {
    #[serde(with = "chassis::http::instant")]
    at: OffsetDateTime,
    /// Stable name, e.g. `task_assigned`.
    event: String,
    /// What people read.
    words: Label,
    task: String,
    department: String,
}

/// Shows the progress of a case without signing in.
#[utoipa::path(
    tag = "progress",
    security(()),
    params(("number" = String, Path, description = "Case number, 23 digits"), Code),
    responses((status = 200, description = "How the case stands", body = Progress))
)]
#[get("/v1/progress/{number}")]
pub async fn show(number: Path<String>, code: Query<Code>, desk: Data<Intake>) -> Result<HttpResponse, Problem> {
    desk.guesses.admit(&number)?;
    // A wrong code and an unknown number look the same from outside.
    let case = store::cases::find_by_number(desk.mailbox.db(), &number, &code.code.trim().to_uppercase()).await?;
    let case = case.ok_or_else(Problem::not_found)?;
    let steps = timeline(&desk, &case).await?;
    let public = |line: Line| PublicStep {
        at: line.at,
        event: line.event,
        words: Label::new(line.words.zh, line.words.en),
        task: line.task,
        department: line.department,
    };
    Ok(HttpResponse::Ok().json(Progress {
        case_number: case.number.clone(),
        theme: case.theme.clone(),
        phase: case.phase,
        received_at: case.received_at,
        desk: AtDesk::public(&case),
        steps: steps.into_iter().map(public).collect(),
    }))
}
