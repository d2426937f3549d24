//! `POST /v1/cases/{id}/choices`: after a refusal the applicant chooses another department, or goes on without the task.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Body, Fault, Permit, Problem};
use ids::DepartmentCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Asked;
use crate::{
    permissions::{Scope, SubmitApplication},
    service::Intake,
    usecases::ask::{Ask, Choice, ask},
};

/// One of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceBody {
    task_id: Uuid,
    /// Another department for the task's role.
    department: Option<String>,
    /// The case goes on without this task.
    #[serde(default)]
    close_without: bool,
}

/// Passes a choice on to the owner of the process, who carries it out where it is possible.
#[utoipa::path(
    tag = "cases",
    params(("id" = Uuid, Path, description = "Case")),
    responses((status = 202, description = "Recorded", body = Asked))
)]
#[post("/v1/cases/{id}/choices")]
pub async fn choose(
    permit: Permit<SubmitApplication>,
    id: Path<Uuid>,
    body: Body<ChoiceBody>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let choice = match (body.value.department, body.value.close_without) {
        (Some(code), false) => match DepartmentCode::parse(&code) {
            Ok(_) => Choice::Department(code),
            Err(error) => {
                let fault = Fault::new("/department", "department", error.zh(), error.to_string());
                return Err(Problem::faulty(vec![fault]));
            }
        },
        (None, true) => Choice::CloseWithout,
        (Some(_), true) | (None, false) => {
            let (zh, en) = ("请选择其一:另一部门,或不办理此项", "choose one: another department, or to go on without");
            return Err(Problem::faulty(vec![Fault::new("", "one_of", zh, en)]));
        }
    };
    let (scope, actor) = (Scope::of(permit.actor()), &permit.actor().subject);
    let asked = Ask::Choose { task: body.value.task_id, choice };
    let case = ask(&desk, &scope, id.into_inner(), actor, &asked).await?;
    Ok(HttpResponse::Accepted().json(Asked::of(&case)))
}
