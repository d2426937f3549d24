//! `POST /v1/cases/{id}/choices`: after a refusal the applicant chooses another department, asks the same one again, or
//! goes on without the task.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    consent::ConsentBody,
    http::{Body, Fault, Permit, Problem, Scope},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Asked;
use crate::{
    permissions::SubmitApplication,
    service::Intake,
    store,
    usecases::ask::{Ask, Choice, ask},
};

/// One of the three.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceBody {
    task_id: Uuid,
    /// Another department for the task's role.
    department: Option<String>,
    /// The case goes on without this task.
    #[serde(default)]
    close_without: bool,
    /// The department that refused gets the corrected task again.
    #[serde(default)]
    again: bool,
    /// At a window: what the applicant agreed with.
    consent: Option<ConsentBody>,
}

/// Passes a choice on to the owner of the process, who carries it out where it is possible.
#[utoipa::path(
    tag = "cases",
    params(("id" = Uuid, Path, description = "Case")),
    request_body = ChoiceBody,
    responses((status = 202, description = "Recorded", body = Asked))
)]
#[post("/v1/cases/{id}/choices")]
pub async fn choose(
    permit: Permit<SubmitApplication>,
    id: Path<Uuid>,
    body: Body<ChoiceBody>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let (asker, id) = (permit.asker(), id.into_inner());
    let ChoiceBody { task_id, department, close_without, again, consent } = body.value;
    let choice = match (department, close_without, again) {
        (Some(code), false, false) => {
            offered(&desk, asker.scope(), id, &code).await?;
            Choice::Department(code)
        }
        (None, true, false) => Choice::CloseWithout,
        (None, false, true) => Choice::Again,
        (Some(_), _, _) | (None, true, true) | (None, false, false) => {
            let zh = "请选择其一:另一部门、更正后再次申请,或不办理此项";
            let en = "choose one: another department, the same one again, or to go on without";
            return Err(Problem::faulty(vec![Fault::new("", "one_of", zh, en)]));
        }
    };
    let asked = Ask::Choose { task: task_id, choice };
    let case = ask(&desk, &asker, id, (&asked, consent.as_ref())).await?;
    Ok(HttpResponse::Accepted().json(Asked::of(&case)))
}

/// Only a department that the case's form offers for some role may be chosen.
async fn offered(desk: &Intake, scope: &Scope, id: Uuid, code: &str) -> Result<(), Problem> {
    let case = store::cases::find(desk.mailbox.db(), scope, id).await?.ok_or_else(Problem::not_found)?;
    let choices = desk.catalogue.named(&case.theme).map(|entry| entry.form.choices.as_slice()).unwrap_or_default();
    if choices.iter().any(|choice| choice.departments.iter().any(|department| department == code)) {
        return Ok(());
    }
    let offered: Vec<&str> = choices.iter().flat_map(|choice| &choice.departments).map(String::as_str).collect();
    let offered = offered.join(", ");
    let (zh, en) = (format!("可以选择：{offered}"), format!("on offer: {offered}"));
    Err(Problem::faulty(vec![Fault::new("/department", "not_offered", zh, en)]))
}
