//! `GET /v1/materials/{id}/bytes`: a paper's bytes, by the link of a task's dossier.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::http::{AtLeast, Problem, codes::NOT_YET};
use contracts::materials::Capability;
use mailbox::accesses::{self, Access};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    codes,
    service::Intake,
    store::{self, steps::Whereabouts},
    usecases,
};

/// The rest of the link.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Link {
    department: String,
    task: Uuid,
    capability: String,
}

/// Reads a paper. The link is the permission: it works for its department and task, from the assignment on, and ends with
/// the task.
#[utoipa::path(
    tag = "materials",
    security(()),
    params(("id" = Uuid, Path, description = "Paper"), Link),
    responses(
        (status = 200, description = "The bytes", content(
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/ofd"),
            (Vec<u8> = "image/png"),
            (Vec<u8> = "image/jpeg"),
        )),
        (status = 403, description = "`link-invalid`: it is no link that was given for this department and task"),
        (status = 410, description = "`link-ended`: the task has ended or is to be let go of, and the link with it")
    )
)]
#[get("/v1/materials/{id}/bytes")]
pub async fn read(id: Path<Uuid>, link: Query<Link>, desk: Data<Intake>) -> Result<HttpResponse, Problem> {
    let capability = Capability { material: *id, department: &link.department, task: link.task };
    if !capability.is_sealed_by(&desk.seals, &link.capability) {
        return Err(Problem::new(&codes::LINK_INVALID));
    }
    match heard_of(&desk, link.task).await? {
        Whereabouts::WithDepartment => {}
        Whereabouts::Over => return Err(Problem::new(&codes::LINK_ENDED)),
        Whereabouts::Unheard => return Err(Problem::new(&codes::LINK_EARLY).retry_after(1)),
    }
    let material = store::materials::find(desk.mailbox.db(), *id).await?.ok_or_else(Problem::not_found)?;
    let look = Access {
        id: desk.mailbox.new_id(),
        subject: store::steps::applicant_of_task(desk.mailbox.db(), link.task)
            .await?
            .unwrap_or(material.applicant.clone()),
        about: material.id,
        reader: link.department.clone(),
        ground: "link".to_owned(),
        purpose: format!("task {}", link.task),
        at: desk.mailbox.clocks().business.now(),
    };
    accesses::leave(desk.mailbox.db(), &[look]).await?;
    let bytes = usecases::upload::read(&desk, &material).await?;
    Ok(HttpResponse::Ok()
        .content_type(material.media_type)
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Cache-Control", "private, no-store"))
        .body(bytes))
}

/// Where the task is. A department may be quicker than the account of its task, by the length of a message's way: that is waited
/// for.
async fn heard_of(desk: &Intake, task: Uuid) -> Result<Whereabouts, Problem> {
    let look = || async {
        let at = store::steps::whereabouts(desk.mailbox.db(), task).await?;
        Ok((at, i64::from(at != Whereabouts::Unheard)))
    };
    match (AtLeast { at_least: Some(1) }).wait_for(look).await {
        Ok((at, _)) => Ok(at),
        Err(problem) if problem.code() == &NOT_YET => Ok(Whereabouts::Unheard),
        Err(problem) => Err(problem),
    }
}
